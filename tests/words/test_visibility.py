"""Who may see whose words."""

import copy
import dataclasses
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotAllowed
from bot.visibility import Grant, Owned, PublicName, Shown, plain, show

SANNE = UUID(int=1)
TOM = UUID(int=2)
people = st.integers(min_value=1, max_value=4).map(lambda number: UUID(int=number))
words = st.sampled_from(["ik durfde niet", "het lukte", ""])
grants = st.frozensets(st.builds(Grant, owner=people, viewer=people, text=words))


def test_the_owner_reads_their_own_words() -> None:
    assert show(Owned(SANNE, "ik durfde niet"), SANNE).value == "ik durfde niet"


def test_somebody_else_is_refused() -> None:
    with pytest.raises(NotAllowed, match="someone else"):
        show(Owned(SANNE, "ik durfde niet"), TOM)


def test_a_grant_lets_its_viewer_read_what_was_previewed() -> None:
    grant = Grant(SANNE, TOM, "het lukte")

    assert show(Owned(SANNE, "het lukte"), TOM, frozenset({grant})).value == "het lukte"


@pytest.mark.parametrize(
    "grant",
    [
        pytest.param(Grant(SANNE, TOM, "het lukte bijna"), id="other words than now"),
        pytest.param(Grant(SANNE, SANNE, "het lukte"), id="another viewer"),
        pytest.param(Grant(TOM, TOM, "het lukte"), id="given by another than the owner"),
    ],
)
def test_a_grant_covers_nothing_else(grant: Grant) -> None:
    with pytest.raises(NotAllowed):
        show(Owned(SANNE, "het lukte"), TOM, frozenset({grant}))


@given(owner=people, viewer=people, text=words, given_grants=grants)
def test_words_pass_exactly_when_owned_or_granted(
    owner: UUID, viewer: UUID, text: str, given_grants: frozenset[Grant]
) -> None:
    allowed = owner == viewer or Grant(owner, viewer, text) in given_grants

    try:
        seen = show(Owned(owner, text), viewer, given_grants).value == text
    except NotAllowed:
        seen = False

    assert seen is allowed


@pytest.mark.parametrize(
    "value",
    [3, date(2026, 11, 24), time(9, 30), PublicName("Sanne"), (PublicName("A"), PublicName("B"))],
)
def test_what_is_nobodys_words_is_plain(value: int | date | time | PublicName) -> None:
    assert plain(value).value == value


def test_a_moment_is_not_plain() -> None:
    with pytest.raises(TypeError, match="zone"):
        plain(datetime(2026, 11, 24, 9, 30, tzinfo=UTC))


def test_nobody_else_makes_a_shown() -> None:
    with pytest.raises(NotAllowed, match=r"show\(\) or plain\(\)"):
        Shown("geheim", object())  # type: ignore[arg-type]


def test_a_shown_is_not_turned_into_another() -> None:
    with pytest.raises((ValueError, TypeError)):
        dataclasses.replace(plain(3), value="geheim")  # type: ignore[call-arg]


def test_a_shown_can_be_copied() -> None:
    assert copy.deepcopy(plain(3)) == plain(3)


@pytest.mark.parametrize(
    "holder",
    [Owned(SANNE, "geheim"), Grant(SANNE, TOM, "geheim"), show(Owned(SANNE, "geheim"), SANNE)],
)
def test_words_stay_out_of_logs(holder: object) -> None:
    assert "geheim" not in repr(holder)
