"""Everything `make` does, with nothing but Python's own library until the environment is there.

python3 scripts/dev.py run | test | check | bench | races | campaigns | pictures | clean
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
# Debian's packages that no Python package brings along: for slips, and for browser tests.
PACKAGES_TO_RUN = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
PACKAGES_TO_TEST = (*PACKAGES_TO_RUN, "chromium", "libatomic1", "gettext")


def main(arguments: list[str]) -> int:
    tasks = {
        "run": run,
        "test": test,
        "check": check,
        "bench": bench,
        "races": races,
        "campaigns": campaigns,
        "pictures": pictures,
        "clean": clean,
    }
    task = arguments[0] if arguments else ""
    if task not in tasks:
        print(__doc__)
        return 2
    if sys.version_info < (3, 11):
        print("Knotenpunkt needs Python 3.11 or newer: apt install python3.11, or pyenv.")
        return 1
    return tasks[task](arguments[1:])


def run(arguments: list[str]) -> int:
    install("run", PACKAGES_TO_RUN)
    return hand_over([str(BIN / "knotenpunkt"), "run", *arguments])


def test(arguments: list[str]) -> int:
    install("dev", PACKAGES_TO_TEST)
    compile_messages()
    return hand_over([str(BIN / "pytest"), *arguments])


def check(_arguments: list[str]) -> int:
    install("dev", PACKAGES_TO_TEST)
    steps = [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
        ["djade", "--check", *map(str, sorted(ROOT.glob("src/**/*.html")))],
        ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
        ["python", "scripts/messages.py"],
        ["knotenpunkt", "rules", "check"],
    ]
    failed = []
    for step in steps:
        print(f"\n== {' '.join(step[:3])}", flush=True)
        if subprocess.run(
            [str(BIN / step[0]), *step[1:]], cwd=ROOT, env=check_environment()
        ).returncode:
            failed.append(step[0])
    print(
        f"\n{len(steps) - len(failed)} of {len(steps)} checks are green."
        + (f" Red: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    install("dev", PACKAGES_TO_RUN)
    return hand_over([str(BIN / "python"), "-m", "benchmarks", *arguments])


def races(_arguments: list[str]) -> int:
    return test(["-m", "race", "tests"])


def campaigns(arguments: list[str]) -> int:
    install("dev", PACKAGES_TO_RUN)
    return hand_over([str(BIN / "python"), "-m", "campaigns", *arguments])


def pictures(_arguments: list[str]) -> int:
    """Walk the newcomer's pages in three languages and keep a picture of each step."""
    os.environ["PICTURES"] = str(ROOT / "docs" / "screenshots" / "newcomer")
    walk = "test_from_the_poster_to_the_evening and (de-True or uk-True or ar-True)"
    return test(["tests/browser/test_newcomer.py", "-k", walk])


def clean(_arguments: list[str]) -> int:
    shutil.rmtree(ROOT / ".run", ignore_errors=True)
    shutil.rmtree(VENV, ignore_errors=True)
    return 0


def check_environment() -> dict[str, str]:
    return {**os.environ, "DEMO": "true", "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings"}


def compile_messages() -> None:
    subprocess.run([str(BIN / "python"), "-m", "knotenpunkt.config.messages"], cwd=ROOT, check=True)


def hand_over(command: list[str]) -> int:
    """Run the command in our place, so that Ctrl-C reaches it and nothing is left behind."""
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(command[0], command)
    return 1


def install(kind: str, packages: tuple[str, ...]) -> None:
    """Bring the environment to the pinned state; a stamp makes the second time free."""
    install_packages(packages)
    requirements = ROOT / "requirements" / f"{kind}.txt"
    pinned = hashlib.sha256(requirements.read_bytes() + (ROOT / "pyproject.toml").read_bytes())
    stamp = VENV / f"installed-{kind}"
    if stamp.exists() and stamp.read_text() == pinned.hexdigest():
        return
    if not (BIN / "python").exists():
        print("Creating the environment ...", flush=True)
        create_environment()
    if not (BIN / "uv").exists():
        subprocess.run([str(BIN / "python"), "-m", "pip", "install", "-q", "uv"], check=True)
    print("Installing what the product stands on ...", flush=True)
    uv = [str(BIN / "uv"), "pip", "install", "-q", "--python", str(BIN / "python")]
    subprocess.run([*uv, "--require-hashes", "-r", str(requirements)], check=True)
    subprocess.run([*uv, "--no-deps", "-e", str(ROOT)], check=True)
    stamp.write_text(pinned.hexdigest())


def create_environment() -> None:
    try:
        venv.create(VENV, with_pip=True)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit("Python's venv is missing: apt install python3-venv, then try again.")


def install_packages(packages: tuple[str, ...]) -> None:
    """Install missing Debian packages when we may; else say what to install."""
    if shutil.which("dpkg-query") is None:
        print(f"Not Debian: please see to it that these are there: {' '.join(packages)}")
        return
    missing = [name for name in packages if not is_installed(name)]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        sys.exit(f"These packages are missing: sudo apt-get update && sudo {' '.join(command)}")
    print(f"Installing {' '.join(missing)} ...", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=False, env=environment, **quiet)
    if subprocess.run(command, env=environment, **quiet).returncode:
        sys.exit(f"apt could not install them: {' '.join(command)}")


def is_installed(name: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${Status}", name]
    return "install ok installed" in subprocess.run(query, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
