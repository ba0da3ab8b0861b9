"""`holdfast cohort`: groups that are trained together."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.again import check_names, check_reason, note_reason, record_again
from bot.cli.house import Desk, change, look, named, record
from bot.cli.list_file import read_roster
from bot.cohorts import Made, Members, add, create, everybody, left_out_said, listed
from bot.errors import BadContent
from bot.lexicon import TEXTS
from bot.team_channels import with_team_channel
from bot.toml_file import nearest
from bot.words import Words
from scheduler.local import local_of
from storage import cohorts, enrolments, nudges, programmes

_PeopleFrom: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--people",
        exists=True,
        dir_okay=False,
        help="Enrol the people on this list, with their managers; else everybody imported.",
    ),
]
_InviteAgain: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="REASON",
        help="Invite also who declined or stopped before. The reason, without names, is logged.",
    ),
]


def build() -> typer.Typer:
    """Give the group of these commands."""
    group = typer.Typer(help="Cohorts: people who are trained together.")

    @group.callback()
    def cohort() -> None:
        """Make cohorts and look at them."""

    group.command("create")(create_cohort)
    group.command("add")(add_to_cohort)
    group.command("team-channel")(give_team_channel)
    group.command("list")(list_cohorts)
    group.command("show")(show_cohort)
    return group


def create_cohort(
    name: Annotated[str, typer.Argument(callback=named, help="What the cohort is called.")],
    programme: Annotated[str, typer.Option(help="The programme, by its slug.")],
    training_day: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day of the training.")
    ],
    people_from: _PeopleFrom = None,
    invite_again: _InviteAgain = None,
) -> None:
    """Make a cohort and plan everybody's visits. Nothing is sent yet.

    Who is in a cohort of the same programme already is left out: nobody is welcomed twice. So is
    who declined or stopped anything, unless there is a reason to invite them again.
    """
    reason = check_reason(invite_again)

    async def _make(desk: Desk) -> Made:
        await check_names(desk, reason)
        made = await create(
            desk.tx,
            desk.organisation,
            name,
            slug=programme,
            training_day=training_day.date(),
            members=await _members(desk, people_from),
            now=desk.now,
            invite_again=reason is not None,
        )
        return await _recorded(desk, "cohort.create", made, reason)

    made = change(_make)
    note_reason(reason)
    _say(made, f"The cohort {made.cohort.name} is there")


def add_to_cohort(
    name: Annotated[str, typer.Argument(help="The cohort, by its name.")],
    people_from: _PeopleFrom = None,
    invite_again: _InviteAgain = None,
) -> None:
    """Enrol more people in a cohort and plan their visits. Nothing is sent yet.

    Who is left out is as when a cohort is made.
    """
    reason = check_reason(invite_again)

    async def _enrol(desk: Desk) -> Made:
        await check_names(desk, reason)
        made = await add(
            desk.tx,
            desk.organisation,
            name,
            members=await _members(desk, people_from),
            now=desk.now,
            invite_again=reason is not None,
        )
        return await _recorded(desk, "cohort.add", made, reason)

    made = change(_enrol)
    note_reason(reason)
    _say(made, f"The cohort {made.cohort.name} grew")


def give_team_channel(
    name: Annotated[str, typer.Argument(help="The cohort, by its name.")],
    channel: Annotated[str, typer.Argument(help="The channel, such as #team-north.")],
    readers: Annotated[int, typer.Option(min=1, help="How many people read along there.")],
    language: Annotated[
        str | None, typer.Option(help="The language of the channel; else the organisation's.")
    ] = None,
) -> None:
    """Let the learners of a cohort post their plan in a channel of their team, if they want to.

    Nothing is posted now. In a channel of more than 50 people a plan would be a broadcast.
    """
    languages = Words.load(TEXTS).rows.keys()
    if language is not None and language not in languages:
        raise typer.BadParameter(f"Choose from: {', '.join(languages)}.", param_hint="--language")

    async def _give(desk: Desk) -> None:
        made = await with_team_channel(
            desk.tx, desk.organisation, name, channel, readers=readers, language=language
        )
        await record(desk.tx, "cohort.team_channel", subject=f"cohort:{made.id}")

    change(_give)
    typer.echo(f"Who makes a plan in {name} from now on is asked whether to post it in {channel}.")


async def _recorded(desk: Desk, action: str, made: Made, reason: str | None) -> Made:
    await record(desk.tx, action, subject=f"cohort:{made.cohort.id}")
    await record_again(desk.tx, reason)
    return made


async def _members(desk: Desk, people_from: Path | None) -> Members:
    if people_from is None:
        return await everybody(desk.tx, desk.organisation)
    entries = read_roster(people_from, Words.load(TEXTS))
    return await listed(desk.tx, desk.organisation, entries, file=str(people_from))


def _say(made: Made, what: str) -> None:
    if made.left_out:
        typer.echo(left_out_said(made.left_out))
    typer.echo(
        f"{what}: {made.enrolled} people, training day {made.cohort.training_day}. Their visits "
        "are planned; `serve` or `demo` opens them when they are due."
    )


def list_cohorts() -> None:
    """List the cohorts."""

    async def _gather(desk: Desk) -> Table:
        table = Table("Cohort", "Programme", "Training day", "State", "People")
        for cohort in await cohorts.all_in(desk.tx, desk.organisation.id):
            slug = (await programmes.get(desk.tx, cohort.programme_id)).slug
            people = len(await enrolments.in_cohort(desk.tx, cohort.id))
            table.add_row(cohort.name, slug, str(cohort.training_day), cohort.state, str(people))
        return table

    table = look(_gather)
    if table.row_count:
        Console().print(table)
    else:
        typer.echo("There is no cohort yet: holdfast cohort create makes one.")


def show_cohort(name: Annotated[str, typer.Argument(help="The cohort, by its name.")]) -> None:
    """Show what a cohort follows and what is planned for it.

    Nobody's name, and not how many joined: who takes part is each one's own business, and in a
    small group a number tells.
    """
    Console().print(look(partial(_shown, name)))


async def _shown(name: str, desk: Desk) -> Table:
    cohort = await cohorts.by_name(desk.tx, desk.organisation.id, name)
    if cohort is None:
        names = [each.name for each in await cohorts.all_in(desk.tx, desk.organisation.id)]
        raise BadContent(f"There is no cohort '{name}'. {nearest(name, names)}")
    content = await programmes.get(desk.tx, cohort.programme_id)
    enrolled = await enrolments.in_cohort(desk.tx, cohort.id)
    visits = [await nudges.next_visit(desk.tx, each.id) for each in enrolled]
    coming = [each.due_at for each in visits if each]
    table = Table(show_header=False)
    table.add_row("Cohort", cohort.name)
    table.add_row("Programme", f"{content.slug} {content.version}")
    table.add_row("Training day", str(cohort.training_day))
    table.add_row("State", cohort.state)
    table.add_row("People", str(len(enrolled)))
    table.add_row("Next visit", _moment(min(coming), desk.organisation.zone) if coming else "none")
    return table


def _moment(moment: datetime, zone: str) -> str:
    local = local_of(moment, zone)
    return f"{local.day} {local.at:%H:%M} in {zone}"
