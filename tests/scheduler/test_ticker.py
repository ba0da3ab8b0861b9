"""When looks happen; no test here waits for a clock, only for what should happen."""

import asyncio
from datetime import timedelta

import pytest

from scheduler.guarded import guarded
from scheduler.ticker import Ticker

NEVER = timedelta(days=1)
SOON = timedelta(milliseconds=5)
PATIENCE = 10  # seconds until a test that hangs is called off


class Looks:
    """Counts looks; each waits until it is let go."""

    def __init__(self) -> None:
        self.begun = 0
        self.running = 0
        self.most_at_once = 0
        self.errors: list[BaseException] = []
        self.began = asyncio.Event()
        self.let_go = asyncio.Event()

    async def look(self) -> None:
        self.begun += 1
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        self.began.set()
        try:
            await self.let_go.wait()
        finally:
            self.running -= 1

    def ticker(self, every: timedelta = NEVER) -> Ticker:
        return Ticker(self.look, every, on_error=self.errors.append)

    async def next_begun(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.began.wait()
        self.began.clear()


class Counted:
    """A look that may raise, and says when it was called so often."""

    def __init__(self, until: int, raising: BaseException | None = None) -> None:
        self.left = until
        self.raising = raising
        self.errors: list[BaseException] = []
        self.reached = asyncio.Event()

    async def look(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.reached.set()
        if self.raising is not None:
            raise self.raising


async def test_it_looks_at_once_and_then_again_and_again() -> None:
    counted = Counted(until=4)
    ticker = Ticker(counted.look, SOON, on_error=counted.errors.append)

    ticker.start()

    async with asyncio.timeout(PATIENCE):
        await counted.reached.wait()
    await ticker.stop()
    assert counted.errors == []


async def test_being_woken_makes_it_look_now() -> None:
    looks = Looks()
    looks.let_go.set()
    ticker = looks.ticker()
    ticker.start()
    await looks.next_begun()

    ticker.wake()

    await looks.next_begun()
    await ticker.stop()
    assert looks.begun == 2


async def test_many_wakes_during_a_look_mean_one_more_look() -> None:
    looks = Looks()
    ticker = looks.ticker()
    ticker.start()
    await looks.next_begun()

    ticker.wake()
    ticker.wake()
    ticker.wake()
    looks.let_go.set()

    await looks.next_begun()
    await ticker.stop()
    assert (looks.begun, looks.most_at_once) == (2, 1)


@pytest.mark.parametrize("error", [RuntimeError("no database"), asyncio.CancelledError()])
async def test_a_look_that_fails_is_told_and_stops_nothing(error: BaseException) -> None:
    counted = Counted(until=3, raising=error)
    ticker = Ticker(counted.look, SOON, on_error=counted.errors.append)

    ticker.start()

    async with asyncio.timeout(PATIENCE):
        await counted.reached.wait()
    await ticker.stop()
    assert counted.errors[:2] == [error, error]


async def test_stopping_waits_for_the_look_that_runs() -> None:
    looks = Looks()
    ticker = looks.ticker()
    ticker.start()
    await looks.next_begun()

    stopping = asyncio.create_task(ticker.stop(), name="stopping")
    looks.let_go.set()
    await stopping

    assert (looks.begun, looks.running) == (1, 0)


async def test_stopping_that_is_called_off_cancels_the_look() -> None:
    looks = Looks()
    ticker = looks.ticker()
    ticker.start()
    await looks.next_begun()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await ticker.stop()

    assert (looks.running, looks.errors) == (0, [])


async def test_after_stopping_nothing_looks_any_more() -> None:
    looks = Looks()
    looks.let_go.set()
    ticker = looks.ticker(SOON)
    ticker.start()
    await looks.next_begun()
    await ticker.stop()
    begun = looks.begun

    ticker.wake()
    await ticker.stop()

    assert looks.begun == begun
    assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint({"ticker"})


async def test_a_ticker_that_never_started_stops_at_once() -> None:
    looks = Looks()

    await looks.ticker().stop()

    assert looks.begun == 0
    assert {task.get_name() for task in asyncio.all_tasks()}.isdisjoint({"ticker"})


async def test_a_wake_before_the_start_is_not_a_second_look() -> None:
    looks = Looks()
    looks.let_go.set()
    ticker = looks.ticker()
    ticker.wake()

    ticker.start()

    await looks.next_begun()
    await ticker.stop()
    assert looks.begun == 1


async def test_a_ticker_starts_once() -> None:
    looks = Looks()
    looks.let_go.set()
    ticker = looks.ticker()
    ticker.start()

    with pytest.raises(RuntimeError, match="started already"):
        ticker.start()

    await ticker.stop()


@pytest.mark.parametrize("every", [timedelta(0), timedelta(seconds=-1)])
def test_an_interval_must_be_above_zero(every: timedelta) -> None:
    with pytest.raises(ValueError, match="above zero"):
        Looks().ticker(every)


async def test_guarded_work_lets_its_own_cancellation_through() -> None:
    looks = Looks()
    working = asyncio.create_task(guarded(looks.look, on_error=looks.errors.append), name="work")
    await looks.next_begun()

    working.cancel()

    with pytest.raises(asyncio.CancelledError):
        await working
    assert looks.errors == []
