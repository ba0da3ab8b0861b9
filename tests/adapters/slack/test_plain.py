"""What was typed comes in as people saw it, and goes out with nothing that comes alive."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.slack import plain
from bot.limits import slack_escaped, slack_length
from tests.adapters.slack.eyes import alive

NASTY = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<@U024BE7LH>",
    "<@U024BE7LH|tom>",
    "<#C024BE7LR>",
    "<#C024BE7LR|algemeen>",
    "<!subteam^S012|@team>",
    "<!date^1795420800^{date}|today>",
    "<https://evil.example|your bank>",
    "<javascript:alert(1)>",
    "<mailto:a@b.nl|a@b.nl>",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "<<!channel>>",
    "<!chan<!here>nel>",
    "<",
    ">",
    "&",
    "&&&&lt;;",
    "\u202e<!channel>\u202c",
    "\u2066a\u2069",
    "\ud800<@U1>",
    "\x00<@U1>",
    "*bold* _it_ ~no~ `code` > quote",
    ":tada: @channel @tom #general",
    "https://evil.example",
    "[label](https://evil.example)",
)
some_text = st.one_of(
    st.sampled_from(NASTY),
    st.text(),
    st.lists(st.sampled_from(NASTY) | st.text(max_size=5), max_size=6).map("".join),
)


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("Tom &amp; Sanne", "Tom & Sanne"),
        ("a &lt; b &gt; c", "a < b > c"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("<@U1|tom> en <@U2>", "@tom en @U2"),
        ("<@U1|@tom>", "@tom"),
        ("in <#C1|algemeen>, <#C2>", "in #algemeen, #C2"),
        ("<!channel> <!here|here> <!everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@nachtploeg> <!subteam^S2>", "@nachtploeg @S2"),
        ("<!date^1795420800^{date_short}|23 november>", "23 november"),
        ("<!date^1795420800^{date_short}>", "2026-11-23"),
        ("<!date^99999999999999999^x>", ""),
        ("<!date^nooit^x>", ""),
        ("<https://a.nl/b>", "https://a.nl/b"),
        ("<http://a.nl|a.nl>", "a.nl"),
        ("<https://a.nl|mijn &lt;plan&gt;>", "mijn <plan> (https://a.nl)"),
        ("<https://a.nl?a=1&amp;b=2>", "https://a.nl?a=1&b=2"),
        ("<mailto:a@b.nl|a@b.nl>", "a@b.nl"),
        ("<tel:0612|0612>", "0612"),
        ("<>", ""),
        ("1 < 2", "1 < 2"),
        ("ze\u0301 \u202eomgekeerd", "z\u00e9 omgekeerd"),
        ("regel\r\ntwee\x00", "regel\ntwee"),
    ],
)
def test_what_was_typed_is_read_as_it_was_seen(typed: str, seen: str) -> None:
    assert plain.decoded(typed) == seen


@given(text=st.text(alphabet="abc &<>;lt#@!\n", max_size=30))
def test_what_has_no_token_comes_back_as_it_was(text: str) -> None:
    assert plain.decoded(slack_escaped(text)) == text.strip()


@given(text=some_text, longest=st.integers(min_value=10, max_value=200))
@example(text="&" * 300, longest=150)
@example(text="<" * 11, longest=10)
def test_out_of_any_text_nothing_comes_alive(text: str, longest: int) -> None:
    said = plain.escaped(text, longest)

    assert alive({"text": said, "blocks": [], "parse": "none"}) == []
    assert len(said) <= longest


@given(text=some_text, longest=st.integers(min_value=10, max_value=200))
def test_a_fitted_text_is_as_long_as_it_may_be_for_slack(text: str, longest: int) -> None:
    fitted = plain.fitted(text, longest)

    assert slack_length(fitted) <= longest
    assert fitted == plain.shown(text) or fitted.endswith("…")
