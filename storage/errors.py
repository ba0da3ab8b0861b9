"""What can go wrong with the database, named after what to do next.

The docstring is the default message, so it is written for the administrator who reads it. None of
these ever holds anybody's words.
"""


class StorageError(Exception):
    """Something went wrong with the database."""

    def __init__(self, message: str | None = None) -> None:
        """Take a message in words; without one, the class's docstring is the message."""
        self.message = message or self.__doc__ or type(self).__name__
        super().__init__(self.message)


class DatabaseAway(StorageError):
    """The database cannot be reached or cannot be written now: try again later."""


class Held(StorageError):
    """Another Holdfast is already at work on this database: stop that one first."""


class NotReady(StorageError):
    """This database has no tables yet: run `holdfast db upgrade`."""


class WrongKey(StorageError):
    """A master key is missing or is not the one that this database was sealed with."""


class BadKey(StorageError):
    """A master key is a name, a colon and 32 bytes in base64."""


class Tampered(StorageError):
    """A sealed value is damaged, or does not stand where it was sealed."""


class Erased(StorageError):
    """The key to these words was deleted: nobody can read them any more."""


class Overtaken(StorageError):
    """Someone else changed this row meanwhile: read it again and start over."""


class Taken(StorageError):
    """There is already such a row."""


class Missing(StorageError):
    """There is no such row."""
