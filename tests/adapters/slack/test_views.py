"""Words are written in a modal: its fields, what stands in them, and what a notice does to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import views
from bot.adapters.slack.checks import limits_kept
from bot.adapters.slack.frame import Frame, frame
from bot.adapters.slack.memo import memo
from bot.adapters.slack.views import modal, with_notice, without_notice
from bot.engine.answers import Raw
from bot.errors import BadContent
from bot.lexicon import TEXTS
from bot.limits import SLACK_MODAL_TITLE
from bot.port import Choices, Input, Message, Notice, NoticeOption
from bot.words import Words
from tests.adapters.slack import examples
from tests.adapters.slack.examples import FRAME, MEMO, asks
from tests.adapters.slack.eyes import alive, texts
from tests.adapters.slack.presses import opened
from tests.adapters.slack.test_cards import some_messages, stood
from tests.adapters.slack.test_plain import some_text

WRITTEN = "ik <vroeg> & luisterde"


def fields(view: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the fields of a modal."""
    return [each for each in view["blocks"] if each["type"] == "input"]


def written(words: str = WRITTEN) -> dict[str, Any]:
    """Give a modal as Slack gives it back, with words in its one field."""
    view = modal(asks(examples.TEXT), MEMO, FRAME)
    return opened(view, {fields(view)[0]["block_id"]: words})


@pytest.mark.parametrize(
    ("asked", "kinds", "optional"),
    [
        (examples.CHOICES, ["radio_buttons"], True),
        (Choices(examples.options(5)), ["radio_buttons"], False),
        (Choices(examples.options(6)), ["static_select"], False),
        (examples.MENU, ["static_select"], True),
        (examples.SEVERAL, ["multi_static_select"], True),
        (examples.SCALE, ["static_select"], False),
        (examples.TEXT, ["plain_text_input"], True),
        (replace(examples.TEXT, options=(examples.LATER,)), ["plain_text_input"], False),
        (examples.DAY, ["datepicker", "static_select"], True),
        (replace(examples.DAY, options=()), ["datepicker"], False),
        (replace(examples.DAY, options=(examples.SKIP,)), ["datepicker"], True),
        (examples.PERSON, ["users_select", "static_select"], True),
    ],
)
def test_each_kind_of_question_has_its_field(
    asked: Input, kinds: list[str], *, optional: bool
) -> None:
    view = modal(asks(asked), MEMO, FRAME)

    assert [each["element"]["type"] for each in fields(view)] == kinds
    assert {each["optional"] for each in fields(view)} == {optional}
    assert fields(view)[0]["label"]["text"] == "Hoe is het gegaan?"
    assert fields(view)[-1]["hint"]["text"] == examples.SEEN
    assert texts(view["blocks"])[0] == "Hoi Sanne."
    assert limits_kept(view) == []


def test_a_form_asks_all_its_questions_in_one_modal() -> None:
    view = modal(asks(*examples.EVERY), MEMO, FRAME)

    assert [each["label"]["text"] for each in fields(view)] == [
        "Vraag 0", "Vraag 1", "Vraag 2", "Vraag 3", "Vraag 4", "Vraag 5",
        "Vraag 6", "Of kies dit", "Vraag 7", "Of kies dit",
    ]  # fmt: skip
    assert texts(view["blocks"])[0] == "Hoi Sanne.\n\nHoe is het gegaan?"
    assert memo(view["private_metadata"]) == MEMO
    assert limits_kept(view) == []


@pytest.mark.parametrize(
    ("asked", "current", "stands"),
    [
        (examples.TEXT, WRITTEN, [{"initial_value": WRITTEN}]),
        (examples.CHOICES, "o2", [{"initial_option": "o2"}]),
        (examples.SCALE, 7, [{"initial_option": "7"}]),
        (examples.SEVERAL, ("o1", "o4"), [{"initial_options": ["o1", "o4"]}]),
        (examples.DAY, date(2026, 11, 30), [{"initial_date": "2026-11-30"}, {}]),
        (examples.DAY, "unknown", [{}, {"initial_option": "unknown"}]),
        (examples.PERSON, "nobody", [{}, {"initial_option": "nobody"}]),
    ],
)
def test_a_modal_shows_the_answer_that_stands(
    asked: Input, current: Raw, stands: list[dict[str, object]]
) -> None:
    message = asks(asked)
    again = replace(message, fields=(replace(message.fields[0], current=current),))

    view = modal(again, MEMO, FRAME)

    assert [stood(each["element"]) for each in fields(view)] == stands


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_around_a_modal_fit(language: str) -> None:
    around = frame(Words.load(TEXTS), language)

    assert max(len(around.title), len(around.close)) <= SLACK_MODAL_TITLE
    assert limits_kept(modal(asks(examples.DAY), MEMO, around)) == []


def test_a_message_that_asks_nothing_opens_no_modal() -> None:
    with pytest.raises(BadContent):
        modal(examples.ANSWERED, MEMO, FRAME)


def test_refusals_stand_at_their_fields() -> None:
    said = views.errors({"a": "Te lang.", "b": "Kies er één."}, {"a": "field.1", "b": "field.2"})

    assert said == {
        "response_action": "errors",
        "errors": {"field.1": "Te lang.", "field.2": "Kies er één."},
    }


def test_a_refusal_without_a_field_stands_at_the_first() -> None:
    assert views.errors({"gone": "Te laat."}, {"a": "field.1"})["errors"] == {
        "field.1": "Te laat."
    }
    assert views.errors({"gone": "Te laat."}, {})["errors"] == {"field.0": "Te laat."}


def test_a_modal_is_closed_by_name() -> None:
    assert views.closed() == {"response_action": "clear"}


def test_a_notice_stands_above_the_words_and_keeps_them_in_their_field() -> None:
    view = with_notice(written(), examples.HEAVY)

    assert texts(view["blocks"])[:6] == [
        "Dat klinkt zwaar.", "Ik bewaar het niet.", "Even stil", "Ga door", "Pas aan", "Een ander",
    ]  # fmt: skip
    assert stood(fields(view)[0]["element"]) == {"initial_value": WRITTEN}
    assert views.updated(view) == {"response_action": "update", "view": view}
    assert limits_kept(view) == []


def test_a_notice_leaves_out_of_the_modal_what_is_slacks_own() -> None:
    view = with_notice(written(), examples.CRISIS)

    assert sorted(view) == [
        "blocks", "callback_id", "close", "private_metadata", "submit", "title", "type",
    ]  # fmt: skip
    assert [each["type"] for each in view["blocks"]] == ["section", "section", "input"]


def test_back_takes_the_notice_away_and_leaves_the_words() -> None:
    before = opened(with_notice(written(), examples.HEAVY))

    view = without_notice(before)

    assert texts(view["blocks"])[0] == "Hoi Sanne."
    assert stood(fields(view)[0]["element"]) == {"initial_value": WRITTEN}
    assert memo(view["private_metadata"]).sure is False


def test_who_means_the_words_sends_them_as_they_are() -> None:
    before = opened(with_notice(written(), examples.HEAVY))

    view = without_notice(before, "Dan las ik het verkeerd.", sure=True)

    assert texts(view["blocks"])[0] == "Dan las ik het verkeerd."
    assert memo(view["private_metadata"]) == replace(MEMO, sure=True)


def test_another_notice_asks_anew_whether_the_words_are_meant() -> None:
    meant = without_notice(opened(with_notice(written(), examples.HEAVY)), sure=True)

    again = with_notice(opened(meant), examples.HEAVY)

    assert memo(again["private_metadata"]).sure is False
    assert texts(again["blocks"]).count("Dat klinkt zwaar.") == 1


def test_what_was_cleared_does_not_come_back() -> None:
    message = asks(examples.TEXT)
    edited = replace(message, fields=(replace(message.fields[0], current="eerst dit"),))
    view = modal(edited, MEMO, FRAME)

    shown = with_notice(opened(view, {fields(view)[0]["block_id"]: None}), examples.HEAVY)

    assert stood(fields(shown)[0]["element"]) == {}


def test_a_notice_keeps_what_was_chosen_in_other_fields() -> None:
    view = modal(asks(examples.TEXT, examples.DAY, examples.SEVERAL, examples.SCALE), MEMO, FRAME)
    day, instead, several, scale = (each["block_id"] for each in fields(view)[1:])
    given = {day: "2026-11-30", instead: "unknown", several: ("o1", "o3"), scale: "4"}

    shown = with_notice(opened(view, given), examples.HEAVY)

    assert [stood(each["element"]) for each in fields(shown)[1:]] == [
        {"initial_date": "2026-11-30"}, {"initial_option": "unknown"},
        {"initial_options": ["o1", "o3"]}, {"initial_option": "4"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "view", [{}, {"blocks": []}, {"blocks": "x"}, {"blocks": [1]}, {"blocks": [{}]}]
)
def test_a_modal_that_is_not_ours_is_refused(view: dict[str, Any]) -> None:
    with pytest.raises(BadContent):
        with_notice(view, examples.HEAVY)


@given(
    some_messages.filter(lambda each: bool(each.fields)),
    st.builds(Frame, some_text, some_text, some_text),
)
def test_no_modal_breaks_a_limit_or_comes_alive(message: Message, around: Frame) -> None:
    view = modal(message, MEMO, around)

    assert limits_kept(view) == []
    assert alive(view) == []
    json.dumps(view, ensure_ascii=False).encode()


@given(words=some_text, said=some_text, label=some_text)
def test_no_notice_breaks_a_limit_or_comes_alive(words: str, said: str, label: str) -> None:
    options = tuple(NoticeOption(f"o{n}", label, "choose", said) for n in range(4))
    notice = Notice("key", "care.heavy", (said, words), options)

    view = with_notice(written(words), notice)

    assert limits_kept(view) == []
    assert alive(view) == []
