"""Who else is in stories of two: Tom, whom a chapter let move in beside Sanne."""

from __future__ import annotations

import pytest

from tests.people import Someone, Town


@pytest.fixture
def tom(town: Town) -> Someone:
    """Give Tom, a colleague who never heard of Holdfast before the story began."""
    return town["Tom"]
