"""Reading an input at the door, and fitting a stored answer on a walk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.answers import SILENT, SKIPPED, UNASKED, Answer, Raw, Refusal, Skip, Value
from bot.engine.reading import LONGEST_TEXT, Hearing, fits, read, read_form, storable
from bot.engine.steps import (
    Choose,
    PickDate,
    PickPerson,
    Question,
    Rate,
    Together,
    WorkingDays,
    Write,
)
from bot.lexicon import TEXTS, load_lexicons

LEXICON = load_lexicons(TEXTS)["en"]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
HEARING = Hearing(NOW, TUESDAY, "en", LEXICON, people={"tom": "tom"})

CHOOSE = Choose("q", ("a", "b", "c"))
CHOOSE_TWO = Choose("q", ("a", "b", "c"), most=2)
WRITE = Write("q")
MUST_WRITE = Write("q", skip=False)
RATE = Rate("q")
DAY = PickDate("q", options=("unknown",))
DAY_OR_NOT = PickDate("q", skip=True)
PERSON = PickPerson("q", options=("nobody",))


def value_of(question: Question, raw: Raw) -> Value:
    found = read(question, raw, HEARING)
    assert isinstance(found, Answer), found
    return found.value


def refusal_of(question: Question, raw: Raw, hearing: Hearing = HEARING) -> str:
    found = read(question, raw, hearing)
    assert isinstance(found, Refusal), found
    return found.text


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (CHOOSE, "a", "a"),
        (CHOOSE, ("b",), "b"),
        (CHOOSE_TWO, "a", ("a",)),
        (CHOOSE_TWO, ("c", "a"), ("c", "a")),
        (CHOOSE_TWO, ("c", "c"), ("c",)),
        (RATE, 0, 0),
        (RATE, "10", 10),
        (RATE, " 07 ", 7),
        (DAY, TUESDAY, TUESDAY),
        (DAY, "unknown", "unknown"),
        (DAY, "2026-11-25", WEDNESDAY),
        (DAY, "25-11-2026", WEDNESDAY),
        (DAY, "25/11", WEDNESDAY),
        (DAY, "25.11", WEDNESDAY),
        (DAY_OR_NOT, Skip(), None),
        (PickDate("q", within=100), "5-1", date(2027, 1, 5)),
        (WRITE, "  words of mine\r\n ", "words of mine"),
        (WRITE, Skip(), None),
        (PERSON, "tom", "tom"),
        (PERSON, "nobody", "nobody"),
    ],
)
def test_an_input_is_read_as_an_answer(question: Question, raw: Raw, value: Value) -> None:
    assert value_of(question, raw) == value


@pytest.mark.parametrize(
    ("question", "raw", "text"),
    [
        (CHOOSE, "d", "common.choose_one"),
        (CHOOSE, ("a", "b"), "common.choose_one"),
        (CHOOSE, 1, "common.choose_one"),
        (CHOOSE, Skip(), "common.choose_one"),
        (CHOOSE_TWO, (), "common.choose_two"),
        (CHOOSE_TWO, ("a", "b", "c"), "common.choose_two"),
        (CHOOSE_TWO, ("a", "d"), "common.choose_two"),
        (RATE, "11", "common.number"),
        (RATE, "-1", "common.number"),
        (RATE, "7.5", "common.number"),
        (RATE, "seven", "common.number"),
        (RATE, "٣", "common.number"),
        (RATE, "0" * 5000 + "1" * 5000, "common.number"),
        (RATE, "00000000099", "common.number"),
        (RATE, Skip(), "common.number"),
        (DAY, "23-11-2026", "common.day"),
        (DAY, "28-11-2026", "common.day"),
        (DAY, "2026-12-23", "common.day"),
        (DAY, "31-31", "common.day"),
        (DAY, "29-2", "common.day"),
        (DAY, "٢٥-١١", "common.day"),
        (DAY, "tomorrow", "common.day"),
        (DAY, "elsewhere", "common.day"),
        (DAY, Skip(), "common.day"),
        (WRITE, "", "common.no_text"),
        (WRITE, "👍", "common.no_text"),
        (WRITE, "x" * (LONGEST_TEXT + 1), "common.too_long"),
        (MUST_WRITE, "👍", "common.no_text_later"),
        (MUST_WRITE, Skip(), "common.no_text_later"),
        (PERSON, "stranger", "common.person"),
        (PERSON, 7, "common.person"),
    ],
)
def test_an_input_is_refused_in_words(question: Question, raw: Raw, text: str) -> None:
    assert refusal_of(question, raw) == text


def test_a_refused_day_names_the_last_one_possible() -> None:
    assert read(DAY, "tomorrow", HEARING) == Refusal(
        "common.day", {"full_date": date(2026, 12, 22)}
    )


def test_a_working_day_is_one_of_the_persons_own() -> None:
    hearing = Hearing(NOW, TUESDAY, "en", LEXICON, workdays=frozenset({1, 2}))

    assert refusal_of(DAY, WEDNESDAY, hearing) == "common.day"


def test_an_answer_remembers_its_language_and_moment() -> None:
    assert read(RATE, 7, HEARING) == Answer(7, frozenset(), "en", NOW)
    assert read(WRITE, Skip(), HEARING) == Answer(None, frozenset({"skipped"}), "en", NOW)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("when the team meeting starts", {"cue", "clause"}),
        ("at the handover I ask why", {"cue", "moment"}),
        ("I say what I saw and wait", {"no_cue", "clause"}),
        ("no idea", {"dont_know", "vague", "no_cue", "clause"}),
    ],
)
def test_a_text_is_marked_when_it_is_read(text: str, marks: set[str]) -> None:
    found = read(WRITE, text, HEARING)

    assert isinstance(found, Answer)
    assert found.marks == marks


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\x00b\x1fc\x7f", "abc"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("\ud800café 👍\udfff", "café 👍"),
    ],
)
def test_only_what_can_be_seen_of_a_text_is_stored(raw: str, kept: str) -> None:
    assert storable(raw) == kept


FORM = Together((Write("text"), PickDate("day", skip=True), Rate("sure")))


def test_a_form_gives_all_its_answers() -> None:
    found = read_form(FORM, {"text": "some words here", "day": WEDNESDAY, "sure": 3}, HEARING)

    assert {key: each.value for key, each in found.items() if isinstance(each, Answer)} == {
        "text": "some words here",
        "day": WEDNESDAY,
        "sure": 3,
    }


def test_a_form_gives_all_its_refusals_together_and_no_answer() -> None:
    found = read_form(FORM, {"text": "", "day": "nonsense", "sure": 3}, HEARING)

    assert found.keys() == {"text", "day"}
    assert all(isinstance(each, Refusal) for each in found.values())


@pytest.mark.parametrize(("raw", "keys"), [({"sure": 3}, {"text", "day", "sure"}), ({}, {"sure"})])
def test_a_field_that_did_not_come_is_skipped_where_it_may_be(
    raw: Mapping[str, Raw], keys: set[str]
) -> None:
    assert read_form(FORM, raw, HEARING).keys() == keys


def test_a_question_alone_is_read_as_a_form_of_one() -> None:
    assert read_form(RATE, {"q": 3}, HEARING).keys() == {"q"}


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (CHOOSE, "a"),
        (CHOOSE_TWO, ("a",)),
        (CHOOSE_TWO, ("c", "b")),
        (WRITE, "words"),
        (MUST_WRITE, "words"),
        (RATE, 0),
        (RATE, 10),
        (DAY, TUESDAY),
        (DAY, "unknown"),
        (PERSON, "anybody"),
    ],
)
def test_an_answer_of_the_right_shape_fits(question: Question, value: Value) -> None:
    assert fits(question, Answer(value))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (CHOOSE, "d"),
        (CHOOSE, ("a",)),
        (CHOOSE, None),
        (CHOOSE_TWO, "a"),
        (CHOOSE_TWO, ()),
        (CHOOSE_TWO, ("a", "a")),
        (CHOOSE_TWO, ("a", "d")),
        (CHOOSE_TWO, ("a", "b", "c")),
        (WRITE, 7),
        (WRITE, None),
        (RATE, 11),
        (RATE, "7"),
        (DAY, "a day"),
        (DAY, None),
        (DAY_OR_NOT, None),
        (PERSON, None),
        (PERSON, 7),
    ],
)
def test_an_answer_of_another_shape_does_not_fit(question: Question, value: Value) -> None:
    assert not fits(question, Answer(value))


@pytest.mark.parametrize(
    ("question", "may"),
    [(WRITE, True), (MUST_WRITE, False), (DAY_OR_NOT, True), (DAY, False), (CHOOSE, False)],
)
def test_a_skipped_answer_fits_where_skipping_is_allowed(question: Question, *, may: bool) -> None:
    assert fits(question, SKIPPED) is may


@pytest.mark.parametrize(
    ("question", "may"),
    [(Choose("q", ("a",), silent_after=WorkingDays(5)), True), (CHOOSE, False), (WRITE, False)],
)
def test_silence_fits_where_the_question_waits_for_it(question: Question, *, may: bool) -> None:
    assert fits(question, SILENT) is may


@pytest.mark.parametrize("question", [CHOOSE, CHOOSE_TWO, WRITE, RATE, DAY_OR_NOT, PERSON])
def test_what_was_never_asked_never_fits(question: Question) -> None:
    assert not fits(question, UNASKED)


def test_a_day_that_has_passed_still_fits() -> None:
    assert fits(DAY, Answer(date(2020, 2, 29)))


QUESTIONS = st.sampled_from([CHOOSE, CHOOSE_TWO, WRITE, MUST_WRITE, RATE, DAY, DAY_OR_NOT, PERSON])
RAW = st.one_of(
    st.text(),
    st.text("0123456789-/. "),
    st.integers(),
    st.dates(),
    st.lists(st.sampled_from("abcd")).map(tuple),
    st.builds(Skip),
)


@given(QUESTIONS, RAW)
def test_whatever_comes_in_is_an_answer_that_fits_or_a_refusal(
    question: Question, raw: Raw
) -> None:
    found = read(question, raw, HEARING)

    assert isinstance(found, Refusal) or fits(question, found)


def test_a_choice_to_skip_is_an_answer_where_the_question_names_it() -> None:
    assert value_of(Choose("was_there", ("done", "skip")), Skip()) == "skip"


@pytest.mark.parametrize("most", [1, 2])
def test_a_choice_may_be_skipped_where_that_is_allowed(most: int) -> None:
    question = Choose("barrier", ("TIME", "CONF"), most=most, skip=True)

    skipped = replace(SKIPPED, language=HEARING.language, at=HEARING.now)
    nothing: tuple[Raw, ...] = (Skip(), (), "")
    assert [read(question, raw, HEARING) for raw in nothing] == [skipped] * 3
    assert fits(question, SKIPPED)
    assert not fits(replace(question, skip=False), SKIPPED)
    assert isinstance(read(replace(question, skip=False), Skip(), HEARING), Refusal)
