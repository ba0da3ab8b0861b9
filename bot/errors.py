"""The errors of the house, named after what to do next.

Raise the class whose *remedy* fits, not the one whose cause fits: the edges catch by remedy.
"""


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


class Unreachable(HoldfastError):
    """This person cannot be reached here: do not try again until that changes."""


class NotAllowed(HoldfastError):
    """Whoever asks may not see or do this."""


class BadContent(HoldfastError):
    """What was given cannot be used as it is: change it first."""


class Ambiguous(HoldfastError):
    """It may have happened or not: find out before doing it again."""
