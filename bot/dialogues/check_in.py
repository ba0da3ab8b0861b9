"""The spaced check-in (dialogues d): what did you do, what did it bring, what is next.

Whatever the answer, it ends with one small next step; a miss is normal (docs/evidence.md E49).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.brief import Brief
from bot.deeds import AskWitness, Attempt, Barriers, Choice, Log, NamedDay, Plan, Score
from bot.dialogues.if_then import PlanParts, if_then
from bot.dialogues.parts import DONT_KNOW, NO_CUE, VAGUE, Words, form, write
from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Keep,
    Late,
    Part,
    PickDate,
    PickPerson,
    Rate,
    Script,
    Seen,
    Tell,
    WorkingDays,
    Write,
    under,
)
from bot.phrases import Label, PackText

OUTCOMES = ("worked", "tough", "other", "no_chance", "forgot")
APPLIED = ("worked", "tough")
BARRIERS = (
    "OPP", "TIME", "FORG", "SKILL", "CONF", "FIT", "MOT", "MGR", "MGRX", "PEER", "NORM", "FEED",
    "COST", "OTH",
)  # fmt: skip
HELPED = (
    "moment", "colleague", "manager", "practised", "reminder", "time", "fitted", "something",
)  # fmt: skip

ROUND_EFFECT_ONLY = 2  # these two rounds ask one field only (dialogues section 0, forms)
ROUND_DIFFERENTLY_ONLY = 4
ROUNDS_WITH_HELPED = (1, 3)
ROUND_UNCOMFORTABLE = 3
ROUNDS_WITH_CONFIDENCE = (3, 5)


@dataclass(frozen=True, slots=True)
class _Written:
    """The words of this check-in, gathered for one log entry."""

    words: tuple[Words, ...]

    def log(self) -> Log:
        """Give the log entry of what was written."""
        texts = tuple(pair for words in self.words for pair in words.all)
        return Log(texts, tuple(words.key for words in self.words if words.low))


def check_in(brief: Brief) -> Script:
    """Ask what the learner applied, what happened, what it brought, and what is next."""
    went: Answer = yield Choose(
        "went",
        OUTCOMES,
        values={"plan": Late.PLAN},
        silent_after=WorkingDays(5),
        seen=Seen.FIGURES,
    )
    if went.value is None:
        return
    yield Keep("attempt", Attempt(went.text))
    match went.value:
        case "worked":
            yield from _worked(brief)
        case "tough":
            yield from _tough(brief)
        case "other":
            yield from _something_else()
        case "no_chance":
            yield from _no_chance(brief)
        case "forgot":
            yield from better_cue(brief)
    if went.value in (*APPLIED, "other"):
        yield from _witness(brief)
    yield from _solved(brief)
    yield from _confidence(brief)
    yield from _noted(went.text)


def _worked(brief: Brief) -> Part:
    yield from _what_you_did(brief)
    if brief.round in ROUNDS_WITH_HELPED:
        helped: Answer = yield Choose("helped", HELPED, most=2, seen=Seen.FIGURES)
        if helped.codes:
            yield Keep("helped", Choice("helped", helped.codes))
    following: Answer = yield Choose("next", ("same", "harder", "new", "got_it"))
    if following.value is not None:
        yield Keep("next", Choice("next", following.codes))
    if following.value in ("harder", "new"):
        yield from _new_plan(brief)


def _what_you_did(brief: Brief) -> Part:
    if brief.round == ROUND_EFFECT_ONLY:
        yield from _logged(_EFFECT, "check_in.effect.deeper")
    elif brief.round == ROUND_DIFFERENTLY_ONLY:
        yield from _logged(_DIFFERENTLY, "")
    else:
        words = yield from form(_DID, _EFFECT, _DIFFERENTLY, deeper=_DEEPER)
        yield from _keep_log(*words)


def _tough(brief: Brief) -> Part:
    if brief.round in (ROUND_EFFECT_ONLY, ROUND_DIFFERENTLY_ONLY):
        barrier: Answer = yield _BARRIER
        before: tuple[Words, ...] = ()
    else:
        second = _UNCOMFORTABLE if brief.round == ROUND_UNCOMFORTABLE else _HAPPENED
        *before_list, barrier = yield from form(_TRIED, second, _BARRIER, deeper=_DEEPER)
        before = tuple(before_list)
    yield from _keep_log(*before)
    if barrier.codes:
        yield Keep("barrier", Barriers(barrier.codes))
    changed = yield from _reply_to(barrier.codes[0] if barrier.codes else "", brief)
    if changed:
        return
    keep: Answer = yield Choose("keep", ("keep", "change"), values={"plan": Late.PLAN})
    if keep.value == "change":
        yield from _new_plan(brief)


def _reply_to(code: str, brief: Brief) -> Part:
    """Answer a barrier with its line and one small next step; tell whether the plan changed."""
    match code:
        case "OPP":
            yield Tell("line.OPP", text="check_in.line_OPP")
            yield from _make_a_chance()
            return False
        case "FORG":
            yield Tell("line.FORG", text="check_in.line_FORG")
            return (yield from better_cue(brief))
        case "MGR":
            line: Answer = yield Choose("line_MGR", ("yes", "no"))
            if line.value == "yes":
                yield Tell("opening", alone=True)
        case "OTH":
            other: Words = yield from write(Write("line_OTH", weak=DONT_KNOW))
            yield from _keep_as("other_log", other)
        case "":
            pass
        case _:
            yield Tell(f"line.{code}", text=f"check_in.line_{code}")
    change: Words = yield from write(Write("change", weak=VAGUE), deeper="check_in.change.deeper")
    yield from _keep_as("change_log", change)
    return False


def _something_else() -> Part:
    instead: Words = yield from write(Write("instead", weak=VAGUE))
    effect: Words = yield from write(_EFFECT, deeper=_DEEPER["effect"])
    yield from _keep_log(instead, effect)


def _no_chance(brief: Brief) -> Part:
    why: Answer = yield Choose(
        "why_not", ("no_occasion", "priority", "blocked", "late"), seen=Seen.FIGURES
    )
    codes = {"no_occasion": "OPP", "priority": "TIME", "blocked": "OPP", "late": "FORG"}
    if why.text in codes:
        yield Keep("why_not", Choice("why_not", why.codes))
        yield Keep("barrier", Barriers((codes[why.text],)))
    if why.value == "late":
        yield from better_cue(brief)
    else:
        yield from _make_a_chance()


def _make_a_chance() -> Part:
    question = Write("chance", weak=NO_CUE)
    words, day = yield from form(
        question,
        PickDate("chance_day", within=7, skip=True),
        deeper={"chance": "check_in.chance.deeper"},
    )
    yield from _keep_as("chance_log", words)
    if isinstance(day.value, date):
        yield Keep("chance_day", NamedDay(day.value))


def better_cue(brief: Brief) -> Part:
    """Look for a better reminder after a miss; tell whether the plan got a new moment."""
    remember: Answer = yield Choose(
        "remember", ("calendar", "note", "another_moment"), seen=Seen.FIGURES
    )
    if remember.value is not None:
        yield Keep("remember", Choice("remember", remember.codes))
    if remember.value == "another_moment":
        yield from _new_plan(brief, prefix="moment")
        return True
    chance: Answer = yield PickDate("next_chance", skip=True)
    if isinstance(chance.value, date):
        yield Keep("next_chance", NamedDay(chance.value, remind=True))
    return False


def _new_plan(brief: Brief, prefix: str = "plan") -> Part:
    obstacle = Late.OBSTACLE if brief.has_obstacle else None
    parts: PlanParts = yield from under(prefix, if_then(obstacle))
    yield Keep(
        prefix,
        Plan(
            line=parts.line,
            obstacle_then=parts.obstacle_then,
            reaction=parts.reaction,
            reaction_then=parts.reaction_then,
        ),
    )


def _solved(brief: Brief) -> Part:
    if brief.barrier:
        solved: Answer = yield Choose(
            "solved",
            ("yes", "partly", "no"),
            values={"barrier": Label("check_in.barrier", brief.barrier)},
            seen=Seen.FIGURES,
        )
        if solved.value is not None:
            yield Keep("solved", Choice(f"solved.{brief.barrier}", solved.codes))


def _witness(brief: Brief) -> Part:
    if brief.can_ask:
        there: Answer = yield PickPerson(
            "witness",
            options=("nobody", "rather_not"),
            values={"goal": Late.GOAL},
            seen=Seen.WITNESS,
        )
        if there.value not in ("nobody", "rather_not", None):
            yield Keep("witness", AskWitness(there.text))


def _confidence(brief: Brief) -> Part:
    if brief.round in ROUNDS_WITH_CONFIDENCE and brief.comp:
        sure: Answer = yield Rate("confident", values={"comp": PackText("comp", brief.comp)})
        if isinstance(sure.value, int):
            yield Keep("confident", Score(brief.comp, sure.value))


def _noted(outcome: str) -> Part:
    date_late = {"date": Late.NEXT_VISIT}
    if outcome in APPLIED:
        yield Tell(
            "noted_applied",
            values={"n": Late.TIMES_APPLIED, **date_late},
            instead="check_in.noted_applied_last",
        )
    else:
        yield Tell("noted", values=date_late, instead="check_in.noted_last")


def _logged(question: Write, deeper: str) -> Part:
    words: Words = yield from write(question, deeper=deeper)
    yield from _keep_log(words)


def _keep_log(*words: Words) -> Part:
    yield from _keep_as("log", *words)


def _keep_as(key: str, *words: Words) -> Part:
    log = _Written(words).log()
    if log.words:
        yield Keep(key, log)


_DID = Write("did", weak=VAGUE)
_EFFECT = Write("effect", weak=VAGUE)
_DIFFERENTLY = Write("differently", weak=DONT_KNOW)  # "nothing" is a fine answer (E22)
_TRIED = Write("tried", weak=VAGUE)
_HAPPENED = Write("happened", weak=DONT_KNOW)
_UNCOMFORTABLE = Write("uncomfortable", weak=DONT_KNOW)
_BARRIER = Choose("barrier", BARRIERS, most=2, skip=True, seen=Seen.FIGURES)
_DEEPER = {
    "did": "check_in.did.deeper",
    "effect": "check_in.effect.deeper",
    "tried": "check_in.tried.deeper",
}
