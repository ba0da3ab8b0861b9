"""What fits."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import (
    cut,
    slack_escaped,
    slack_length,
    slack_view_fits,
    split,
    teams_card_fits,
)

FAMILY = "👩‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("kort", 4, "kort"),
        ("te lang", 6, "te la…"),
        ("te lang", 4, "te…"),
        ("zee\u0301 open", 5, "zee\u0301…"),
        ("zee\u0301 open", 4, "ze…"),
        (f"a{FAMILY}bcd", 6, "a…"),
        (f"a{FAMILY}bcd", 7, f"a{FAMILY}…"),
        ("ab👍🏽cd", 4, "ab…"),
        ("a🇳🇱🇧🇪cd", 4, "a🇳🇱…"),
        ("a🇳🇱🇧🇪cd", 5, "a🇳🇱…"),
        ("a\u1112\u1161\u11abbc", 4, "a…"),
        ("a🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f b", 6, "a…"),
        (FAMILY, 3, "…"),
    ],
)
def test_a_text_is_cut_between_whole_signs(text: str, longest: int, short: str) -> None:
    assert cut(text, longest) == short


@given(text=st.text(), longest=st.integers(min_value=1, max_value=30))
def test_a_cut_text_is_never_longer(text: str, longest: int) -> None:
    short = cut(text, longest)

    assert len(short) <= longest
    assert text.startswith(short.removesuffix("…"))
    assert not unicodedata.combining(text[len(short) - 1 : len(short)] or "x") or short == text


@pytest.mark.parametrize(
    ("text", "longest", "pieces"),
    [
        ("", 5, []),
        ("kort", 4, ["kort"]),
        ("te lang", 5, ["te ", "lang"]),
        ("telang", 4, ["tela", "ng"]),
        ("a & b", 6, ["a ", "& ", "b"]),
        (f"{FAMILY}{FAMILY}", 6, [FAMILY, FAMILY]),
        (FAMILY, 3, [FAMILY[:3], FAMILY[3:]]),
        ("🇳🇱🇧🇪", 3, ["🇳🇱", "🇧🇪"]),
        ("eerste regel\ntweede", 14, ["eerste regel\n", "tweede"]),
    ],
)
def test_a_text_is_split_where_it_hurts_least(text: str, longest: int, pieces: list[str]) -> None:
    assert split(text, longest) == pieces


@given(text=st.text(alphabet="ab &<\n\u0301👍🏽\u200d🇳🇱"), longest=st.integers(5, 30))
def test_nothing_is_lost_where_a_text_is_split(text: str, longest: int) -> None:
    pieces = split(text, longest)

    assert "".join(pieces) == text
    assert all(0 < slack_length(each) <= longest for each in pieces)


def test_slack_counts_what_it_escapes() -> None:
    assert slack_escaped("a < b & c > d") == "a &lt; b &amp; c &gt; d"
    assert slack_length("a & b") == 9


@pytest.mark.parametrize(("size", "fits"), [(10, True), (250_000, False)])
def test_a_slack_view_has_a_size(size: int, *, fits: bool) -> None:
    assert slack_view_fits({"text": "x" * size}) is fits


@pytest.mark.parametrize(("size", "fits"), [(10, True), (14_000, False)])
def test_a_teams_card_is_counted_as_utf_16(size: int, *, fits: bool) -> None:
    assert teams_card_fits({"text": "x" * size}) is fits
