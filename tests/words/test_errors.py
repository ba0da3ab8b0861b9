"""What an error says."""

import pytest

from bot.errors import BadContent, HoldfastError, NotAllowed, TryLater, Unreachable


@pytest.mark.parametrize("kind", [TryLater, Unreachable, NotAllowed, BadContent])
def test_the_docstring_is_the_default_message(kind: type[HoldfastError]) -> None:
    error = kind()

    assert str(error) == kind.__doc__
    assert isinstance(error, HoldfastError)


def test_a_message_of_ones_own_goes_first() -> None:
    assert str(TryLater("The chat is busy.")) == "The chat is busy."


class Undescribed(HoldfastError):
    __doc__ = None


def test_an_error_without_a_docstring_says_its_name() -> None:
    assert str(Undescribed()) == "Undescribed"
