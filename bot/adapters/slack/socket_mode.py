"""Socket Mode: Holdfast calls out to Slack, and no address of its own is needed.

The SDK keeps the connection, and opens the next one when Slack warns that this one ends. What was
taken is acknowledged after its commit; what was not comes again, by this connection or another.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.adapters.slack import calls
from bot.adapters.slack.hearing import Hearing
from bot.errors import Closed, TryLater


class SocketMode:
    """The connection to Slack of one process."""

    def __init__(self, token: str, base: str, hearing: Hearing) -> None:
        """Take the app-level token, where the Web API is, and who takes what comes."""
        self._token = token
        self._base = base
        self._hearing = hearing

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Stay connected for as long as the block lasts.

        Raises:
            Closed: Slack does not know the token, or Socket Mode is off.
            TryLater: Slack cannot be reached now.

        """
        async with calls.new_session() as session:
            web = calls.client_for(None, base=self._base, session=session)
            client = SocketModeClient(app_token=self._token, web_client=web)
            client.socket_mode_request_listeners.append(self._hear)
            try:
                await _connected(client)
                yield
            finally:
                await client.close()  # type: ignore[no-untyped-call]

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = await self._hearing.take(request.payload)
        if answer.is_taken:
            payload = dict(answer.body) or None
            told = SocketModeResponse(envelope_id=request.envelope_id, payload=payload)
            await client.send_socket_mode_response(told)


async def _connected(client: SocketModeClient) -> None:
    try:
        await client.connect_to_new_endpoint(force=True)
    except SlackApiError as error:
        code = error.response.get("error") if isinstance(error.response.data, dict) else None
        raise Closed(
            f"Slack lets nobody in by this app-level token ({code}): look at it under Basic "
            "Information, and whether Socket Mode is on."
        ) from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise TryLater(f"Slack cannot be reached ({type(error).__name__}).") from None
