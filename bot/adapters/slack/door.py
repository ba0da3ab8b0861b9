"""Slack's door: every request is checked, taken in full, and only then answered.

Bolt checks the signature and the five minutes that it is good for. The whole turn is taken right
after that, before anything else of Bolt's: a listener would run after the answer, and a crash
would lose what somebody did.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.response import BoltResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.slack.hearing import Hearing
from bot.adapters.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.errors import NotAllowed
from bot.traces import trace_of

_log = structlog.get_logger(__name__)

LONGEST_BODY: Final = 1_000_000  # bytes; a view of Slack's is a quarter of it
_SIGNATURE: Final = "x-slack-signature"
_TIMESTAMP: Final = "x-slack-request-timestamp"
_LONGEST_MOMENT: Final = 12  # digits of a timestamp in seconds
_BUILT_IN: Final = ("url_verification",)  # what Bolt answers by itself


class SlackDoor:
    """The routes that Slack calls."""

    def __init__(self, secret: str, hearing: Hearing, flow: AsyncOAuthFlow | None = None) -> None:
        """Take the signing secret, who takes what Slack sends, and the way to install."""
        self._flow = flow
        self._bolt = AsyncApp(
            name="holdfast",
            signing_secret=secret,
            authorize=_nobody,
            before_authorize=_Taking(hearing),
            process_before_response=True,
        )

    def routes(self) -> list[Route]:
        """Give the routes."""
        routes = [Route(EVENTS_PATH, self.hear, methods=["POST"])]
        if self._flow is not None:
            routes.append(Route(INSTALL_PATH, self._install, methods=["GET"]))
            routes.append(Route(REDIRECT_PATH, self._come_back, methods=["GET"]))
        return routes

    async def hear(self, request: Request) -> Response:
        """Answer a request of Slack's: 200 once it is kept, 500 where it is to come again."""
        body = await _body(request)
        if body is None:
            return PlainTextResponse("That is longer than anything of Slack's.", 413)
        if not _is_plain(request):
            return PlainTextResponse("The signature cannot be read.", 401)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return PlainTextResponse("That is no text.", 400)
        try:
            bolt = AsyncBoltRequest(body=text, query={}, headers=dict(request.headers))
            return to_starlette_response(await self._bolt.async_dispatch(bolt))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
            # Bolt takes a body apart before it looks who sent it.
            _log.warning("not_understood", trace=trace_of(error))
            return PlainTextResponse("That is nothing of Slack's.", 400)

    async def _install(self, request: Request) -> Response:
        return to_starlette_response(await self._way().handle_installation(_bare(request)))

    async def _come_back(self, request: Request) -> Response:
        return to_starlette_response(await self._way().handle_callback(_bare(request)))

    def _way(self) -> AsyncOAuthFlow:
        if self._flow is None:
            raise RuntimeError
        return self._flow


class _Taking(AsyncMiddleware):
    """Takes a request that was checked, and lets nothing of Bolt's follow."""

    def __init__(self, hearing: Hearing) -> None:
        """Take who takes it."""
        self._hearing = hearing

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name
    ) -> BoltResponse | None:  # fmt: skip
        """Take it; only what Bolt answers by itself goes on."""
        if req.body.get("type") in _BUILT_IN:
            await next()
            return resp
        answer = await self._hearing.take(req.body)
        return BoltResponse(status=answer.status, body=dict(answer.body) or "")


async def _body(request: Request) -> bytes | None:
    """Read a body; None when it is too long, however it was announced."""
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > LONGEST_BODY:
            return None
    return bytes(read)


def _is_plain(request: Request) -> bool:
    """Say whether Bolt can read the two headers: it answers odd ones with an error of its own."""
    timestamp, signature = (request.headers.get(name, "") for name in (_TIMESTAMP, _SIGNATURE))
    is_moment = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST_MOMENT
    return is_moment and signature.isascii() and bool(signature)


def _bare(request: Request) -> AsyncBoltRequest:
    query = dict(request.query_params)
    return AsyncBoltRequest(body="", query=query, headers=dict(request.headers))


async def _nobody() -> AuthorizeResult:
    """Authorise nobody: what we do in Slack is done with our own clients."""
    raise NotAllowed
