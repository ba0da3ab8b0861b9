"""What a trainer writes, and every fault that is named with its file, line and remedy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import BadContent
from bot.limits import SLACK_SECTION_TEXT
from bot.programme import PROGRAMMES, Problem, Programme, check, read
from bot.schema import Anything, faults

PACK = PROGRAMMES / "feedback-geven"
FEEDBACK = read(PACK)
FILES = {path.relative_to(PACK): path.read_bytes() for path in sorted(PACK.rglob("*.toml"))}

Change = Callable[[str, str, str], list[Problem]]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


@pytest.fixture
def changed(pack: Path) -> Change:
    def change(file: str, old: str, new: str) -> list[Problem]:
        written = (pack / file).read_text("utf-8")
        assert old in written
        (pack / file).write_text(written.replace(old, new, 1), "utf-8")
        return check(pack)

    return change


def line_of(file: str, text: str) -> int:
    written = (PACK / file).read_text("utf-8")
    return written[: written.index(text)].count("\n") + 1


def test_the_built_in_programme_is_fine() -> None:
    assert check(PACK) == []


def test_the_built_in_programme_is_complete() -> None:
    assert FEEDBACK.slug == "feedback-geven"
    assert FEEDBACK.languages == ("nl", "en")
    assert FEEDBACK.checkin_days == (3, 10, 21, 35, 56)
    assert (FEEDBACK.goal_day, FEEDBACK.quiet_days, FEEDBACK.follow_up_day) == (60, 28, 90)
    assert FEEDBACK.comp_keys == ("c1", "c2", "c3")
    assert FEEDBACK.beh_keys == ("b1",)
    assert [one.day for one in FEEDBACK.quiz] == [6, 17, 31, 49]
    assert [one.recall for one in FEEDBACK.quiz] == [True, False, False, True]
    assert [one.who for one in FEEDBACK.challenges] == [*["alone"] * 3, "buddy", "alone", "group"]
    assert FEEDBACK.overrides == {"nl": {}, "en": {}}
    assert (FEEDBACK.about, FEEDBACK.sessions, FEEDBACK.intervision) == ("colleagues", 1, True)


@pytest.mark.parametrize(("language", "model"), [("nl", "SOEV"), ("en", "SOEQ")])
def test_a_language_tells_everything(language: str, model: str) -> None:
    telling = FEEDBACK.tellings[language]

    assert telling.card.model == model
    assert telling.items["camera"].right == "b"
    assert "4" not in telling.items["camera"].options["b"]
    assert [step.step for step in telling.steps] == list(model)
    assert len(telling.weeks) == 9
    assert len(telling.guide) == 12
    assert telling.rehearsals.keys() == set(FEEDBACK.rehearsal_keys)
    assert telling.challenges.keys() == {one.key for one in FEEDBACK.challenges}


def test_the_training_has_its_name_in_a_sentence() -> None:
    assert FEEDBACK.training["en"] == "Giving feedback"
    assert FEEDBACK.in_sentence["nl"] == "de training Feedback geven"


def test_a_language_it_does_not_have_is_shown_in_its_first_one() -> None:
    assert FEEDBACK.in_sentence["fr"] == "de training Feedback geven"


def test_a_point_is_found_by_part_and_key() -> None:
    texts = FEEDBACK.short_texts("en")

    assert texts["comp", "c2"] == "let the other respond and agree one next step together"
    assert texts["beh", "b1"].startswith("give a colleague feedback")


def test_a_programme_comes_back_from_the_database_as_it_was() -> None:
    stored = json.dumps(FEEDBACK.to_json(), sort_keys=True)

    again = Programme.from_json(json.loads(stored))

    assert again == FEEDBACK
    assert again.digest == FEEDBACK.digest


def test_another_word_makes_another_digest(pack: Path) -> None:
    card = pack / "nl/card.toml"
    card.write_text(card.read_text("utf-8").replace("SOEV", "SOEF"), "utf-8")

    assert read(pack).digest != FEEDBACK.digest


def test_a_comment_makes_no_other_digest(pack: Path) -> None:
    card = pack / "nl/card.toml"
    card.write_text("# Gelezen door Noor.\n" + card.read_text("utf-8"), "utf-8")

    assert read(pack).digest == FEEDBACK.digest


@pytest.mark.parametrize(
    "stored", [{}, {"programme": {}}, {**FEEDBACK.content, "en": {}}, {"programme": 3}]
)
def test_what_is_not_whole_is_not_a_programme(stored: dict[str, object]) -> None:
    with pytest.raises(BadContent, match="import it again"):
        Programme.from_json(stored)


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        ("programme.toml", 'slug = "f', 'slug = "F', "'Feedback-geven' is not a name. Write it"),
        ("programme.toml", "follow_up =", "folow_up =", 'Unknown key "folow_up". Did you mean'),
        ("programme.toml", "goal = 60", 'goal = "60"', "This is not a whole number. Write one"),
        ("programme.toml", "goal = 60", "goal = true", "This is not a whole number."),
        ("programme.toml", "goal = 60", "goal = 6000", "The number is 6000. Write one from 1"),
        ("programme.toml", "goal = 60", "goal = 50", "3, 10, 21, 35, 56, 50 do not rise."),
        ("programme.toml", "quiet = 28", "quiet = 30", "The days 90, 90 do not rise."),
        ("programme.toml", "[3, 10, 21", "[3, 10, 10", "The days 3, 10, 10, 35, 56, 60"),
        ("programme.toml", "[3, 10, 21, 35, 56]", "3", "This is not a list. Put it between"),
        ("programme.toml", "[3, 10, 21, 35, 56]", "[]", "The list has 0 items. Give 1 to 60."),
        ("programme.toml", '"c3"]', '"c2"]', '"c2" stands here twice.'),
        ("programme.toml", '"angry"]', '"camera"]', '"camera" stands here twice.'),
        ("programme.toml", "recall = true", "recall = 1", "This is not true or false."),
        ("programme.toml", '"buddy"', '"budy"', "'budy' cannot stand here. Did you mean"),
        ("programme.toml", 'who = "group"', 'who = ["group"]', "cannot stand here."),
        ("programme.toml", '"en"]', '"fr"]', "'fr' is not a language of Holdfast"),
        ("programme.toml", '"en"]', '"nl"]', "'nl' is not a language of Holdfast, or stands"),
        ("programme.toml", '"en"]', "1]", "1 is not a name."),
        ("programme.toml", "[days]", "[day]", '"days" is missing. Write it here.'),
        ("programme.toml", "[days]", "[[days]]", "This is not a table. It holds: check_ins,"),
        ("nl/card.toml", "c3 =", "c4 =", 'programme.toml does not name "c4". Known here: c3.'),
        ("nl/card.toml", "c3 =", "c4 =", '[points] has no "c3", which programme.toml names.'),
        ("nl/card.toml", "c3 =", "C3 =", "'C3' is not a name."),
        ("nl/card.toml", "[points]", "[[points]]", "Give every part a key of its own."),
        ("nl/card.toml", "in_sentence", "in_sentense", 'Did you mean "in_sentence"?'),
        ("nl/card.toml", '"SOEV"', "3", "This is not a text. Put it in quotes."),
        ("nl/card.toml", '"SOEV"', '" "', "The text is empty."),
        ("nl/card.toml", '"SOEV"', '"SO\\u0000"', "There is an invisible sign"),
        ("nl/card.toml", '"SOEV"', '"SO', "This is not TOML:"),
        ("nl/card.toml", '"SOEV"', '"SOEV', "This is not TOML:"),
        ("nl/card.toml", "geven op", "{name} op", "Unknown placeholder {name}. Nothing can stand"),
        ("nl/card.toml", "geven op", "{ op", "A brace stands alone."),
        ("nl/card.toml", "zonder oordeel", "helemaal zonder oordeel", "up to 75 characters."),
        ("nl/quiz.toml", 'right = "b"', 'right = "d"', "'d' cannot stand here. Known here: a,"),
        ("nl/managers.toml", '"{h2}"', '"{h3}"', "Unknown placeholder {h3}. Known here: h2."),
        (
            "nl/managers.toml",
            '"{h2}"',
            '"' + "&" * 601 + '"',
            "up to 3005 characters. Shorten it to at most",
        ),
        ("nl/managers.toml", "Vijf minuten", "Vijf " * 40, "up to "),
        ("nl/companions.toml", "2 min: open", "2 min: " + "open " * 30, "at most 300."),
    ],
)
def test_a_fault_is_named_with_its_line(
    changed: Change, file: str, old: str, new: str, what: str
) -> None:
    problems = changed(file, old, new)

    said = [str(problem) for problem in problems if what in str(problem)]
    assert said
    assert said[0].startswith(f"{file}:")


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("nl/card.toml", "geven op", "{x} op", line_of("nl/card.toml", "c1 =")),
        ("nl/quiz.toml", "Tel daarna", "Tel {x}", line_of("nl/quiz.toml", "Tel daarna")),
        ("nl/card.toml", "Vraagt zelf", "{x}", line_of("nl/card.toml", "Vraagt zelf")),
        ("nl/practice.toml", "Begrepen?", "{x}", line_of("nl/practice.toml", "Begrepen?")),
        ("programme.toml", "days = 21", "days = 0", line_of("programme.toml", "days = 21")),
        ("en/managers.toml", "Do say", "", line_of("en/managers.toml", "Do say")),
    ],
)
def test_the_line_is_the_right_one(
    changed: Change, file: str, old: str, new: str, line: int
) -> None:
    problems = changed(file, old, new)

    assert [(problem.file, problem.line) for problem in problems] == [(file, line)]


def test_a_right_answer_is_the_same_in_every_language(changed: Change) -> None:
    problems = changed("nl/quiz.toml", 'right = "b"', 'right = "c"')

    assert [str(problem) for problem in problems] == [
        'nl/quiz.toml:11: The right answer is "c", but "b" in en. Make them the same.'
    ]


def test_lists_are_as_long_in_every_language(changed: Change) -> None:
    problems = changed("nl/card.toml", '  "Vraagt zelf ook om feedback.",\n', "")

    assert [(problem.line, problem.what) for problem in problems] == [
        (line_of("nl/card.toml", "expected ="), '"expected" has 5 items, but 6 in en.')
    ]


def test_a_missing_language_is_named_file_by_file(pack: Path) -> None:
    shutil.rmtree(pack / "en")

    problems = check(pack)

    assert {problem.file for problem in problems} == {
        "en/card.toml", "en/companions.toml", "en/managers.toml", "en/practice.toml",
        "en/quiz.toml",
    }  # fmt: skip
    assert {problem.what for problem in problems} == {"The file is missing."}


def test_a_pack_may_have_one_language(pack: Path) -> None:
    shutil.rmtree(pack / "en")
    skeleton = pack / "programme.toml"
    skeleton.write_text(skeleton.read_text("utf-8").replace('["nl", "en"]', '["nl"]'), "utf-8")

    assert check(pack) == []
    assert read(pack).tellings["en"].card.model == "SOEV"


@pytest.mark.parametrize(
    ("stranger", "remedy"),
    [
        ("nl/quizz.toml", 'Did you mean "quiz.toml"?'),
        ("program.toml", 'Did you mean "programme.toml"?'),
        ("fr/card.toml", "Known here: en, nl, programme.toml."),
    ],
)
def test_what_nothing_reads_is_named(pack: Path, stranger: str, remedy: str) -> None:
    (pack / stranger).parent.mkdir(exist_ok=True)
    (pack / stranger).write_text("")

    assert [problem.remedy for problem in check(pack)] == [remedy]


@pytest.mark.parametrize("beside", ["README.md", ".git/config", "nl/notes.txt", "_old/x.toml"])
def test_other_files_may_lie_beside_it(pack: Path, beside: str) -> None:
    (pack / beside).parent.mkdir(exist_ok=True)
    (pack / beside).write_text("")

    assert check(pack) == []


@pytest.mark.parametrize("folder", ["absent", "file", "a\0b", "x" * 300])
def test_a_folder_that_is_none_is_a_problem(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")

    assert [problem.what for problem in check(tmp_path / folder)] == ["There is no such folder."]


def test_a_pack_without_its_skeleton_is_checked_as_far_as_it_goes(pack: Path) -> None:
    (pack / "programme.toml").unlink()
    (pack / "nl/card.toml").write_bytes(b"\xff")

    assert [str(problem) for problem in check(pack)] == [
        "nl/card.toml:1: The file is not UTF-8. Save it with the encoding UTF-8.",
        "programme.toml:1: The file is missing. Create it.",
    ]


def test_a_programme_with_problems_is_not_read(pack: Path) -> None:
    (pack / "nl/card.toml").unlink()

    with pytest.raises(BadContent, match=r"nl/card\.toml:1: The file is missing"):
        read(pack)


def test_a_pack_says_a_text_otherwise(pack: Path) -> None:
    (pack / "nl/texts.toml").write_text('[check_in.did]\ntext = "Wat zei je?"\n')
    (pack / "en/texts.toml").write_text('[check_in.did]\ntext = "What did you say?"\n')

    assert check(pack) == []
    assert read(pack).overrides["en"] == {"check_in": {"did": {"text": "What did you say?"}}}


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (
            "\n[check_in.didd]\ntext = 'x'",
            '2: [check_in.didd] There is no text check_in.didd. Did you mean "check_in.did"?',
        ),
        (
            "[check_in.did]\ntext = 'Hoi {name}'",
            "1: [check_in.did] This text gets no value for {name}. Nothing can stand here.",
        ),
        (
            "[check_in.went]\ntext = 'Hoi {nam}'",
            '2: [check_in.went] Unknown placeholder {nam}. Did you mean "name"?',
        ),
        (
            f"[check_in.went]\ntext = '{'x' * 281}{{name}}'",
            "2: [check_in.went] Filled in, this is up to 301 characters. Shorten it",
        ),
        (
            f"[check_in.went]\noptions.worked = '{'x' * 25}'",
            "2: [check_in.went] Filled in, this is up to 25 characters. Shorten it to at most 24.",
        ),
        (
            "[check_in.went]\noptions.work = 'x'",
            '2: [check_in.went] Unknown option "work". Did you mean "worked"?',
        ),
        ("check_in = 3", "1: This is not a table. Give every part a key of its own."),
        (
            "[check_in]\ndid = 3",
            '2: [check_in.did] This is not a row. Write a table with a "text".',
        ),
    ],
)
def test_a_text_said_wrongly_is_named(pack: Path, texts: str, said: str) -> None:
    (pack / "nl/texts.toml").write_text(texts)

    assert f"nl/texts.toml:{said}" in "\n".join(map(str, check(pack)))


@pytest.mark.parametrize("elsewhere", [None, "[check_in.went]\ntext = 'Hi {name}'"])
def test_a_text_is_said_otherwise_in_every_language(pack: Path, elsewhere: str | None) -> None:
    (pack / "nl/texts.toml").write_text("[check_in.did]\ntext = 'x'")
    (pack / "en/texts.toml").write_text(elsewhere or "")

    assert "en/texts.toml:1: [check_in.did] is missing. Say it otherwise in every language." in [
        str(problem) for problem in check(pack)
    ]


def test_a_full_guide_fits_a_section_of_slack(changed: Change) -> None:
    assert changed("nl/managers.toml", '"{h2}"', '"' + "x" * SLACK_SECTION_TEXT + '"') == []


def test_anything_may_stand_where_somebody_else_checks() -> None:
    assert list(faults(Anything(), object())) == []


@st.composite
def mutations(draw: st.DrawFn) -> dict[Path, bytes | None]:
    """Damage some files: cut out, put in, double or drop."""
    damaged: dict[Path, bytes | None] = {}
    for name in draw(st.lists(st.sampled_from(sorted(FILES)), min_size=1, max_size=3)):
        content = FILES[name]
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        put = draw(
            st.binary(max_size=6)
            | st.sampled_from([b"\n", b"[", b"]]", b'"', b"'''", b" = 1\n", b"{", b"\xff", b"[["])
            | st.text(max_size=4).map(lambda text: text.encode(errors="surrogatepass"))
            | st.just(content[end : end + 80])
        )
        whole = content[:start] + put + content[end:]
        damaged[name] = draw(st.sampled_from([whole, whole, whole, None]))
    return damaged


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(damaged=mutations())
def test_whatever_a_pack_holds_is_checked(
    tmp_path: Path, damaged: dict[Path, bytes | None]
) -> None:
    for name, content in {**FILES, **damaged}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).write_bytes(content) if content is not None else None

    problems = check(tmp_path)

    lines = {
        str(name): (damaged.get(name, content) or b"").count(b"\n") + 1
        for name, content in FILES.items()
    }
    assert all(1 <= one.line <= lines.get(one.file, 1) for one in problems)
    assert problems or read(tmp_path).slug
