"""`holdfast serve`: Holdfast at work, for as long as it is let.

It has none of the local chat's routes, and refuses a demo's database: there, days pass at a click.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Annotated

import structlog
import typer
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot import logs
from bot.app import machine_clock
from bot.cli import metrics
from bot.cli.chats import Connected, connected
from bot.cli.health import Health, Pulse
from bot.cli.house import opened
from bot.cli.places import keyring_of, policy_of, url_of
from bot.cli.serving import Site, listen, serve_until_stopped
from bot.cli.upgrading import brought_up
from bot.errors import NotAllowed
from bot.heads import Heads
from bot.settings import Settings, read_settings
from bot.tidying import Tidying
from scheduler.ticker import Ticker
from storage import clock
from storage.database import Database

_log = structlog.get_logger(__name__)


def serve(
    *,
    no_migrate: Annotated[
        bool,
        typer.Option("--no-migrate", help="Refuse tables of an older release; change nothing."),
    ] = False,
) -> None:
    """Serve the application: health on /live and /ready, metrics on a port of their own.

    Tables of an older release are backed up and brought to this one first. Stop it with SIGTERM or
    Ctrl-C: what was begun is finished first.
    """
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format)
    asyncio.run(_serve(settings, may_migrate=not no_migrate))


async def _serve(settings: Settings, *, may_migrate: bool) -> None:
    keyring = keyring_of(settings)
    older = partial(_bring_up, settings) if may_migrate else None
    async with opened(settings, keyring, hold=True, older=older) as database:
        await _refuse_demo(database)
        every = timedelta(seconds=settings.look_every_seconds)
        pulse = Pulse(every)
        health = Health(database, url_of(settings), keyring, pulse)
        async with connected(settings, database) as chats:
            sites = _sites(settings, health, chats.routes if chats else ())
            tidying, heads = Tidying(database, policy_of(settings)), Heads()

            async def _look() -> None:
                await health.look()
                now = machine_clock().now()
                await tidying.look(now)
                await heads.look(database, now)

            ticker = Ticker(_look, every, on_error=_look_failed)
            ticker.start()
            try:
                _say_where(settings, chats)
                _log.info("serving", port=settings.port)
                await serve_until_stopped(sites)
            finally:
                await ticker.stop()
                _log.info("stopped")
    typer.echo("Holdfast has stopped.")


async def _bring_up(settings: Settings, database: Database) -> None:
    await _refuse_demo(database)
    await brought_up(settings, database)


def _sites(settings: Settings, health: Health, chats: Sequence[BaseRoute]) -> list[Site]:
    application = Starlette(routes=[*health.routes(), *chats])
    sites = [Site(application, listen(settings.host, settings.port))]
    if settings.metrics_port is not None:
        numbers = metrics.application(health.database)
        sites.append(Site(numbers, listen(settings.host, settings.metrics_port)))
    return sites


async def _refuse_demo(database: Database) -> None:
    async with database.read() as tx:
        if await clock.get(tx) is not None:
            raise NotAllowed(
                "This is a demo's database, whose clock is turned by hand: `holdfast demo` opens "
                "it. Give `serve` a database of its own with HOLDFAST_DATABASE_URL."
            )


def _say_where(settings: Settings, chats: Connected | None) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"Holdfast answers on http://{host}:{settings.port}/live and /ready.")
    if settings.metrics_port is not None:
        typer.echo(f"Its numbers are on http://{host}:{settings.metrics_port}/metrics.")
    if chats is not None:
        typer.echo(f"It is connected to {' and '.join(each.title() for each in chats.platforms)}.")
        return
    typer.echo(
        "No chat platform is connected yet: nothing is opened or sent until one is. "
        "To see it talk: holdfast demo."
    )


def _look_failed(error: BaseException) -> None:
    _log.error("look_failed", exc_info=error)
