"""Writes docs/licences.md, and tells whether it is still true and holds only what may be used.

    python -m tools.licences write    list the licences of what Holdfast runs on
    python -m tools.licences check    compare, offline

A licence that is not in `ALLOWED` is a decision of people: read it, and add it there or leave the
package out.
"""

import sys
from collections.abc import Iterable

from tools.lock import LOCK, ROOT
from tools.packages import Package, running

PAGE = ROOT / "docs" / "licences.md"
ALLOWED = frozenset(
    {
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "LGPL-3.0-only",  # psycopg: used as it is, and anybody may put another one in its place
        "MIT",
        "MIT-0",
        "PSF-2.0",
    }
)
_HEAD = """\
# Licences

What Holdfast runs on, with the versions of requirements.lock. `make licences` writes this page;
`make check` compares it, and refuses a licence that is not on the list in `tools/licences.py`.

| package | version | licence |
|---|---|---|
"""


def page(packages: Iterable[Package]) -> str:
    """Give the text of the page."""
    rows = (f"| {each.name} | {each.version} | {each.licence} |\n" for each in packages)
    return "".join([_HEAD, *rows])


def faults(packages: Iterable[Package]) -> list[str]:
    """Say whose licence is not known, or may not be used; one sentence each."""
    return [
        f"{each.name}: {each.licence} is not on the list of tools/licences.py"
        if each.licence
        else f"{each.name} says no licence: read it there, and note it in tools/packages.py"
        for each in packages
        if not may_use(each.licence)
    ]


def may_use(expression: str) -> bool:
    """Tell whether one of the choices that an SPDX expression gives holds allowed licences only.

    >>> may_use("GPL-3.0-only OR MIT AND ISC"), may_use("MIT AND GPL-3.0-only"), may_use("")
    (True, False, False)
    """
    return any(
        all(licence in ALLOWED for licence in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def main(command: str) -> None:
    """Do what the command says; exit in words when something is wrong."""
    packages = running(LOCK.read_text("utf-8"))
    found = faults(packages)
    if command == "write":
        PAGE.write_text(page(packages), encoding="utf-8")
    elif PAGE.read_text("utf-8") != page(packages):
        found.append("docs/licences.md is not current: run `make licences`")
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(sys.argv[1])
