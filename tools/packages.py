"""The packages that Holdfast runs on, as the first part of requirements.lock pins them.

A licence is what the installed package says of itself; a package that is not installed here, or
says it in no form that is understood, stands in `TOLD`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

from tools import lock

TOLD: Mapping[str, str] = {
    "aiosignal": "Apache-2.0",
    "colorama": "BSD-3-Clause",  # on Windows only
    "jinja2": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "shellingham": "ISC",
}
"""Licences that a person read in the package itself."""

_CLASSIFIERS = {"License :: OSI Approved :: MIT License": "MIT"}
_EXPRESSION = re.compile(r"[A-Z][\w.-]*(?: (?:AND|OR) [A-Z][\w.-]*)*")
_LONGEST = 40  # what is longer is the text of a licence, not its name


@dataclass(frozen=True, slots=True)
class Package:
    """A package: its version, the marker that says where it is wanted, its files' hashes."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def licence(self) -> str:
        """Give its licence as an SPDX expression; empty when nobody knows."""
        return TOLD.get(self.name) or _said(self.name)


def running(text: str) -> list[Package]:
    """Read the packages of a lock's first part."""
    return [_package(block) for block in lock.blocks(text.split(lock.BETWEEN, maxsplit=1)[0])]


def _package(block: str) -> Package:
    pinned, _, marker = block.splitlines()[0].rstrip("\\ ").partition(" ; ")
    version = pinned.partition("==")[2]
    return Package(lock.name(block), version, marker, tuple(re.findall("sha256:(\\w+)", block)))


def _said(package: str) -> str:
    try:
        told = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return ""
    classified = [_CLASSIFIERS.get(each, "") for each in told.get_all("Classifier") or []]
    given = [told[name] for name in ("License-Expression", "License") if name in told]
    known = [each for each in (*given, *classified) if len(each) <= _LONGEST]
    return next((each for each in known if _EXPRESSION.fullmatch(each)), "")
