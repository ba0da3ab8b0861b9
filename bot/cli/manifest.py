"""`holdfast manifest`: what an administrator gives a platform to make Holdfast an app there.

What is printed is the manifest and nothing else, so that it can be copied or kept in a file.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Final

import typer

from bot.adapters.slack.manifest import PROFILES, Profile, manifest

_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.IGNORECASE)


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="What makes Holdfast an app on a platform.")

    @group.callback()
    def platform() -> None:
        """Say for which platform."""

    group.command("slack")(slack)
    return group


def slack(
    profile: Annotated[
        str, typer.Option(help="How much Holdfast may do: minimal, conversational or channels.")
    ] = "conversational",
    host: Annotated[
        str, typer.Option(help="Where Slack reaches Holdfast, such as holdfast.example.org.")
    ] = "",
    *,
    socket_mode: Annotated[
        bool, typer.Option("--socket-mode", help="Slack needs no way in: Holdfast calls out.")
    ] = False,
) -> None:
    """Print the manifest for Slack's "Create an app, from a manifest".

    Minimal cannot read any message; conversational also takes what is typed to Holdfast itself;
    channels also checks the channels that it is to post in.
    """
    chosen = _profile(profile)
    if not socket_mode and not _HOST.fullmatch(host):
        raise typer.BadParameter(
            "Give the name under which Slack reaches Holdfast, without https:// and without a "
            "path, such as holdfast.example.org; or choose --socket-mode.",
            param_hint="--host",
        )
    typer.echo(json.dumps(manifest(chosen, host=host, socket_mode=socket_mode), indent=2))


def _profile(name: str) -> Profile:
    for each in PROFILES:
        if each == name:
            return each
    raise typer.BadParameter(f"Choose from: {', '.join(PROFILES)}.", param_hint="--profile")
