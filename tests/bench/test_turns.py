"""What is measured of turns is a whole check-in, on both sides, and ours is really kept."""

from __future__ import annotations

from bot.bench import durable_turn
from bot.bench.answers import ANSWERS, as_typed
from bot.bench.engine_turn import check_in, waterfall
from bot.bench.grounds import Ground
from storage import outbox
from storage.tables_talk import dialogues

TURNS = len(ANSWERS) + 1  # opening is one


def test_a_check_in_asks_each_measured_question_once_and_ends() -> None:
    held = check_in().talk()

    assert held.last.ended
    assert tuple(held.last.history.answers) == tuple(ANSWERS)
    assert held.turns == TURNS


def test_what_was_done_is_kept() -> None:
    kept = check_in().talk().last.history.kept

    assert set(kept) == {"attempt", "log", "helped", "next"}


async def test_the_peer_is_asked_as_many_questions_and_keeps_as_many_answers() -> None:
    peer = waterfall()

    await peer.talks(1)

    assert len(peer.said) == len(ANSWERS)
    assert [list(each.values()) for each in peer.ended] == [[*map(as_typed, ANSWERS.values())]]


async def test_both_sides_count_the_same_turns() -> None:
    ours, theirs = await check_in().talks(3), await waterfall().talks(3)

    assert (ours.units, theirs.units) == (3 * TURNS, 3 * TURNS)
    assert ours.seconds > 0
    assert theirs.seconds > 0


async def test_committed_turns_leave_answers_and_letters(bench: Ground) -> None:
    async with durable_turn.talks(bench) as talks:
        work = await talks.hold(1)
        async with talks.database.read() as tx:
            rows = await tx.rows(dialogues.select().where(dialogues.c.kind == "check_in"))
            left = await outbox.waiting(tx)

    assert work.units == len(ANSWERS)
    # The first learner, of whom the others are copies, did not answer.
    assert sorted(map(len, (row["counts"] for row in rows))) == [0, len(ANSWERS)]
    assert left == 0


async def test_sqlite_waits_for_the_disk_at_every_commit(sqlite_bench: Ground) -> None:
    async with durable_turn.talks(sqlite_bench) as talks, talks.database.write() as tx:
        set_to = (await tx.connection.exec_driver_sql("PRAGMA synchronous")).scalar_one()

    assert set_to == 2  # FULL
