"""Dialogues held in the terminal: numbers, words, refusals, and a polite end."""

import re
from datetime import UTC, datetime

import pytest

from bot.cli.aloud import opening
from bot.cli.talk import ROUNDS, SAMPLE
from bot.dialogues.registry import DIALOGUES
from bot.engine.steps import parts_of
from bot.lexicon import TEXTS
from bot.programme import PROGRAMMES, read
from bot.words import Words
from tests.cli.conftest import Holdfast


def said(holdfast: Holdfast, dialogue: str, *typed: str, language: str = "nl") -> str:
    """Hold a dialogue, and return all that the terminal showed, on one line."""
    ended = holdfast(
        "talk", dialogue, "--language", language, typed="".join(f"{t}\n" for t in typed)
    )
    assert ended.exit_code == 0
    return " ".join(ended.output.split())


def test_a_welcome_from_hello_to_joined(holdfast: Holdfast) -> None:
    words = said(holdfast, "welcome", "1", "1", "1", "2")

    assert "Hoi Sanne 👋" in words
    assert "1 Ik doe mee 2 Vertel meer 3 Nee, dank je Nummer>" in words
    assert re.search(r"Fijn dat je meedoet\. Op \w\w \d+ \w+ maken we je plan\.", words)
    assert words.endswith("Dit gesprek is klaar.")


def welcomed(now: datetime) -> str:
    """Hold a welcome at some moment, up to joining, and return all that was said."""
    programme = read(PROGRAMMES / SAMPLE)
    aloud = opening("welcome", 1, programme, Words.load(TEXTS), "nl", now)
    inputs = iter(("join", "fine", "tuesday", "two"))
    said: list[str] = []
    while (question := aloud.question) is not None:
        answers, _ = aloud.read(question, {part.key: next(inputs) for part in parts_of(question)})
        aloud, messages = aloud.answered(answers)
        said += [paragraph for message in messages for paragraph in message.paragraphs]
    return " ".join(said)


@pytest.mark.parametrize("day", range(22, 29))
def test_the_invented_training_is_on_a_working_day(day: int) -> None:
    said = welcomed(datetime(2026, 11, day, 12, tzinfo=UTC))

    assert re.search(r"Op (ma|di|wo|do|vr) \d+ \w+ maken we je plan\.", said)


@pytest.mark.parametrize("typed", ["3", "Nee, dank je", "nee, dank je", "No thanks"])
def test_a_button_is_pressed_by_its_number_or_its_words(typed: str, holdfast: Holdfast) -> None:
    words = said(holdfast, "welcome", typed)

    assert words.endswith("Dit gesprek is klaar.")


@pytest.mark.parametrize("typed", ["0", "4", "99999999999", "1,2", "-1", "zeker", "", "²"])
def test_what_is_no_button_is_refused_in_words_and_asked_again(
    typed: str, holdfast: Holdfast
) -> None:
    words = said(holdfast, "welcome", typed, "3")

    assert "Nummer> Kies één van de knoppen." in words
    assert words.endswith("Dit gesprek is klaar.")


ASKING_NOTHING = {"eve", "talk_card", "ending", "update", "signal", "rehearsal_on"}


@pytest.mark.parametrize(("language", "goodbye"), [("nl", "Tot ziens."), ("en", "Goodbye.")])
@pytest.mark.parametrize("dialogue", sorted(set(DIALOGUES) - ASKING_NOTHING))
def test_ctrl_d_ends_politely(
    dialogue: str, language: str, goodbye: str, holdfast: Holdfast
) -> None:
    assert said(holdfast, dialogue, language=language).endswith(goodbye)


def test_a_form_asks_only_what_was_refused_again(holdfast: Holdfast) -> None:
    words = said(holdfast, "welcome", "1", "1", "3", "2", "later", "4", "1")

    assert words.count("Welke dag komt het best uit?") == 1
    assert words.count("En hoe laat?") == 2
    assert words.endswith("Dit gesprek is klaar.")


def test_a_plan_is_made_of_what_was_typed(holdfast: Holdfast) -> None:
    words = said(
        holdfast, "goal_setting",
        "1", "ik vraag een collega om tips", "het team leert meer van elkaar",
        "ik vind het spannend", "als het overleg klaar is", "1", "vraag ik wat beter kan",
        "ik haal diep adem voor ik begin", "5", "1", "11", "8", "sla over",
    )  # fmt: skip

    assert "Als het overleg klaar is, dan vraag ik wat beter kan." in words
    assert "En als dit opkomt: 'ik vind het spannend'?" in words
    assert "Kies een heel getal van 0 tot en met 10." in words
    assert re.search(r"Het staat\. Ik kom \w\w \d+ \w+ langs", words)
    assert words.endswith("Dit gesprek is klaar.")


@pytest.mark.parametrize("typed", ["2", "Straks"])
def test_a_question_put_off_is_asked_again_here(typed: str, holdfast: Holdfast) -> None:
    words = said(holdfast, "goal_setting", typed, "4", "1")

    assert "In de chat kom ik later terug. Hier gaat het gesprek door." in words
    assert words.endswith("Dit gesprek is klaar.")


def test_a_day_is_typed_or_left_open(holdfast: Holdfast) -> None:
    words = said(holdfast, "goal_setting", "4", "31-2", "nog niet bekend")

    assert "Die dag is al geweest of ik begrijp hem niet." in words
    assert "Dag (zoals 24-11)>" in words


def test_several_numbers_choose_several(holdfast: Holdfast) -> None:
    words = said(
        holdfast, "check_in", "1", "Sla over", "Sla over", "Sla over", "1,2,3", "1, 2", "1"
    )

    assert "Eén of twee nummers> Kies er één of twee." in words
    assert words.endswith("Dit gesprek is klaar.")


def test_a_check_in_is_about_a_plan(holdfast: Holdfast) -> None:
    words = said(holdfast, "check_in", language="en")

    assert "When the Tuesday client meeting ends, I tell Tom one thing that helped" in words


@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_check_in_can_be_held(number: int, language: str, holdfast: Holdfast) -> None:
    typed = "5\n2\nSkip\n\n" + "1\n3\n" * 20

    ended = holdfast(
        "talk", "check_in", "--round", str(number), "--language", language, typed=typed
    )

    assert ended.exit_code == 0
