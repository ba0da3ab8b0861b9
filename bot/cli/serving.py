"""Serving web applications until somebody says stop: sockets, servers and signals.

The sockets are opened before anything starts, so that a busy port is said in words; uvicorn would
log it and exit. SIGTERM and Ctrl-C are ours too: what was begun is finished first.
"""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from bot.errors import TryLater

STOPPING_SECONDS: Final = 10
MOST_TRIED: Final = 50
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_TAKEN: Final = frozenset({errno.EADDRINUSE, errno.EACCES})


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """An application and the socket that it answers on."""

    app: ASGIApp
    socket: socket.socket


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to us: there may be two of them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Open the socket of an address.

    Raises:
        TryLater: it cannot be opened; the message says why.

    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno in _TAKEN:
            raise TryLater(
                f"Port {port} of {host} is in use or not ours to use: stop what uses it, or "
                "choose another one."
            ) from None
        raise TryLater(f"'{host}' is no address of this machine: look at the host.") from None


def listen_near(host: str, port: int) -> socket.socket:
    """Open the socket of a port, or of the next one that is free. Raises TryLater if none is."""
    for number in range(port, min(port + MOST_TRIED, 65535) + 1):
        try:
            return listen(host, number)
        except TryLater:
            continue
    raise TryLater(f"No port from {port} on is free: choose another one with --port.")


def port_of(opened: socket.socket) -> int:
    """Give the port of a socket."""
    number: int = opened.getsockname()[1]
    return number


async def serve_until_stopped(
    sites: Sequence[Site], *, stopping: Callable[[], None] = lambda: None
) -> None:
    """Serve all sites until SIGTERM, Ctrl-C or the end of one of them.

    `stopping` is called before they are asked to end; requests that run then get ten seconds.
    """
    servers = [_Server(_config(site.app)) for site in sites]
    stop = asyncio.Event()
    with _signals(stop.set):
        waiting = asyncio.create_task(stop.wait(), name="stop")
        running = [
            asyncio.create_task(server.serve(sockets=[site.socket]), name="server")
            for server, site in zip(servers, sites, strict=True)
        ]
        try:
            await asyncio.wait([waiting, *running], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping()
            for server in servers:
                server.should_exit = True
            waiting.cancel()
            await asyncio.gather(*running)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        access_log=False,  # it would log addresses with the token in them
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOPPING_SECONDS,
        ws="none",
    )


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
