"""What Slack sends becomes what people did; whatever else it sends is refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import reading
from bot.adapters.slack.cards import card
from bot.adapters.slack.did import (
    At,
    By,
    Closed,
    Commanded,
    Did,
    Done,
    Edited,
    FormAsked,
    HomeOpened,
    Ignored,
    NoticeUsed,
    PersonChanged,
    ShortcutUsed,
    Submitted,
    TokensRevoked,
    Uninstalled,
    moment,
)
from bot.adapters.slack.views import Json, modal, with_notice, without_notice
from bot.engine.answers import Raw, Skip
from bot.errors import BadContent
from bot.port import Chosen, EditAsked, Input, Pressed, PutOff, Typed
from tests.adapters.slack import examples
from tests.adapters.slack.examples import DELIVERY, DIALOGUE, FRAME, LONGEST_KEY, MEMO, asks
from tests.adapters.slack.presses import CHANNEL, TS, actor, opened, press, press_in, submit

BY: Final = By("T1", "", "U1")
AT: Final = At(CHANNEL, TS)
PRESS: Final = "T1:1795420801.5:1.2.abc"


def pressed(raw: Raw) -> Pressed:
    """Give the answer to the one question of an example."""
    return Pressed(DIALOGUE, {"key": raw}, {"key": 3})


def interacts(payload: Mapping[str, Any], as_: type[Did] = Done) -> Any:  # noqa: ANN401
    """Read an interaction, and see that it is one of a kind."""
    found = reading.interaction(payload)
    assert isinstance(found, as_)
    return found


def happens(event: Json, **around: object) -> Did:
    """Read an event in its envelope."""
    return reading.event(
        {"event_id": "Ev1", "team_id": "T1", "enterprise_id": None, "event": event, **around}
    )


def said(**other: object) -> Json:
    """Give a message typed to us."""
    typed = {"type": "message", "channel": CHANNEL, "channel_type": "im", "user": "U1"}
    return {**typed, "text": "gedaan &amp; klaar", "ts": TS, **other}


@pytest.mark.parametrize(
    ("asked", "name", "given_there", "raw"),
    [
        (examples.CHOICES, "Keuze 1", None, "o1"),
        (examples.CHOICES, "Sla over", None, Skip()),
        (examples.MENU, "static_select", "o6", "o6"),
        (examples.SCALE, "7", None, 7),
        (examples.WIDE_SCALE, "static_select", "42", 42),
        (examples.TEXT, "Sla over", None, Skip()),
        (examples.DAY, "datepicker", "2026-11-30", date(2026, 11, 30)),
        (examples.DAY, "Weet ik nog niet", None, "unknown"),
        (examples.DAY, "Sla over", None, Skip()),
        (examples.PERSON, "users_select", "U024BE7LH", "U024BE7LH"),
        (examples.PERSON, "Niemand", None, "nobody"),
    ],
)
def test_a_press_on_a_card_is_an_answer(
    asked: Input, name: str, given_there: str | None, raw: Raw
) -> None:
    done = interacts(press(card(asks(asked)), name, given_there))

    picked = frozenset({"key"} if name == "users_select" else ())
    assert done == Done(PRESS, BY, pressed(raw), AT, "1.2.abc", picked)


@pytest.mark.parametrize("beside", [(), ("o1",), ("o1", "o3")])
def test_several_are_sent_by_their_button(beside: tuple[str, ...]) -> None:
    payload = press(card(asks(examples.SEVERAL)), "Verstuur", beside=beside)

    assert interacts(payload).what == pressed(beside)


def test_choosing_several_waits_for_its_button() -> None:
    payload = press(card(asks(examples.SEVERAL)), "multi_static_select", ("o1",))

    assert interacts(payload, as_=Ignored).why == "waits for its button"


def test_a_menu_that_is_emptied_says_nothing() -> None:
    payload = press(card(asks(examples.MENU)), "static_select", None)

    assert interacts(payload, as_=Ignored).why == "nothing chosen"


def test_a_menu_of_no_dialogue_is_chosen_from() -> None:
    done = interacts(press(card(asks(examples.CHOICES, dialogue=None)), "Keuze 2"))

    assert done.what == Chosen(DELIVERY, "key", "o2")


def test_later_puts_off_and_answers_nothing() -> None:
    done = interacts(press(card(asks(examples.TEXT)), "Later"))

    assert done.what == PutOff(DIALOGUE, "key", "later")


def test_behind_three_dots_stands_what_puts_off_in_more_than_one_way() -> None:
    done = interacts(press(card(asks(examples.TWO_WAYS_OFF)), "overflow", "tomorrow"))

    assert done.what == PutOff(DIALOGUE, "key", "tomorrow")


def test_edit_asks_for_the_answer_again() -> None:
    assert interacts(press(card(examples.ANSWERED), "Wijzig")).what == EditAsked(
        DIALOGUE, "goal", 1
    )


@pytest.mark.parametrize("asked", [[examples.TEXT], [examples.TEXT, examples.DAY]])
def test_write_asks_for_a_modal(asked: list[Input]) -> None:
    payload = press(card(asks(*asked)), "Schrijf")

    assert interacts(payload, as_=FormAsked) == FormAsked(
        PRESS, BY, MEMO.place, "key", AT, "1.2.abc"
    )


def test_the_longest_key_comes_back_whole() -> None:
    done = interacts(press(card(asks(examples.CHOICES, key=LONGEST_KEY)), "Keuze 0"))

    assert done.what.inputs == {LONGEST_KEY: "o0"}


@pytest.mark.parametrize(
    ("asked", "values", "inputs"),
    [
        ([examples.TEXT], {"field.1": " <b> & klaar\x00 "}, {"key": "<b> & klaar"}),
        ([examples.TEXT], {"field.1": "&amp;" * 3000}, {"key": "&amp;" * 3000}),
        ([examples.TEXT], {"field.1": None}, {"key": Skip()}),
        ([examples.CHOICES], {"field.1": "skip"}, {"key": Skip()}),
        (
            [examples.TEXT, examples.SCALE, examples.SEVERAL, examples.MENU],
            {"field.1": "ja", "field.2": "10", "field.3": ("o1", "o2"), "field.4": "o6"},
            {"key": "ja", "key1": 10, "key2": ("o1", "o2"), "key3": "o6"},
        ),
        ([examples.DAY], {"field.1": "2026-11-30"}, {"key": date(2026, 11, 30)}),
        ([examples.DAY], {"field.2": "unknown"}, {"key": "unknown"}),
        ([examples.DAY], {}, {"key": Skip()}),
    ],
)
def test_a_modal_that_is_sent_answers_its_questions(
    asked: list[Input], values: dict[str, Any], inputs: dict[str, Raw]
) -> None:
    view = modal(asks(*asked), MEMO, FRAME)

    sent = interacts(submit(view, values), as_=Submitted)

    assert sent.what.inputs == inputs
    assert set(sent.what.counts) == {f"key{n or ''}" for n in range(len(asked))}
    assert (sent.memo, sent.what.dialogue, sent.what.sure) == (MEMO, DIALOGUE, False)
    assert sent.fields["key"] == "field.1"


def test_a_picked_colleague_is_named_as_one_of_slack() -> None:
    view = modal(asks(examples.PERSON, examples.TEXT), MEMO, FRAME)

    one = interacts(submit(view, {"field.1": "U024BE7LH"}), as_=Submitted)
    none = interacts(submit(view, {"field.2": "nobody"}), as_=Submitted)

    assert (one.what.inputs["key"], one.picked) == ("U024BE7LH", {"key"})
    assert (none.what.inputs["key"], none.picked) == ("nobody", frozenset())


@pytest.mark.parametrize(
    ("current", "values", "raw"),
    [
        (date(2026, 11, 30), {"field.2": "unknown"}, "unknown"),
        ("unknown", {"field.1": "2026-12-01"}, date(2026, 12, 1)),
        (date(2026, 11, 30), {}, date(2026, 11, 30)),
    ],
)
def test_where_a_day_and_a_choice_both_stand_the_one_that_is_new_counts(
    current: Raw, values: dict[str, Any], raw: Raw
) -> None:
    message = asks(examples.DAY)
    again = replace(message, fields=(replace(message.fields[0], current=current),))

    sent = interacts(submit(modal(again, MEMO, FRAME), values), as_=Submitted)

    assert sent.what.inputs == {"key": raw}


def test_the_same_modal_sent_again_is_the_same_event_and_a_mended_one_is_not() -> None:
    view = modal(asks(examples.TEXT), MEMO, FRAME)
    first, again = (interacts(submit(view, {"field.1": "x"}), as_=Submitted) for _ in range(2))

    mended = interacts(submit(view, {"field.1": "xy"}, trigger="5.6"), as_=Submitted)

    assert first.id == again.id != mended.id


def test_words_that_are_meant_are_sent_as_such() -> None:
    view = modal(asks(examples.TEXT), MEMO, FRAME)
    told = with_notice(opened(view, {"field.1": "het is zwaar"}), examples.HEAVY)
    used = interacts(press_in(told, "Ga door"), as_=NoticeUsed)

    meant = without_notice(used.seen.view, used.says, sure=used.does == "sure")
    sent = interacts(submit(meant, {}), as_=Submitted)

    assert (used.does, used.says) == ("sure", "Dan las ik het verkeerd.")
    assert sent.what == Pressed(DIALOGUE, {"key": "het is zwaar"}, {"key": 3}, sure=True)


@pytest.mark.parametrize(
    ("name", "does", "says"), [("Pas aan", "back", ""), ("Een ander", "sure", "")]
)
def test_a_notice_can_be_left(name: str, does: str, says: str) -> None:
    told = with_notice(opened(modal(asks(examples.TEXT), MEMO, FRAME)), examples.HEAVY)

    used = interacts(press_in(told, name), as_=NoticeUsed)

    assert (used.does, used.says, used.seen.id) == (does, says, "V1")


def test_a_notice_can_be_chosen_from_and_no_message_knows_of_it() -> None:
    told = with_notice(opened(modal(asks(examples.TEXT), MEMO, FRAME)), examples.HEAVY)

    done = interacts(press_in(told, "Even stil"))

    assert done.what == Chosen(None, "care.heavy", "pause")
    assert (done.at, done.seen.id) == (AT, "V1")


def test_what_is_written_in_a_modal_is_in_no_repr() -> None:
    view = modal(asks(examples.TEXT), MEMO, FRAME)
    told = with_notice(opened(view, {"field.1": "KANARIE"}), examples.HEAVY)

    assert "KANARIE" not in repr(interacts(press_in(told, "Pas aan"), as_=NoticeUsed))


def test_a_modal_that_is_closed_says_from_where() -> None:
    view = opened(modal(asks(examples.TEXT), MEMO, FRAME))

    closed = interacts({**actor("view_closed"), "view": view}, as_=Closed)

    assert closed == Closed("V1:156772938.1827394:closed", BY, MEMO)


def test_shortcuts_are_named() -> None:
    used = {"callback_id": "open_plan", "action_ts": "1.1"}

    everywhere = interacts({**actor("shortcut"), **used}, as_=ShortcutUsed)
    at = interacts(
        {**actor("message_action"), **used, "channel": {"id": "C1"},
         "message": {"ts": TS, "text": "KANARIE"}},
        as_=ShortcutUsed,
    )  # fmt: skip

    assert everywhere == ShortcutUsed("T1:1.1:1.2.abc", BY, "open_plan", "1.2.abc")
    assert at.at == At("C1", TS)
    assert "KANARIE" not in repr(at)


def test_a_slash_command_says_what_was_typed_after_it() -> None:
    form = {
        "team_id": "T1", "user_id": "U1", "channel_id": "D1", "command": "/holdfast",
        "text": " stop &amp; wis ", "trigger_id": "1.2", "response_url": "https://hooks.slack.com/x",
    }  # fmt: skip

    given_ = reading.command(form)

    assert given_ == Commanded(
        "T1:1.2", BY, "/holdfast", "stop & wis", "D1", "1.2", "https://hooks.slack.com/x"
    )
    assert "hooks" not in repr(given_)


def test_an_organisation_that_installed_us_for_all_is_named() -> None:
    payload = press(card(asks(examples.CHOICES)), "Keuze 0")
    grid = {"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
    form = {
        "team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true", "user_id": "U1",
        "channel_id": "D1", "command": "/holdfast",
    }  # fmt: skip
    around = {"enterprise_id": "E1", "authorizations": [{"is_enterprise_install": True}]}

    by = By("T1", "E1", "U1", for_all=True)
    assert interacts({**payload, **grid}).by == by
    assert reading.command(form).by == by
    assert happens(said(), **around).by == by


@pytest.mark.parametrize(
    ("other", "text", "at"),
    [
        ({}, "gedaan & klaar", AT),
        ({"thread_ts": "1.5"}, "gedaan & klaar", At(CHANNEL, TS, "1.5")),
        ({"subtype": "file_share", "text": "zie <@U2|tom>"}, "zie @tom", AT),
    ],
)
def test_what_is_typed_to_us_is_heard(other: Json, text: str, at: At) -> None:
    assert happens(said(**other)) == Done("Ev1", BY, Typed(text), at)


@pytest.mark.parametrize(
    ("other", "around", "why"),
    [
        ({"bot_id": "B1"}, {}, "of a bot"),
        ({"user": None}, {}, "of a bot"),
        ({"subtype": "bot_message"}, {}, "nothing typed"),
        ({"subtype": "message_deleted"}, {}, "nothing typed"),
        ({"subtype": "message_changed"}, {}, "changed by no person"),
        ({"channel_type": "channel"}, {}, "not between us"),
        ({"channel_type": None}, {}, "not between us"),
        ({}, {"is_ext_shared_channel": True}, "not between us"),
        ({"text": " \x00 "}, {}, "no words"),
        ({"text": None}, {}, "no words"),
        ({"type": "reaction_added"}, {}, "another event"),
    ],
)
def test_what_is_not_typed_to_us_is_left(other: Json, around: Json, why: str) -> None:
    ignored = happens(said(**other), **around)

    assert isinstance(ignored, Ignored)
    assert ignored.why == why


def test_a_change_of_what_was_typed_is_known_but_not_read() -> None:
    now = {"ts": TS, "user": "U1", "text": "KANARIE", "edited": {"user": "U1", "ts": "9.9"}}

    edited = happens(said(subtype="message_changed", message=now, text=None))

    assert edited == Edited("Ev1", BY, AT)


@pytest.mark.parametrize("ours", [{"bot_id": "B1"}, {"edited": None}, {"user": None}])
def test_a_change_that_no_person_made_is_left(ours: Json) -> None:
    now = {"ts": TS, "user": "U1", "edited": {"user": "U1"}, **ours}

    assert isinstance(happens(said(subtype="message_changed", message=now)), Ignored)


def test_who_opens_the_app_is_known() -> None:
    event = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}

    assert happens(event) == HomeOpened("Ev1", BY, "home")


@pytest.mark.parametrize(("kind", "is_new"), [("user_change", False), ("team_join", True)])
def test_who_changes_or_comes_is_known(kind: str, *, is_new: bool) -> None:
    user = {"id": "U1", "tz": "Europe/Amsterdam", "locale": "nl-NL", "real_name": "Sanne"}

    changed = happens({"type": kind, "user": user})
    gone = happens({"type": kind, "user": {"id": "U1", "deleted": True, "is_restricted": True}})

    here = PersonChanged(
        "Ev1", BY, is_new, is_gone=False, is_bot=False, is_guest=False,
        zone="Europe/Amsterdam", locale="nl-NL",
    )  # fmt: skip
    assert changed == here
    assert gone == replace(here, is_gone=True, is_guest=True, zone="", locale="")


def test_tokens_that_end_and_an_app_that_is_taken_out_are_known() -> None:
    by = By("T1", "", "")
    tokens = {"oauth": ["U1"], "bot": ["U9"]}

    assert happens({"type": "tokens_revoked", "tokens": tokens}) == TokensRevoked(
        "Ev1", by, ("U9",), ("U1",)
    )
    assert happens({"type": "app_uninstalled"}) == Uninstalled("Ev1", by)


def test_a_time_stamp_is_a_moment() -> None:
    assert moment(TS).isoformat() == "2026-11-23T08:00:00.000200+00:00"
    assert moment("1795420800").isoformat() == "2026-11-23T08:00:00+00:00"


@pytest.mark.parametrize("ts", ["", "x", "1.x", "9" * 400, "-" * 3])
def test_a_time_stamp_that_is_none_is_refused(ts: str) -> None:
    with pytest.raises(BadContent):
        moment(ts)


def test_a_refusal_names_places_and_never_what_stood_there() -> None:
    payload = press(card(asks(examples.CHOICES)), "Keuze 0")
    payload["actions"][0]["value"] = {"KANARIE": "KANARIE"}
    payload["user"] = "KANARIE"

    with pytest.raises(BadContent) as refused:
        reading.interaction(payload)

    assert "user" in refused.value.message
    assert "KANARIE" not in refused.value.message


def test_edit_and_later_belong_to_a_dialogue() -> None:
    edited = replace(examples.ANSWERED, dialogue=None)

    for payload in (
        press(card(edited), "Wijzig"),
        press(card(asks(examples.TEXT, dialogue=None)), "Later"),
    ):
        with pytest.raises(BadContent):
            reading.interaction(payload)


def test_a_menu_sends_one_choice_only() -> None:
    view = modal(asks(examples.TEXT, examples.SCALE), replace(MEMO, place=NO_DIALOGUE), FRAME)

    with pytest.raises(BadContent):
        reading.interaction(submit(view, {"field.1": "x", "field.2": "3"}))


def test_a_notice_stands_in_no_message() -> None:
    told = with_notice(opened(modal(asks(examples.TEXT), MEMO, FRAME)), examples.HEAVY)
    payload = press_in(told, "Pas aan")

    with pytest.raises(BadContent):
        reading.interaction({name: each for name, each in payload.items() if name != "view"})


NO_DIALOGUE: Final = replace(MEMO.place, dialogue=None)

# What is sent, as it should be; the fuzz puts something else in each of its places.
_MODAL: Final = modal(asks(*examples.EVERY), MEMO, FRAME)
_NOTICED: Final = with_notice(opened(_MODAL), examples.HEAVY)
SENT: Final[tuple[tuple[Callable[[Json], Did], Json], ...]] = (
    *((reading.interaction, press(card(asks(each)), name))
      for each, name in ((examples.CHOICES, "Keuze 0"), (examples.SCALE, "3"),
                         (examples.TEXT, "Later"), (examples.TEXT, "Schrijf"))),
    (reading.interaction, press(card(asks(examples.SEVERAL)), "Verstuur", beside=("o1",))),
    (reading.interaction, press(card(asks(examples.DAY)), "datepicker", "2026-11-30")),
    (reading.interaction, press(card(asks(examples.PERSON)), "users_select", "U2")),
    (reading.interaction, press(card(examples.ANSWERED), "Wijzig")),
    (reading.interaction, submit(_MODAL, {"field.7": "2026-11-30"})),
    (reading.interaction, press_in(_NOTICED, "Ga door")),
    (reading.interaction, press_in(_NOTICED, "Even stil")),
    (reading.interaction, {**actor("view_closed"), "view": opened(_MODAL)}),
    (reading.interaction, {**actor("shortcut"), "callback_id": "x", "action_ts": "1.1"}),
    (reading.command, {"team_id": "T1", "user_id": "U1", "channel_id": "D1", "command": "/h"}),
    *((reading.event, {"event_id": "Ev1", "team_id": "T1", "authorizations": [{}], "event": each})
      for each in (said(), said(subtype="message_changed", message={"ts": "1.1"}),
                   {"type": "app_home_opened", "user": "U1", "tab": "home"},
                   {"type": "user_change", "user": {"id": "U1", "tz": "UTC", "deleted": False}},
                   {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}},
                   {"type": "app_uninstalled"})),
)  # fmt: skip

NOTHINGS: Final[tuple[object, ...]] = (None, {}, [], "", 0)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.sampled_from(["\ud800", "\x00", "9" * 5000, "answer.0.0.key", "{", "1e9"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def places(part: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the way to every place in JSON."""
    match part:
        case dict():
            inner: list[tuple[Any, object]] = [*part.items()]
        case list():
            inner = [*enumerate(part)]
        case _:
            inner = []
    return [path, *(each for name, held in inner for each in places(held, (*path, name)))]


def altered(part: Any, path: tuple[Any, ...], to: object) -> Any:  # noqa: ANN401 - JSON
    """Give JSON with something else in one place."""
    if not path:
        return to
    name, *rest = path
    items = dict(part.items() if isinstance(part, dict) else enumerate(part))
    items[name] = altered(items[name], tuple(rest), to)
    return items if isinstance(part, dict) else [items[each] for each in sorted(items)]


def is_told_or_refused(read: Callable[[Json], Did], sent: Json) -> bool:
    """Read something: either it is something that was done, or it is refused in words."""
    try:
        return isinstance(read(sent), get_args(Did))
    except BadContent as refusal:
        return bool(refusal.message)


@given(st.data())
def test_whatever_is_sent_is_understood_or_refused_in_words(data: st.DataObject) -> None:
    read, sent = data.draw(st.sampled_from(SENT))
    path = data.draw(st.sampled_from(places(sent)))

    assert is_told_or_refused(read, altered(sent, path, data.draw(anything)))


@pytest.mark.parametrize("number", range(len(SENT)))
def test_whatever_is_missing_is_understood_or_refused_in_words(number: int) -> None:
    read, sent = SENT[number]

    for path in places(sent):
        for instead in NOTHINGS:
            assert is_told_or_refused(read, altered(sent, path, instead)), path


@given(view=anything, said_=st.text(max_size=5))
def test_a_modal_of_any_shape_is_shown_again_or_refused(view: object, said_: str) -> None:
    whole = {**_NOTICED, "state": view} if not isinstance(view, dict) else view

    assert all(
        is_shown_or_refused(again)
        for again in (
            partial(with_notice, whole, examples.HEAVY),
            partial(without_notice, whole, said_),
        )
    )


def is_shown_or_refused(again: Callable[[], Json]) -> bool:
    """Make a modal again: either there is something in it, or it is refused in words."""
    try:
        return bool(again()["blocks"])
    except BadContent as refusal:
        return bool(refusal.message)
