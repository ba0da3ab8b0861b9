from datetime import timedelta
from uuid import UUID

import pytest

from storage import attempts, barriers, choices, log, plans, scores
from storage.database import Database, Transaction
from tests.storage.world import NOW, World, add_dialogue

LATER = NOW + timedelta(days=7)


@pytest.fixture
async def second(database: Database, world: World) -> UUID:
    """Give a second dialogue in the same enrolment."""
    async with database.write() as tx:
        return (await add_dialogue(tx, world.sanne, world.enrolment)).id


def where(world: World, dialogue: UUID | None = None) -> tuple[UUID, UUID, UUID, str]:
    """Give the place under which things are kept."""
    return (world.sanne, world.enrolment, dialogue or world.dialogue, "key")


async def keep_plan(
    tx: Transaction, world: World, dialogue: UUID, *, line: str, days: int
) -> None:
    """Keep a plan that was made so many days from now."""
    await plans.keep(
        tx,
        *where(world, dialogue),
        words={"if": line},
        language="nl",
        form="clause",
        at=NOW + timedelta(days=days),
    )


async def test_an_attempt_kept_again_changes_and_keeps_its_moment(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await attempts.keep(tx, *where(world), outcome="tough", at=NOW)
        await attempts.keep(tx, *where(world), outcome="worked", at=LATER)
        (kept,) = await attempts.of_enrolment(tx, world.enrolment)

    assert (kept.outcome, kept.at) == ("worked", NOW)


async def test_attempts_are_counted_by_outcome(
    database: Database, world: World, second: UUID
) -> None:
    async with database.write() as tx:
        await attempts.keep(tx, *where(world), outcome="worked", at=NOW)
        await attempts.keep(tx, *where(world, second), outcome="forgot", at=LATER)
        applied = await attempts.count(tx, world.enrolment, ("worked", "tough"))
        all_of_them = await attempts.count(tx, world.enrolment, ("worked", "forgot"))

    assert (applied, all_of_them) == (1, 2)


async def test_an_attempt_is_withdrawn(database: Database, world: World, second: UUID) -> None:
    async with database.write() as tx:
        await attempts.keep(tx, *where(world), outcome="worked", at=NOW)
        await attempts.keep(tx, *where(world, second), outcome="forgot", at=LATER)
        await attempts.withdraw(tx, world.dialogue, "key")
        left = await attempts.of_enrolment(tx, world.enrolment)

    assert [each.dialogue_id for each in left] == [second]


async def test_a_score_kept_again_changes_and_is_withdrawn(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await scores.keep(tx, *where(world), item="sure", value=4, at=NOW)
        await scores.keep(tx, *where(world), item="sure", value=8, at=LATER)
        kept = await scores.of_enrolment(tx, world.enrolment)
        await scores.withdraw(tx, world.dialogue, "key")
        left = await scores.of_enrolment(tx, world.enrolment)

    assert [(each.item, each.value, each.at) for each in kept] == [("sure", 8, NOW)]
    assert left == []


async def test_words_kept_again_change_and_are_withdrawn(database: Database, world: World) -> None:
    async with database.write() as tx:
        await log.keep(tx, *where(world), words={"did": "niets"}, at=NOW)
        await log.keep(tx, *where(world), words={"did": "één vraag"}, at=LATER)
        kept = await log.of_enrolment(tx, world.enrolment)
        await log.withdraw(tx, world.dialogue, "key")
        left = await log.of_enrolment(tx, world.enrolment)

    assert [(each.words, each.at) for each in kept] == [({"did": "één vraag"}, NOW)]
    assert left == []


async def test_barriers_keep_their_order_and_are_replaced_as_one(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await barriers.keep(tx, *where(world), codes=("TIME", "OPP"), at=NOW)
        both = await barriers.of_enrolment(tx, world.enrolment)
        await barriers.keep(tx, *where(world), codes=("FORG",), at=NOW)
        one = await barriers.of_enrolment(tx, world.enrolment)
        await barriers.withdraw(tx, world.dialogue, "key")
        none = await barriers.of_enrolment(tx, world.enrolment)

    assert [(each.position, each.code) for each in both] == [(0, "TIME"), (1, "OPP")]
    assert [(each.position, each.code) for each in one] == [(0, "FORG")]
    assert none == []


async def test_choices_keep_their_item_and_order(database: Database, world: World) -> None:
    async with database.write() as tx:
        codes = ("reminder", "colleague")
        await choices.keep(tx, *where(world), item="helped", codes=codes, at=NOW)
        kept = await choices.of_enrolment(tx, world.enrolment)
        await choices.withdraw(tx, world.dialogue, "key")
        left = await choices.of_enrolment(tx, world.enrolment)

    assert [(each.item, each.code) for each in kept] == [
        ("helped", "reminder"),
        ("helped", "colleague"),
    ]
    assert left == []


async def test_the_plan_made_last_is_current(
    database: Database, world: World, second: UUID
) -> None:
    async with database.write() as tx:
        nothing = await plans.current(tx, world.enrolment)
        await keep_plan(tx, world, world.dialogue, line="first", days=0)
        await keep_plan(tx, world, second, line="second", days=1)
        current = await plans.current(tx, world.enrolment)
        all_of_them = await plans.by_enrolment(tx, world.enrolment)

    assert nothing is None
    assert current is not None
    assert (current.words, current.form) == ({"if": "second"}, "clause")
    assert [each.state for each in all_of_them] == ["superseded", "current"]


async def test_a_plan_kept_again_is_changed_and_not_made_anew(
    database: Database, world: World, second: UUID
) -> None:
    async with database.write() as tx:
        await keep_plan(tx, world, world.dialogue, line="first", days=0)
        await keep_plan(tx, world, second, line="second", days=1)
        await keep_plan(tx, world, world.dialogue, line="first, edited", days=2)
        all_of_them = await plans.by_enrolment(tx, world.enrolment)

    assert [(each.words["if"], each.state) for each in all_of_them] == [
        ("first, edited", "superseded"),
        ("second", "current"),
    ]


async def test_withdrawing_a_plan_brings_the_one_before_back(
    database: Database, world: World, second: UUID
) -> None:
    async with database.write() as tx:
        await keep_plan(tx, world, world.dialogue, line="first", days=0)
        await keep_plan(tx, world, second, line="second", days=1)
        await plans.withdraw(tx, second, "key")
        current = await plans.current(tx, world.enrolment)
        await plans.withdraw(tx, world.dialogue, "key")
        nothing = await plans.current(tx, world.enrolment)
        await plans.withdraw(tx, world.dialogue, "never kept")

    assert current is not None
    assert current.words == {"if": "first"}
    assert nothing is None


async def test_a_withdrawn_plan_kept_again_is_current_again(
    database: Database, world: World, second: UUID
) -> None:
    async with database.write() as tx:
        await keep_plan(tx, world, world.dialogue, line="first", days=0)
        await keep_plan(tx, world, second, line="second", days=1)
        await plans.withdraw(tx, world.dialogue, "key")
        await keep_plan(tx, world, world.dialogue, line="first, again", days=2)
        current = await plans.current(tx, world.enrolment)

    assert current is not None
    assert current.words == {"if": "first, again"}


async def test_words_of_plans_and_logs_stay_out_of_what_is_printed(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        await keep_plan(tx, world, world.dialogue, line="secret", days=0)
        await log.keep(tx, *where(world), words={"did": "secret"}, at=NOW)
        read = [
            await plans.current(tx, world.enrolment),
            *await log.of_enrolment(tx, world.enrolment),
        ]

    assert "secret" not in repr(read)
