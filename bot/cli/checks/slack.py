"""The check of Slack: whether it is installed, and whether Holdfast may do what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.adapters.slack.credentials import Credentials
from bot.adapters.slack.installed import PLATFORM
from bot.adapters.slack.manifest import INSTALL_PATH, Scope, missing
from bot.cli.chats import slack_of
from bot.cli.checks.finding import Finding, Premises, broken, counted, fine, warning
from bot.cli.places import keyring_of, ledger_of, url_of
from bot.settings import Settings
from storage import inspecting, workspaces

_ADD: Final = (
    "At api.slack.com/apps open the app, then OAuth & Permissions, Scopes, Bot Token Scopes: add "
    "{scopes}; then press Reinstall to Workspace at the top of that page."
)


async def slack(premises: Premises) -> Finding:
    """Look whether Slack is installed, and compare what was granted with the manifest."""
    settings = premises.settings
    wanted = slack_of(settings)
    if wanted is None:
        return fine("It is not set up, and not needed.")
    found = await _installed(settings)
    again = _again(wanted.link, by_page=bool(wanted.app.client_id))
    if not found:
        return warning("It is set up, and not installed in any workspace yet.", again)
    gone = [each for each in found if each is None]
    if gone:
        told = counted(len(gone), "workspace", "workspaces")
        return warning(f"It was removed from {told}, or its token was revoked.", again)
    lacking = {
        scope: None
        for each in found
        if each is not None
        for scope in missing(each.scopes, wanted.profile)
    }
    return _lacking(tuple(lacking), len(found))


def _lacking(scopes: Sequence[Scope], homes: int) -> Finding:
    """Tell what Holdfast may not do, and where an administrator lets it."""
    if not scopes:
        return fine(f"It is installed in {counted(homes, 'workspace', 'workspaces')}.")
    told = "; ".join(f"{each.name}: {each.why[0].lower()}{each.why[1:-1]}" for each in scopes)
    mend = _ADD.format(scopes=", ".join(each.name for each in scopes))
    if all(each.optional for each in scopes):
        return warning(f"It goes without what is optional ({told}).", mend)
    return broken(f"Slack did not grant what it needs ({told}).", mend)


def _again(link: str, *, by_page: bool) -> str:
    if by_page:
        return f"Open {link}{INSTALL_PATH} in a browser, as an administrator of Slack."
    return "Give the token anew with HOLDFAST_SLACK_BOT_TOKEN, and start `holdfast serve`."


async def _installed(settings: Settings) -> list[Credentials | None]:
    """Read what opens each workspace; None for one that nothing opens any more."""
    database = inspecting.eyes(url_of(settings), ledger_of(settings), keyring_of(settings))
    try:
        async with database.read() as tx:
            homes = await workspaces.all_on(tx, PLATFORM)
            kept = [await workspaces.credentials_of(tx, each.id) for each in homes]
    finally:
        await database.close()
    return [Credentials.load(each) if each else None for each in kept]
