"""One call of Slack's Web API: made once, and what came of it told in our own errors.

The SDK would try a reset connection again, and so post twice; we make a call and look.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack import trouble
from bot.errors import Ambiguous, HoldfastError, TryLater

BASE: Final = "https://slack.com/api/"
_SCOPES: Final = "x-oauth-scopes"
SECONDS: Final = 10  # for connecting and reading together
_TAKES_JSON: Final = frozenset(
    {
        "chat.delete",
        "chat.postMessage",
        "chat.update",
        "conversations.open",
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
_NOT_SENT: Final = (
    aiohttp.ClientConnectorError,  # no such host, refused, or no TLS
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


def client_for(
    token: str | None, *, base: str = BASE, session: aiohttp.ClientSession | None = None
) -> AsyncWebClient:
    """Give a client that never tries anything twice by itself."""
    return AsyncWebClient(
        token=token, base_url=base, timeout=SECONDS, session=session, retry_handlers=[]
    )


def new_session() -> aiohttp.ClientSession:
    """Open the connections that all calls of a process share."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))


async def call(
    client: AsyncWebClient, method: str, arguments: Mapping[str, object]
) -> Mapping[str, Any]:
    """Call a method and give Slack's answer.

    Raises:
        Throttled: Slack asks to wait.
        TryLater: nothing was done, and it may work later.
        Closed: nothing works in this workspace any more.
        Unreachable: it does not work for this person or channel.
        BadContent: it can never be done like this.
        Ambiguous: it may have been done.

    """
    return (await _answered(client, method, arguments))[0]


async def asked_with_scopes(
    client: AsyncWebClient, method: str
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Call a method, and give the permissions that its token has too. Raises as `call` does."""
    answer, headers = await _answered(client, method, {})
    scopes = next((held for name, held in headers.items() if name.lower() == _SCOPES), "")
    return answer, tuple(sorted(each.strip() for each in scopes.split(",") if each.strip()))


async def _answered(
    client: AsyncWebClient, method: str, arguments: Mapping[str, object]
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    try:
        answer = await _made(client, method, arguments)
    except SlackApiError as error:
        raise _told(error) from None
    except _NOT_SENT as error:
        raise TryLater(f"Slack cannot be reached ({type(error).__name__}).") from None
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError) as error:
        # The last two are the SDK's own, at an answer that is no object.
        raise Ambiguous(f"{method} broke off ({type(error).__name__}).") from None
    given: object = answer.data
    if not isinstance(given, dict):
        raise Ambiguous(f"The answer to {method} was not Slack's.")
    return given, {str(name): str(value) for name, value in dict(answer.headers).items()}


async def _made(
    client: AsyncWebClient, method: str, arguments: Mapping[str, object]
) -> AsyncSlackResponse:
    if method in _TAKES_JSON:
        return await client.api_call(method, json=dict(arguments))
    return await client.api_call(
        method, data={name: _word(each) for name, each in arguments.items()}
    )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _told(error: SlackApiError) -> HoldfastError:
    """Say what a refusal means; what it says in full is not repeated, for it quotes us."""
    answer = error.response
    status = getattr(answer, "status_code", None) or getattr(answer, "status", None)
    headers = {str(name): str(value) for name, value in dict(answer.headers or {}).items()}
    body = getattr(answer, "data", None)
    said = body.get("error") if isinstance(body, dict) else None
    code = said if isinstance(said, str) else None
    return trouble.of_answer(int(status or 0), code, headers, dice=random.random())  # noqa: S311
