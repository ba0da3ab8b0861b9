"""What the commands say, and with which code they end."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from bot.cli.draw import put
from bot.cli.edge import Ended
from bot.cli.house import Desk, look
from bot.clock import MachineClock
from bot.cohorts import LATEST_JOINING
from storage import addresses, enrolments, nudges, people
from storage.addresses import Address
from storage.enrolments import Enrolment
from storage.nudges import Nudge
from tests.cli.conftest import Holdfast
from tests.cli.running import ROOT, Running

pytestmark = pytest.mark.slow

TODAY = MachineClock().now().date()
TRAINING_DAY = TODAY + timedelta(days=9)
COHORT = ("cohort", "create", "Najaar", "--training-day", str(TRAINING_DAY))
ORGANISATION = ("organisation", "create", "--language", "nl")
PACK = str(ROOT / "bot" / "programmes" / "feedback-geven")


async def _addresses(desk: Desk) -> list[Address]:
    found = await people.all_in(desk.tx, desk.organisation.id)
    return [each for one in found for each in await addresses.of_person(desk.tx, one.id)]


async def _enrolled(desk: Desk) -> list[tuple[Enrolment, str, Nudge | None]]:
    """Read who is enrolled, with the name of their manager and their next visit."""
    found = []
    for person in await people.all_in(desk.tx, desk.organisation.id):
        for each in await enrolments.of_person(desk.tx, person.id):
            manager = await people.get(desk.tx, each.manager_id) if each.manager_id else None
            visit = await nudges.next_visit(desk.tx, each.id)
            found.append((each, manager.name if manager else "", visit))
    return found


def test_help_names_every_command_and_every_exit_code(holdfast: Holdfast) -> None:
    said = holdfast("--help")

    assert said.exit_code == 0
    words = " ".join(said.output.split())
    commands = ["demo", "talk", "organisation", "programme", "people", "cohort", "serve", "db"]
    assert [words.index(f"│ {each} ") for each in [*commands, "draw"]] == sorted(
        words.index(f"│ {each} ") for each in [*commands, "draw"]
    )
    assert "0 fine · 1 a problem" in words
    assert "2 the command" in words
    assert "3 the settings" in words
    assert "4 refused" in words


@pytest.mark.parametrize(
    "command",
    [
        ["demo"], ["talk"], ["serve"], ["draw"], ["db"], ["db", "upgrade"],
        ["organisation", "create"], ["programme", "check"], ["programme", "import"],
        ["people", "import"], ["people", "left"], ["cohort", "create"], ["cohort", "add"],
        ["cohort", "team-channel"],
        ["cohort", "list"], ["cohort", "show"],
        ["doctor"], ["events", "list"], ["events", "retry"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_explains_itself(command: list[str], holdfast: Holdfast) -> None:
    said = holdfast(*command, "--help")

    assert said.exit_code == 0
    assert f"Usage: holdfast {' '.join(command)}" in said.output


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        (["dmo"], "Did you mean 'demo'?"),
        (["db", "upgrad"], "Did you mean 'upgrade'?"),
        (["talk", "chek_in"], 'Did you mean "check_in"?'),
        (["talk", "check_in", "--language", "fr"], "Known here: en, nl."),
        (["talk", "check_in", "--round", "6"], "less than or equal to 5"),
        (["people", "import", "nowhere.csv"], "does not exist"),
        ([*COHORT[:-1], "1 december", "--programme", "x"], "does not match the"),
        (["demo", "--port", "0"], "greater than or equal to 1"),
        ([*ORGANISATION, "X", "--zone", "Mars"], "--zone"),
        ([*ORGANISATION, "X", "--zone", "Europe/Amsterdm"], "Did you mean 'Europe/Amsterdam'?"),
        ([*ORGANISATION, "", "--zone", "Europe/Paris"], "A name needs at least one letter"),
        ([*ORGANISATION, " \u200b\t", "--zone", "Europe/Paris"], "A name needs at least one"),
        (["cohort", "create", "  ", *COHORT[3:], "--programme", "x"], "A name needs at least one"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_typed_wrong_ends_with_2(
    command: list[str], meant: str, holdfast: Holdfast
) -> None:
    said = holdfast(*command)

    assert said.exit_code == Ended.USAGE
    assert meant in " ".join(said.output.replace("│", "").split())


@pytest.mark.parametrize(
    "command",
    [
        ["people", "import", "people.csv"],
        ["cohort", "list"],
        ["cohort", "show", "Najaar"],
        ["serve"],
    ],
    ids=" ".join,
)
def test_a_database_without_tables_ends_with_3(
    command: list[str], key: str, holdfast: Holdfast
) -> None:
    _ = key
    Path("people.csv").write_text("name,email\nA,a@x.nl\n")

    said = holdfast(*command)

    assert said.exit_code == Ended.NOT_READY
    assert "run `holdfast db upgrade`" in said.output


@pytest.mark.parametrize("command", [["cohort", "list"], ["serve"]], ids=" ".join)
def test_without_a_key_nothing_is_opened(command: list[str], holdfast: Holdfast) -> None:
    holdfast("db", "upgrade")

    said = holdfast(*command)

    assert said.exit_code == Ended.NOT_READY
    assert "There is no master key" in said.output
    assert "holdfast keys new k1" in said.output


def test_another_key_than_the_database_knows_is_refused_in_words(
    house: Path, key: str, holdfast: Holdfast
) -> None:
    _ = house
    Path(key).write_text("k1:" + "A" * 43 + "=")

    said = holdfast("cohort", "list")

    assert said.exit_code == Ended.NOT_READY
    assert "is not the one this database was sealed with" in said.output


def test_wrong_settings_end_with_3_and_are_all_said(
    holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_PROT", "1")
    monkeypatch.setenv("HOLDFAST_PORT", "x")

    said = holdfast("cohort", "list")

    assert said.exit_code == Ended.NOT_READY
    assert "HOLDFAST_PROT: There is no such setting." in said.output
    assert "HOLDFAST_PORT: This must be a port" in said.output


def test_tables_are_made_once(holdfast: Holdfast) -> None:
    assert holdfast("db", "upgrade").output == holdfast("db", "upgrade").output
    assert Path(".holdfast/holdfast.db").stat().st_mode & 0o077 == 0


def test_without_an_organisation_the_remedy_is_a_command(key: str, holdfast: Holdfast) -> None:
    _ = key
    holdfast("db", "upgrade")

    said = holdfast("cohort", "list")

    assert said.exit_code == Ended.PROBLEM
    assert "holdfast organisation create" in said.output


def test_an_unknown_zone_is_answered_with_one_zone(holdfast: Holdfast) -> None:
    said = holdfast(*ORGANISATION, "X", "--zone", "Mars/Base")

    assert said.exit_code == Ended.USAGE
    words = " ".join(said.output.replace("│", "").split())
    assert "'Mars/Base' is no time zone. Did you mean '" in words
    assert len(said.output.splitlines()) < 10


def test_a_second_organisation_is_refused(house: Path, holdfast: Holdfast) -> None:
    _ = house

    said = holdfast("organisation", "create", "X", "--language", "nl", "--zone", "Europe/Paris")

    assert said.exit_code == Ended.REFUSED
    assert "This database is that of Zonnewijzer" in said.output


def test_a_good_pack_is_fine(holdfast: Holdfast) -> None:
    said = holdfast("programme", "check", PACK)

    assert said.exit_code == 0
    assert said.output == "feedback-geven 1.0: fine, in nl, en.\n"


def test_every_fault_of_a_pack_is_said_and_ends_with_1(holdfast: Holdfast) -> None:
    Path("pack").mkdir()

    said = holdfast("programme", "check", "pack")

    assert said.exit_code == Ended.PROBLEM
    assert "programme.toml:1: The file is missing. Create it." in said.output
    assert "nl/card.toml:1: The file is missing. Create it." in said.output


def test_a_faulty_pack_is_not_imported(house: Path, holdfast: Holdfast) -> None:
    _ = house
    Path("pack").mkdir()

    said = holdfast("programme", "import", "pack")

    assert said.exit_code == Ended.PROBLEM
    assert "The file is missing." in said.output


def test_a_pack_is_imported_once(house: Path, holdfast: Holdfast) -> None:
    _ = house

    assert "was imported before" in holdfast("programme", "import", PACK).output


def test_people_come_once_however_often_their_list_is_imported(
    house: Path, holdfast: Holdfast
) -> None:
    first = holdfast("people", "import", str(house))
    house.write_text(house.read_text().replace("Emma,emma@", "Emma J,EMMA@"))
    second = holdfast("people", "import", str(house))
    third = holdfast("people", "import", str(house))

    assert "3 people: 3 new, 0 changed, 0 as they were." in first.output
    assert "3 people: 0 new, 1 changed, 2 as they were." in second.output
    assert "3 people: 0 new, 0 changed, 3 as they were." in third.output
    found = look(lambda desk: people.all_in(desk.tx, desk.organisation.id))
    assert [(each.name, each.language, each.zone) for each in found] == [
        ("Sanne", "nl", "Europe/Amsterdam"),
        ("Emma J", "en", "Europe/London"),
        ("Marit", "nl", "Europe/Amsterdam"),
    ]


def test_one_wrong_row_brings_nobody_in(house: Path, holdfast: Holdfast) -> None:
    house.write_text(house.read_text() + "Bram,bram@example.org,nl,Europe/Amsterdm,\n")

    said = holdfast("people", "import", str(house))

    assert said.exit_code == Ended.PROBLEM
    assert (
        "people.csv:5: zone: Unknown zone 'Europe/Amsterdm'. Did you mean \"Europe/Amsterdam\"?"
    ) in said.output
    assert look(lambda desk: people.all_in(desk.tx, desk.organisation.id)) == []


def test_a_manager_whom_nobody_knows_brings_nobody_in(house: Path, holdfast: Holdfast) -> None:
    house.write_text(house.read_text().replace("Marit,marit@", "Marit,m@"))

    said = holdfast("people", "import", str(house))

    assert said.exit_code == Ended.PROBLEM
    assert "people.csv:2: The manager is nobody that we know." in said.output
    assert look(lambda desk: people.all_in(desk.tx, desk.organisation.id)) == []


def test_outside_a_demo_nobody_gets_an_address(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))

    assert look(_addresses) == []


def test_a_cohort_enrols_everybody_and_plans_their_visits(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))

    said = holdfast(*COHORT, "--programme", "feedback-geven")

    assert said.exit_code == 0
    assert f"3 people, training day {TRAINING_DAY}" in said.output
    enrolled = look(_enrolled)
    assert [each.training_day for each, _, _ in enrolled] == [TRAINING_DAY] * 3
    assert [manager for _, manager, _ in enrolled] == ["Marit", "", ""]
    assert [visit and visit.kind for _, _, visit in enrolled] == ["welcome"] * 3


def test_a_cohort_made_from_a_list_knows_the_managers(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))

    said = holdfast(*COHORT, "--programme", "feedback-geven", "--people", str(house))

    assert said.exit_code == 0
    assert [manager for _, manager, _ in look(_enrolled)] == ["Marit", "", ""]


def test_a_moved_person_is_visited_by_their_new_clock(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))
    holdfast(*COHORT, "--programme", "feedback-geven")
    before = [visit and visit.zone for _, _, visit in look(_enrolled)]

    house.write_text(house.read_text().replace("Europe/London", "America/New_York"))
    holdfast("people", "import", str(house))

    after = [visit and visit.zone for _, _, visit in look(_enrolled)]
    assert before == ["Europe/Amsterdam", "Europe/London", "Europe/Amsterdam"]
    assert after == ["Europe/Amsterdam", "America/New_York", "Europe/Amsterdam"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--programme", "feedbck"), 1, "There is no programme 'feedbck' here. Did you mean"),
        (("--programme", "feedback-geven", "--people", "others.csv"), 1, "others.csv:2: This"),
        (("--programme", "feedback-geven", "--people", "managed.csv"), 1, "managed.csv:2: This m"),
    ],
    ids=["programme", "people", "manager"],
)
def test_a_cohort_of_what_is_not_there_is_not_made(
    arguments: tuple[str, ...], code: int, said: str, house: Path, holdfast: Holdfast
) -> None:
    holdfast("people", "import", str(house))
    Path("others.csv").write_text("name,email\nBram,bram@example.org\n")
    Path("managed.csv").write_text("name,email,manager_email\nEmma,emma@example.org,b@x.nl\n")

    ended = holdfast(*COHORT, *arguments)

    assert ended.exit_code == code
    assert said in ended.output
    assert "There is no cohort yet" in holdfast("cohort", "list").output


def test_a_cohort_of_nobody_is_not_made(house: Path, holdfast: Holdfast) -> None:
    _ = house

    said = holdfast(*COHORT, "--programme", "feedback-geven")

    assert said.exit_code == Ended.PROBLEM
    assert "holdfast people import" in said.output


def test_a_second_cohort_of_that_name_is_refused(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))
    holdfast(*COHORT, "--programme", "feedback-geven")

    said = holdfast(*COHORT, "--programme", "feedback-geven")

    assert said.exit_code == Ended.REFUSED
    assert said.output == "There is a cohort 'Najaar' already.\n"


@pytest.mark.parametrize(("day", "code"), [(0, Ended.FINE), (1, Ended.PROBLEM), (9999, 1)])
def test_a_training_of_too_long_ago_gets_no_cohort(
    day: int, code: int, house: Path, holdfast: Holdfast
) -> None:
    holdfast("people", "import", str(house))
    # In Amsterdam it may be tomorrow already.
    trained = TODAY - LATEST_JOINING + timedelta(days=1) - timedelta(days=2 * day)

    said = holdfast(*COHORT[:-1], str(trained), "--programme", "feedback-geven")

    assert said.exit_code == code
    assert ("is more than 14 days ago" in said.output) == bool(day)


def test_who_follows_a_programme_is_not_welcomed_to_it_twice(
    house: Path, holdfast: Holdfast
) -> None:
    holdfast("people", "import", str(house))
    Path("one.csv").write_text("name,email\nEmma,emma@example.org\n")
    again = ("cohort", "create", "Winter", *COHORT[3:], "--programme", "feedback-geven")
    holdfast(*COHORT, "--programme", "feedback-geven", "--people", "one.csv")

    said = holdfast(*again)

    assert said.exit_code == 0
    assert said.output.splitlines()[0] == (
        "1 person was left out: they follow this programme already, or take no part."
    )
    assert "The cohort Winter is there: 2 people" in said.output
    assert len(look(_enrolled)) == 3


def test_a_cohort_of_whom_all_are_left_out_is_not_made(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))
    holdfast(*COHORT, "--programme", "feedback-geven")

    said = holdfast("cohort", "create", "Winter", *COHORT[3:], "--programme", "feedback-geven")

    assert said.exit_code == Ended.PROBLEM
    assert said.output == (
        "3 people were left out: they follow this programme already, or take no part. So nobody "
        "is left: no cohort was made.\n"
    )
    assert "Winter" not in holdfast("cohort", "list").output


@pytest.mark.parametrize(
    "command", [("demo",), ("demo", "--fresh"), ("db", "upgrade")], ids=" ".join
)
def test_a_file_where_the_folder_is_to_be_is_said_in_words(
    command: tuple[str, ...], holdfast: Holdfast
) -> None:
    Path(".holdfast").write_text("mine")

    said = holdfast(*command)

    assert said.exit_code == Ended.NOT_READY
    assert "A file stands where the folder .holdfast is to be: move that file" in said.output
    assert Path(".holdfast").read_text() == "mine"


def test_cohorts_are_shown_without_anybody_in_them(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))
    holdfast(*COHORT, "--programme", "feedback-geven")

    listed, shown = holdfast("cohort", "list"), holdfast("cohort", "show", "Najaar")

    assert "feedback-geven" in listed.output
    assert str(TRAINING_DAY) in shown.output
    assert "in Europe/Amsterdam" in shown.output
    assert "Sanne" not in listed.output + shown.output


def test_an_unknown_cohort_is_answered_with_the_nearest(house: Path, holdfast: Holdfast) -> None:
    holdfast("people", "import", str(house))
    holdfast(*COHORT, "--programme", "feedback-geven")

    said = holdfast("cohort", "show", "Njaar")

    assert said.exit_code == Ended.PROBLEM
    assert said.output == "There is no cohort 'Njaar'. Did you mean \"Najaar\"?\n"


def test_a_stale_drawing_is_said_and_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended:
        put("# drawn\n", Path("pages/d.md"), check=True)

    assert ended.value.exit_code == Ended.PROBLEM
    assert "run `holdfast draw`" in capsys.readouterr().err
    assert not Path("pages").exists()


def test_a_drawing_is_written_and_then_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    put("# drawn\n", Path("pages/d.md"), check=False)
    put("# drawn\n", Path("pages/d.md"), check=True)

    assert Path("pages/d.md").read_text() == "# drawn\n"
    assert capsys.readouterr().out.splitlines() == [
        "pages/d.md is drawn anew.",
        "pages/d.md is as the dialogues are.",
    ]


def test_the_command_runs_as_a_process_of_its_own(
    start_from_nothing: Callable[..., Running],
) -> None:
    running = start_from_nothing("talk", "nothing")

    assert running.ends() == Ended.USAGE
    assert "Usage: holdfast talk" in running.printed
