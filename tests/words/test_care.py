"""What must not be kept is recognised, in whatever spelling (dialogues n, V9, V14)."""

import tomllib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care import (
    AboutSomebody,
    Aggression,
    Finding,
    Sensitive,
    about_whom_row,
    crisis_row,
    has_mention,
    who_helps_row,
)
from bot.care_words import load_care
from bot.errors import BadContent
from bot.lexicon import TEXTS
from bot.visibility import PublicName, plain
from bot.words import Words

CARE = load_care(TEXTS)
WORDS = Words.load(TEXTS)
SENTENCES = Path(__file__).parent / "sentences"
LABELS: dict[str, Finding | None] = {
    "nothing": None,
    "tier_1": Sensitive(1),
    "tier_2": Sensitive(2),
    "tier_3": Sensitive(3),
    "about_somebody": AboutSomebody(),
    "aggression": Aggression(),
}
LANGUAGES = ("nl", "en")


def _sentences(name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((SENTENCES / f"{name}.toml").read_text("utf-8"))[
        "sentence"
    ]
    return found


def _lists(name: str) -> list[str]:
    files = [(TEXTS / one / "care_words.toml").read_text("utf-8") for one in LANGUAGES]
    return sorted({word for file in files for word in tomllib.loads(file)[name]})


# The fixed set: two hundred sentences


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(each, id=f"{each['text']} {each['patients']}")
        for each in _sentences("work") + _sentences("real")
    ],
)
def test_a_sentence_is_taken_for_what_it_is(sentence: dict[str, str]) -> None:
    found = CARE.tier(sentence["text"], patients=bool(sentence["patients"]))

    assert found == LABELS[sentence["finds"]]


@pytest.mark.parametrize("name", ["work", "real"])
def test_there_are_a_hundred_sentences_of_each(name: str) -> None:
    sentences = _sentences(name)

    assert len({(each["text"], each["patients"]) for each in sentences}) == 100
    assert {each["language"] for each in sentences} == set(LANGUAGES)


def test_every_false_alarm_is_labelled_as_one() -> None:
    work = _sentences("work")

    assert all(("forced" in each) == each["finds"].startswith("tier") for each in work)
    assert sum("forced" in each for each in work) == 23


def test_whoever_is_not_well_is_always_recognised() -> None:
    assert {each["finds"] for each in _sentences("real")} == {"tier_1", "tier_2", "tier_3"}


# However it is spelled


@pytest.mark.parametrize(
    "text",
    [
        "IK WIL DOOD",
        "ik  wil\n\ndood",
        "ik wil, dood",
        "ik wil… dood",
        "ik.wil.dood",
        "ik *wil* _dood_",
        "ik wil\u00a0dood",
        "ik wil\u200bdood",
        "ik wil do\u00adod",
        "ik wil do\u200dod",
        "ik wil doo\u0301od",
        "ik wil doooood",
        "ｉｋ ｗｉｌ ｄｏｏｄ",
        "🥀ik wil dood🥀",
        "Zo'n dag dat ik 'dood wil'.",
        "zelfmóórd",
        "zelf-moord",
        "zelf‑moord",
        "zelf moord",
        "ZELFMOORDGEDACHTEN",
        "sui\u0308cide",
        "I don’t want to be here anymore",
        "I dont want to be here anymore",
        "I don´t want to be here anymore",
        "I really don't just want to die",
    ],
)
def test_a_spelling_hides_nothing(text: str) -> None:
    assert CARE.tier(text, patients=False) == Sensitive(2)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("hij deed mee en was uitgeput", None),  # "mee" is not "me"
        ("mmme uitgeput", Sensitive(1)),
        ("'k ben uitgeput", Sensitive(1)),
        ("mn collega en ik: uitgeput", Sensitive(1)),
        ("Zij was uitgeput. Ik ging door.", None),
        ("Zij was uitgeput! Ik ging door.", None),
        ("Ik heb bijv. vannacht liggen huilen", Sensitive(1)),
        ("Ik heb i.v.m. het rooster liggen huilen", Sensitive(1)),
        ("Ik werk tot 17.30 uur en ben uitgeput", Sensitive(1)),
        ("Help! Kan niet meer!", Sensitive(1)),
        ("Kan niet meer worden gewijzigd.", None),
        ("Het formulier kan niet meer.", None),
        ("Dat doe ik niet. Meer leven kan ik er niet in brengen.", None),
        ("zelfmoordenaarsgambiet", Sensitive(2)),
        ("ouderwetse overspanningen", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_a_sentence_and_a_word_are_whole(text: str, finding: Finding | None) -> None:
    assert CARE.tier(text, patients=False) == finding


# Several at once: not wanting to live, then harassment, then overload


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Ik kan niet meer. Ik word gepest. Ik wil dood.", Sensitive(2)),
        ("Ik kan niet meer. Ik word gepest.", Sensitive(3)),
        ("De patiënt wil dood. Ik wil dood.", Sensitive(2)),
        ("De patiënt wil dood. Ik word gepest.", AboutSomebody()),
        ("De patiënt bedreigde me. Ik word gepest.", Sensitive(3)),
        ("De patiënt bedreigde me. Ik kan niet meer.", Aggression()),
        ("De patiënt kan niet meer.\nIk kan niet meer", Sensitive(1)),
        ("De patiënt was rustig.ik kan niet meer", Sensitive(1)),
        ("De patiënt zei om 9.30 dat hij dood wil", AboutSomebody()),
    ],
)
def test_the_heaviest_counts(text: str, finding: Finding) -> None:
    assert CARE.tier(text, patients=True) == finding


@pytest.mark.parametrize("name", _lists("somebody"))
def test_in_a_programme_about_patients_somebody_may_be_meant(name: str) -> None:
    assert CARE.tier(f"{name} en ik: uitgeput", patients=True) is None
    assert CARE.tier(f"{name} denkt aan zelfmoord", patients=True) == AboutSomebody()
    assert CARE.tier(f"{name} en ik: bedreigd", patients=True) == Aggression()
    assert CARE.tier(f"{name} en ik: bedreigd", patients=False) == Sensitive(3)


@pytest.mark.parametrize("phrase", _lists("nobody"))
def test_what_only_looks_like_somebody_names_nobody(phrase: str) -> None:
    assert CARE.tier(f"I am exhausted, {phrase}", patients=True) == Sensitive(1)


# Every word of the lists, in any spelling


def _wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _accented(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("e", "e\u0301").replace("o", "o\u0308"))


def _drawn_out(text: str) -> str:
    return "".join(sign * (3 if sign.isalpha() else 1) for sign in text)


DISGUISES: tuple[Callable[[str], str], ...] = (
    str.upper,
    str.title,
    _wide,
    _accented,
    _drawn_out,
    "\u200b".join,
    lambda text: text.replace(" ", " \n  "),
    lambda text: text.replace(" ", "... "),
    lambda text: unicodedata.normalize("NFD", text),
)
SEEDS = [(tier, seed) for tier in (1, 2, 3) for seed in _lists(f"tier_{tier}")]


@pytest.mark.slow
@given(
    seed=st.sampled_from(SEEDS),
    hyphen=st.sampled_from(["-", "", " ", "\u2011", "–"]),
    apostrophe=st.sampled_from(["'", "", "’"]),
    ending=st.sampled_from(["", "en", "s"]),
    disguises=st.lists(st.sampled_from(DISGUISES), max_size=3, unique=True),
)
def test_a_listed_word_is_recognised_in_any_spelling(
    seed: tuple[int, str],
    hyphen: str,
    apostrophe: str,
    ending: str,
    disguises: list[Callable[[str], str]],
) -> None:
    tier, word = seed
    text = word.replace("*", ending).replace("-", hyphen).replace("'", apostrophe)
    for disguise in disguises:
        text = disguise(text)

    assert CARE.tier(f"ik zeg: {text} 🙂", patients=False) == LABELS[f"tier_{tier}"]


ALPHABET = st.one_of(
    st.characters(),
    st.sampled_from("ik wil dood kan niet meer .!?…\n'’-@12 Jan van der Berg mw."),
)


@given(text=st.text(ALPHABET, max_size=80), patients=st.booleans())
def test_any_text_can_be_looked_at(text: str, *, patients: bool) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert CARE.tier(composed, patients=patients) == CARE.tier(apart, patients=patients)
    assert CARE.is_patient_data(composed) == CARE.is_patient_data(apart)
    assert all(" " in name for name in CARE.names(text))
    assert has_mention(text) in {True, False}


PIECES = (
    "huil ", "kan ", "kan niet meer ", "help ", "a", " ", ".", "!", "\n", "- ", "1 ", "1-", "a.",
    "A ", "\u0301\u0316", "\u200bx", "geb a ", "kamer ", "mevrouw van de ", "burn- ",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    PIECES,
)
def test_a_long_text_takes_moments(piece: str) -> None:
    text = piece * (100_000 // len(piece))

    assert CARE.tier(text + ". ik wil dood", patients=True) == Sensitive(2)
    assert CARE.is_patient_data(text + ". kamer 12")
    assert len(CARE.names(text)) <= 2_000


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_megabyte_is_read_to_its_end() -> None:
    assert CARE.tier("kan echt, " * 100_000 + "ik wil dood", patients=True) == Sensitive(2)


# By what a patient could be recognised


@pytest.mark.parametrize(
    "text",
    [
        "BSN 123456782",
        "nummer 1234.56.782",
        "123 456 782",
        "１２３４５６７８２",
        "geboren 12-03-1956",
        "12/3/56",
        "1956-03-12",
        "12 03 1956",
        "hij is van 12 maart 1956",
        "March 12th, 1956",
        "12th of March 1956",
        "geb. 3 maart",
        "geboren in 1956",
        "date of birth: 3 May",
        "de patiënt van kamer 12",
        "Kamer 3b",
        "kamer nr. 12",
        "kamernummer 12",
        "bed vier",
        "bed 4 vroeg om water",
        "room 12",
        "Room no. 7",
        "bed two",
        "meneer Jansen wilde niet",
        "Mevrouw de Boer",
        "mevrouw van der Berg",
        "mevrouw van 't Hof",
        "mw. Öztürk",
        "dhr Jansen",
        "de heer Jansen",
        "Mr Jones",
        "Mrs. O’Neill",
        "ms\u200b Lee",
    ],
)
def test_patient_data_is_recognised(text: str) -> None:
    assert CARE.is_patient_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "bel 06 12345678",
        "bel +31 6 1234 5678",
        "0612345678",
        "12345678",
        "1234567890",
        "op 24 november",
        "dinsdag 9:30",
        "in de kamer een gesprek",
        "kamerbreed overleg",
        "vergaderkamer 3",
        "ik vroeg mevrouw of het ging",
        "ik sprak met meneer. Daarna schreef ik het op",
        "mevrouw was moe",
        "the patient said Mr nothing",
        "24 op 7",
        "mei was druk",
    ],
)
def test_an_ordinary_text_is_no_patient_data(text: str) -> None:
    assert not CARE.is_patient_data(text)


# Names and mentions


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gisteren belde Jan Jansen mij", "Jan Jansen"),
        ("Toen Jan Jansen belde", "Jan Jansen"),
        ("(Jan Jansen)", "Jan Jansen"),
        ("Jan  Jansen, mijn collega", "Jan Jansen"),
        ("met Anna van der Berg gesproken", "Anna van der Berg"),
        ("met Anna Van Den Berg gesproken", "Anna Van Den Berg"),
        ("Jan P. Jansen", "Jan P Jansen"),
        ("Fatima El Idrissi vroeg het", "Fatima El Idrissi"),
        ("Le Bich Mai vroeg het", "Le Bich Mai"),
        ("Jean-Pierre O’Neill", "Jean-Pierre O'Neill"),
        ("Jean-Pierre O’Neill", "Jean-Pierre O Neill"),
        ("Kees van ’t Hof", "Kees van 't Hof"),
        ("Sanne Smit's idee", "Sanne Smit"),
        ("Élodie Müller", "Élodie Müller"),
        ("JAN JANSEN", "JAN JANSEN"),
        ("Jan\u200b Jansen", "Jan Jansen"),
    ],
)
def test_a_full_name_is_a_candidate(text: str, name: str) -> None:
    assert name in CARE.names(text)


@pytest.mark.parametrize(
    "text", ["", "Jan", "jan jansen", "Jan, Piet", "Jan van", "van der Berg", "Ik. Toen", "Een 9"]
)
def test_these_are_no_names(text: str) -> None:
    assert CARE.names(text) == ()


def test_a_name_has_at_most_four_words_beside_its_particles() -> None:
    names = CARE.names("Anna Bea van Cleo Dirk Els")

    assert "Anna Bea van Cleo Dirk" in names
    assert "Anna Bea van Cleo Dirk Els" not in names


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("met @tom besproken", True),
        ("<@U024BE7LH> vroeg het", True),
        ("<at>Tom</at> vroeg het", True),
        ("＠tom", True),
        ("mail tom@example.org", False),
        ("overleg @ 9:30", False),
        ("3 @2", False),
    ],
)
def test_a_mention_is_seen(text: str, *, mention: bool) -> None:
    assert has_mention(text) is mention


# The texts


@pytest.mark.parametrize(
    ("country", "variant", "number"),
    [
        ("NL", "nl", "113"),
        ("nl", "nl", "113"),
        ("BE", "be", "1813"),
        ("GB", "gb", "116 123"),
        ("UK", "gb", "116 123"),
        ("IE", "ie", "116 123"),
        ("US", "us", "988"),
        ("FR", "other", "112"),
        ("", "other", "112"),
        (None, "other", "112"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_country_has_its_own_texts(
    country: str | None, variant: str, number: str, language: str
) -> None:
    row = crisis_row(country)
    help_ = {"org_help": plain(PublicName("Bel 1"))}

    assert row == f"care.crisis_{variant}"
    assert number in WORDS.render(row, language, help_)
    assert WORDS.options(row) == ()
    assert WORDS.options(about_whom_row(country)) == ("other", "me")
    assert number in WORDS.render(about_whom_row(country), language)
    assert "Bel 1" in WORDS.render(who_helps_row(country), language, help_)


@pytest.mark.parametrize(
    ("row", "options"),
    [
        ("heavy", ("pause", "who", "go_on")),
        ("unsafe", ("pause", "go_on")),
        ("misread", ()),
        ("aggression", ("go_on", "stop_here")),
        ("patient_data", ("edit", "is_none")),
        ("name_seen", ("edit", "keep")),
        ("write_nothing", ()),
    ],
)
def test_a_text_has_its_buttons(row: str, options: tuple[str, ...]) -> None:
    assert WORDS.options(f"care.{row}") == options


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_help_is_found_stands_on_lines_of_its_own(language: str) -> None:
    help_ = WORDS.render("care.org_help_default", language)

    text = WORDS.render("care.unsafe", language, {"org_help": plain(PublicName(help_))})

    assert len(help_.splitlines()) == 3
    assert text.splitlines()[1:4] == help_.splitlines()
    assert not text.splitlines()[4].startswith(" ")


# What can be wrong with the lists


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('tier_2 = ["a"]\n', "", 'nl/care_words.toml:1: The list "tier_2" is missing.'),
        ('tier_2 = ["a"]\n', "tier_2 = []\n", 'The list "tier_2" is missing.'),
        ('tier_2 = ["a"]\n', 'tier_2 = ["*"]\n', "This is not a word. Put one in quotes."),
        ('tier_2 = ["a"]\n', "tier_2 = [3]\n", "This is not a word."),
        ('fillers = ["a"]\n', 'fillers = ["zo\'n"]\n', "This cannot be a filler. Write one word"),
        ('fillers = ["a"]\n', 'fillers = ["af en toe"]\n', "This cannot be a filler."),
        ("", 'tier_4 = ["a"]\n', 'Unknown list "tier_4". Did you mean "tier_'),
        ("", "=", "This is not TOML"),
    ],
)
def test_a_fault_in_a_list_is_named(tmp_path: Path, before: str, after: str, what: str) -> None:
    lists = "".join(f'{name} = ["a"]\n' for name in tomllib.loads(_file("nl")))
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl" / "care_words.toml").write_text(lists.replace(before, after, 1), "utf-8")

    with pytest.raises(BadContent) as refused:
        load_care(tmp_path)

    assert what in str(refused.value)


def test_a_language_without_lists_may_not_go_live(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()

    with pytest.raises(BadContent, match=r"de/care_words\.toml:1: The file is missing\."):
        load_care(tmp_path)


def _file(language: str) -> str:
    return (TEXTS / language / "care_words.toml").read_text("utf-8")


def test_the_lists_have_the_same_names_in_both_languages() -> None:
    assert tomllib.loads(_file("nl")).keys() == tomllib.loads(_file("en")).keys()
