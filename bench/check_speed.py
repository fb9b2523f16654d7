"""How long `cleaner rules check` takes over many rule files.

    python bench/check_speed.py [FILES]

Makes FILES site files (2000 unless told) of ten rules each in a temporary folder and checks them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from cleaner.authoring.lint import check_files

SHOWN = "\n    hit: ['{hit}']\n    miss: [x]"
RULES = [
    ("membership", "line: Become a Friend of Site {n}"),
    ("byline", "at: head\n    line: 'By {{author}}'" + SHOWN.replace("{hit}", "By Ann Smith")),
    ("related", "line: 'More of Site {n}: *'" + SHOWN.replace("{hit}", "More of Site {n}: x")),
    ("newsletter", "line: Get the Site {n} letter in your inbox"),
    ("copyright", "line: '© {{year}} Site {n}'" + SHOWN.replace("{hit}", "© 2016 Site {n}")),
    ("contact", "line: 'Ask {n} at {{email}}'" + SHOWN.replace("{hit}", "Ask {n} at a@b.org")),
    ("social", "line: Follow Site {n} on all networks"),
    ("app", "line: Get the Site {n} app"),
    ("comments", "line: Comment on Site {n} on our page"),
    ("promo", "span: '(SITE {n}: *)'" + SHOWN.replace("{hit}", "a (SITE {n}: b) c")),
]


def site_file(n: int) -> str:
    rules = "".join(f"  - kind: {kind}\n    {body.format(n=n)}\n" for kind, body in RULES)
    return f"# yaml-language-server: $schema=../schema.json\nsite: site{n}.example\nrules:\n{rules}"


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for n in range(count):
            (Path(folder) / f"site{n}.example.yaml").write_text(site_file(n), encoding="utf-8")
        paths = sorted(Path(folder).iterdir())
        begun = time.process_time()
        findings = check_files([(str(path), path.read_bytes()) for path in paths])
        spent = time.process_time() - begun
    rules = count * len(RULES)
    print(f"{count} files, {rules} rules: {spent:.1f} s of CPU time, {len(findings)} findings")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
