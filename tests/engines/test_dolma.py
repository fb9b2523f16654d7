"""The mixer of dolma removes the same spans as cleaner. Runs if DOLMA names the dolma command."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cleaner.corpus.outputs import Form
from cleaner.corpus.run import clean_corpus
from cleaner.pipeline import Cleaner
from tests.engines.test_recipes import PAGE
from tests.helpers.texts import MORE, PROSE

DOLMA = os.environ.get("DOLMA") or shutil.which("dolma")
(RECIPE,) = re.findall(r"^```python runs=dolma\n(.*?)^```$", PAGE, re.M | re.S)
WIDE = "Die Fähre — „Möwe“ 🚢 — fuhr am Montag um zehn nach Norden, und keiner sah ihr nach."
TEXTS = {
    "spans": f"{PROSE}\n**{MORE}** and more",
    "wide": f"{WIDE}\n\nShare on Facebook\n\n{WIDE}\n\nAdvertisement\n\n{WIDE}",
    "as it was": PROSE,
    "empty": "",
}


@pytest.mark.skipif(DOLMA is None, reason="dolma is not installed")
def test_the_mixer_makes_our_texts(tmp_path: Path) -> None:
    rows = [json.dumps({"id": name, "text": text}) for name, text in TEXTS.items()]
    (tmp_path / "raw.jsonl").write_text("\n".join(rows))
    out = tmp_path / "clean"
    clean_corpus(
        Cleaner.load(packs_only=True), [tmp_path / "raw.jsonl"], out, form=Form(dolma=True)
    )
    subprocess.run([sys.executable, "-c", RECIPE], cwd=tmp_path, check=True)
    mix = [str(Path(str(DOLMA)).resolve()), "-c", "mix.json", "mix"]
    done = subprocess.run(mix, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    packed = [gzip.decompress(part.read_bytes()) for part in tmp_path.glob("mixed/*")]
    mixed = [json.loads(line) for part in packed for line in part.splitlines()]
    ours = [json.loads(line) for line in (out / "raw.jsonl").read_bytes().splitlines()]
    texts = {record["id"]: record["text"] for record in ours}
    assert {record["id"]: record["text"] for record in mixed} == texts
    assert set(texts) == set(TEXTS) - {"empty"}
    assert texts["wide"] == f"{WIDE}\n\n{WIDE}\n\n{WIDE}"
