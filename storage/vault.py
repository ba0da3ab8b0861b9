"""The vault: seals words under the key of the person they are from or about, and opens them.

What is sealed is bound to its row: moved to another row, column or person, it does not open. A
vault lives as long as one transaction, so that a deleted key is gone for the next.
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import Erased, Tampered
from storage.keyring import KEY_BYTES, MAGIC, NONCE_BYTES, TAG_BYTES, Keyring

__all__ = ["Keyring", "Vault", "sealed_bytes"]

_PERSON: Final = b"p"
_FIRST_KEY: Final = 1  # a person's key number, for the day on which one gets a second
_HEADER: Final = MAGIC + _PERSON + bytes([_FIRST_KEY])

Fetch = Callable[[UUID], Awaitable[bytes | None]]


class Vault:
    """Seals and opens for one transaction; `fetch` reads a person's wrapped data key."""

    def __init__(self, keyring: Keyring, fetch: Fetch) -> None:
        self.keyring = keyring
        self._fetch = fetch
        self._keys: dict[UUID, AESGCM] = {}

    def new_person_key(self, person: UUID) -> bytes:
        """Make a data key for a person, wrapped by the current master key."""
        return self.keyring.seal(secrets.token_bytes(KEY_BYTES), _key_place(person))

    def rewrap(self, person: UUID, wrapped: bytes) -> bytes:
        """Wrap a data key anew, by the current master key."""
        place = _key_place(person)
        return self.keyring.seal(self.keyring.open(wrapped, place), place)

    def know(self, person: UUID, wrapped: bytes | None) -> None:
        """Take a person's wrapped data key that was read anyway, instead of fetching it."""
        if wrapped is not None and person not in self._keys:
            self._keys[person] = AESGCM(self.keyring.open(wrapped, _key_place(person)))

    def forget(self) -> None:
        """Forget the keys of people, which a transaction about very many would pile up."""
        self._keys.clear()

    async def seal(
        self, person: UUID | None, table: str, column: str, row_id: UUID, text: str
    ) -> bytes:
        """Seal text under a person's key; of nobody, under the master key.

        Raises:
            Erased: the person's key was deleted.
            WrongKey: the person's key is wrapped by a master key that is not here.

        """
        content = text.encode(errors="surrogatepass")
        where = _place(table, column, row_id, person)
        if person is None:
            return self.keyring.seal(content, where)
        key = await self._key(person)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return _HEADER + nonce + key.encrypt(nonce, content, _HEADER + where)

    async def open(
        self, person: UUID | None, table: str, column: str, row_id: UUID, sealed: bytes
    ) -> str:
        """Open what was sealed for this person in this place.

        Raises:
            Erased: the person's key was deleted.
            WrongKey: the key is wrapped by a master key that is not here.
            Tampered: it is damaged or was sealed elsewhere.

        """
        where = _place(table, column, row_id, person)
        if person is None:
            return self.keyring.open(sealed, where).decode(errors="surrogatepass")
        key = await self._key(person)
        start = len(_HEADER) + NONCE_BYTES
        if not sealed.startswith(_HEADER) or len(sealed) < start:
            raise Tampered
        nonce = sealed[len(_HEADER) : start]
        try:
            content = key.decrypt(nonce, sealed[start:], _HEADER + where)
        except InvalidTag:
            raise Tampered from None
        return content.decode(errors="surrogatepass")

    async def seal_values(
        self,
        person: UUID | None,
        table: str,
        column: str,
        row_id: UUID,
        values: Mapping[str, object],
        *,
        block: int = 1,
    ) -> bytes:
        """Seal plain values, as JSON filled up to whole blocks of bytes. Raises as `seal` does.

        What is sealed in large blocks does not tell by its length what it says.
        """
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        length = len(text.encode(errors="surrogatepass"))
        return await self.seal(person, table, column, row_id, text + " " * (-length % block))

    async def open_values(
        self, person: UUID | None, table: str, column: str, row_id: UUID, sealed: bytes
    ) -> Mapping[str, object]:
        """Open plain values. Raises as `open` does."""
        text = await self.open(person, table, column, row_id, sealed)
        values: dict[str, object] = json.loads(text)
        return values

    async def _key(self, person: UUID) -> AESGCM:
        if person not in self._keys:
            self.know(person, await self._fetch(person))
        if person not in self._keys:
            raise Erased
        return self._keys[person]


def sealed_bytes(text: str) -> int:
    """Say how many bytes a text has once it is sealed under a person's key."""
    return len(_HEADER) + NONCE_BYTES + len(text.encode(errors="surrogatepass")) + TAG_BYTES


def _place(table: str, column: str, row_id: UUID, person: UUID | None) -> bytes:
    return f"{table}|{column}|{row_id}|{person or '-'}".encode()


def _key_place(person: UUID) -> bytes:
    return _place("people", "data_key", person, person)
