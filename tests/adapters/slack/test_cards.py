"""A message as Block Kit: what each kind of question looks like, and what must never happen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.cards import Card, card
from bot.adapters.slack.checks import limits_kept
from bot.engine.answers import Raw
from bot.errors import BadContent
from bot.limits import SLACK_ID
from bot.port import (
    Choices,
    Day,
    Edit,
    Field,
    FreeText,
    Input,
    Message,
    Option,
    Person,
    Scale,
    Words,
)
from tests.adapters.slack import examples
from tests.adapters.slack.examples import asks
from tests.adapters.slack.eyes import alive, texts
from tests.adapters.slack.presses import controls
from tests.adapters.slack.test_plain import some_text

FAMILY: Final = "👨‍👩‍👧‍👦"
SEEN: Final = examples.SEEN

keys = st.from_regex(r"[a-z_.]{1,200}", fullmatch=True)
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))
ids = st.from_regex(r"[a-z_]{1,60}", fullmatch=True)
options = st.lists(
    st.builds(Option, ids, some_text, st.booleans()), max_size=8, unique_by=lambda each: each.id
).map(tuple)
answers = options.filter(lambda some: any(not each.command for each in some))
inputs = st.one_of(
    st.builds(Choices, answers, st.integers(1, 4)),
    st.builds(Scale, st.integers(0, 3), st.integers(4, 90)),
    st.builds(FreeText, st.just(1000), options),
    st.builds(Day, days, days, options),
    st.builds(Person, options),
)
fields = st.lists(
    st.builds(
        Field, keys, inputs, st.integers(0, 9), some_text, label=some_text,
        current=st.none() | some_text | days | st.integers(0, 10),
    ),
    max_size=8,
    unique_by=lambda each: each.key,
).map(tuple)  # fmt: skip
some_messages = st.builds(
    Message,
    delivery=st.uuids(),
    language=st.just("nl"),
    paragraphs=st.lists(
        some_text.filter(lambda each: bool(each.strip("\x00 \ud800"))), min_size=1, max_size=4
    ).map(tuple),
    dialogue=st.none() | st.uuids(),
    fields=fields,
    answered=some_text,
    edits=st.lists(st.builds(Edit, keys, st.integers(0, 9), some_text), max_size=2).map(tuple),
    footer=some_text,
    words=st.builds(Words, some_text, some_text, some_text, some_text),
)


def kinds(shown: Card) -> list[str]:
    """Give the kind of each control, with the label of buttons."""
    return [
        each["text"]["text"] if each["type"] == "button" else each["type"]
        for block in shown.blocks
        for each in (*block.get("elements", ()), block.get("accessory", {}))
        if "action_id" in each
    ]


def stood(element: dict[str, Any]) -> dict[str, object]:
    """Give what stands in a control already, options by their ids."""
    match element:
        case {"initial_option": {"value": value}}:
            return {"initial_option": value}
        case {"initial_options": [*chosen]}:
            return {"initial_options": [each["value"] for each in chosen]}
    return {name: each for name, each in element.items() if name.startswith("initial_")}


@pytest.mark.parametrize(
    ("asked", "controls_shown"),
    [
        (examples.CHOICES, ["Keuze 0", "Keuze 1", "Keuze 2", "Later", "Sla over"]),
        (Choices(examples.options(5)), [f"Keuze {number}" for number in range(5)]),
        (Choices(examples.options(6)), ["static_select"]),
        (examples.TWO_WAYS_OFF, ["Keuze 0", "Keuze 1", "Sla over", "overflow"]),
        (examples.MENU, ["static_select", "Later", "Sla over"]),
        (examples.SEVERAL, ["multi_static_select", "Verstuur", "Later", "Sla over"]),
        (examples.SCALE, [str(number) for number in range(11)]),
        (examples.WIDE_SCALE, ["static_select"]),
        (examples.TEXT, ["Schrijf", "Sla over", "Later"]),
        (examples.DAY, ["datepicker", "Weet ik nog niet", "Sla over"]),
        (examples.PERSON, ["users_select", "Niemand"]),
    ],
)
def test_each_kind_of_question_has_its_controls(asked: Input, controls_shown: list[str]) -> None:
    shown = card(asks(asked))

    assert sorted(kinds(shown)) == sorted(controls_shown)
    assert texts(shown.blocks[-1]) == [SEEN]
    assert limits_kept(shown) == []


def test_several_are_capped_where_they_are_chosen() -> None:
    menu, _ = controls(card(asks(examples.SEVERAL)).blocks)["multi_static_select"]

    assert menu["max_selected_items"] == 2
    assert [each["value"] for each in menu["options"]] == [f"o{number}" for number in range(7)]


def test_a_form_lists_its_questions_and_opens_with_one_button() -> None:
    shown = card(asks(examples.TEXT, examples.DAY, examples.SCALE))

    assert kinds(shown) == ["Schrijf", "Later"]
    assert texts(shown.blocks) == [
        "Hoi Sanne.\n\nHoe is het gegaan?", "• Vraag 0\n• Vraag 1\n• Vraag 2", SEEN,
        "Schrijf", "Later",
    ]  # fmt: skip


def test_a_form_without_words_is_not_called_writing() -> None:
    assert kinds(card(asks(examples.SCALE, examples.SCALE))) == ["Kies…"]


def test_a_form_says_of_each_question_who_will_see_it() -> None:
    message = asks(examples.TEXT, examples.SCALE)
    counted = replace(message.fields[1], seen_by="Alleen in groepscijfers.")

    shown = card(replace(message, fields=(message.fields[0], counted)))

    assert texts(shown.blocks)[1:5] == [
        "• Vraag 0", SEEN, "• Vraag 1", "Alleen in groepscijfers.",
    ]  # fmt: skip


def test_more_buttons_than_one_row_takes_stand_in_two() -> None:
    later = tuple(Option(f"c{number}", f"Later {number}", command=True) for number in range(13))

    shown = card(asks(FreeText(1000, later), FreeText(1000, later)))

    rows = [len(each["elements"]) for each in shown.blocks if each["type"] == "actions"]
    assert rows == [25, 2]
    assert limits_kept(shown) == []


def test_an_answered_card_says_what_was_answered_and_can_be_changed() -> None:
    shown = card(examples.ANSWERED)

    assert texts(shown.blocks) == [
        "Wat wil je uitproberen?", "✓ Beantwoord · alleen jij", "Wijzig",
        "Gegevens: /privacy · Typ 'stop'",
    ]  # fmt: skip
    assert controls(shown.blocks)["Wijzig"][0]["action_id"] == "edit.0.1.goal"


def test_a_reopened_card_shows_what_stands() -> None:
    message = asks(examples.CHOICES)
    again = replace(message, fields=(replace(message.fields[0], current="o1"),))

    stands = {name: each.get("style") for name, (each, _) in controls(card(again).blocks).items()}

    assert stands == {
        "Keuze 0": None, "Keuze 1": "primary", "Keuze 2": None, "Later": None, "Sla over": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "current", "name", "stands"),
    [
        (examples.MENU, "o6", "static_select", {"initial_option": "o6"}),
        (examples.WIDE_SCALE, 40, "static_select", {"initial_option": "40"}),
        (examples.SEVERAL, ("o1", "o2"), "multi_static_select", {"initial_options": ["o1", "o2"]}),
        (examples.DAY, date(2026, 11, 30), "datepicker", {"initial_date": "2026-11-30"}),
        (examples.DAY, "unknown", "datepicker", {}),
    ],
)
def test_a_reopened_menu_or_calendar_shows_what_stands(
    asked: Input, current: Raw, name: str, stands: dict[str, object]
) -> None:
    message = asks(asked)
    again = replace(message, fields=(replace(message.fields[0], current=current),))

    element, _ = controls(card(again).blocks)[name]

    assert stood(element) == stands


def test_every_control_carries_dialogue_question_and_count() -> None:
    blocks = card(asks(examples.CHOICES, key=examples.LONGEST_KEY)).blocks

    for element, block in controls(blocks).values():
        assert block == f"{examples.DELIVERY.hex}.{examples.DIALOGUE.hex}.1"
        assert element["action_id"].endswith(f".3.{examples.LONGEST_KEY}")
        assert max(len(block), len(element["action_id"])) <= SLACK_ID


def test_a_menu_of_no_dialogue_carries_its_delivery() -> None:
    _, block = controls(card(asks(examples.CHOICES, dialogue=None)).blocks)["Keuze 0"]

    assert block == f"{examples.DELIVERY.hex}.-.1"


def test_a_notification_says_how_a_message_begins_without_what_somebody_wrote() -> None:
    said = ("Dit stuur ik aan Tom: 'ik durf het niet'.", "Goed zo?")

    shown = card(
        Message(examples.DELIVERY, "nl", said, preview="Dit stuur ik\naan Tom & co: '…'.")
    )

    assert shown.text == "Dit stuur ik aan Tom &amp; co: '…'."


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (Message(examples.DELIVERY, "nl", ("x" * 200, "Ja.")), "x" * 149 + "…"),
        (Message(examples.DELIVERY, "nl", (" ", "Ja.")), "Ja."),
        (Message(examples.DELIVERY, "nl", (), answered="Beantwoord"), "Beantwoord"),
        (Message(examples.DELIVERY, "nl", ()), "·"),
    ],
)
def test_a_notification_always_says_something_short(message: Message, says: str) -> None:
    assert card(message).text == says


def test_what_is_sent_is_known_by_its_delivery_and_unfolds_nothing() -> None:
    message = Message(examples.DELIVERY, "nl", ("Zie https://a.nl",))
    sent = card(message).arguments()

    assert sent == card(message).arguments()
    assert sent["metadata"] == {
        "event_type": "holdfast_delivery",
        "event_payload": {"delivery_id": str(examples.DELIVERY)},
    }
    assert UUID(sent["client_msg_id"]).version == 5
    assert [sent[name] for name in ("unfurl_links", "unfurl_media", "link_names", "mrkdwn")] == [
        False
    ] * 4
    other = card(replace(message, delivery=UUID(int=9))).arguments()
    assert other["client_msg_id"] != sent["client_msg_id"]


def test_what_replaces_a_message_has_nothing_that_only_a_new_one_takes() -> None:
    sent = card(examples.ANSWERED).replacing()

    assert sorted(sent) == ["blocks", "link_names", "metadata", "parse", "text"]


@pytest.mark.parametrize("sign", [FAMILY, "ze\u0301", "🇳🇱", "한"])
def test_a_long_text_is_parted_between_whole_signs(sign: str) -> None:
    shown = card(Message(examples.DELIVERY, "nl", (sign * 800,)))

    parts = texts(shown.blocks)
    assert "".join(parts) == sign * 800
    assert all(set(part.split(sign)) == {""} for part in parts)
    assert limits_kept(shown) == []


def test_a_text_beyond_all_bounds_is_cut_where_slack_would_refuse_the_message() -> None:
    message = asks(Choices(examples.options(100)))

    shown = card(replace(message, paragraphs=tuple(f"{'<woord> ' * 300}" for _ in range(20))))

    assert limits_kept(shown) == []
    assert [each for each in texts(shown.blocks) if each.endswith("…")] != ["Kies…"]


@pytest.mark.parametrize(
    "message",
    [
        replace(asks(examples.TEXT), words=None),
        asks(Choices(examples.options(101))),
        asks(Choices((), 2)),
        asks(examples.TEXT, key="a b"),
    ],
)
def test_what_slack_could_not_show_is_refused(message: Message) -> None:
    with pytest.raises(BadContent):
        card(message)


@given(some_messages)
def test_no_message_breaks_a_limit_or_comes_alive(message: Message) -> None:
    shown = card(message)

    sent = shown.arguments()
    assert limits_kept(shown) == []
    assert alive(sent) == []
    json.dumps(sent, ensure_ascii=False).encode()
