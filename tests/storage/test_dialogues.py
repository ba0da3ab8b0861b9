from dataclasses import replace
from datetime import timedelta

import pytest

from storage import dialogues
from storage.database import Database
from storage.errors import Overtaken
from storage.ids import new_id
from tests.storage.world import NOW, World, add_dialogue


async def test_a_dialogue_is_read_as_opened(database: Database, world: World) -> None:
    async with database.write() as tx:
        opened = await add_dialogue(tx, world.sanne, world.enrolment)
    async with database.read() as tx:
        assert await dialogues.load(tx, opened.id) == opened


async def test_a_dialogue_is_read_as_saved(database: Database, world: World) -> None:
    row = new_id()
    async with database.write() as tx:
        opened = await dialogues.load(tx, world.dialogue)
        assert opened is not None
        saved = await dialogues.save(
            tx,
            replace(
                opened,
                answers='{"did": "Ik vroeg het 👋"}',
                told=("noted",),
                kept='{"attempt": "worked"}',
                counts={"did": 2},
                state="ended",
                waiting="did",
                waiting_shape="write",
                asked_at=NOW,
                asked_row=row,
                ended_at=NOW,
            ),
        )
    async with database.read() as tx:
        read = await dialogues.load(tx, world.dialogue)

    assert read == saved
    assert saved.version == opened.version + 1


async def test_what_somebody_else_saved_meanwhile_is_not_overwritten(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        first = await dialogues.load(tx, world.dialogue)
        assert first is not None
        await dialogues.save(tx, replace(first, answers="newer"))
        with pytest.raises(Overtaken):
            await dialogues.save(tx, replace(first, answers="older"))

    async with database.read() as tx:
        read = await dialogues.load(tx, world.dialogue)
    assert read is not None
    assert read.answers == "newer"


async def test_saving_what_was_saved_goes_on(database: Database, world: World) -> None:
    async with database.write() as tx:
        first = await dialogues.load(tx, world.dialogue)
        assert first is not None
        again = await dialogues.save(tx, await dialogues.save(tx, first))

    assert again.version == 3


async def test_the_moment_a_question_was_sent_is_noted_while_that_row_asks_it(
    database: Database, world: World
) -> None:
    row, other = new_id(), new_id()
    async with database.write() as tx:
        opened = await dialogues.load(tx, world.dialogue)
        assert opened is not None
        asking = await dialogues.save(tx, replace(opened, waiting="did", asked_row=row))
        late = await dialogues.mark_asked(tx, world.dialogue, row=other, at=NOW)
        right = await dialogues.mark_asked(tx, world.dialogue, row=row, at=NOW)
        read = await dialogues.load(tx, world.dialogue)
        with pytest.raises(Overtaken):
            await dialogues.save(tx, asking)

    assert (late is None, right is not None) == (True, True)
    assert read is not None
    assert read.asked_at == NOW


async def test_dialogues_are_found_by_person_state_and_enrolment(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        second = await add_dialogue(tx, world.sanne, world.enrolment)
        await dialogues.save(tx, replace(second, state="ended"))
        hers = await dialogues.of_person(tx, world.sanne)
        open_ = await dialogues.of_person(tx, world.sanne, state="open")
        his = await dialogues.of_person(tx, world.milan)
        course = await dialogues.of_enrolment(tx, world.enrolment)

    assert [each.id for each in hers] == [world.dialogue, second.id]
    assert [each.id for each in open_] == [world.dialogue]
    assert his == []
    assert course == hers


async def test_the_latest_dialogue_of_a_kind_is_the_one_opened_last(
    database: Database, world: World
) -> None:
    async with database.write() as tx:
        earlier = await dialogues.open(
            tx,
            id=new_id(),
            person=world.sanne,
            enrolment=world.enrolment,
            kind="check_in",
            subject="s",
            brief={},
            answers="{}",
            kept="{}",
            now=NOW - timedelta(days=1),
        )
        latest = await dialogues.latest(tx, world.enrolment, "check_in")
        nothing = await dialogues.latest(tx, world.enrolment, "welcome")

    assert latest is not None
    assert latest.id == world.dialogue != earlier.id
    assert nothing is None


async def test_a_dialogue_that_is_not_there_is_none(database: Database) -> None:
    async with database.read() as tx:
        assert await dialogues.load(tx, new_id()) is None


async def test_words_stay_out_of_what_is_printed(database: Database, world: World) -> None:
    async with database.read() as tx:
        opened = await dialogues.load(tx, world.dialogue)
    assert opened is not None

    assert "secret" not in repr(replace(opened, answers="secret", kept="secret"))
