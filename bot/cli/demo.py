"""`holdfast demo`: fictional people in a web chat on this machine, with a clock to turn.

Always on 127.0.0.1, whatever the settings say: whoever has the address sees everybody's chat. Only
in a container, and only when told so, does it listen to what the container lets through.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from typing import Annotated, Final

import structlog
import typer
from rich.console import Console
from starlette.applications import Starlette

from bot import logs
from bot.adapters.local.chat import LocalChat
from bot.adapters.local.door import Door
from bot.adapters.local.live import Live
from bot.adapters.local.page import Services, routes
from bot.app import Hands, Pace
from bot.cli.demo_world import ZONE, World, entered, removed
from bot.cli.health import Health, Pulse
from bot.cli.places import policy_of, url_of
from bot.cli.serving import Site, listen, listen_near, port_of, serve_until_stopped
from bot.clock import TurnedClock
from bot.scene import House
from bot.settings import Settings, read_settings
from bot.words import Words
from scheduler.local import local_of, start_of
from scheduler.ticker import Ticker

_log = structlog.get_logger(__name__)

HOST: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - within a container, by --in-container only
TOKEN_BYTES: Final = 24
EVERYONES_DAY_BEGAN: Final = timedelta(hours=2)
LATE: Final = time(15)  # not everybody is reached any more on a day that is begun then


def demo(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The port; the next free one if it is busy."),
    ] = None,
    *,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Remove the demo that is there, and start afresh.")
    ] = False,
    in_container: Annotated[
        bool,
        typer.Option(
            "--in-container",
            help="Listen on every address of this container, for a port that is published on "
            "127.0.0.1 only.",
        ),
    ] = False,
) -> None:
    """Try Holdfast here: a web chat with twelve fictional people, and a clock to turn.

    Everything stays in .holdfast on this machine, and the next demo goes on where this one was.
    """
    settings = read_settings()
    chosen = "log_level" in settings.model_fields_set
    logs.set_up(settings.log_level if chosen else "warning", settings.log_format)
    if fresh:
        asyncio.run(_remove(settings))
    asyncio.run(_demo(settings, port or settings.port, in_container=in_container))


async def _remove(settings: Settings) -> None:
    if await removed(settings):
        typer.echo("The demo that was there is gone; this is a new one.")


async def _demo(settings: Settings, wanted: int, *, in_container: bool) -> None:
    async with entered(settings) as world:
        # What is published is one port, so in a container the next one is of no use.
        opened = listen(EVERYWHERE, wanted) if in_container else listen_near(HOST, wanted)
        door = Door(secrets.token_urlsafe(TOKEN_BYTES), port_of(opened))
        live, clock = Live(), TurnedClock(world.offset)
        hands = _hands(settings, world, live, clock, door.port)
        if world.is_silent:
            if (begins := day_to_begin(clock.now())) > clock.now():
                await hands.turn_to(begins)
            # So that the first messages stand there, also in zones where the day begins later.
            await hands.to_next_event()
            await hands.turn_to(hands.clock.now() + EVERYONES_DAY_BEGAN)
        async with hands.running(), _health(settings, world) as health:
            _say_where(hands.words, door, wanted)
            page = routes(_services(world, hands, live, door), health=health.routes())
            await serve_until_stopped([Site(Starlette(routes=page), opened)], stopping=live.close)
    for language in hands.words.rows:
        typer.echo(hands.words.render("terminal.demo_stopped", language))


def day_to_begin(now: datetime) -> datetime:
    """Give from when on a new demo looks for its first messages: now, or the next day."""
    local = local_of(now, ZONE)
    return now if local.at < LATE else start_of(local.day + timedelta(days=1), ZONE)


@asynccontextmanager
async def _health(settings: Settings, world: World) -> AsyncIterator[Health]:
    """Give what /live and /ready tell, for as long as the block lasts."""
    every = timedelta(seconds=settings.look_every_seconds)
    pulse = Pulse(every)
    ticker = Ticker(pulse.look, every, on_error=_look_failed)
    ticker.start()
    try:
        yield Health(world.database, url_of(settings), world.keyring, pulse)
    finally:
        await ticker.stop()


def _look_failed(error: BaseException) -> None:
    _log.error("look_failed", exc_info=error)


def _hands(settings: Settings, world: World, live: Live, clock: TurnedClock, port: int) -> Hands:
    pace = Pace(
        look_every=timedelta(seconds=settings.look_every_seconds),
        lease=timedelta(seconds=settings.lease_seconds),
        keep=policy_of(settings),
    )
    chat = LocalChat(world.database, live, clock.now)
    # Without http://, or it would be too long for a text.
    at = f"{HOST}:{port}"
    house = House(f"{at}/privacy", f"{at}/my-data", settings.help_blocks)
    return Hands(world.database, chat, clock, house=house, pace=pace)


def _services(world: World, hands: Hands, live: Live, door: Door) -> Services:
    async def _add_days(days: int) -> datetime:
        await hands.turn_to(hands.clock.now() + timedelta(days=days))
        return hands.clock.now()

    async def _towards(target: datetime) -> datetime:
        coming = await hands.next_event()
        await hands.turn_to(target if coming is None else min(coming, target))
        return hands.clock.now()

    return Services(
        database=world.database,
        words=hands.words,
        live=live,
        workspace=world.workspace,
        door=door,
        hear=hands.hear,
        now=hands.clock.now,
        to_next_event=hands.to_next_event,
        add_days=_add_days,
        towards=_towards,
    )


def _say_where(words: Words, door: Door, wanted: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    if door.port != wanted:
        console.print(f"Port {wanted} is busy, so this is {door.port}.")
    for language in words.rows:
        console.print(words.render("terminal.demo_open", language), style="bold", markup=False)
    console.print(f"\n    {door.address}\n", style="cyan", markup=False)
