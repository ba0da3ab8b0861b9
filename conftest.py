"""What every test stands on.

Fixtures that tell stories are not here but in `tests/`; these plugins hold for doctests too.
"""

pytest_plugins = (
    "tests.slack_peer.emulated",
    "pytester",  # runs pytest in a test, for the tests of what stands here
    "tests.support.browser",
    "tests.support.databases",
    "tests.support.faults",
    "tests.support.fully_covered",
    "tests.support.kills",
    "tests.support.memory",
    "tests.support.network",
    "tests.support.profiles",
)
