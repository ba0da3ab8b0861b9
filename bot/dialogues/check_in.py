"""The spaced check-in (dialogues d): what did you do, what did it bring, what is next.

Whatever the answer, it ends with one small next step; a miss is normal (docs/evidence.md E49).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.brief import Brief
from bot.deeds import AskWitness, Attempt, Barriers, Choice, Score
from bot.dialogues import tell_buddy
from bot.dialogues.next_chance import better_cue, keep_as, make_a_chance, new_plan, no_chance
from bot.dialogues.parts import DONT_KNOW, VAGUE, Words, form, write
from bot.engine.answers import Answer
from bot.engine.steps import (
    Choose,
    Keep,
    Late,
    Part,
    PickPerson,
    Rate,
    Script,
    Seen,
    Tell,
    WorkingDays,
    Write,
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
class _Reply:
    """What came of a barrier: what the learner does next time, and whether the plan changed."""

    following: Words | None = None
    has_new_plan: bool = False


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
    following: Words | None = None
    yield Keep("attempt", Attempt(went.text))
    match went.value:
        case "worked":
            following = yield from _worked(brief)
        case "tough":
            following = yield from _tough(brief)
        case "other":
            yield from _something_else()
        case "no_chance":
            yield from no_chance(brief)
        case "forgot":
            yield from better_cue(brief)
    if went.value in (*APPLIED, "other"):
        yield from _witness(brief)
    if went.value == "worked":
        yield from tell_buddy.it_worked(brief)
    if went.value in APPLIED:
        yield from tell_buddy.update(brief, following)
    yield from _solved(brief)
    yield from _confidence(brief)
    yield from _noted(went.text)


def _worked(brief: Brief) -> Part:
    """Ask what it was and brought; returns what the learner does next time, if asked."""
    following = yield from _what_you_did(brief)
    if brief.round in ROUNDS_WITH_HELPED:
        helped: Answer = yield Choose("helped", HELPED, most=2, seen=Seen.FIGURES)
        if helped.codes:
            yield Keep("helped", Choice("helped", helped.codes))
    onwards: Answer = yield Choose("next", ("same", "harder", "new", "got_it"))
    if onwards.value is not None:
        yield Keep("next", Choice("next", onwards.codes))
    if onwards.value in ("harder", "new"):
        yield from new_plan(brief)
    return following


def _what_you_did(brief: Brief) -> Part:
    if brief.round == ROUND_EFFECT_ONLY:
        yield from _logged(_EFFECT, "check_in.effect.deeper")
        return None
    if brief.round == ROUND_DIFFERENTLY_ONLY:
        return (yield from _logged(_DIFFERENTLY, ""))
    words = yield from form(_DID, _EFFECT, _DIFFERENTLY, deeper=_DEEPER)
    yield from keep_as("log", *words)
    return words[-1]


def _tough(brief: Brief) -> Part:
    if brief.round in (ROUND_EFFECT_ONLY, ROUND_DIFFERENTLY_ONLY):
        barrier: Answer = yield _BARRIER
        before: tuple[Words, ...] = ()
    else:
        second = _UNCOMFORTABLE if brief.round == ROUND_UNCOMFORTABLE else _HAPPENED
        *before_list, barrier = yield from form(_TRIED, second, _BARRIER, deeper=_DEEPER)
        before = tuple(before_list)
    yield from keep_as("log", *before)
    if barrier.codes:
        yield Keep("barrier", Barriers(barrier.codes))
    reply: _Reply = yield from _reply_to(barrier.codes[0] if barrier.codes else "", brief)
    if reply.has_new_plan:
        return reply.following
    keep: Answer = yield Choose("keep", ("keep", "change"), values={"plan": Late.PLAN})
    if keep.value == "change":
        yield from new_plan(brief)
    return reply.following


def _reply_to(code: str, brief: Brief) -> Part:
    """Answer a barrier with its line and one small next step; returns what came of it."""
    match code:
        case "OPP":
            yield Tell("line.OPP", text="check_in.line_OPP")
            yield from make_a_chance()
            return _Reply()
        case "FORG":
            yield Tell("line.FORG", text="check_in.line_FORG")
            return _Reply(has_new_plan=(yield from better_cue(brief)))
        case "MGR":
            line: Answer = yield Choose("line_MGR", ("yes", "no"))
            if line.value == "yes":
                yield Tell("opening", alone=True)
        case "OTH":
            other: Words = yield from write(Write("line_OTH", weak=DONT_KNOW))
            yield from keep_as("other_log", other)
        case "":
            pass
        case _:
            yield Tell(f"line.{code}", text=f"check_in.line_{code}")
    change: Words = yield from write(Write("change", weak=VAGUE), deeper="check_in.change.deeper")
    yield from keep_as("change_log", change)
    return _Reply(change)


def _something_else() -> Part:
    instead: Words = yield from write(Write("instead", weak=VAGUE))
    effect: Words = yield from write(_EFFECT, deeper=_DEEPER["effect"])
    yield from keep_as("log", instead, effect)


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
    yield from keep_as("log", words)
    return words


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
