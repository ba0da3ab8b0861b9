"""Writes requirements.lock from pyproject.toml, and tells whether it is still true.

    python tools/lock.py write    resolve anew, for all Pythons and systems; needs the network
    python tools/lock.py check    compare, offline

The lock has three parts: what Holdfast runs on, then what only its developers need, then what it
is only measured beside. `make demo` reads up to the first line between them, `make check` up to
the second. The third is installed without asking what its packages ask for: one of them pins a
package of the first part to a version of years ago.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
OLDEST_PYTHON = "3.11"
ASKED = "# asked for: "
BETWEEN = "# Only for development, from here on.\n"
COMPARED = "# Only to be measured beside, from here on; installed with --no-deps.\n"
MEASURING = "bench"
OVERRIDES = ("babel>=2.17",)  # botbuilder-dialogs pins 2.9.1, and needs one function of it
HEADER = """\
# Everything Holdfast runs on and is developed with: Python 3.11 to 3.13; Linux, macOS, Windows.
# Written by `make lock` from what pyproject.toml asks for; `make check` compares.
"""


def asked_to_run() -> list[str]:
    """Give what pyproject.toml asks for to build and run."""
    asked = _pyproject()
    return sorted([*asked["build-system"]["requires"], *asked["project"]["dependencies"]])


def asked_to_develop() -> list[str]:
    """Give what pyproject.toml asks for beyond that, in all extras but that for measuring."""
    extras = _pyproject()["project"]["optional-dependencies"]
    return sorted(
        {asked for name, extra in extras.items() if name != MEASURING for asked in extra}
    )


def asked_to_measure() -> list[str]:
    """Give what pyproject.toml asks for to be measured beside."""
    return sorted(_pyproject()["project"]["optional-dependencies"][MEASURING])


def _pyproject() -> Any:  # noqa: ANN401 - TOML, read by the three above
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def resolve(asked: list[str], within: str = "", overriding: tuple[str, ...] = ()) -> str:
    """Give the pinned and hashed text for what is asked, if need be within other pins.

    `overriding` holds for every package, whatever another one asks of it.
    """
    # Settings of this machine (an index of its own, a folder of wheels) must not leak in.
    environment = {name: told for name, told in os.environ.items() if not name.startswith("UV_")}
    options = ["--universal", "--generate-hashes", "--no-header", "--no-config", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        constraints, overrides = Path(folder, "within.txt"), Path(folder, "overriding.txt")
        constraints.write_text(within, "utf-8")
        overrides.write_text("\n".join(overriding), "utf-8")
        said = subprocess.run(  # noqa: S603 - our own command
            [
                *(sys.executable, "-m", "uv", "pip", "compile", "-", *options),
                *("--python-version", OLDEST_PYTHON, "--constraints", str(constraints)),
                *("--overrides", str(overrides)),
            ],
            input="\n".join(asked),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if said.returncode:
        sys.exit(said.stderr)
    return said.stdout


def blocks(text: str) -> list[str]:
    """Split a lock into its packages: a line that names one, with the indented lines after it."""
    return re.findall(r"^[a-z0-9].*\n(?:[ \t]+.*\n)*", text, flags=re.MULTILINE | re.IGNORECASE)


def name(block: str) -> str:
    """Give the name of a block's package."""
    return re.split(r"[^\w.-]", block, maxsplit=1)[0]


def written() -> str:
    """Give the text of the whole lock, resolved anew."""
    everything = resolve([*asked_to_run(), *asked_to_develop()])
    running = {name(block) for block in blocks(resolve(asked_to_run(), within=everything))}
    measuring = resolve(asked_to_measure(), within=everything, overriding=OVERRIDES)
    known = {name(block) for block in blocks(everything)}
    beside = [block for block in blocks(measuring) if name(block) not in known]
    run = [block for block in blocks(everything) if name(block) in running]
    develop = [block for block in blocks(everything) if name(block) not in running]
    asked = [f"{ASKED}{each}\n" for each in _asked()]
    return "".join([HEADER, *asked, "\n", *run, "\n", BETWEEN, *develop, "\n", COMPARED, *beside])


def _asked() -> list[str]:
    return [*asked_to_run(), *asked_to_develop(), *asked_to_measure()]


def faults(lock: str) -> list[str]:
    """Say what is wrong with a lock, one sentence each."""
    noted = {line.removeprefix(ASKED) for line in lock.splitlines() if line.startswith(ASKED)}
    asked = {*_asked()}
    pinned = re.compile(r"^[\w.\[\],-]+==[^\s\\]+.*\\\n\s+--hash=sha256:[0-9a-f]{64}")
    loose = [name(block) for block in blocks(lock) if not pinned.match(block)]
    foreign = re.findall(r"^.*://.*$|^-.*$|^.* @ .*$", lock, flags=re.MULTILINE)
    return [
        *(f"{each} is asked for by pyproject.toml, and not in it" for each in asked - noted),
        *(f"{each} is no longer asked for by pyproject.toml" for each in noted - asked),
        *(f"{each} has no version or no hash" for each in loose),
        *(f"no addresses or options: {line}" for line in foreign),
        *([] if lock.count(BETWEEN) == 1 else ["the line between its two parts is missing"]),
        *([] if lock.count(COMPARED) == 1 else ["the line before its third part is missing"]),
    ]


def main(command: str) -> None:
    """Do what the command says; exit in words when the lock is not true."""
    if command == "write":
        LOCK.write_text(written(), encoding="utf-8")
    elif found := faults(LOCK.read_text("utf-8")):
        listed = "\n".join(f"  {fault}" for fault in sorted(found))
        sys.exit(f"requirements.lock is not current; run `make lock`:\n{listed}")


if __name__ == "__main__":
    main(sys.argv[1])
