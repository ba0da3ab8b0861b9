"""Where lives follow one another: each on a copy of the database that its scenario begins with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.kills.forks import Forks
from tests.kills.lives import Life
from tests.kills.rows import Lines
from tests.support.grounds import Ground
from tests.support.numbers import NUMBERS


@dataclass(frozen=True, slots=True)
class World:
    """Where a scenario begins: its database and the moment; and how it ends without a kill."""

    database: str
    moment: str
    ends: Lines


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario under way, on a database of its own: one life after the other."""

    ground: Ground
    forks: Forks
    database: str
    life: Life

    def dies(self, armed: str, **otherwise: object) -> int:
        """Lead a life that is killed where it is armed; say how it ended."""
        ended = self.forks.ends(replace(self.life, armed=armed, **otherwise))  # type: ignore[arg-type]
        self.ground.rest(self.database)
        return ended

    def goes_on(self, **otherwise: object) -> Lines:
        """Lead a life to the end of the scenario; give all rows."""
        told = Path(self.life.folder) / "told"
        ended = self.forks.ends(replace(self.life, told=str(told), **otherwise))  # type: ignore[arg-type]
        self.ground.rest(self.database)
        assert ended == 0, self.forks.last_words()
        lines: Lines = json.loads(told.read_text(encoding="utf-8"))
        return lines


@dataclass
class Site:
    """One kind of database, and the worlds that were prepared on it."""

    ground: Ground
    forks: Forks
    folder: Path
    _worlds: dict[str, World] = field(default_factory=dict)
    _numbers: Iterator[int] = NUMBERS

    def world(self, scenario: str) -> World:
        """Prepare a scenario, and let it end without a kill; once, and remember."""
        if scenario not in self._worlds:
            began = self._prepared(scenario)
            with self._run(scenario, began.database, began.moment) as run:
                self._worlds[scenario] = replace(began, ends=run.goes_on())
        return self._worlds[scenario]

    @contextmanager
    def begun(self, scenario: str) -> Iterator[Run]:
        """Give a scenario at its beginning, as often as wanted."""
        world = self.world(scenario)
        with self._run(scenario, world.database, world.moment) as run:
            yield run

    def _prepared(self, scenario: str) -> World:
        database = f"world_{next(self._numbers)}"
        self.ground.copy("", database)
        with self._folder() as folder:
            life = Life(self.ground.url(database), scenario, str(folder))
            moment = Run(self.ground, self.forks, database, life).goes_on()
        return World(database, str(moment), ())

    @contextmanager
    def _run(self, scenario: str, database: str, moment: str) -> Iterator[Run]:
        copy = f"copy_{next(self._numbers)}"
        self.ground.copy(database, copy)
        with self._folder() as folder:
            life = Life(self.ground.url(copy), scenario, str(folder), moment)
            yield Run(self.ground, self.forks, copy, life)
        self.ground.drop(copy)

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        folder = self.folder / f"life_{next(self._numbers)}"
        folder.mkdir()
        yield folder
        shutil.rmtree(folder)
