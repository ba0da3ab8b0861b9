"""Every option of every question of a dialogue, and every pair of them, each taken to an end.

A pair counts only where one conversation can bring both. Nothing is known about a script but what
it does, so the search learns from each path which others there may be; a question that needs three
earlier answers at once may stay unknown.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from bot.engine.answers import UNASKED
from bot.engine.options import Option, Options, options_of
from bot.engine.steps import Question, Script, Tell, Together, parts_of
from bot.engine.turn import LONGEST_WALK, History, ScriptError, Turn, turn

Decision = tuple[str, str]  # the key of a question and the name of an option
_Pair = tuple[Decision, Decision, bool]  # the later one was made after a way back, or may be


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a path: what was answered, and what the dialogue then says and asks.

    `back` says that the answers led back to an earlier question. `question` is None at the end.
    """

    decisions: tuple[Decision, ...]
    back: bool
    says: tuple[Tell, ...]
    question: Question | Together | None


@dataclass(frozen=True, slots=True)
class Path:
    """One conversation from its opening to its end."""

    steps: tuple[Leg, ...]
    decisions: tuple[Decision, ...]
    history: History
    kept: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Moment:
    """A conversation that waits at a question or has ended, and how it came there."""

    steps: tuple[Leg, ...]
    decisions: tuple[Decision, ...]
    history: History
    straight: int | None = None  # how many decisions were made up to the first way back

    @property
    def asked(self) -> tuple[Question, ...]:
        """Give the questions that wait now, more than one in a form."""
        question = self.steps[-1].question
        return parts_of(question) if question else ()


@dataclass(frozen=True, slots=True)
class _Fork:
    """A way not yet taken: from a moment on, these options, for the sake of these pairs."""

    moment: _Moment
    wanted: Mapping[str, str]
    pairs: frozenset[_Pair]


@dataclass(slots=True)
class _Search:
    """An exploration under way; it is made, run and read, all within `explore`.

    `covered` holds the pairs met, `reached` the questions that followed a decision, `tried` those
    that were looked for in vain, `witnesses` a conversation for every two questions that met in
    one, `needed` what came before a question each time, and `moments` what was walked before.
    """

    script: Callable[[Any], Script]
    brief: object
    options: Options
    forks: deque[_Fork] = field(default_factory=deque)
    covered: set[_Pair] = field(default_factory=set)
    reached: set[tuple[Decision, str]] = field(default_factory=set)
    tried: set[tuple[Decision, str]] = field(default_factory=set)
    witnesses: dict[tuple[str, str], tuple[Decision, ...]] = field(default_factory=dict)
    needed: dict[str, set[str]] = field(default_factory=dict)
    moments: dict[tuple[Decision, ...], _Moment] = field(default_factory=dict)


def explore(
    script: Callable[[Any], Script],
    brief: Any,  # noqa: ANN401  the engine hands a script its brief and never looks into it
    *,
    options: Options = options_of,
) -> tuple[Path, ...]:
    """Find paths that together take every option, and every pair that one path can hold.

    Takes about 2 ms a path. Raises: ScriptError when one does not come to an end or breaks the
    grammar.
    """
    search = _Search(script, brief, options)
    opening = _next(_Moment((), (), History()), (), turn(script, brief, History(), {}))
    search.forks.append(_Fork(opening, {}, frozenset()))
    paths = []
    while search.forks:
        paths += _walked(search)
        search.forks.extend(_second_looks(search, opening))
    return tuple(paths)


def _walked(search: _Search) -> list[Path]:
    """Take all forks that still bring something new, and those that they bring in turn."""
    paths = []
    while search.forks:
        fork = search.forks.popleft()
        if fork.pairs and fork.pairs <= search.covered:
            continue
        moments = _completed(search, fork)
        end = moments[-1]
        _note(search, end)
        search.forks.extend(_forks(search, moments))
        paths.append(Path(end.steps, end.decisions, end.history, end.history.kept))
    return paths


def _note(search: _Search, end: _Moment) -> None:
    """Note each decision with itself and with every later one."""
    straight = len(end.decisions) if end.straight is None else end.straight
    for at, first in enumerate(end.decisions):
        for later, second in enumerate(end.decisions[at:], at):
            search.covered.add((first, second, True))
            search.reached.add((first, second[0]))
            search.witnesses.setdefault((first[0], second[0]), end.decisions)
            if later < straight:
                search.covered.add((first, second, False))
    before: set[str] = set()
    for key, _ in end.decisions:
        search.needed[key] = search.needed.get(key, before) & before
        before = before | {key}


def _second_looks(search: _Search, opening: _Moment) -> list[_Fork]:
    """List tries to reach a question after an option that it has not followed yet, once each.

    Forks change one answer; a question that needs two earlier ones at once may be missed by them.
    What always came between must have been reached first.
    """
    names: dict[str, list[str]] = {}
    for key, name in sorted(first for first, key in search.reached if first[0] == key):
        names.setdefault(key, []).append(name)
    forks = []
    for (first, second), decisions in sorted(search.witnesses.items()):
        keys = [key for key, _ in decisions]
        between = search.needed[second] & set(keys[keys.index(first) + 1 :])
        for name in names[first]:
            decision = (first, name)
            known = any((decision, second) in each for each in (search.reached, search.tried))
            if not known and all((decision, key) in search.reached for key in between):
                search.tried.add((decision, second))
                wanted = {**dict(reversed(decisions)), first: name}
                pair = (decision, (second, wanted[second]), True)
                forks.append(_Fork(opening, wanted, frozenset({pair})))
    return forks


def _next(moment: _Moment, decisions: tuple[Decision, ...], taken: Turn) -> _Moment:
    back = "back" in taken.path
    steps = (*moment.steps, Leg(decisions, back, taken.says, taken.question))
    decisions = (*moment.decisions, *decisions)
    first_back = back and moment.straight is None
    straight = len(decisions) if first_back else moment.straight
    return _Moment(steps, decisions, taken.history, straight)


def _completed(search: _Search, fork: _Fork) -> list[_Moment]:
    """Go on from a fork to an end; return every moment from the fork on, the end last."""
    moments = [fork.moment]
    wanted = dict(fork.wanted)
    while moments[-1].asked:
        if len(moments[-1].steps) > LONGEST_WALK:
            message = f"a dialogue that does not end: {moments[-1].decisions[-6:]}"
            raise ScriptError(message)
        moments.append(_answered(search, moments[-1], wanted))
    return moments


def _answered(search: _Search, moment: _Moment, wanted: dict[str, str]) -> _Moment:
    decisions = moment.decisions
    options: dict[str, Option] = {}
    for question in moment.asked:
        option = _option(search, question, decisions, wanted.pop(question.key, None))
        options[question.key] = option
        decisions = (*decisions, (question.key, option.name))
    if decisions not in search.moments:
        search.moments[decisions] = _taken(search, moment, options)
    return search.moments[decisions]


def _taken(search: _Search, moment: _Moment, options: Mapping[str, Option]) -> _Moment:
    unasked = {key for key, option in options.items() if option.answer is UNASKED}
    history = replace(moment.history, passed=moment.history.passed | unasked)
    given = {key: option.answer for key, option in options.items() if key not in unasked}
    decisions = tuple((key, option.name) for key, option in options.items())
    return _next(moment, decisions, turn(search.script, search.brief, history, given))


def _option(
    search: _Search, question: Question, before: tuple[Decision, ...], wanted: str | None
) -> Option:
    """Take the wanted option; without one that which brings the most new pairs.

    A question that is asked again takes its n-th option at the n-th time, so that ways back end.
    """
    options = search.options(question)
    for option in options:
        if option.name == wanted:
            return option
    times = sum(key == question.key for key, _ in before)
    if times:
        return options[times % len(options)]

    def _news(option: Option) -> int:
        decision = (question.key, option.name)
        return sum((each, decision, False) not in search.covered for each in before)

    return max(options, key=_news)


def _forks(search: _Search, moments: list[_Moment]) -> list[_Fork]:
    """List the ways off a path that would bring a pair not yet met."""
    forks = []
    for moment, after in pairwise(moments):
        back = moment.straight is not None
        taken: dict[str, str] = {}
        here = after.steps[-1].decisions
        for question, decision in zip(moment.asked, here, strict=True):
            before = (*moment.decisions, *taken.items())
            for option in search.options(question):
                other = (question.key, option.name)
                pairs = frozenset((each, other, back) for each in (*before, other))
                if not pairs <= search.covered:
                    forks.append(_Fork(moment, {**taken, question.key: option.name}, pairs))
            taken[question.key] = decision[1]
    return forks
