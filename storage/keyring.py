"""The master keys: they wrap the data keys of people, and seal what is nobody's.

Several may be present, so that an old one can be replaced: everything new is done under the
current one, and what an older one wrapped still opens. A keyring never shows its keys.
"""

import base64
import binascii
import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import BadKey, Tampered, WrongKey

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
MAGIC: Final = b"H1"
TAG_BYTES: Final = 16
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,31}")
MASTER_SEALED: Final = MAGIC + b"m"
"""What everything begins with that a master key sealed, whichever it was."""
_URL_SAFE: Final = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True)
class _Master:
    """What is derived from one master key: a key for each purpose, never the key itself."""

    sealer: AESGCM
    index: bytes
    check_value: bytes

    @classmethod
    def of(cls, key: bytes) -> Self:
        """Derive from a master key what each use of it needs."""
        return cls(
            sealer=AESGCM(_derive(key, b"holdfast seal")),
            index=_derive(key, b"holdfast e-mail index"),
            check_value=_derive(key, b"holdfast key check"),
        )


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master keys by id; `current` is the id of the one that seals what is new."""

    current: str
    _masters: Mapping[str, _Master] = field(repr=False)

    @classmethod
    def of(cls, keys: Mapping[str, bytes], *, current: str) -> Self:
        """Make a keyring of master keys of 32 bytes each, by id.

        Raises:
            BadKey: an id or a key does not have the right form, or the current one is not there.

        """
        for name, key in keys.items():
            if not _NAME.fullmatch(name):
                raise BadKey(f"'{name}' is no name for a master key: use a-z, 0-9, '.' and '-'.")
            if len(key) != KEY_BYTES:
                raise BadKey(f"The master key '{name}' has {len(key)} bytes instead of 32.")
        if current not in keys:
            raise BadKey(f"The master key '{current}' is not there.")
        return cls(current, {name: _Master.of(key) for name, key in keys.items()})

    @classmethod
    def read(cls, text: str) -> Self:
        """Read master keys as written in a setting or a file: "id:base64", one a line or comma.

        The first is the current one.

        Raises:
            BadKey: there is none, or one does not have the right form.

        """
        keys = dict(_read_one(part) for part in text.replace(",", "\n").split())
        if not keys:
            raise BadKey("There is no master key.")
        return cls.of(keys, current=next(iter(keys)))

    @property
    def ids(self) -> Sequence[str]:
        """Give the ids of all keys present, the current one first."""
        return sorted(self._masters, key=lambda name: (name != self.current, name))

    def check_value(self, kid: str) -> bytes:
        """Give what tells one master key from another without giving it away."""
        return self._masters[kid].check_value

    def seal(self, content: bytes, where: bytes) -> bytes:
        """Seal bytes under the current master key, bound to the place they stand in."""
        header = master_header(self.current)
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealer = self._masters[self.current].sealer
        return header + nonce + sealer.encrypt(nonce, content, header + where)

    def open(self, sealed: bytes, where: bytes) -> bytes:
        """Open bytes that some master key of ours sealed in this place.

        Raises:
            WrongKey: the master key that sealed them is not here.
            Tampered: they are damaged, were sealed elsewhere, or under another key of that name.

        """
        kid, start = _read_header(sealed)
        if kid not in self._masters:
            raise WrongKey(f"This was sealed with the master key '{kid}', which is not here.")
        header, nonce = sealed[:start], sealed[start : start + NONCE_BYTES]
        try:
            return self._masters[kid].sealer.decrypt(
                nonce, sealed[start + NONCE_BYTES :], header + where
            )
        except (InvalidTag, ValueError):
            raise Tampered from None

    def is_current(self, sealed: bytes) -> bool:
        """Say whether the current master key sealed this."""
        return _read_header(sealed)[0] == self.current

    def index(self, email: str) -> bytes:
        """Give the blind index of an e-mail address under the current key."""
        return self._index(self.current, email)

    def indexes(self, email: str) -> Sequence[bytes]:
        """Give the blind indexes of an e-mail address under every key present."""
        return [self._index(kid, email) for kid in self.ids]

    def code(self, about: str) -> bytes:
        """Give bytes that only this keyring can make of a text, such as a support code."""
        return hmac.digest(self._masters[self.current].index, f"code|{about}".encode(), sha256)

    def _index(self, kid: str, email: str) -> bytes:
        return hmac.digest(self._masters[kid].index, normal(email).encode(), sha256)


def normal(text: str) -> str:
    """Return a text as it is compared: blanks around it and capitals do not count."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def master_header(kid: str) -> bytes:
    """Give what everything begins with that the master key of this id sealed."""
    return MASTER_SEALED + bytes([len(kid)]) + kid.encode()


def write_key(name: str, key: bytes) -> str:
    """Write a master key in the form that `Keyring.read` reads."""
    return f"{name}:{base64.b64encode(key).decode()}"


def new_key() -> bytes:
    """Make a master key."""
    return secrets.token_bytes(KEY_BYTES)


def _read_one(part: str) -> tuple[str, bytes]:
    name, colon, encoded = part.partition(":")
    if not colon:
        raise BadKey
    try:
        return name, base64.b64decode(encoded.translate(_URL_SAFE), validate=True)
    except binascii.Error:
        raise BadKey(f"The master key '{name}' is not written in base64.") from None


def _read_header(sealed: bytes) -> tuple[str, int]:
    start = len(MASTER_SEALED) + 1
    if not sealed.startswith(MASTER_SEALED) or len(sealed) < start:
        raise Tampered
    end = start + sealed[start - 1]
    return sealed[start:end].decode(errors="replace"), end
