"""Keeps tests on this machine: whoever asks for a host that is not the loopback fails.

It sees this process only: programs that a test starts, and libraries written in C that open
their own sockets (libpq), are theirs to watch.
"""

import ipaddress
import sys
from collections.abc import Iterator

import pytest

_ASKING = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.sendmsg",
        "socket.sendto",
        "socket.getaddrinfo",
        "socket.gethostbyname",
    }
)
_asked: list[str] = []


class NetworkAsked(AssertionError):
    """A test asked for a host that is not this machine."""


def _host(event: str, arguments: tuple[object, ...]) -> object:
    """Give the host that an event asks for; None for what needs no network."""
    if event.startswith("socket.get"):
        return arguments[0]
    address = arguments[1]
    return address[0] if isinstance(address, tuple) else None


def _is_here(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if host is None or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _ASKING and not _is_here(host := _host(event, arguments)):
        _asked.append(f"{event} {host}")
        raise NetworkAsked(f"{event}: {host} is not this machine; tests use no network")


def pytest_configure() -> None:
    """Start to watch; an audit hook also sees what happens below Python's own sockets."""
    sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fail a test that asked for the network, also where the code under test swallowed that."""
    _asked.clear()
    yield
    assert not _asked, "tests use no network"
