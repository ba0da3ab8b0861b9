"""A process that has everything loaded and forks one life after the other, so a kill costs little.

It runs apart from pytest, because only a process without threads and without an event loop may
be forked. One life a line comes in, how it ended goes out: minus the signal, or the exit code.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol, TypeVar

from bot.app import shipped
from storage import failpoints

ROOT: Final = Path(__file__).parent.parent.parent
_LONGEST: Final = 60  # seconds; a life that hangs is ended, and not by SIGKILL


class Armed(Protocol):
    """A dataclass that says what a fork does, and where it is killed."""

    @property
    def armed(self) -> str:
        """The place at which it is killed, or nothing."""


T = TypeVar("T", bound=Armed)


@dataclass(frozen=True, slots=True)
class Forks:
    """The process that forks, seen from a test."""

    process: subprocess.Popen[str]
    said: Path

    def ends(self, life: Any) -> int:  # noqa: ANN401 - any dataclass that the process knows
        """Lead a life, or run an errand, and say how it ended."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asdict(life)) + "\n")
        stdin.flush()
        return int(stdout.readline())

    def last_words(self) -> str:
        """Give what the lives said when something went wrong."""
        return self.said.read_text(encoding="utf-8")[-4000:]


@contextmanager
def forking(said: Path, module: str) -> Iterator[Forks]:
    """Start the process that a module is when it is run, and end it by closing its ear."""
    with said.open("w", encoding="utf-8") as err:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", module],
            cwd=ROOT,
            env={**os.environ, failpoints.VARIABLE: ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=err,
            text=True,
        )
    with process:
        yield Forks(process, said)


def follow(
    kind: Callable[..., T], lead: Callable[[T], Coroutine[Any, Any, None]], *rehearsal: T
) -> None:
    """Fork for every line, and lead what it tells of, armed.

    What is led before anything is forked, and killed nowhere, is learnt by all: modules that load
    when they are needed, and what is worked out once in a process.
    """
    for each in rehearsal:
        asyncio.run(lead(each))

    def work(**told: Any) -> None:  # noqa: ANN401 - as the line says
        each = kind(**told)
        failpoints.arm(each.armed)
        asyncio.run(lead(each))

    serve(work)


def serve(work: Callable[..., None]) -> None:
    """Fork for every line, and do with what it says the work that is given."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # lives may log
    shipped()  # what every life would read for itself: seconds each
    gc.freeze()  # a life copies whatever its collector touches
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _lead(partial(work, **json.loads(line)))
        _, status = os.waitpid(pid, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _lead(work: Callable[[], None]) -> NoReturn:
    """Work, and leave without touching what belongs to the process that forked."""
    ended = 1
    try:
        signal.alarm(_LONGEST)
        work()
        ended = 0
    except SystemExit as end:  # as a command ends
        ended = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - the edge of a process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(ended)
