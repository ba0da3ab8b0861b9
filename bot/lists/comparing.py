"""What a list would change: of each row whether it is somebody new, or what is different.

Nothing is written here, so that a dry run tells exactly what the import would do. Somebody who was
erased is told as unchanged: nobody may see who that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import UUID

from bot.lists.entries import Entry, Users, normal
from bot.own_hours import with_hours
from bot.toml_file import Problem
from scheduler.rhythm import Rhythm
from storage import addresses, erasures, listed, workspaces
from storage.database import Transaction
from storage.ids import id_in_list, new_id
from storage.listed import Listed
from storage.organisations import Organisation

LOCAL: Final = "local"
PLATFORMS: Final[Mapping[str, str]] = {"slack": "slack_id", "teams": "teams_id"}
"""The chats that a list may name a user of, and in which column."""

Kind = Literal["new", "changed", "unchanged", "refused"]

_PLAIN: Final[tuple[str, ...]] = ("name", "language", "zone")
_HOURS: Final[tuple[str, ...]] = ("hours", "days")
_LEADS: Final[tuple[str, ...]] = ("manager", "coach")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a row: what is different, by column, or why it is refused."""

    line: int
    kind: Kind
    changed: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done for a row; `before` is the person as they were, None of somebody new.

    `after` is None where nothing is to be written. `is_back` says that they were erased.
    """

    entry: Entry
    outcome: Outcome
    before: Listed | None = None
    after: Listed | None = None
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What is true around a whole list.

    `leads` are the managers and coaches by e-mail address, known or still to come in; `users` the
    people whom lists named by their user in a chat; `homes` the one workspace of each platform.
    `new_ids` are the ids of those who lead and are still to come in, by their line.
    """

    organisation: Organisation
    file: str
    leads: Mapping[str, UUID] = field(repr=False)
    users: Users = field(repr=False)
    first_id: UUID
    new_ids: Mapping[int, UUID] = field(repr=False)
    homes: Mapping[str, UUID]
    invite_again: bool = False


async def framed(
    tx: Transaction,
    organisation: Organisation,
    entries: Sequence[Entry],
    *,
    file: str,
    invite_again: bool = False,
) -> Frame:
    """Gather what is true around a list; `file` is named in problems."""
    emails = {
        normal(email)
        for entry in entries
        for email in (entry.manager_email, entry.coach_email)
        if email
    }
    leads = await listed.ids_of(tx, organisation.id, emails)
    first, new_ids = new_id(), dict[int, UUID]()
    for entry in entries:
        email = normal(entry.email)
        if email in emails and email not in leads:
            leads[email] = new_ids[entry.line] = id_in_list(first, entry.line)
    has_users = any(entry.slack_id or entry.teams_id for entry in entries)
    return Frame(
        organisation,
        file,
        leads,
        await known_users(tx, organisation) if has_users else Users(),
        first,
        new_ids,
        await _homes(tx, organisation),
        invite_again,
    )


async def compare(
    tx: Transaction, frame: Frame, batch: Sequence[Entry], *, lock: bool = False
) -> list[Step]:
    """Tell of each entry what is to be done; `lock` keeps others off those who are there."""
    ours = frame.organisation.id
    emails = [normal(each.email) for each in batch if each.email]
    known = await listed.by_emails(tx, ours, emails, lock=lock)
    ids = {who for each in batch for user in users_of(each) if (who := frame.users.get(user))}
    there = await listed.by_ids(tx, ids, lock=lock) if ids else {}
    owners = {
        f"{platform}:{user}": person
        for platform, home in frame.homes.items()
        if platform in PLATFORMS
        for user, person in (
            await addresses.owners(tx, home, [getattr(e, PLATFORMS[platform]) for e in batch])
        ).items()
    }
    found = [_whose(frame, each, known, there) for each in batch]
    new = [each for each, before in zip(batch, found, strict=True) if before is None]
    gone = await erasures.which(tx, ours, [(each.email, users_of(each)) for each in new])
    erased = {each.line for each, is_gone in zip(new, gone, strict=True) if is_gone}
    return [
        _step(frame, each, before, owners, is_erased=each.line in erased)
        for each, before in zip(batch, found, strict=True)
    ]


def users_of(entry: Entry) -> tuple[str, ...]:
    """Name the users of an entry in chats, as "slack:U024BE7LH"."""
    found = ((platform, getattr(entry, column)) for platform, column in PLATFORMS.items())
    return tuple(f"{platform}:{user}" for platform, user in found if user)


async def known_users(tx: Transaction, organisation: Organisation) -> Users:
    """Say whom lists named by their user in a chat, by user as "slack:U024BE7LH"."""
    users = Users()
    async for person, said in listed.all_said(tx, organisation.id):
        for platform, column in PLATFORMS.items():
            if said.get(column):
                users.add(f"{platform}:{said[column]}", person)
    return users


async def _homes(tx: Transaction, organisation: Organisation) -> dict[str, UUID]:
    """Find the one workspace of each platform; of several, nobody's can be told."""
    homes = {}
    for platform in (LOCAL, *PLATFORMS):
        there = await workspaces.all_on(tx, platform)
        ours = [each.id for each in there if each.organisation_id == organisation.id]
        if len(ours) == 1:
            homes[platform] = ours[0]
    return homes


def _whose(
    frame: Frame, entry: Entry, known: Mapping[str, Listed], there: Mapping[UUID, Listed]
) -> Listed | None:
    """Find who an entry is: by e-mail address, else by their user in a chat.

    A user alone does not give somebody another address: it may be mistyped.
    """
    by_email = known.get(normal(entry.email)) if entry.email else None
    ids = filter(None, (frame.users.get(user) for user in users_of(entry)))
    found = next((there[each] for each in ids if each in there), None)
    return by_email or (found if found and not (found.email and entry.email) else None)


def _step(
    frame: Frame,
    entry: Entry,
    before: Listed | None,
    owners: Mapping[str, UUID],
    *,
    is_erased: bool,
) -> Step:
    if problem := _problem(frame, entry, before, owners):
        return Step(entry, Outcome(entry.line, "refused", problem=problem))
    told = _told(frame, entry)
    if before is None:
        if is_erased and not frame.invite_again:
            return Step(entry, Outcome(entry.line, "unchanged"))
        after = _new(frame, entry, told)
        return Step(entry, Outcome(entry.line, "new"), None, after, is_back=is_erased)
    after, changed = _changed(entry, before, told)
    outcome = Outcome(entry.line, "changed" if changed else "unchanged", changed)
    return Step(entry, outcome, before, None if after == before else after)


def _problem(
    frame: Frame, entry: Entry, before: Listed | None, owners: Mapping[str, UUID]
) -> Problem | None:
    for lead in _LEADS:
        email = getattr(entry, f"{lead}_email")
        if email and normal(email) not in frame.leads:
            what = f"The {lead} is nobody that we know."
            remedy = f"Give them a row too, or leave {lead}_email empty."
            return Problem(frame.file, entry.line, what, remedy)
    for user in users_of(entry):
        owner = frame.users.get(user) or owners.get(user)
        if owner and (before is None or before.id != owner):
            platform = user.partition(":")[0]
            what = f"{PLATFORMS[platform]}: This id is somebody else's."
            remedy = "Look up whose it is, and mend the row that is wrong."
            return Problem(frame.file, entry.line, what, remedy)
    return None


def _told(frame: Frame, entry: Entry) -> dict[str, str]:
    """Give what the list says of somebody, by column; a blank cell says nothing.

    But who leads somebody is said by a blank cell too: nobody.
    """
    columns = (*_PLAIN, *_HOURS, *PLATFORMS.values())
    told = {column: getattr(entry, column) for column in columns if getattr(entry, column)}
    for lead in _LEADS:
        email = getattr(entry, f"{lead}_email")
        if email or f"{lead}_email" in entry.says:
            told[lead] = str(frame.leads[normal(email)]) if email else ""
    return told


def _new(frame: Frame, entry: Entry, told: Mapping[str, str]) -> Listed:
    zone = entry.zone or frame.organisation.zone
    return Listed(
        id=frame.new_ids.get(entry.line) or id_in_list(frame.first_id, entry.line),
        name=entry.name,
        email=entry.email or None,
        language=entry.language or frame.organisation.language,
        zone=zone,
        rhythm=_rhythm(None, zone, told),
        said=dict(told),
    )


def _changed(
    entry: Entry, before: Listed, told: Mapping[str, str]
) -> tuple[Listed, tuple[str, ...]]:
    """Tell what somebody becomes, and what is different; what they chose themselves stands.

    They chose it if it is not what the last list said, and the list says that still.
    """
    news = {column: value for column, value in told.items() if value != _heard(before, column)}
    after = replace(
        before,
        name=news.get("name", before.name),
        language=news.get("language", before.language),
        zone=news.get("zone", before.zone),
        said={**before.said, **told},
    )
    if hours := {column: news[column] for column in _HOURS if column in news}:
        after = replace(after, rhythm=_rhythm(before.rhythm, after.zone, hours))
    if entry.email and normal(entry.email) != normal(before.email or ""):
        after = replace(after, email=entry.email)
    different = [
        name for name in ("email", *_PLAIN) if getattr(before, name) != getattr(after, name)
    ]
    different += [column for column in _HOURS if column in news and before.rhythm != after.rhythm]
    different += [column for column in (*_LEADS, *PLATFORMS.values()) if column in news]
    return after, tuple(different)


def _heard(before: Listed, column: str) -> str:
    """Give what the last list said; of those whom none named yet, what holds."""
    if column in before.said:
        return before.said[column]
    return getattr(before, column) if column in _PLAIN else ""


def _rhythm(
    before: Mapping[str, object] | None, zone: str, told: Mapping[str, str]
) -> Mapping[str, object] | None:
    if not any(column in told for column in _HOURS):
        return before
    rhythm = Rhythm.from_json(before, zone) if before else Rhythm(zone)
    return with_hours(rhythm, told.get("hours", ""), told.get("days", "")).to_json()


def refused(problems: Iterable[Problem]) -> list[Outcome]:
    """Give what becomes of rows that could not be read at all, one outcome a problem."""
    return [Outcome(each.line, "refused", problem=each) for each in problems]
