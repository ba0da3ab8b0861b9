import pytest

pytestmark = pytest.mark.slow

TALKS_TO_ITSELF = """
    import asyncio

    async def converse():
        async def answer(reader, writer):
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        _, port = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection("localhost", port)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()

    def test_it():
        asyncio.run(converse())
"""
ASKS_A_NAME = """
    import socket

    def test_it():
        socket.getaddrinfo("holdfast.example", 443)
"""
CONNECTS = """
    import socket

    def test_it():
        with socket.socket() as talk:
            talk.connect(("192.0.2.1", 443))
"""
SENDS = """
    import socket

    def test_it():
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as talk:
            talk.sendto(b"hello", ("2001:db8::1", 53))
"""
LISTENS_TO_ALL = """
    import socket

    def test_it():
        with socket.socket() as talk:
            talk.bind(("0.0.0.0", 0))
"""
SWALLOWS = """
    import contextlib, socket

    def test_it():
        with contextlib.suppress(BaseException):
            socket.create_connection(("192.0.2.1", 443))
"""


def run(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    pytester.makepyfile(test)
    return pytester.runpytest_subprocess("-p", "tests.support.network", "-p", "no:randomly")


@pytest.fixture(autouse=True)
def from_the_project(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(pytestconfig.rootpath))


def test_a_test_may_talk_to_its_own_machine(pytester: pytest.Pytester) -> None:
    run(pytester, TALKS_TO_ITSELF).assert_outcomes(passed=1)


@pytest.mark.parametrize("test", [ASKS_A_NAME, CONNECTS, SENDS, LISTENS_TO_ALL])
def test_a_test_that_asks_for_another_machine_fails(pytester: pytest.Pytester, test: str) -> None:
    run(pytester, test).assert_outcomes(failed=1, errors=1)


def test_swallowing_the_refusal_does_not_help(pytester: pytest.Pytester) -> None:
    run(pytester, SWALLOWS).assert_outcomes(passed=1, errors=1)
