"""What people said yes to is known from their taps, and from nothing that rows say."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from bot.engine.answers import Raw, Skip
from bot.port import Pressed, PutOff, Typed, What
from bot.simulation.consent import Taps, shares
from bot.simulation.marks import mark
from storage.invariants import Agreement

ANNA, BEN = uuid4(), uuid4()
FIRST, SECOND = uuid4(), uuid4()
AGREEMENT = Agreement(ANNA, BEN, frozenset({FIRST, SECOND}), "", "")


def pressed(talk: UUID, key: str, raw: Raw) -> Pressed:
    """Give the tap of one option."""
    return Pressed(talk, {key: raw})


def said(*taps: tuple[UUID, What]) -> Taps:
    """Give what was tapped by whom."""
    all_of_them = Taps()
    for person, what in taps:
        all_of_them.add(person, what)
    return all_of_them


def test_both_said_yes() -> None:
    taps = said(
        (ANNA, pressed(FIRST, "right", "yes")), (BEN, pressed(SECOND, "new.right", "edit"))
    )

    assert taps.against(AGREEMENT) == ""


@pytest.mark.parametrize(
    "taps",
    [
        said(),
        said((BEN, pressed(SECOND, "right", "yes"))),
        said((ANNA, pressed(FIRST, "right", "yes")), (ANNA, pressed(SECOND, "right", "yes"))),
        said((ANNA, pressed(uuid4(), "right", "yes")), (BEN, pressed(SECOND, "right", "yes"))),
        said((ANNA, pressed(FIRST, "sure", "yes")), (BEN, pressed(SECOND, "right", "yes"))),
    ],
    ids=["nobody", "one alone", "one twice", "in another talk", "to something else"],
)
def test_one_of_the_two_said_nothing(taps: Taps) -> None:
    assert "never said yes" in taps.against(AGREEMENT)


def test_both_have_read_what_the_other_says() -> None:
    hers, his = mark(0, 1), mark(1, 2)
    agreed = Agreement(ANNA, BEN, frozenset({FIRST, SECOND}), own=hers, theirs=his)
    yes = pressed(FIRST, "right", "yes")
    taps = said((ANNA, yes), (BEN, yes))

    taps.read(ANNA, yes, f"Ben: {his}")
    assert hers in taps.against(agreed)
    taps.read(BEN, pressed(uuid4(), "right", "yes"), hers)
    assert hers in taps.against(agreed)
    taps.read(BEN, yes, f"Anna: {hers}")
    assert taps.against(agreed) == ""


def test_a_colleague_got_out() -> None:
    yes = [(who, pressed(FIRST, "right", "yes")) for who in (ANNA, BEN)]

    assert "got out" in said(*yes, (BEN, pressed(SECOND, "fine", "out"))).against(AGREEMENT)
    assert said(*yes, (BEN, pressed(SECOND, "fine", "less"))).against(AGREEMENT) == ""


@pytest.mark.parametrize(
    ("what", "may"),
    [
        (pressed(FIRST, "send", "send"), True),
        (pressed(FIRST, "send", "dont"), False),
        (pressed(FIRST, "send", "edit"), False),
        (pressed(FIRST, "colleague", str(BEN)), True),
        (pressed(FIRST, "colleague", "nobody"), False),
        (pressed(FIRST, "if", Skip()), False),
        (PutOff(FIRST, "send", "later"), False),
        (Typed("plan"), False),
    ],
)
def test_a_refusal_shares_nothing(what: What, *, may: bool) -> None:
    assert shares(what) is may
