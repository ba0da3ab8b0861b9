"""Holdfast on another day: `python -m bot.bench.another_day SECONDS serve` is `holdfast serve`.

Only its clock is turned by so many seconds, so that whatever day it is here, there it is the same
working day, in everybody's hours.
"""

from __future__ import annotations

import runpy
import sys
from datetime import timedelta

from bot import app
from bot.clock import Clock, TurnedClock


def turn(seconds: float) -> None:
    """Turn the clock of `serve` in this process; what reads it must not be loaded yet."""
    turned = TurnedClock(timedelta(seconds=seconds))

    def another_clock() -> Clock:
        return turned

    app.machine_clock = another_clock


if __name__ == "__main__":
    turn(float(sys.argv.pop(1)))
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
