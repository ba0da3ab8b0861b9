"""`holdfast demo`: fictional people in a web chat on this machine, with a clock to turn.

Always on 127.0.0.1, whatever the settings say: whoever has the address sees everybody's chat.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Final

import typer
from rich.console import Console
from starlette.applications import Starlette

from bot import logs
from bot.adapters.local.chat import LocalChat
from bot.adapters.local.door import Door
from bot.adapters.local.live import Live
from bot.adapters.local.page import Services, routes
from bot.app import Hands, Pace
from bot.cli.demo_world import World, entered, removed
from bot.cli.house import policy_of
from bot.cli.serving import Site, listen_near, port_of, serve_until_stopped
from bot.clock import TurnedClock
from bot.scene import House
from bot.settings import Settings, read_settings
from bot.words import Words

HOST: Final = "127.0.0.1"
TOKEN_BYTES: Final = 24
EVERYONES_DAY_BEGAN: Final = timedelta(hours=2)


def demo(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The port; the next free one if it is busy."),
    ] = None,
    *,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Remove the demo that is there, and start afresh.")
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
    asyncio.run(_demo(settings, port or settings.port))


async def _remove(settings: Settings) -> None:
    if await removed(settings):
        typer.echo("The demo that was there is gone; this is a new one.")


async def _demo(settings: Settings, wanted: int) -> None:
    async with entered(settings) as world:
        opened = listen_near(HOST, wanted)
        door = Door(secrets.token_urlsafe(TOKEN_BYTES), port_of(opened))
        live, clock = Live(), TurnedClock(world.offset)
        hands = _hands(settings, world, live, clock, door.port)
        if world.is_silent:
            # So that the first messages stand there, also in zones where the day begins later.
            await hands.to_next_event()
            await hands.turn_to(hands.clock.now() + EVERYONES_DAY_BEGAN)
        async with hands.running():
            _say_where(hands.words, door, wanted)
            site = Site(Starlette(routes=routes(_services(world, hands, live, door))), opened)
            await serve_until_stopped([site], stopping=live.close)
    for language in hands.words.rows:
        typer.echo(hands.words.render("terminal.demo_stopped", language))


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
    async def add_days(days: int) -> datetime:
        await hands.turn_to(hands.clock.now() + timedelta(days=days))
        return hands.clock.now()

    async def towards(target: datetime) -> datetime:
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
        add_days=add_days,
        towards=towards,
    )


def _say_where(words: Words, door: Door, wanted: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    if door.port != wanted:
        console.print(f"Port {wanted} is busy, so this is {door.port}.")
    for language in words.rows:
        console.print(words.render("terminal.demo_open", language), style="bold", markup=False)
    console.print(f"\n    {door.address}\n", style="cyan", markup=False)
