import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

import pytest

from storage import addresses, listed, nudges, organisations, people, shifts, workspaces
from storage.database import Database, Transaction
from storage.errors import Erased, Missing, Taken
from storage.ids import new_id
from storage.people import Quiet
from tests.storage.world import KEYRING, World, add_person, build, visit

Change: TypeAlias = Callable[[Transaction, UUID], Awaitable[object]]
CHANGES: Final[dict[str, Change]] = {
    "set_focus": lambda tx, person: people.set_focus(tx, person, new_id()),
    "set_language": lambda tx, person: people.set_language(tx, person, "en"),
    "set_zone": lambda tx, person: people.set_zone(tx, person, "Europe/London"),
    "set_rhythm": lambda tx, person: people.set_rhythm(tx, person, {"slot_weekday": 2}),
    "set_status": lambda tx, person: people.set_status(tx, person, "left"),
    "set_roles": lambda tx, person: people.set_roles(tx, person, ["buddy"]),
    "rename": lambda tx, person: people.rename(tx, person, "Sanne B."),
    "set_quiet": lambda tx, person: people.set_quiet(tx, person, Quiet("self")),
    "set_country": lambda tx, person: people.set_country(tx, person, "BE"),
    "set_leave": lambda tx, person: people.set_leave(
        tx, person, [(date(2027, 3, 1), date(2027, 3, 9))]
    ),
}
ENDS: Final = {"erase_key"}
OF_NOBODY_THERE: Final = {"add", "add_channel", "new_row", "called"}
READ: Final = {"get", "lock", "by_email", "all_in", "named", "is_anybodys_name"}


async def test_a_person_is_read_as_added(database: Database, world: World) -> None:
    async with database.write() as tx:
        added = await people.add(
            tx,
            organisation=world.organisation,
            name="Noor de Vries",
            email="Noor@Example.org",
            language="en",
            zone="Europe/Brussels",
            roles=("manager",),
        )
    async with database.read() as tx:
        read = await people.get(tx, added.id)

    assert read == added
    assert read.name == "Noor de Vries"


async def test_a_person_is_found_by_address_however_it_is_written(
    database: Database, world: World
) -> None:
    async with database.read() as tx:
        found = await people.by_email(tx, world.organisation, " SANNE@example.org ")
        nobody = await people.by_email(tx, world.organisation, "nobody@example.org")

    assert found is not None
    assert found.id == world.sanne
    assert nobody is None


async def test_an_address_belongs_to_one_person_of_an_organisation(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        with pytest.raises(Taken):
            await add_person(tx, world.organisation, "SANNE")
        await add_person(tx, world.organisation, "noor")  # the transaction is not spoilt

    async with database.read() as tx:
        names = [each.name for each in await people.all_in(tx, world.organisation)]
    assert names == ["sanne", "milan", "noor"]


async def test_two_organisations_may_have_the_same_address(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        other = await organisations.add(tx, name="Zuid", language="en", zone="Europe/London")
        hers = await add_person(tx, other.id, "sanne")
        found = await people.by_email(tx, other.id, "sanne@example.org")
        everybody = await people.all_in(tx, world.organisation)

    assert found is not None
    assert found.id == hers
    assert hers not in {each.id for each in everybody}


async def test_people_without_an_address_are_no_conflict(database: Database, world: World) -> None:
    async with database.write() as tx:
        both = [
            await people.add(
                tx,
                organisation=world.organisation,
                name=name,
                email=None,
                language="nl",
                zone="Europe/Amsterdam",
            )
            for name in ("a", "b")
        ]

    assert both[0].id != both[1].id


async def test_what_is_known_of_a_person_changes(database: Database, world: World) -> None:
    focus = new_id()
    async with database.write() as tx:
        await people.set_focus(tx, world.sanne, focus)
        await people.set_language(tx, world.sanne, "en")
        await people.set_zone(tx, world.sanne, "Europe/London")
        await people.set_rhythm(tx, world.sanne, {"slot_weekday": 2})
        await people.set_status(tx, world.sanne, "left")
        await people.set_roles(tx, world.sanne, ["buddy"])
        await people.rename(tx, world.sanne, "Sanne B.")
    async with database.read() as tx:
        read = await people.get(tx, world.sanne)

    assert (read.focus, read.language, read.zone) == (focus, "en", "Europe/London")
    assert (read.rhythm, read.status, read.roles) == ({"slot_weekday": 2}, "left", ("buddy",))
    assert read.name == "Sanne B."


async def test_a_rhythm_is_taken_back(database: Database, world: World) -> None:
    async with database.write() as tx:
        await people.set_rhythm(tx, world.sanne, {"slot_weekday": 2})
        await people.set_rhythm(tx, world.sanne, None)
        await people.set_focus(tx, world.sanne, None)
        read = await people.get(tx, world.sanne)

    assert (read.rhythm, read.focus) == (None, None)


# What was read under the lock is not read again, so it may not be out of date.


def test_every_function_that_changes_a_person_is_tried_below() -> None:
    ours = inspect.getmembers(people, inspect.iscoroutinefunction)
    public = {name for name, each in ours if each.__module__ == people.__name__ and name[0] != "_"}

    assert public == {*CHANGES, *ENDS, *OF_NOBODY_THERE, *READ}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_whoever_changes_a_person_leaves_no_stale_one_behind(
    database: Database, world: World, change: Change
) -> None:
    async with database.write() as tx:
        before = await people.lock(tx, world.sanne)
        others = await people.lock(tx, world.milan)
        await change(tx, world.sanne)
        held = await people.get(tx, world.sanne)
        kept = await people.get(tx, world.milan)
    async with database.read() as tx:
        read = await people.get(tx, world.sanne)

    assert held == read != before
    assert kept is others


async def test_the_shifts_of_a_person_are_never_stale_either(
    database: Database, world: World
) -> None:
    start = datetime(2027, 3, 3, 7, tzinfo=UTC)
    end = start + timedelta(days=1)
    async with database.write() as tx:
        await people.set_rhythm(tx, world.sanne, {"mode": "shifts"})
        before = await people.lock(tx, world.sanne)
        shift = (start, start + timedelta(hours=8))
        await shifts.replace(tx, world.sanne, [shift], since=start, until=end, source="roster")
        new = await people.lock(tx, world.sanne)
        await shifts.forget(tx, world.sanne, since=start, until=end, source="roster")
        after = await people.get(tx, world.sanne)

    assert (before.shifts, new.shifts, after.shifts) == ((), (shift,), ())


async def test_a_list_leaves_no_stale_person_behind(database: Database, world: World) -> None:
    async with database.write() as tx:
        held = await people.lock(tx, world.sanne)
        (found,) = (await listed.by_ids(tx, [world.sanne])).values()
        await listed.change_all(tx, [replace(found, name="Sanne B.")])
        after = await people.get(tx, world.sanne)

    assert after == replace(held, name="Sanne B.")


async def test_who_is_erased_is_not_read_from_what_was_locked(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        before = await people.lock(tx, world.sanne)
        await people.erase_key(tx, world.sanne)
        with pytest.raises(Erased):
            await people.get(tx, world.sanne)

    assert before.email == "sanne@example.org"


async def _change_in_vain(tx: Transaction, person: UUID) -> None:
    async with tx.savepoint():
        await people.set_focus(tx, person, new_id())
        raise Taken


async def test_a_change_that_is_undone_leaves_no_stale_person_behind(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        before = await people.lock(tx, world.sanne)
        with pytest.raises(Taken):
            await _change_in_vain(tx, world.sanne)
        after = await people.get(tx, world.sanne)

    assert after == before


async def test_nobody_is_told_to_be_missing(database: Database, world: World) -> None:
    del world
    async with database.write() as tx:
        with pytest.raises(Missing):
            await people.get(tx, new_id())
        with pytest.raises(Missing):
            await people.lock(tx, new_id())
        with pytest.raises(Missing):
            await people.set_language(tx, new_id(), "en")


async def test_who_locks_a_person_keeps_others_from_locking_them(
    postgresql_url: str,
) -> None:
    database = await Database.open(postgresql_url, KEYRING)
    world = await build(database)

    async def lock() -> None:
        async with database.write() as tx:
            await people.lock(tx, world.sanne)

    async with database.write() as tx:
        await people.lock(tx, world.sanne)
        second = asyncio.create_task(lock())
        done, _ = await asyncio.wait((second,), timeout=0.1)
    await second

    assert not done
    await database.close()


async def test_two_who_do_something_for_each_other_do_not_wait_for_each_other(
    postgresql_url: str,
) -> None:
    database = await Database.open(postgresql_url, KEYRING)
    world = await build(database)

    async with database.write() as one, database.write() as two:
        await people.lock(one, world.sanne)
        await people.lock(two, world.milan)
        await nudges.insert(one, person=world.milan, enrolment=None, wanted=visit(1))
        await nudges.insert(two, person=world.sanne, enrolment=None, wanted=visit(1))

    async with database.read() as tx:
        assert len(await nudges.coming(tx, world.sanne)) == 1
    await database.close()


async def test_names_and_addresses_stay_out_of_what_is_printed(
    database: Database, world: World
) -> None:
    async with database.read() as tx:
        read = await people.get(tx, world.sanne)

    assert "sanne" not in repr(read)


async def test_the_first_organisation_is_the_oldest(database: Database, world: World) -> None:
    async with database.write() as tx:
        await organisations.add(tx, name="Zuid", language="en", zone="Europe/London")
        first = await organisations.first(tx)

    assert first is not None
    assert first.id == world.organisation


async def test_without_organisations_there_is_no_first(database: Database) -> None:
    async with database.read() as tx:
        assert await organisations.first(tx) is None
        with pytest.raises(Missing):
            await organisations.get(tx, new_id())


async def test_a_workspace_is_found_by_what_its_platform_calls_it(
    database: Database, world: World
) -> None:
    async with database.read() as tx:
        found = await workspaces.by_external(tx, "local", "local")
        other = await workspaces.by_external(tx, "slack", "local")
        on_local = await workspaces.all_on(tx, "local")

    assert found is not None
    assert found.id == world.workspace
    assert found.state == "active"
    assert other is None
    assert on_local == [found]


async def test_a_workspace_is_there_once(database: Database, world: World) -> None:
    async with database.write() as tx:
        with pytest.raises(Taken, match="The local workspace local"):
            await workspaces.add(
                tx,
                organisation=world.organisation,
                platform="local",
                external_id="local",
                language="nl",
                zone="Europe/Amsterdam",
            )
        await workspaces.set_state(tx, world.workspace, "paused")
        assert (await workspaces.get(tx, world.workspace)).state == "paused"
        with pytest.raises(Missing):
            await workspaces.get(tx, new_id())


async def test_an_address_is_found_by_its_user(database: Database, world: World) -> None:
    async with database.read() as tx:
        found = await addresses.by_user(tx, world.workspace, "sanne")
        nobody = await addresses.by_user(tx, world.workspace, "nobody")

    assert found is not None
    assert (found.person_id, found.state, found.reference) == (world.sanne, "reachable", None)
    assert nobody is None


async def test_a_user_of_a_workspace_is_one_person(database: Database, world: World) -> None:
    async with database.write() as tx:
        with pytest.raises(Taken):
            await addresses.add(tx, person=world.milan, workspace=world.workspace, user="sanne")


async def test_the_preferred_address_is_used_while_it_can_be_reached(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        first = (await addresses.of_person(tx, world.sanne))[0]
        second = await addresses.add(
            tx, person=world.sanne, workspace=world.workspace, user="sanne-2", reference="r"
        )
        chosen = [await addresses.preferred(tx, world.sanne)]
        await addresses.prefer(tx, second)
        chosen.append(await addresses.preferred(tx, world.sanne))
        await addresses.set_state(tx, second.id, "blocked", "403")
        chosen.append(await addresses.preferred(tx, world.sanne))
        await addresses.set_state(tx, first.id, "left")
        chosen.append(await addresses.preferred(tx, world.sanne))

    assert [each and each.id for each in chosen] == [first.id, second.id, first.id, None]


async def test_a_reference_is_kept_and_changed(database: Database, world: World) -> None:
    async with database.write() as tx:
        address = (await addresses.of_person(tx, world.sanne))[0]
        await addresses.set_reference(tx, address, "conversation-1")
        await addresses.set_state(tx, address.id, "blocked", "by user")
        (read,) = await addresses.of_person(tx, world.sanne)
        with pytest.raises(Missing):
            await addresses.set_state(tx, new_id(), "blocked")

    assert (read.reference, read.state, read.reason) == ("conversation-1", "blocked", "by user")
