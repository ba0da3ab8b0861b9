"""Leaves a test out where the machine lacks a program, and says how to get it.

With HOLDFAST_REQUIRE_ALL set, as in CI, a test that is left out has failed.
"""

import os
from typing import NoReturn

import pytest


def leave_out(missing: str, remedy: str) -> NoReturn:
    """Skip the test that asks, or fail it where everything is required."""
    reason = f"left out: no {missing} on this machine. {remedy}"
    if os.environ.get("HOLDFAST_REQUIRE_ALL"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
