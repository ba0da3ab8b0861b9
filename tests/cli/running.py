"""A command that runs in a process of its own; what it prints is waited for, never slept on.

One that was `started` starts from nothing. One that was `forked` starts from a process that has
everything loaded, at a fraction of the cost: what is missing is what happens before `main`.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import pytest

from bot.cli.command import main
from storage import failpoints

PATIENCE = 60.0  # seconds; on two shared cores a start takes a few
ROOT: Final = Path(__file__).parents[2]
WARM: Final = multiprocessing.get_context("forkserver")


class Process(Protocol):
    """A process, seen from the one that started it."""

    def poll(self) -> int | None:
        """Give how it ended: its exit code, or minus a signal. None while it runs."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ended, and give how."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...

    def send_signal(self, sig: int, /) -> None:
        """Send it a signal."""
        ...


class Printed(Protocol):
    """Where the output of a process can be read."""

    def fileno(self) -> int:
        """Give the number by which the system knows it."""
        ...

    def close(self) -> None:
        """Read no more."""
        ...


class Running:
    """A process whose output is read as it comes; it is killed when its block ends."""

    def __init__(self, process: Process, output: Printed) -> None:
        self.printed = ""
        self._process = process
        self._output = output

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._output.close()

    def prints(self, pattern: str) -> re.Match[str]:
        """Wait until the output has this pattern. Raises AssertionError when it never comes."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.printed)):
            assert self._reads_more(deadline), f"{pattern!r} never came: {self.printed}"
        return found

    def ends(self) -> int:
        """Wait until the process ended by itself, and give its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._reads_more(deadline):
            pass
        return self._process.wait(PATIENCE)

    def is_told(self, number: signal.Signals) -> int:
        """Send a signal, wait until the process ended, and give its exit code."""
        self._process.send_signal(number)
        return self.ends()

    def _reads_more(self, deadline: float) -> bool:
        """Read what comes next; False at the end of the output."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            ready = selector.select(max(deadline - time.monotonic(), 0))
        assert ready, f"nothing came in time after: {self.printed}"
        read = os.read(self._output.fileno(), 65536)
        self.printed += read.decode(errors="replace")
        return bool(read)


def started(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Running:
    """Start a command from nothing."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    return Running(process, process.stdout)


def forked(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Running:
    """Start `holdfast` from a process that has it loaded; warnings are errors there."""
    output, written = WARM.Pipe(duplex=False)
    given = (arguments, folder, dict(environment), written)
    process = WARM.Process(target=_become, args=given)
    with pytest.MonkeyPatch.context() as patch:
        # Read by that process when the first of all begins.
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PYTHONWARNINGS", "error")
        patch.setenv(failpoints.VARIABLE, "")
        WARM.set_forkserver_preload([__name__])
        process.start()
    written.close()
    return Running(_Fork(process), output)


@dataclass(frozen=True, slots=True)
class _Fork:
    """A forked process, as one that was started."""

    process: ForkServerProcess

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        assert self.process.exitcode is not None, "it does not end"
        return self.process.exitcode

    def kill(self) -> None:
        self.process.kill()

    def send_signal(self, sig: int, /) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, sig)


def _become(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Connection
) -> None:
    """Be the command. Raises SystemExit with its code."""
    for stream in (sys.stdout, sys.stderr):
        os.dup2(output.fileno(), stream.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    failpoints.arm(environment.get(failpoints.VARIABLE, ""))
    sys.argv = ["holdfast", *arguments]
    main()
