"""Who somebody is by what Slack tells of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.accounts import LONGEST_NAME, Account, account

HOMES = frozenset({"T1", "E1"})
MEMBER = {
    "id": "U1",
    "team_id": "T1",
    "name": "sanne",
    "tz": "Europe/Amsterdam",
    "locale": "nl-NL",
    "profile": {"real_name": "Sanne &amp; co", "email": " sanne@example.org "},
}


def test_a_member_is_known_by_name_address_zone_and_language() -> None:
    assert account(MEMBER, HOMES) == Account(
        "U1", "member", "Sanne & co", "sanne@example.org", "Europe/Amsterdam", "nl"
    )


@pytest.mark.parametrize(
    ("also", "kind"),
    [
        ({"is_bot": True}, "bot"),
        ({"id": "USLACKBOT"}, "bot"),
        ({"is_workflow_bot": True}, "bot"),
        ({"is_stranger": True}, "stranger"),
        ({"team_id": "T2"}, "stranger"),
        ({"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}}, "member"),
        ({"team_id": None}, "member"),
        ({"deleted": True}, "gone"),
        ({"is_restricted": True}, "guest"),
        ({"is_ultra_restricted": True}, "guest"),
        ({"is_admin": True}, "member"),
    ],
)
def test_who_may_take_part(also: dict[str, Any], kind: str) -> None:
    found = account({**MEMBER, **also}, HOMES)

    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("told", [None, [], {}, {"id": 7}, {"id": ""}])
def test_what_is_no_user_is_none(told: object) -> None:
    assert account(told, HOMES) is None


def test_an_unknown_zone_is_left_open() -> None:
    found = account({**MEMBER, "tz": "Mars/Olympus"}, HOMES)

    assert found is not None
    assert found.zone == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(MEMBER)), inner),
)


@given(st.dictionaries(st.sampled_from([*MEMBER, "real_name", "enterprise_user"]), JSON))
def test_whatever_is_told_it_never_breaks(told: dict[str, Any]) -> None:
    found = account({"id": "U1", **told}, HOMES)

    assert found is None or len(found.name) <= LONGEST_NAME
