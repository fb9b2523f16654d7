"""A digest of the result of each document, to show that a change of the code changes no output.

    python bench/digests.py DIGESTS FILES... [-- OPTIONS of `cleaner clean`...]

FILES are JSON lines as `cleaner clean -` reads them, also with gzip. If DIGESTS does not exist, it
is written; otherwise the documents whose result differs are listed, and the exit code is 1. Run it
before and after a change that is only to make things faster, with the same files.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def digests(path: Path, options: list[str]) -> Iterator[str]:
    """Yield "id digest" for the documents of a file, in their order."""
    command = [sys.executable, "-m", "cleaner", "clean", "-", "--quiet", *options]
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=False).stdout
    for number, line in enumerate(found.splitlines()):
        row = json.loads(line)
        row["metadata"] = {k: v for k, v in row["metadata"].items() if "version" not in k}
        digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:16]
        yield f"{path.name}:{number} {digest}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("digests", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    given, options = parser.parse_known_args()
    options = [option for option in options if option != "--"]
    rows = [row for path in given.files for row in digests(path, options)]
    if not given.digests.exists():
        given.digests.write_text("\n".join(rows) + "\n")
        print(f"{given.digests}: {len(rows)} digests")
        return 0
    before = set(given.digests.read_text().splitlines())
    names = [row.split()[0] for row in rows if row not in before]
    print(f"{len(rows)} documents, {len(names)} changed", *names[:20], sep="\n")
    return int(bool(names))


if __name__ == "__main__":
    sys.exit(main())
