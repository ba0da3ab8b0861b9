import pytest

from tools import licences, lock
from tools.packages import Package, running

PACKAGES = running(lock.LOCK.read_text("utf-8"))


def test_the_page_is_current() -> None:
    assert licences.PAGE.read_text("utf-8") == licences.page(PACKAGES)


def test_every_licence_is_known_and_may_be_used() -> None:
    assert licences.faults(PACKAGES) == []


def test_every_package_has_a_version_and_hashes() -> None:
    assert len(PACKAGES) > 30
    assert all(each.version and each.hashes for each in PACKAGES)


def test_where_a_package_is_wanted_is_no_part_of_its_version() -> None:
    (windows,) = [each for each in PACKAGES if each.name == "colorama"]

    assert windows.marker == "sys_platform == 'win32'"
    assert windows.version.replace(".", "").isdigit()


@pytest.mark.parametrize(
    ("name", "licence"),
    [("psycopg", "LGPL-3.0-only"), ("greenlet", "MIT AND PSF-2.0"), ("aiosqlite", "MIT")],
)
def test_a_licence_is_what_the_package_says_of_itself(name: str, licence: str) -> None:
    assert Package(name, "1", "", ()).licence == licence


def test_a_package_that_nobody_knows_is_told() -> None:
    (said,) = licences.faults([Package("not-there-at-all", "1", "", ())])

    assert said.startswith("not-there-at-all says no licence")
