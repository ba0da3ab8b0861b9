"""What a person reads."""

import re
from datetime import date, time
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from bot.errors import BadContent
from bot.lexicon import TEXTS, Form
from bot.limits import MESSAGE_TEXT
from bot.rows import PLACEHOLDER, QUOTED
from bot.visibility import Owned, PublicName, Shown, plain, show
from bot.words import Words

WORDS = Words.load(TEXTS)
SANNE = UUID(int=1)


def name(text: str) -> Shown:
    return plain(PublicName(text))


def own(text: str) -> Shown:
    return show(Owned(SANNE, text), SANNE)


@pytest.mark.parametrize(
    ("key", "language", "values", "text"),
    [
        ("common.number", "nl", {}, "Kies een heel getal van 0 tot en met 10."),
        ("common.reminder", "en", {"name": name("Tom")}, "Just this, Tom. One tap will do."),
        ("check_in.did.deeper", "en", {}, None),
        (
            "goal_setting.done",
            "nl",
            {"name": name("Noor"), "date": plain(date(2026, 11, 24))},
            "Het staat. Ik kom di 24 nov langs om te horen hoe het ging. Succes, Noor.",
        ),
        (
            "goal_setting.done",
            "en",
            {"name": name("Noor"), "date": plain(date(2026, 11, 24))},
            "All set. I'll drop by on Tue 24 Nov to hear how it went. Good luck, Noor.",
        ),
        (
            "common.snoozed_today",
            "nl",
            {"time": plain(time(9, 30))},
            "Prima. Ik kom om 9:30 terug.",
        ),
        ("goal_setting.higher", "en", {"n": plain(8)}, None),
        (
            "if_then.then_moment",
            "nl",
            {"if": own(WORDS.if_part("Bij de overdracht.", "nl"))},
            "Maak de zin af: 'Bij de overdracht …'",
        ),
        (
            "if_then.then_moment",
            "nl",
            {"if": own("ijsvrij overleg")},
            "Maak de zin af: 'IJsvrij overleg …'",
        ),
        (
            "common.plan_now",
            "nl",
            {"plan": own("Als {x}, dan {name}.")},
            "Je plan: 'Als {x}, dan {name}.'",
        ),
    ],
)
def test_a_text_is_rendered(
    key: str, language: str, values: dict[str, Shown], text: str | None
) -> None:
    rendered = WORDS.render(key, language, values)

    assert rendered == text or (text is None and "{" not in rendered)


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("en", 1, "Noted. You've applied it once since the training. I'll be back on Tue 24 Nov."),
        (
            "en",
            2,
            "Noted. You've applied it 2 times since the training. I'll be back on Tue 24 Nov.",
        ),
        (
            "nl",
            1,
            "Genoteerd. Je paste het één keer toe sinds the training. Ik kom di 24 nov terug.",
        ),
        (
            "nl",
            7,
            "Genoteerd. Je paste het 7 keer toe sinds the training. Ik kom di 24 nov terug.",
        ),
    ],
)
def test_a_number_takes_its_plural(language: str, number: int, text: str) -> None:
    values = {
        "n": plain(number),
        "training": name("the training"),
        "date": plain(date(2026, 11, 24)),
    }

    assert WORDS.render("check_in.noted_applied", language, values) == text


def test_a_name_is_cut_between_signs() -> None:
    values = {"name": name("Abdelrahman Elsayed 👩‍👩‍👧 Mohamed")}

    text = WORDS.render("common.reminder", "nl", values)

    assert text == "Nog even dit, Abdelrahman Elsayed…. Eén tik is genoeg."


def test_a_day_is_short() -> None:
    assert WORDS.day(date(2026, 9, 30), "nl") == "wo 30 sep"


def test_what_is_quoted_is_never_cut() -> None:
    answer = "ik vroeg door " * 70

    assert answer in WORDS.render("common.changed", "nl", {"answer": own(answer)})


def test_the_parts_of_a_plan_are_never_cut() -> None:
    moment = "het overleg met de klant over de levering van volgende maand begint in zaal twee"

    assert moment in WORDS.render("if_then.then", "nl", {"if": own(moment)})


def test_a_learner_without_a_known_manager_reads_a_capital_where_a_sentence_begins() -> None:
    values = {"manager": name("je leidinggevende"), "link": name("holdfast.example/me")}

    text = WORDS.render("welcome.promise", "nl", values)

    assert text.startswith("Ik deel niets zonder jouw tik. Je leidinggevende ziet groepscijfers")


def test_several_names_become_a_list() -> None:
    values = {"name": plain((PublicName("Noor"), PublicName("Tom"), PublicName("Bo")))}

    assert "Noor, Tom en Bo" in WORDS.render("common.reminder", "nl", values)


def test_a_large_number_is_whole() -> None:
    assert WORDS.render("goal_setting.higher", "nl", {"n": plain(1234)}).startswith("Een 1.234.")


@given(value=st.text(max_size=40))
def test_a_value_is_put_in_once(value: str) -> None:
    text = WORDS.render("common.changed", "en", {"answer": own(value)})

    assert text == f"Changed. It now says: '{value}'"


@pytest.mark.parametrize(
    ("key", "language", "what"),
    [
        ("common.reminder", "nl", "common.reminder needs a value for {name}"),
        ("common.remindr", "nl", 'no text common.remindr. Did you mean "common.reminder"?'),
        ("common.number", "fr", 'no texts in "fr"'),
        ("common.number.deeper", "nl", "no text common.number.deeper"),
    ],
)
def test_what_cannot_be_rendered_says_why(key: str, language: str, what: str) -> None:
    with pytest.raises(BadContent, match=r".*") as refused:
        WORDS.render(key, language)

    assert what in str(refused.value)


@pytest.mark.parametrize(
    ("key", "there"),
    [("check_in.did", True), ("check_in.did.deeper", True), ("check_in.happened.deeper", False)],
)
def test_a_question_may_have_its_own_deepening(key: str, *, there: bool) -> None:
    assert WORDS.has(key) is there


def test_options_have_ids_and_labels() -> None:
    options = WORDS.options("if_then.right")

    assert options == ("yes", "other_wording", "edit")
    assert [WORDS.label("if_then.right", option, "en") for option in options] == [
        "That's right",
        "Other wording",
        "Edit",
    ]


def test_an_unknown_option_names_the_nearest() -> None:
    with pytest.raises(BadContent, match='Did you mean "edit"'):
        WORDS.label("if_then.right", "edits", "nl")


@pytest.mark.parametrize(
    ("language", "if_raw", "then_raw", "line"),
    [
        (
            "nl",
            "het klantoverleg op dinsdag klaar is",
            "zeg ik Tom één ding dat hielp, met effect",
            (
                "Als het klantoverleg op dinsdag klaar is, "
                "dan zeg ik Tom één ding dat hielp, met effect."
            ),
        ),
        (
            "en",
            "the Tuesday client meeting ends",
            "I tell Tom one thing that helped, with its effect",
            (
                "When the Tuesday client meeting ends, "
                "I tell Tom one thing that helped, with its effect."
            ),
        ),
        (
            "nl",
            "ik voor de tweede keer een late levering zie",
            "vraag ik dezelfde dag tien minuten",
            (
                "Als ik voor de tweede keer een late levering zie, "
                "dan vraag ik dezelfde dag tien minuten."
            ),
        ),
        (
            "en",
            "I see a second late delivery",
            "I ask for ten minutes that day",
            "When I see a second late delivery, I ask for ten minutes that day.",
        ),
        (
            "nl",
            "mijn teamoverleg begint",
            "vraag ik wat ik anders kan doen",
            "Als mijn teamoverleg begint, dan vraag ik wat ik anders kan doen.",
        ),
        (
            "en",
            "my team meeting starts",
            "I ask what I could do differently",
            "When my team meeting starts, I ask what I could do differently.",
        ),
        (
            "nl",
            "zodra ik een concept terugkrijg",
            "noem ik eerst wat een camera ziet",
            "Zodra ik een concept terugkrijg, noem ik eerst wat een camera ziet.",
        ),
        (
            "en",
            "when I get a draft back",
            "I first say what a camera sees",
            "When I get a draft back, I first say what a camera sees.",
        ),
        (
            "nl",
            "Bij de overdracht.",
            "Ik vraag wat hij zag.",
            "Bij de overdracht vraag ik wat hij zag.",
        ),
        ("en", "At the handover", "ask what he saw.", "At the handover, I ask what he saw."),
        (
            "nl",
            "ijsvrij wordt",
            "vraag ik: hoe ging het?",
            "Als ijsvrij wordt, dan vraag ik: hoe ging het?",
        ),
    ],
)
def test_a_plan_is_one_sentence(language: str, if_raw: str, then_raw: str, line: str) -> None:
    form = WORDS.lexicons[language].form(if_raw)

    assert WORDS.plan_line(if_raw, then_raw, form, language) == line


@pytest.mark.parametrize(
    ("if_raw", "form", "line"),
    [
        ("als het overleg begint", "moment", "Als het overleg begint vraag ik door."),
        ("zodra hij belt", "clause", "Als hij belt, dan vraag ik door."),
        ("bij de dagstart", "clause", "Als bij de dagstart, dan vraag ik door."),
    ],
)
def test_other_wording_changes_the_form(if_raw: str, form: Form, line: str) -> None:
    assert WORDS.plan_line(if_raw, "vraag ik door", form, "nl") == line


def test_a_programme_says_it_otherwise() -> None:
    otherwise = WORDS.overridden(
        {
            "nl": {
                "check_in": {
                    "did": {"text": "Wat zei je?", "deeper": "En toen?"},
                    "barrier": {"options": {"MGR": "Te weinig ruimte van mijn hoofd"}},
                }
            }
        }
    )

    assert otherwise.render("check_in.did", "nl") == "Wat zei je?"
    assert otherwise.render("check_in.did.deeper", "nl") == "En toen?"
    assert otherwise.label("check_in.barrier", "MGR", "nl") == "Te weinig ruimte van mijn hoofd"
    assert otherwise.label("check_in.barrier", "TIME", "nl") == "Te druk"
    assert otherwise.render("check_in.did", "en") == WORDS.render("check_in.did", "en")
    assert WORDS.render("check_in.did", "nl") == "Mooi. Wat deed of zei je precies?"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"text": "Hoi {buddy}"}, "gets no value for {buddy}"),
        ({"options": {"yess": "Ja"}}, 'Unknown option "yess".'),
        ({"options": "Ja"}, "These are no options."),
        ({"deeper": "Echt?"}, "never deepened"),
        ({"text": "x" * 301}, "at most 300"),
        ("Klopt?", "not a row"),
    ],
)
def test_an_override_that_does_not_fit_is_refused(row: object, what: str) -> None:
    with pytest.raises(BadContent) as refused:
        WORDS.overridden({"nl": {"if_then": {"right": row}}})

    assert what in str(refused.value)


def test_an_override_of_nothing_names_the_nearest() -> None:
    with pytest.raises(BadContent, match=r'Did you mean "check_in\.did"'):
        WORDS.overridden({"nl": {"check_in": {"didd": {"text": "x"}}}})


def test_the_check_of_all_texts_counts_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert words.main() == 0
    assert re.fullmatch(r"texts: \d+ rows, 2 languages, fine\n", capsys.readouterr().out)


def test_the_check_of_broken_texts_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bot.words.TEXTS", tmp_path)

    assert words.main() == 1
    assert "There are no texts in" in capsys.readouterr().err


@pytest.mark.parametrize("language", sorted(WORDS.rows))
@pytest.mark.parametrize("key", sorted(WORDS.rows["nl"]))
def test_a_text_stays_short_whatever_its_names(key: str, language: str) -> None:
    row = WORDS.rows[language][key]
    long = {name: plain(PublicName("👩‍👩‍👧 Wilhelmina " * 30)) for name in row.placeholders}
    short = {
        name: own("kort")
        for name in row.placeholders & (QUOTED | {"if", "then", "buddy_then", "link", "data_link"})
    }

    text = WORDS.render(key, language, {**long, **short})

    assert len(text) <= MESSAGE_TEXT
    assert not PLACEHOLDER.search(text)
