"""Translations: refuse when German lacks a text that the code has.

Needs Debian's gettext. English is the language of the code; German must be complete.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "knotenpunkt"
COMPLETE = ("de",)


def main() -> int:
    if shutil.which("msgattrib") is None:
        print("gettext is missing: apt install gettext")
        return 1
    return check()


def check() -> int:
    """Extract the texts of the code anew and compare with what is translated."""
    missing = 0
    for language in COMPLETE:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "knotenpunkt"
            shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("static", "*.mo"))
            command = [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "-l",
                language,
                "--no-location",
            ]
            subprocess.run(command, cwd=copy, check=True, stdout=subprocess.DEVNULL)
            source = copy / "locale" / language / "LC_MESSAGES" / "django.po"
            found = untranslated(source)
        for text in found:
            print(f"{language}: not translated: {text}")
        missing += len(found)
    print(f"{missing} texts lack a translation.")
    return 1 if missing else 0


def untranslated(source: Path) -> list[str]:
    lists = [["--untranslated"], ["--only-fuzzy"]]
    texts = []
    for options in lists:
        command = ["msgattrib", "--no-obsolete", "--no-wrap", *options, str(source)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        texts += [
            line[7:-1]
            for line in output.splitlines()
            if line.startswith('msgid "') and line != 'msgid ""'
        ]
    return texts


if __name__ == "__main__":
    sys.exit(main())
