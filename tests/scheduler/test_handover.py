"""Slices handed to the tasks of this process."""

import asyncio

import pytest

from scheduler.handover import Handover, Tasks

PATIENCE = 10  # seconds until a test that hangs is called off


class Bench:
    """Tasks, and slices that note their names and wait until they are let go."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.errors: list[tuple[str, BaseException]] = []
        self.let_go = asyncio.Event()
        self.tasks = Tasks(on_error=lambda name, error: self.errors.append((name, error)))

    async def hand(self, name: str, note: str) -> None:
        async def work() -> None:
            await self.let_go.wait()
            self.done.append(note)

        await self.tasks.hand(name, work)

    async def hand_failing(self, name: str, error: BaseException) -> None:
        async def work() -> None:
            raise error

        await self.tasks.hand(name, work)


@pytest.fixture
async def bench() -> Bench:
    return Bench()


async def test_handing_over_does_not_wait_for_the_work(bench: Bench) -> None:
    await bench.hand("nudges", "first")

    assert bench.done == []
    bench.let_go.set()
    assert await bench.tasks.drain(PATIENCE) == ()
    assert bench.done == ["first"]


async def test_of_one_name_one_runs_and_one_waits(bench: Bench) -> None:
    await bench.hand("nudges", "first")
    await bench.hand("nudges", "second")
    await bench.hand("nudges", "third")
    bench.let_go.set()

    await bench.tasks.drain(PATIENCE)

    assert bench.done == ["first", "second"]


async def test_names_do_not_wait_for_each_other(bench: Bench) -> None:
    await bench.hand("nudges", "nudge")
    await bench.hand("delivery", "message")

    names = {task.get_name() for task in asyncio.all_tasks()}
    bench.let_go.set()
    await bench.tasks.drain(PATIENCE)

    assert {"nudges", "delivery"} <= names
    assert sorted(bench.done) == ["message", "nudge"]


async def test_a_name_is_free_again_once_its_work_is_done(bench: Bench) -> None:
    bench.let_go.set()
    await bench.hand("nudges", "first")
    await bench.tasks.drain(PATIENCE)

    await bench.hand("nudges", "second")
    await bench.tasks.drain(PATIENCE)

    assert bench.done == ["first", "second"]


@pytest.mark.parametrize("error", [RuntimeError("no database"), asyncio.CancelledError()])
async def test_work_that_fails_is_told_by_name_and_stops_nothing(
    bench: Bench, error: BaseException
) -> None:
    await bench.hand_failing("nudges", error)
    await bench.hand("nudges", "after it")
    bench.let_go.set()

    await bench.tasks.drain(PATIENCE)

    assert bench.errors == [("nudges", error)]
    assert bench.done == ["after it"]


async def test_draining_cancels_by_name_what_takes_too_long(bench: Bench) -> None:
    await bench.hand("nudges", "never")
    await bench.hand("nudges", "nor this")
    await bench.hand("delivery", "nor that")

    assert await bench.tasks.drain(0.01) == ("nudges", "delivery")

    bench.let_go.set()
    assert await bench.tasks.drain(PATIENCE) == ()
    assert (bench.done, bench.errors) == ([], [])


async def test_work_cancelled_before_its_first_step_frees_its_name(bench: Bench) -> None:
    await bench.hand("nudges", "never")

    assert await bench.tasks.drain(0) == ("nudges",)

    bench.let_go.set()
    await bench.hand("nudges", "afterwards")
    await bench.tasks.drain(PATIENCE)
    assert bench.done == ["afterwards"]


async def test_draining_waits_for_work_handed_over_meanwhile(bench: Bench) -> None:
    async def tick() -> None:
        await bench.hand("delivery", "message")
        bench.let_go.set()

    await bench.tasks.hand("nudges", tick)

    await bench.tasks.drain(PATIENCE)

    assert bench.done == ["message"]


async def test_draining_nothing_is_done_at_once(bench: Bench) -> None:
    assert await bench.tasks.drain(0) == ()


async def test_tasks_are_a_handover(bench: Bench) -> None:
    port: Handover = bench.tasks
    bench.let_go.set()

    await port.hand("nudges", bench.let_go.wait)  # type: ignore[arg-type]

    assert await bench.tasks.drain(PATIENCE) == ()
