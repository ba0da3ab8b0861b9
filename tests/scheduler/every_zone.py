"""Every day of eleven years in every zone: one visit for each slot, within the rhythm.

`make test-time` runs this as a program over all days, and writes figures; the test beside it
looks at the days around each jump of a clock and at some others.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from time import perf_counter
from zoneinfo import ZoneInfo, available_timezones

from scheduler.hours import Rhythm, is_open, next_slot, slot_for, spread, works_on
from scheduler.local import Local, local_of, start_of, to_utc
from scheduler.shifts import Shift
from storage.ids import new_id

FIRST, LAST = date(2026, 1, 1), date(2036, 12, 31)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)  # no clock is set at any other moment of an hour
ALL_WEEK = frozenset(range(1, 8))
LATEST = time(23, 59, 59)
# A roster of ten days: early, late, night and off, by the wall clock.
ROSTER = ("07-15", "07-15", "15-23", "15-23", "22-06", "22-06", "", "", "00-08", "")
SOMEBODY = new_id()


@dataclass(frozen=True, slots=True)
class Figures:
    """What was looked at: days of a rhythm, the slots on them, and the clocks that jumped."""

    days: int = 0
    slots: int = 0
    jumps: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Add up."""
        return Figures(self.days + other.days, self.slots + other.slots, self.jumps + other.jumps)


def fixed_rhythms(zone: str) -> tuple[Rhythm, ...]:
    """Give hours that a jump of the clock may touch, and those of an office that none does."""
    around_the_clock = {
        "days": ALL_WEEK, "opens": time(0), "closes": LATEST, "friday_closes": LATEST,
    }  # fmt: skip
    wakeful = [Rhythm(zone, slot_time=at, **around_the_clock) for at in WAKEFUL]  # type: ignore[arg-type]
    return (Rhythm(zone), *wakeful)


WAKEFUL = (time(0), time(2, 30), time(23, 45))


def roster(zone: str, first: date, last: date) -> Rhythm:
    """Give shifts of all kinds from some day until another."""
    return Rhythm(zone, mode="shifts", shifts=tuple(_shifts(zone, first, last)))


def _shifts(zone: str, first: date, last: date) -> Iterator[Shift]:
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if hours := ROSTER[day.toordinal() % len(ROSTER)]:
            since, until = (time(int(hour)) for hour in hours.split("-"))
            ends_on = day if since < until else day + DAY
            starts_at, ends_at = (
                to_utc(Local(day, since, zone)),
                to_utc(Local(ends_on, until, zone)),
            )
            if starts_at < ends_at:
                yield Shift(starts_at, ends_at)


def look_at(zone: str, spans: Iterable[tuple[date, date]]) -> Figures:
    """Look at some days of a zone, by every rhythm; raises AssertionError at the first fault."""
    figures = Figures(jumps=len(jumps(zone)))
    for first, last in spans:
        for rhythm in fixed_rhythms(zone):
            figures += _fixed(rhythm, first, last)
        figures += _in_shifts(zone, first, last)
    return figures


def spans_around_jumps(zone: str, others: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """Give the days before, of and after each jump, and some others."""
    return tuple((day - DAY, day + DAY) for day in sorted({*jumps(zone), *others}))


def different_clocks(zones: Iterable[str]) -> tuple[str, ...]:
    """Give one zone of each whose clocks show the same all these years."""
    return tuple({_timeline(zone): zone for zone in zones}.values())


def jumps(zone: str) -> tuple[date, ...]:
    """Give the days on which the clock of a zone is set."""
    _, *changes = _timeline(zone)
    info = ZoneInfo(zone)
    return tuple((moment - datetime.resolution).astimezone(info).date() for moment, _ in changes)


@cache
def _timeline(zone: str) -> tuple[tuple[datetime, timedelta | None], ...]:
    """Give from which moment on a clock differs from UTC by how much."""
    info = ZoneInfo(zone)
    start = datetime(2026, 1, 1, tzinfo=UTC) - DAY
    seen = [(start, start.astimezone(info).utcoffset())]
    for number in range((LAST - FIRST).days + 3):
        moment = start + number * DAY
        if moment.astimezone(info).utcoffset() != seen[-1][1]:
            hours = (moment - DAY + n * QUARTER for n in range(1, DAY // QUARTER + 1))
            jump = next(h for h in hours if h.astimezone(info).utcoffset() != seen[-1][1])
            seen.append((jump, jump.astimezone(info).utcoffset()))
    return tuple(seen)


def _fixed(rhythm: Rhythm, first: date, last: date) -> Figures:
    """Walk from slot to slot: each working day has one, unless the clock skips it."""
    moment, end = start_of(first, rhythm.zone) - datetime.resolution, _last(rhythm, last)
    found: dict[date, datetime] = {}
    while (moment := next_slot(rhythm, moment)) < end:
        day = local_of(moment, rhythm.zone).day
        assert day not in found, f"twice on {day} in {rhythm}"
        found[day] = moment
    for number in range((last - first).days + 1):
        _look_at_day(rhythm, first + number * DAY, found)
    return Figures(days=(last - first).days + 1, slots=len(found))


def _look_at_day(rhythm: Rhythm, day: date, found: dict[date, datetime]) -> None:
    planned = slot_for(rhythm, day)
    moment = found.get(day)
    if moment is None:
        assert not works_on(rhythm, day) or _is_skipped(rhythm, day), f"none on {day} in {rhythm}"
    else:
        assert is_open(rhythm, moment), f"outside {rhythm}: {moment}"
        assert _is_first_to_show(moment, datetime.combine(day, rhythm.slot_time), rhythm.zone)
        later = spread(rhythm, moment, SOMEBODY)
        assert local_of(later, rhythm.zone).day == day
        assert is_open(rhythm, later)
    assert planned.day >= day
    assert is_open(rhythm, to_utc(planned)), f"planned outside {rhythm}: {planned}"
    assert local_of(to_utc(planned), rhythm.zone).day == planned.day


def _is_skipped(rhythm: Rhythm, day: date) -> bool:
    """Tell whether the clock jumps from before the slot to another day."""
    wanted = datetime.combine(day, rhythm.slot_time)
    shown = local_of(to_utc(Local(day, rhythm.slot_time, rhythm.zone)), rhythm.zone)
    return shown.day > day and _is_first_to_show(
        to_utc(Local(shown.day, shown.at, rhythm.zone)), wanted, rhythm.zone
    )


def _is_first_to_show(moment: datetime, wanted: datetime, zone: str) -> bool:
    """Tell whether the clock shows a wall time, or a later one, for the first time."""
    info = ZoneInfo(zone)
    before = (moment - datetime.resolution).astimezone(info).replace(tzinfo=None)
    return before < wanted <= moment.astimezone(info).replace(tzinfo=None)


def _last(rhythm: Rhythm, last: date) -> datetime:
    return start_of(last + DAY, rhythm.zone)


def _in_shifts(zone: str, first: date, last: date) -> Figures:
    """Plan each day of some shifts: one slot a shift, within it and out of the rest."""
    figures = Figures()
    for start in range(first.toordinal(), last.toordinal() + 1, len(ROSTER)):
        begins = date.fromordinal(start)
        ends = min(begins + (len(ROSTER) - 1) * DAY, last)
        figures += _roster(roster(zone, begins, ends + len(ROSTER) * DAY), begins, ends)
    return figures


def _roster(rhythm: Rhythm, first: date, last: date) -> Figures:
    slots = [slot_for(rhythm, first + n * DAY) for n in range((last - first).days + 1)]
    for planned in set(slots):
        moment = to_utc(planned)
        assert local_of(moment, rhythm.zone) == planned
        assert is_open(rhythm, moment)
        assert any(one.starts_at + HOUR <= moment < one.ends_at - HOUR for one in rhythm.shifts), (
            f"outside every shift: {planned}"
        )
    assert slots == sorted(slots, key=to_utc)
    assert len({each.day for each in slots}) == len(set(slots))
    return Figures(days=len(slots), slots=len(set(slots)))


def look_like(zone: str, other: str) -> Figures:
    """See that each slot of each day in a zone is the same moment as in another one."""
    for rhythm in fixed_rhythms(zone):
        for number in range((LAST - FIRST).days + 1):
            day = FIRST + number * DAY
            moment = to_utc(Local(day, rhythm.slot_time, zone))
            assert moment == to_utc(Local(day, rhythm.slot_time, other)), f"{day} in {zone}"
    slots = (len(WAKEFUL) + 1) * ((LAST - FIRST).days + 1)
    return Figures(days=slots, slots=slots, jumps=len(jumps(zone)))


def main() -> None:
    """Look at every day in every zone, two zones at a time, and say what was seen.

    Zones whose clocks are the same are looked at once, and then slot by slot that they are.
    """
    began, total, out = perf_counter(), Figures(), sys.stdout
    zones = sorted(available_timezones())
    alike = {_timeline(zone): zone for zone in zones}
    with ProcessPoolExecutor(max_workers=2) as hands:
        waiting = [hands.submit(look_at, zone, ((FIRST, LAST),)) for zone in alike.values()]
        others = [zone for zone in zones if zone not in alike.values()]
        waiting += [hands.submit(look_like, zone, alike[_timeline(zone)]) for zone in others]
        for number, done in enumerate(as_completed(waiting), 1):
            total += done.result()
            out.write(f"\r{number:4} of {len(zones)} zones, {total.days:,} days ")
            out.flush()
    out.write(
        f"\r{len(zones)} zones with {len(alike)} different clocks, {FIRST} to {LAST}, "
        f"{len(WAKEFUL) + 1} fixed rhythms and shifts: {total.days:,} days, "
        f"{total.slots:,} slots, {total.jumps:,} jumps of a clock; one visit a slot, all within "
        f"the rhythm. {perf_counter() - began:,.0f} s\n"
    )


if __name__ == "__main__":
    main()
