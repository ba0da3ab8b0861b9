"""What opens a workspace: read, kept and renewed in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.slack.credentials import Credentials, of_access
from bot.errors import BadContent

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANSWER = {
    "ok": True,
    "access_token": "xoxe.xoxb-1",
    "token_type": "bot",
    "scope": "im:write,chat:write",
    "bot_user_id": "UBOT",
    "app_id": "A1",
    "refresh_token": "xoxe-1",
    "expires_in": 43_200,
}


def test_an_installation_is_read_and_comes_back_as_it_was_kept() -> None:
    read = of_access(ANSWER, NOW)

    assert read.scopes == ("chat:write", "im:write")
    assert read.expires_at == NOW + timedelta(hours=12)
    assert Credentials.load(read.dump()) == read


def test_a_token_without_an_end_is_never_renewed() -> None:
    read = of_access({**ANSWER, "refresh_token": None, "expires_in": None}, NOW)

    assert Credentials.load(read.dump()) == read
    assert not read.must_rotate(NOW + timedelta(days=1000))


@pytest.mark.parametrize(("hours", "must"), [(0, False), (9.9, False), (10, True), (13, True)])
def test_a_token_is_renewed_two_hours_before_it_ends(hours: float, *, must: bool) -> None:
    assert of_access(ANSWER, NOW).must_rotate(NOW + timedelta(hours=hours)) is must


def test_a_renewed_token_keeps_who_we_are() -> None:
    before = of_access(ANSWER, NOW)

    after = of_access(
        {**ANSWER, "access_token": "xoxe.xoxb-2", "bot_user_id": None, "app_id": None}, NOW, before
    )

    assert (after.token, after.bot_user, after.app) == ("xoxe.xoxb-2", "UBOT", "A1")


@pytest.mark.parametrize(
    "wrong", [{"access_token": None}, {"token_type": "user"}, {"access_token": 7}]
)
def test_what_is_no_bot_token_is_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(BadContent, match="no bot token"):
        of_access({**ANSWER, **wrong}, NOW)


@pytest.mark.parametrize("odd", [True, 0, -5, "43200", 1.5])
def test_an_odd_end_is_none(odd: object) -> None:
    assert of_access({**ANSWER, "expires_in": odd}, NOW).expires_at is None


def test_no_secret_stands_in_what_is_printed() -> None:
    shown = repr(of_access(ANSWER, NOW))

    assert "xoxb" not in shown
    assert "xoxe" not in shown
