"""How answers are read and plans are written (dialogues §0)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lexicon import TEXTS, Form, Lexicon, Mark, load_lexicons

LEXICONS = load_lexicons(TEXTS)
LANGUAGES = tuple(LEXICONS)
NL = LEXICONS["nl"]
EN = LEXICONS["en"]

each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
@pytest.mark.parametrize(
    ("text", "mark", "holds"),
    [
        ("weet ik nog niet", "dont_know", True),
        ("Ik weet het niet.", "dont_know", True),
        ("??", "dont_know", True),
        ("ik zou het niet weten", "dont_know", True),
        ("Geen flauw idee!", "dont_know", True),
        ("ik heb geen idee", "dont_know", True),
        ("n.v.t.", "dont_know", True),
        ("n/a", "dont_know", True),
        ("I really don't know yet", "dont_know", True),
        ("I don’t know", "dont_know", True),
        ("I do not know.", "dont_know", True),
        ("I'm not sure yet", "dont_know", True),
        ("not sure", "dont_know", True),
        ("dunno", "dont_know", True),
        ("ik weet niet of hij het merkte, maar ik vroeg door", "dont_know", False),
        ("na het overleg", "dont_know", False),
        ("I don't know whether he noticed", "dont_know", False),
        ("als het teamoverleg begint", "cue", True),
        ("dinsdag 9:30", "cue", True),
        ("bij de overdracht", "cue", True),
        ("visite", "cue", True),
        ("einde dienst", "cue", True),
        ("vóór het overleg", "cue", True),
        ("zodra ik een concept terugkrijg", "cue", True),
        ("when the team meeting starts", "cue", True),
        ("as soon as I get a draft back", "cue", True),
        ("at the handover", "cue", True),
        ("in my next shift", "cue", True),
        ("snel een keer", "cue", False),
        ("soon", "cue", False),
        ("in principe wel", "cue", False),
        ("op zich snel", "cue", False),
        ("in het algemeen", "cue", False),
        ("in the future", "cue", False),
        ("ik wil een betere leider worden", "identity", True),
        ("ik wil assertiever zijn", "identity", True),
        ("I want to become a better listener", "identity", True),
        ("vraag ik wat hij zag", "identity", False),
        ("ik wil vragen wat hij zag", "identity", False),
        ("beter luisteren", "vague", True),
        ("be more confident", "vague", True),
        ("Meer feedback geven.", "vague", True),
        ("Tom na het overleg zeggen wat hielp", "vague", False),
        ("ask what he saw yesterday", "vague", False),
        ("te druk op het werk", "external", True),
        ("too busy at work", "external", True),
        ("collega’s willen niet", "external", True),
        ("ik ben bang dat hij boos wordt", "external", False),
        ("ik ben bang voor mijn chef", "external", False),
        ("I fear the silence", "external", False),
        ("", "empty", True),
        (" \n ", "empty", True),
        ("k", "empty", True),
        ("👍🏽👍", "empty", True),
        ("...", "empty", True),
        ("ok", "empty", False),
        ("да", "empty", False),
        ("同意", "empty", False),
        ("نعم", "empty", False),
        ("9:30", "empty", False),
        ("??", "empty", False),
    ],
)
def test_a_text_carries_a_mark(language: str, text: str, mark: Mark, *, holds: bool) -> None:
    assert (mark in LEXICONS[language].marks(text)) is holds


@each_language
@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("stop", "stop"),
        ("STOP!", "stop"),
        (" 'stop'. ", "stop"),
        ("pauze", "pause"),
        ("pause", "pause"),
        ("later", "later"),
        ("straks", "later"),
        ("hulp", "help"),
        ("help?", "help"),
        ("wis", "delete"),
        ("delete", "delete"),
        ("Start", "start"),
        ("oefenen", "practise"),
        ("practise", "practise"),
        ("plan", "plan"),
        ("mijn  gegevens", "my_data"),
        ("my data", "my_data"),
        ("mijn dossier", "my_file"),
        ("my file 👋", "my_file"),
        ("ik stop ermee", None),
        ("help me herinneren", None),
        ("start met vragen", None),
        ("my plan", None),
        ("", None),
    ],
)
def test_a_command_is_the_whole_message(language: str, text: str, command: str | None) -> None:
    assert LEXICONS[language].command(text) == command


@each_language
@pytest.mark.parametrize(
    ("text", "nothing"),
    [("Niets.", True), ("nothing", True), ("none", True), ("niets meer zeggen", False)],
)
def test_nothing_is_an_answer(language: str, text: str, *, nothing: bool) -> None:
    assert LEXICONS[language].nothing(text) is nothing


@pytest.mark.parametrize(
    ("lexicon", "text", "form"),
    [
        (NL, "als het teamoverleg begint", "clause"),
        (NL, "mijn teamoverleg begint", "clause"),
        (NL, "het klantoverleg op dinsdag klaar is", "clause"),
        (NL, "Het overleg start.", "clause"),
        (NL, "ik voor de tweede keer een late levering zie", "clause"),
        (NL, "Zodra ik een concept terugkrijg", "kept"),
        (NL, "wanneer hij belt", "kept"),
        (NL, "nadat ik gebeld heb", "kept"),
        (NL, "voordat ik naar huis ga", "kept"),
        (NL, "bij de overdracht", "moment"),
        (NL, "Tijdens de dagstart", "moment"),
        (NL, "de overdracht", "moment"),
        (NL, "de dagstart", "moment"),
        (NL, "de volgende keer dat hij te laat komt", "moment"),
        (NL, "een half uur voor het overleg", "moment"),
        (NL, "dinsdagochtend", "moment"),
        (NL, "9:30", "moment"),
        (NL, "einde dienst", "moment"),
        (NL, "visite", "moment"),
        (EN, "when the team meeting starts", "clause"),
        (EN, "If he asks", "clause"),
        (EN, "my team meeting starts", "clause"),
        (EN, "the Tuesday client meeting ends", "clause"),
        (EN, "I see a second late delivery", "clause"),
        (EN, "Whenever he calls", "kept"),
        (EN, "as soon as I get a draft back", "kept"),
        (EN, "after the meeting", "kept"),
        (EN, "before I go home", "kept"),
        (EN, "once the call is over", "kept"),
        (EN, "at the handover", "moment"),
        (EN, "the moment she interrupts me", "moment"),
        (EN, "the next time he is late", "moment"),
        (EN, "the handover", "moment"),
        (EN, "Tuesday at 9:30", "moment"),
        (EN, "9 am", "moment"),
        (EN, "end of shift", "moment"),
        (EN, "huddle", "moment"),
    ],
)
def test_an_answer_takes_a_form(lexicon: Lexicon, text: str, form: Form) -> None:
    assert lexicon.form(text) == form


@pytest.mark.parametrize(
    ("lexicon", "text", "clean"),
    [
        (NL, "Als het teamoverleg begint.", "het teamoverleg begint"),
        (NL, "als, het overleg begint", "het overleg begint"),
        (NL, "Als Tom te laat komt", "Tom te laat komt"),
        (NL, "Mijn teamoverleg begint,", "mijn teamoverleg begint"),
        (NL, "Zodra ik een concept terugkrijg", "zodra ik een concept terugkrijg"),
        (NL, "MDO op dinsdag", "MDO op dinsdag"),
        (NL, "IJsbreker in het overleg", "ijsbreker in het overleg"),
        (NL, "Bij  de\noverdracht…", "bij de overdracht"),
        (NL, "alsof hij boos is", "alsof hij boos is"),
        (NL, "als", "als"),
        (EN, "When my team meeting starts", "my team meeting starts"),
        (EN, "If I get a draft back.", "I get a draft back"),
        (EN, "I see it", "I see it"),
        (EN, "Tuesday at 9:30", "Tuesday at 9:30"),
        (EN, "The handover", "the handover"),
        (EN, "Whenever he calls", "whenever he calls"),
    ],
)
def test_an_if_is_cleaned(lexicon: Lexicon, text: str, clean: str) -> None:
    assert lexicon.clean_if(text) == clean


@pytest.mark.parametrize(
    ("lexicon", "text", "clean"),
    [
        (NL, "Dan vraag ik wat hij zag.", "vraag ik wat hij zag"),
        (NL, "Ik vraag wat hij zag", "vraag ik wat hij zag"),
        (NL, "dan Ik vraag wat hij zag", "vraag ik wat hij zag"),
        (NL, "we bespreken het", "bespreken we het"),
        (NL, "zeg ik Tom één ding dat hielp", "zeg ik Tom één ding dat hielp"),
        (NL, "ik", "ik"),
        (EN, "then I ask what he saw.", "I ask what he saw"),
        (EN, "Ask what he saw", "I ask what he saw"),
        (EN, "i ask what he saw", "I ask what he saw"),
        (EN, "I'll ask", "I'll ask"),
        (EN, "we look back together", "we look back together"),
        (EN, "", ""),
    ],
)
def test_a_then_is_cleaned(lexicon: Lexicon, text: str, clean: str) -> None:
    assert lexicon.clean_then(text) == clean


def test_a_kept_conjunction_can_come_off() -> None:
    assert NL.bare_if("Zodra ik een concept terugkrijg") == "ik een concept terugkrijg"


def test_a_conjunction_can_stay() -> None:
    assert NL.whole_if("Als het overleg begint.") == "als het overleg begint"


@given(text=st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    marks = NL.marks(text)

    assert marks == NL.marks(unicodedata.normalize("NFD", text))
    assert NL.form(text) in {"clause", "kept", "moment"}
    assert "\n" not in EN.clean_if(text) + EN.clean_then(text) + NL.clean_then(text)
