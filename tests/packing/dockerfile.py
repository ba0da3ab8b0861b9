"""Reads the Dockerfile as far as its promises go; there is no engine here that could build it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_LINE: Final = re.compile(r"^(?!#)[A-Z]+ (?:.*\\\n)*.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: what it begins from, and its instructions in order."""

    base: str
    steps: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Give what stands after every instruction of a name."""
        return [rest for step, rest in self.steps if step == name]

    def one(self, name: str) -> str:
        """Give what stands after an instruction that is there once."""
        (found,) = self.all(name)
        return found

    @property
    def environment(self) -> Mapping[str, str]:
        """Give what ENV sets."""
        words = [word for line in self.all("ENV") for word in shlex.split(line)]
        return dict(word.split("=", 1) for word in words)

    @property
    def copied(self) -> list[str]:
        """Give what is copied from this folder."""
        lines = [shlex.split(line) for line in self.all("COPY")]
        return [name for line in lines if not line[0].startswith("--") for name in line[:-1]]

    def exec_form(self, name: str) -> list[str]:
        """Give an instruction in exec form; ValueError when a shell would run it."""
        command: list[str] = json.loads(self.one(name).partition("CMD ")[2] or self.one(name))
        return command


def stages() -> list[Stage]:
    """Read the stages of the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    found: list[Stage] = []
    for line in _LINE.findall(text):
        name, rest = line.replace("\\\n", " ").split(" ", 1)
        if name == "FROM":
            found.append(Stage(rest, ()))
        else:
            last = found.pop()
            found.append(Stage(last.base, (*last.steps, (name, rest.strip()))))
    return found
