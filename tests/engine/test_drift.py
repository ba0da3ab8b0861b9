"""Releases change a script while dialogues are in flight, or after they ended.

Whatever the change: no answer ever lands under another question, and none whose question still
stands is lost.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.brief import Brief
from bot.dialogues.registry import DIALOGUES
from bot.engine.options import Option, options_of
from bot.engine.steps import Question
from tests.engine.drift import Change, Removed
from tests.engine.drifting import (
    Held,
    changes,
    held,
    in_turn,
    troubles_at_once,
    troubles_in_flight,
    troubles_of_finished,
)
from tests.engine.openings import ASKING, opening_name
from tests.engine.scripts import SCRIPTS

pytestmark = pytest.mark.slow

WAYS = range(5)


def in_flight(talk: Held, troubles: Callable[[Held, Change, int], list[str]]) -> list[str]:
    """Try every change at every position, while the dialogue waits at every question."""
    return [
        f"{change} at {at}: {trouble}"
        for change in changes(talk)
        for at in range(len(talk.histories))
        for trouble in troubles(talk, change, at)
    ]


def finished(talk: Held) -> list[str]:
    """Try every change at every position, with an edit of every answer that still can be."""
    return [
        f"{change} with {question.key}: {trouble}"
        for change in changes(talk)
        for question in talk.questions
        if not (isinstance(change, Removed) and change.key == question.key)
        for trouble in troubles_of_finished(talk, change, question)
    ]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_in_flight_outlives_every_change(name: str, way: int) -> None:
    assert in_flight(held(SCRIPTS[name], None, in_turn(way)), troubles_in_flight) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_finished_script_outlives_every_change(name: str, way: int) -> None:
    assert finished(held(SCRIPTS[name], None, in_turn(way))) == []


SOME_OPENINGS = [each for each in ASKING if each.round in (0, 3)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("opening", SOME_OPENINGS, ids=opening_name)
def test_a_dialogue_in_flight_outlives_every_change(opening: Brief, way: int) -> None:
    talk = held(DIALOGUES[opening.kind].script, opening, in_turn(way))

    assert in_flight(talk, troubles_at_once) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("opening", SOME_OPENINGS, ids=opening_name)
def test_a_finished_dialogue_outlives_every_change(opening: Brief, way: int) -> None:
    assert finished(held(DIALOGUES[opening.kind].script, opening, in_turn(way))) == []


def any_talk(data: st.DataObject, opening: Brief) -> Held:
    """Hold any conversation of a dialogue."""

    def choose(question: Question, times: int) -> Option:
        some = data.draw(st.sampled_from(options_of(question)))
        return in_turn(0)(question, times) if times else some

    return held(DIALOGUES[opening.kind].script, opening, choose)


@pytest.mark.parametrize("opening", ASKING, ids=opening_name)
@given(data=st.data())
@settings(max_examples=40)
def test_any_conversation_in_flight_outlives_any_change(
    opening: Brief, data: st.DataObject
) -> None:
    talk = any_talk(data, opening)
    change = data.draw(st.sampled_from(list(changes(talk))))
    at = data.draw(st.integers(0, len(talk.histories) - 1))

    assert troubles_in_flight(talk, change, at) == []


@pytest.mark.parametrize("opening", ASKING, ids=opening_name)
@given(data=st.data())
@settings(max_examples=40)
def test_any_finished_conversation_outlives_any_change(
    opening: Brief, data: st.DataObject
) -> None:
    talk = any_talk(data, opening)
    edited = data.draw(st.sampled_from(talk.questions))
    possible = [each for each in changes(talk) if getattr(each, "key", None) != edited.key]
    change = data.draw(st.sampled_from(possible))

    assert troubles_of_finished(talk, change, edited) == []
