from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from storage import dialogues, people, rotating, workspaces
from storage.database import Database
from storage.errors import Erased, Tampered, WrongKey
from storage.ids import new_id
from storage.keyring import Keyring
from storage.tables import keys
from storage.tables import people as people_table
from storage.tables_talk import dialogues as dialogues_table
from storage.vault import Vault
from tests.storage.world import KEYRING, World, add_dialogue, build

SANNE, MILAN = new_id(), new_id()
ROW, OTHER_ROW = new_id(), new_id()
ROTATED = Keyring.of({"first": b"1" * 32, "second": b"2" * 32}, current="second")
PLACE = (SANNE, "plans", "words", ROW)


@pytest.fixture
def vault() -> Vault:
    made: dict[UUID, bytes] = {}

    async def fetch(person: UUID) -> bytes | None:
        return made.get(person)

    vault = Vault(KEYRING, fetch)
    made |= {person: vault.new_person_key(person) for person in (SANNE, MILAN)}
    return vault


@given(text=st.text())
async def test_whatever_is_sealed_opens_as_it_was(text: str) -> None:
    async def fetch(_: UUID) -> bytes:
        return wrapped

    vault = Vault(KEYRING, fetch)
    wrapped = vault.new_person_key(SANNE)

    assert await vault.open(*PLACE, await vault.seal(*PLACE, text)) == text


async def test_half_a_surrogate_is_sealed_too(vault: Vault) -> None:
    assert await vault.open(*PLACE, await vault.seal(*PLACE, "\ud83d")) == "\ud83d"


async def test_the_same_text_is_never_sealed_the_same_twice(vault: Vault) -> None:
    assert await vault.seal(*PLACE, "words") != await vault.seal(*PLACE, "words")


async def test_sealing_adds_few_bytes(vault: Vault) -> None:
    assert len(await vault.seal(*PLACE, "")) <= 33


@pytest.mark.parametrize(
    "elsewhere",
    [
        (SANNE, "log", "words", ROW),
        (SANNE, "plans", "language", ROW),
        (SANNE, "plans", "words", OTHER_ROW),
        (MILAN, "plans", "words", ROW),
    ],
    ids=["table", "column", "row", "person"],
)
async def test_words_moved_elsewhere_do_not_open(
    vault: Vault, elsewhere: tuple[UUID, str, str, UUID]
) -> None:
    sealed = await vault.seal(*PLACE, "words")

    with pytest.raises(Tampered):
        await vault.open(*elsewhere, sealed)


@pytest.mark.parametrize("position", [0, 2, 3, 4, 16, -1])
async def test_words_changed_by_one_bit_do_not_open(vault: Vault, position: int) -> None:
    sealed = bytearray(await vault.seal(*PLACE, "words"))
    sealed[position] ^= 1

    with pytest.raises(Tampered):
        await vault.open(*PLACE, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"H1p\x01", b"H1p\x01" + b"x" * 13])
async def test_bytes_that_nobody_sealed_do_not_open(vault: Vault, sealed: bytes) -> None:
    with pytest.raises(Tampered):
        await vault.open(*PLACE, sealed)


async def test_a_data_key_moved_to_another_person_does_not_open(vault: Vault) -> None:
    with pytest.raises(Tampered):
        Vault(KEYRING, vault._fetch).know(MILAN, vault.new_person_key(SANNE))  # noqa: SLF001


async def test_what_is_nobodys_is_sealed_under_the_master_key(vault: Vault) -> None:
    place = (None, "workspaces", "credentials", ROW)

    assert await vault.open(*place, await vault.seal(*place, "xoxb")) == "xoxb"


async def test_answers_moved_to_another_row_are_refused(database: Database, world: World) -> None:
    async with database.write() as tx:
        mine = await add_dialogue(tx, world.sanne, world.enrolment)
        stolen = select(dialogues_table.c.answers).where(dialogues_table.c.id == world.dialogue)
        moved = update(dialogues_table).where(dialogues_table.c.id == mine.id)
        await tx.run(moved.values(answers=stolen.scalar_subquery()))

    async with database.read() as tx:
        with pytest.raises(Tampered):
            await dialogues.load(tx, mine.id)


async def test_an_erased_person_cannot_be_read_any_more(database: Database, world: World) -> None:
    async with database.write() as tx:
        await people.erase_key(tx, world.sanne)

    async with database.read() as tx:
        with pytest.raises(Erased):
            await people.get(tx, world.sanne)
        with pytest.raises(Erased):
            await dialogues.load(tx, world.dialogue)
        assert [each.id for each in await people.all_in(tx, world.organisation)] == [world.milan]
        assert await people.by_email(tx, world.organisation, "sanne@example.org") is None


async def test_who_erased_somebody_cannot_read_them_either(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await people.get(tx, world.sanne)
        await people.erase_key(tx, world.sanne)
        with pytest.raises(Erased):
            await people.get(tx, world.sanne)


async def test_a_key_deleted_by_one_transaction_is_gone_for_the_next(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await people.get(tx, world.sanne)
        await people.erase_key(tx, world.sanne)

    async with database.write() as tx:
        with pytest.raises(Erased):
            await tx.vault.seal(world.sanne, "log", "words", new_id(), "words")


async def test_a_database_opens_only_with_the_key_it_was_sealed_with(
    database_url: str, database: Database
) -> None:
    del database
    wrong = Keyring.of({"first": b"x" * 32}, current="first")

    with pytest.raises(WrongKey, match="'first' is not the one this database was sealed with"):
        await Database.open(database_url, wrong)


async def test_a_database_names_the_key_that_is_missing(
    database_url: str, database: Database
) -> None:
    del database
    other = Keyring.of({"second": b"2" * 32}, current="second")

    with pytest.raises(WrongKey, match="the master key 'first', which is not among"):
        await Database.open(database_url, other)


async def test_a_refused_key_leaves_no_trace(database_url: str, database: Database) -> None:
    other = Keyring.of({"second": b"2" * 32}, current="second")
    with pytest.raises(WrongKey):
        await Database.open(database_url, other)

    async with database.read() as tx:
        assert [row["kid"] for row in await tx.rows(select(keys.c.kid))] == ["first"]


async def test_with_two_master_keys_old_words_are_read_and_new_ones_sealed_with_the_new_one(
    database_url: str, database: Database
) -> None:
    world = await build(database)
    rotated = await Database.open(database_url, ROTATED)

    async with rotated.write() as tx:
        old = await people.get(tx, world.sanne)
        new = await people.add(
            tx,
            organisation=world.organisation,
            name="Noor",
            email=None,
            language="nl",
            zone="Europe/Amsterdam",
        )
        wrapped = {
            row["id"]: ROTATED.is_current(row["data_key"])
            for row in await tx.rows(select(people_table.c.id, people_table.c.data_key))
        }
    await rotated.close()

    assert old.name == "sanne"
    assert wrapped == {world.sanne: False, world.milan: False, new.id: True}


async def test_rewrapping_a_person_needs_the_old_key_no_more(
    database_url: str, database: Database
) -> None:
    world = await build(database)
    rotated = await Database.open(database_url, ROTATED)
    async with rotated.write() as tx:
        before = await people.by_email(tx, world.organisation, "sanne@example.org")
    await rotating.rotate(rotated, lambda _: None)
    await rotated.close()
    alone = Keyring.of({"second": b"2" * 32}, current="second")

    async with database.read() as tx:
        row = await tx.row(select(people_table).where(people_table.c.id == world.sanne))
        assert row is not None
        vault = Vault(alone, tx.vault._fetch)  # noqa: SLF001 - the same rows, other keys
        name = await vault.open(world.sanne, "people", "name", world.sanne, row["name"])

    assert before is not None
    assert before.id == world.sanne
    assert name == "sanne"
    assert row["email_index"] == alone.index("sanne@example.org")


async def test_credentials_are_sealed_and_wiped(database: Database, world: World) -> None:
    async with database.write() as tx:
        await workspaces.set_credentials(tx, world.workspace, "xoxb-1")
        kept = await workspaces.credentials_of(tx, world.workspace)
        await workspaces.set_credentials(tx, world.workspace, None)
        wiped = await workspaces.credentials_of(tx, world.workspace)

    assert (kept, wiped) == ("xoxb-1", None)
