"""`holdfast talk`: one dialogue in the terminal, with the real texts and the real reading.

Nothing is kept and no database is needed, so a change of a dialogue is heard at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import typer
from rich.console import Console

from bot.cli.aloud import Aloud, opening
from bot.clock import MachineClock
from bot.dialogues.registry import DIALOGUES
from bot.engine.answers import Raw, Skip
from bot.engine.steps import Question, Together, Write, parts_of
from bot.lexicon import TEXTS
from bot.port import Choices, Day, Field, FreeText, Message, Option, Scale
from bot.programme import PROGRAMMES, read
from bot.rendering import SKIP_OPTION
from bot.toml_file import nearest
from bot.typed import typed_inputs
from bot.visibility import plain
from bot.words import Words

SAMPLE: Final = "feedback-geven"
ROUNDS: Final = max(brief.round for brief in DIALOGUES["check_in"].briefs)


def talk(
    dialogue: Annotated[str, typer.Argument(help=f"One of {', '.join(DIALOGUES)}.")],
    language: Annotated[str, typer.Option(help="The language to talk in: nl or en.")] = "en",
    round_: Annotated[
        int, typer.Option("--round", min=1, max=ROUNDS, help="Which check-in: the first, second…")
    ] = 1,
) -> None:
    """Hold one dialogue here in the terminal; nothing is kept. Ctrl-D ends it."""
    words = Words.load(TEXTS)
    if dialogue not in DIALOGUES:
        raise typer.BadParameter(nearest(dialogue, DIALOGUES), param_hint="DIALOGUE")
    if language not in words.rows:
        raise typer.BadParameter(nearest(language, words.rows), param_hint="--language")
    programme = read(PROGRAMMES / SAMPLE)
    aloud = opening(dialogue, round_, programme, words, language, MachineClock().now())
    _Terminal(Console(highlight=False), words, language).hold(aloud)


class _PutOff(Exception):
    """A question was put off."""


@dataclass(frozen=True, slots=True)
class _Terminal:
    """Says and asks, in one language."""

    console: Console
    words: Words
    language: str

    def hold(self, aloud: Aloud) -> None:
        """Talk until the dialogue is over, or whoever talks has had enough."""
        self._say(self._text("talk_start"), style="dim")
        try:
            aloud, messages = aloud.begin()
            self._show(messages)
            while aloud.question is not None:
                aloud, messages = self._answer(aloud, aloud.question, messages)
                self._show(messages)
            ended = "talk_ended"
        except (EOFError, KeyboardInterrupt):
            self.console.print()
            ended = "talk_stopped"
        self._say(self._text(ended), style="dim")

    def _answer(
        self, aloud: Aloud, question: Question | Together, messages: Sequence[Message]
    ) -> tuple[Aloud, tuple[Message, ...]]:
        """Ask until everything is answered; of a form only the refused fields come again."""
        fields = {field.key: field for message in messages for field in message.fields}
        wanted = {part.key: part for part in parts_of(question)}
        inputs: dict[str, Raw] = {}
        while True:
            for key, part in wanted.items():
                inputs[key] = self._ask(fields[key], part, aloud.dialogue.kind)
            answers, refused = aloud.read(question, inputs)
            if not refused:
                return aloud.answered(answers)
            for why in refused.values():
                self._say(why, style="yellow")
            wanted = {key: part for key, part in wanted.items() if key in refused}

    def _ask(self, field: Field, question: Question, kind: str) -> Raw:
        self._lay_out(field)
        while True:
            typed = self.console.input(f"{self._prompt(field)}> ", markup=False)
            try:
                return self._read(typed, field, question, kind)
            except _PutOff:
                self._say(self._text("talk_put_off"), style="yellow")

    def _read(self, typed: str, field: Field, question: Question, kind: str) -> Raw:
        options = _options(field)
        picked = [] if isinstance(field.input, FreeText) else _by_number(typed, options)
        named = [each for each in options if each.label.casefold() == typed.strip().casefold()]
        for option in picked or named:
            if option.command:
                raise _PutOff
            if option.id == SKIP_OPTION and not isinstance(question, Write):
                return Skip()
        if len(picked) > 1:
            return tuple(option.id for option in picked)
        if picked:
            return picked[0].id
        return typed_inputs(question, typed, kind, self.words).get(question.key, typed)

    def _show(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.console.print()
            for paragraph in message.paragraphs:
                self._say(paragraph, style="bold" if message.fields else "")

    def _lay_out(self, field: Field) -> None:
        if field.label:
            self.console.print()
            self._say(field.label, style="bold")
        self._say(field.seen_by, style="dim")
        options = _options(field)
        if isinstance(field.input, FreeText):
            labels = " · ".join(option.label for option in options)
            self._say(f"{self._text('or_type')} {labels}" if labels else "", style="dim")
            return
        for number, option in enumerate(options, 1):
            self._say(f"  {number}  {option.label}")

    def _prompt(self, field: Field) -> str:
        match field.input:
            case Choices(most=1):
                return self._text("number")
            case Choices():
                return self._text("numbers")
            case Scale(low, high):
                values = {"n": plain(low), "m": plain(high)}
                return self.words.render("terminal.scale", self.language, values)
            case Day():
                return self._text("day")
            case _:
                return ""

    def _text(self, row: str) -> str:
        return self.words.render(f"terminal.{row}", self.language)

    def _say(self, text: str, style: str = "") -> None:
        if text:
            self.console.print(text, style=style, markup=False, emoji=False)


def _options(field: Field) -> Sequence[Option]:
    return () if isinstance(field.input, Scale) else field.input.options


def _by_number(typed: str, options: Sequence[Option]) -> list[Option]:
    """Find the options whose numbers were typed; none unless every word is such a number.

    >>> [option.id for option in _by_number("2, 1", [Option("a", "A"), Option("b", "B")])]
    ['b', 'a']
    """
    numbers = typed.replace(",", " ").split()
    if not all(each.isdecimal() and 1 <= int(each) <= len(options) for each in numbers):
        return []
    return [options[int(each) - 1] for each in numbers]
