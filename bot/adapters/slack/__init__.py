"""Slack: our messages as its blocks and modals, and what people do there as our own events."""

import os
from pathlib import Path


def _give_a_home() -> None:
    """Let Slack's library be imported by a user without a home, as in a container.

    It asks for one as it is imported, for a file store of tokens that is not used here.
    """
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.sep


_give_a_home()
