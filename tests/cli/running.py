"""A command that runs in a process of its own; what it prints is waited for, never slept on."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 60.0  # seconds; on two shared cores a start takes a few


class Running:
    """A process whose output is read as it comes; it is killed when its block ends."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.printed = ""
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout

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
