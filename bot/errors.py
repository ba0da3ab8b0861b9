"""The errors of the house, named after what to do next.

Raise the class whose *remedy* fits, not the one whose cause fits: the edges catch by remedy.
"""

from datetime import timedelta


class HoldfastError(Exception):
    """Something went wrong in Holdfast."""

    def __init__(self, message: str | None = None) -> None:
        """Take a message in words; without one, the class's docstring is the message."""
        self.message = message or self.__doc__ or type(self).__name__
        super().__init__(self.message)

    def __str__(self) -> str:
        """Return the message, as it may be shown to an administrator."""
        return self.message


class TryLater(HoldfastError):
    """It did not work now, but may work later: try again."""


class Throttled(TryLater):
    """A platform asks to wait: nothing was done, and nothing may be for so long."""

    def __init__(self, message: str, wait: timedelta) -> None:
        """Take the message and how long to wait."""
        super().__init__(message)
        self.wait = wait


class Unreachable(HoldfastError):
    """This person cannot be reached here: do not try again until that changes."""


class Closed(Unreachable):
    """A whole workspace cannot be reached: do nothing there until it is installed again."""


class NotAllowed(HoldfastError):
    """Whoever asks may not see or do this."""


class BadContent(HoldfastError):
    """What was given cannot be used as it is: change it first."""


class Ambiguous(HoldfastError):
    """It may have happened or not: find out before doing it again."""
