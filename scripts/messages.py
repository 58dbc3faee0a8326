"""Translations: refuse when German or Arabic lacks a text of the code; `update` writes new ones in.

Needs Debian's gettext. English is the language of the code; German and Arabic must be complete.
The files are sorted by text and name no line of code, so that two changes rarely touch the same
place.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "knotenpunkt"
COMPLETE = ("de", "ar")


def main() -> int:
    if shutil.which("msgattrib") is None:
        print("gettext is missing: apt install gettext")
        return 1
    if sys.argv[1:] == ["update"]:
        update()
    return check()


def update() -> None:
    """Add new texts, drop those that are gone; complete languages keep what lacks a translation."""
    sources = sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.po"))
    languages = [option for source in sources for option in ("-l", source.parts[-3])]
    command = [sys.executable, "-m", "django", "makemessages", "--no-location", "--no-obsolete"]
    subprocess.run([*command, *languages], cwd=PACKAGE, check=True, stdout=subprocess.DEVNULL)
    for source in sources:
        with source.open("rb") as file:
            catalogue = read_po(file)
        for message in list(catalogue):
            # What a text was guessed from says nothing once it is translated.
            message.user_comments = [it for it in message.user_comments if it[:1] != "|"]
            is_empty = not any([*message.string] if message.pluralizable else [message.string])
            if message.id and "fuzzy" in message.flags:
                message.flags.discard("fuzzy")
                message.string, is_empty = "", True
            if message.id and is_empty and source.parts[-3] not in COMPLETE:
                catalogue.delete(message.id, message.context)
        with source.open("wb") as file:
            write_po(file, catalogue, width=100, sort_output=True, no_location=True)


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
