"""Who may come in: the host, the origin and the token of every request, and what answers carry.

The cookie alone proves nothing: a browser sends it for any page that asks. So a request also has
to name our own address, and one that changes something has to come from our own page.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE: Final = frozenset({"GET", "HEAD"})
PUBLIC: Final = "/static/"  # the stylesheet: it dresses the page that turns people away, too
HEALTH: Final = frozenset({"/live", "/ready"})  # nothing of anybody is told there

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Door:
    """The address of one demo: the port it is served on, and the token that opens it."""

    token: str = field(repr=False)
    port: int

    @property
    def address(self) -> str:
        """Give the address to print: whoever opens it is let in from then on."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """Name the cookie; browsers share cookies between the ports of a host."""
        return f"holdfast_{self.port}"

    def knows_host(self, request: Request) -> bool:
        """Say whether the request names one of our own addresses."""
        host = request.headers.get("host", "").lower()
        return host in {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    def trusts_origin(self, request: Request) -> bool:
        """Say whether the request comes from our own page, or only wants to open it."""
        origin = request.headers.get("origin")
        ours = f"http://{request.headers.get('host', '').lower()}"
        if origin != ours and (origin is not None or request.method not in SAFE):
            return False
        site = request.headers.get("sec-fetch-site", "same-origin")
        opens = request.method in SAFE and request.headers.get("sec-fetch-mode") == "navigate"
        return site == "same-origin" or (request.method in SAFE and site == "none") or opens

    def fits(self, token: str | None) -> bool:
        """Say whether this is the token."""
        return hmac.compare_digest((token or "").encode(), self.token.encode())

    def let_in(self) -> Response:
        """Turn the token of the printed address into a cookie."""
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict", path="/")
        return answer


class Guard:
    """Middleware that lets nobody through but whoever opened the printed address."""

    def __init__(
        self, app: ASGIApp, door: Door, refuse: Callable[[Request, int], Response]
    ) -> None:
        """Take what lies behind, the door, and what to answer with a status above 400."""
        self._app = app
        self._door = door
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or turn it away; every answer carries the headers."""

        async def _with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        request = Request(scope)
        answer = self._at_the_door(request)
        if answer is not None:
            await answer(scope, receive, _with_headers)
            return
        try:
            await self._app(scope, receive, _with_headers)
        except HTTPException as error:
            answer = self._refuse(request, error.status_code)
            await answer(scope, receive, _with_headers)

    def _at_the_door(self, request: Request) -> Response | None:
        door, path = self._door, request.scope["path"]
        if not door.knows_host(request) or not door.trusts_origin(request):
            return self._refuse(request, 403)
        if path.startswith(PUBLIC) or path in HEALTH:
            return None
        given = request.query_params.get("token")
        if path == "/" and request.method in SAFE and given is not None:
            return door.let_in() if door.fits(given) else self._refuse(request, 403)
        if not door.fits(request.cookies.get(door.cookie)):
            return self._refuse(request, 403)
        return None
