"""The chat platforms that `holdfast serve` is connected to, and the hands that work for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from pydantic import SecretStr
from starlette.routing import BaseRoute

from bot.adapters.ports import Ports
from bot.adapters.slack.assembled import Slack, Wanted
from bot.adapters.slack.installed import PLATFORM, App
from bot.adapters.slack.manifest import before_commands
from bot.app import Hands, Pace, machine_clock, shipped
from bot.cli.places import policy_of
from bot.scene import House
from bot.settings import Settings, SettingsError
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Connected:
    """What is at work for the platforms: their routes and the hands."""

    platforms: Sequence[str]
    routes: Sequence[BaseRoute]
    hands: Hands


@asynccontextmanager
async def connected(settings: Settings, database: Database) -> AsyncIterator[Connected | None]:
    """Connect every platform that the settings name, and work for as long as the block lasts.

    None where they name none. Raises as `Slack.connected` does.
    """
    wanted = slack_of(settings)
    if wanted is None:
        yield None
        return
    clock, (words, _) = machine_clock(), shipped()
    async with Slack.connected(wanted, database, words, clock.now) as slack:
        chats = Ports(database, {PLATFORM: slack.chat})
        hands = Hands(
            database, chats, clock, house=_house(settings), pace=_pace(settings),
            rests=slack.resting,
        )  # fmt: skip
        async with hands.running(), slack.listening(hands.hear) as routes:
            yield Connected([PLATFORM], routes, hands)


def slack_of(settings: Settings) -> Wanted | None:
    """Read what the settings say of Slack; None where they say nothing of it.

    Raises:
        SettingsError: a part is missing; without a secret anybody could pretend to be Slack.

    """
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        raise SettingsError(
            "HOLDFAST_SLACK_CLIENT_ID and HOLDFAST_SLACK_CLIENT_SECRET go together: give both, or "
            "neither and a bot token. They stand in the app's Basic Information."
        )
    if settings.slack_signing_secret is None and settings.slack_app_token is None:
        if settings.slack_bot_token or settings.slack_client_id:
            raise SettingsError(
                "HOLDFAST_SLACK_SIGNING_SECRET is missing: Slack needs it too. It stands in the "
                "app's Basic Information, under App Credentials."
            )
        return None
    return Wanted(
        signing_secret=_told(settings.slack_signing_secret),
        app=App(settings.slack_client_id, _told(settings.slack_client_secret), settings.slack_api),
        profile=settings.slack_profile,
        link=settings.public_link,
        bot_token=_told(settings.slack_bot_token),
        app_token=_told(settings.slack_app_token),
    )


def _house(settings: Settings) -> House:
    """Give the addresses of our pages, without https://: it would be too long for a text."""
    at = settings.public_link.partition("://")[2]
    before = before_commands(settings.slack_profile)
    return House(
        f"{at}/privacy", f"{at}/my-data", settings.help_blocks,
        {PLATFORM: before} if before else {},
    )  # fmt: skip


def _pace(settings: Settings) -> Pace:
    return Pace(
        look_every=timedelta(seconds=settings.look_every_seconds),
        lease=timedelta(seconds=settings.lease_seconds),
        keep=policy_of(settings),
    )


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
