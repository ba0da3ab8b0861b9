"""A letter becomes a message: text rows and values are put into the reader's language.

Every word somebody wrote passes `visibility.show` here; there is no other way into a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from uuid import UUID

from bot.engine.answers import SKIPPED_MARK, Answer, Raw
from bot.engine.reading import LONGEST_TEXT
from bot.letters import Asked, Letter, Line
from bot.phrases import Label, Lent, Named, PackText, Phrase, Place, PlanLine
from bot.port import (
    Choices,
    Day,
    Edit,
    Field,
    FreeText,
    Input,
    Message,
    Option,
    Person,
    Scale,
)
from bot.port import Words as CardWords
from bot.visibility import Grant, Owned, PublicName, Shown, plain, show
from bot.words import Words

SKIP_OPTION = "skip"
_PRIVATE = (Answer, Label, Lent, Phrase, PlanLine)  # shown nowhere but in the message itself
OWN_EYES = ("", "only_you", "figures")


class NotShared(Exception):
    """A letter shows words of somebody else that are not shared any more."""


@dataclass(frozen=True, slots=True)
class Loan:
    """What somebody lets a reader see: their words, a line of their plan, or a label's option."""

    owner: UUID
    what: str | PlanLine | Label


@dataclass(frozen=True, slots=True)
class Around:
    """Who else a letter speaks of: names by id, loans by subject and part, whom one may pick."""

    names: Mapping[str, str] = field(default_factory=dict)
    loans: Mapping[tuple[str, str], Loan] = field(default_factory=dict, repr=False)
    colleagues: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and what is true of them at this moment.

    `training` and `pack` are the programme's words in the reader's language: its name as it stands
    in a sentence, and its short texts by part and key; `patients` says that it is about them.
    `org_help` is where people in the organisation find help, `code` their support code of today.
    """

    person: UUID
    name: str
    language: str
    today: date
    organisation: str
    link: str
    manager: str = ""
    training: str = ""
    data_link: str = ""
    org_help: str = ""
    code: str = ""
    patients: bool = False
    pack: Mapping[tuple[str, str], str] | None = None
    around: Around = field(default_factory=Around)


def message(letter: Letter, delivery: UUID, owner: UUID, reader: Reader, words: Words) -> Message:
    """Put a letter into words for its reader; `owner` is the person whose words it may hold.

    Raises: NotAllowed when it holds words that this reader may not see; NotShared when those of
    somebody else are not shared any more.
    """
    room = _Room(owner, reader, words)
    used = bool(letter.answers) and not letter.reopened
    return Message(
        delivery=delivery,
        language=reader.language,
        paragraphs=room.paragraphs(letter, used=used),
        dialogue=letter.dialogue,
        fields=() if used else tuple(room.field(each, letter) for each in letter.asked),
        answered=room.answered(letter) if used else "",
        edits=(room.edit(letter.asked[0]),) if used and letter.dialogue else (),
        footer=room.text(letter.footer, {}) if letter.footer else "",
        words=room.card_words() if letter.asked else None,
        preview=room.preview(letter),
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """One reader's rendering: the owner of the words, the reader and the texts."""

    owner: UUID
    reader: Reader
    words: Words

    def text(self, row: str, values: Mapping[str, object]) -> str:
        """Put one row into words for the reader."""
        shown = {name: self.shown(value) for name, value in values.items()}
        return self.words.render(row, self.reader.language, {**self.common(), **shown})

    def paragraphs(self, letter: Letter, *, used: bool) -> tuple[str, ...]:
        """Give the lines; a used form keeps its questions, which stood at its fields before."""
        lines = tuple(self.text(line.row, line.values) for line in letter.lines)
        if not used or len(letter.asked) == 1:
            return lines
        return lines + tuple(self.used_question(each, letter) for each in letter.asked)

    def preview(self, letter: Letter) -> str:
        """Say how a letter begins, with a mark in the place of what somebody wrote or chose.

        Whoever is near shall not read either that somebody needs help.
        """
        begins: tuple[Line | Asked, ...] = (*letter.lines, *letter.asked)
        if not begins:
            return ""
        first = begins[0]
        if first.row.startswith("care."):
            return self.plain_text("common.preview")
        return self.text(first.row, {name: _veiled(each) for name, each in first.values.items()})

    def used_question(self, each: Asked, letter: Letter) -> str:
        """Give a question of a used form; a heading, such as a day, with what was chosen there."""
        text, answer = self.text(each.row, each.values), letter.answers.get(each.key)
        return f"{text}: {self.answer(each, answer)}" if answer and _is_heading(text) else text

    def common(self) -> dict[str, Shown]:
        """Give the names that any text may show."""
        reader = self.reader
        manager = reader.manager or self.words.render("common.your_manager", reader.language, {})
        names = {
            "name": reader.name,
            "org": reader.organisation,
            "manager": manager,
            "link": reader.link,
            "training": reader.training,
            "org_help": reader.org_help or self.plain_text("care.org_help_default"),
            "code": reader.code,
            "data_link": reader.data_link,
        }
        return {name: plain(PublicName(value)) for name, value in names.items()}

    def shown(self, value: object) -> Shown:
        """Let one value through the gate: words by `show`, what is nobody's by `plain`."""
        match value:
            case Answer():
                return self.own(value.text)
            case PlanLine():
                return self.own(self.plan_line(value))
            case Phrase():
                return self.own(self.words.if_part(value.text, value.language))
            case Label():
                return plain(PublicName(self.label(value.row, value.option)))
            case Place(name):
                return plain(PublicName(name))
            case Named(person):
                return plain(PublicName(self.name(person)))
            case Lent(subject, part):
                return self.lent(subject, part)
            case PackText():
                return plain(PublicName((self.reader.pack or {}).get((value.part, value.key), "")))
            case date() | time() | int():
                return plain(value)
            case _:
                message = f"a text cannot show a {type(value).__name__}"
                raise TypeError(message)

    def own(self, text: str) -> Shown:
        """Show words of their owner."""
        return show(Owned(self.owner, text), self.reader.person)

    def name(self, person: str) -> str:
        """Give somebody's name. Raises NotShared when there is nobody of that id any more."""
        if person not in self.reader.around.names:
            raise NotShared
        return self.reader.around.names[person] or self.plain_text("common.a_colleague")

    def lent(self, subject: str, part: str) -> Shown:
        """Show what somebody else lets this reader see. Raises NotShared when nothing is."""
        loan = self.reader.around.loans.get((subject, part))
        if loan is None:
            raise NotShared
        if isinstance(loan.what, Label):
            return plain(PublicName(self.label(loan.what.row, loan.what.option)))
        text = loan.what if isinstance(loan.what, str) else self.plan_line(loan.what)
        grant = Grant(loan.owner, self.reader.person, text)
        return show(Owned(loan.owner, text), self.reader.person, frozenset({grant}))

    def plan_line(self, line: PlanLine) -> str:
        """Put a plan into its one line."""
        return self.words.plan_line(line.if_, line.then, line.form, line.language)

    def label(self, row: str, option: str) -> str:
        """Give the label of an option."""
        return self.words.label(row, option, self.reader.language)

    def plain_text(self, row: str) -> str:
        """Put a row without values into words."""
        return self.words.render(row, self.reader.language, {})

    def field(self, each: Asked, letter: Letter) -> Field:
        """Show one question as a field."""
        form = len(letter.asked) > 1
        return Field(
            key=each.key,
            input=self.input(each),
            count=each.count,
            seen_by=self.seen_by(each),
            label=self.text(each.row, each.values) if form else "",
            current=_current(letter.answers.get(each.key)),
        )

    def seen_by(self, each: Asked) -> str:
        """Say who will see an answer, and what to leave out where patients are near."""
        named = {name: value for name, value in each.values.items() if isinstance(value, Named)}
        seen = self.text(f"common.{each.seen}", named) if each.seen else ""
        if each.input == "write" and self.reader.patients:
            return f"{seen} {self.plain_text('care.write_nothing')}".strip()
        return seen

    def input(self, each: Asked) -> Input:
        """Give the input a question takes."""
        options = tuple(Option(id_, self.label(each.row, id_)) for id_ in each.options)
        commands = tuple(self.command(each, id_) for id_ in each.commands)
        skip = (Option(SKIP_OPTION, self.plain_text("common.skip")),) if each.skip else ()
        match each.input:
            case "choose":
                order = self.words.options(each.row)
                shown = sorted(options + commands, key=lambda option: order.index(option.id))
                return Choices((*shown, *skip), each.most)
            case "write":
                return FreeText(LONGEST_TEXT, skip + commands)
            case "rate":
                return Scale(each.low, each.high)
            case "date":
                today = self.reader.today
                return Day(today, today + timedelta(days=each.within), options + skip)
            case _:
                people = (Option(id_, name) for id_, name in self.reader.around.colleagues)
                return Person((*people, *options))

    def command(self, each: Asked, command: str) -> Option:
        """Give the button that puts a question off."""
        written = each.input == "write"
        label = self.plain_text("common.later") if written else self.label(each.row, command)
        return Option(command, label, command=True)

    def answered(self, letter: Letter) -> str:
        """Say what was answered, each answer once."""
        there = letter.answers
        texts = [self.answer(each, there[each.key]) for each in letter.asked if each.key in there]
        if len(letter.asked) > 1 and all(self.is_headed(each) for each in letter.asked):
            texts = [self.that_it_is_there(*letter.asked)]
        return " · ".join(dict.fromkeys(text for text in texts if text))

    def is_headed(self, each: Asked) -> bool:
        """Tell whether the answer to a question of a form stands beside it already."""
        return _is_heading(self.text(each.row, each.values))

    def answer(self, each: Asked, answer: Answer) -> str:
        """Say what was chosen; of a written answer only that it is there."""
        if SKIPPED_MARK in answer.marks:
            return self.plain_text("common.skipped")
        match answer.value:
            case date() as day:
                return self.words.day(day, self.reader.language)
            case int() as number:
                return str(number)
            case _ if each.input == "write":
                return self.that_it_is_there(each)
            case str() as person if each.input == "person" and person not in each.options:
                return self.name(person)
            case _:
                return ", ".join(self.label(each.row, code) for code in answer.codes)

    def that_it_is_there(self, *asked: Asked) -> str:
        """Say of what was answered only that it is there, and where nobody else reads it, that."""
        is_own = all(each.seen in OWN_EYES for each in asked)
        return self.plain_text("common.answered" if is_own else "common.answered_for")

    def edit(self, each: Asked) -> Edit:
        """Give the button that opens the answer again."""
        return Edit(each.key, each.count, self.plain_text("common.edit"))

    def card_words(self) -> CardWords:
        """Give the fixed words of a card."""
        write, send, skip, pick = (
            self.plain_text(f"common.{row}") for row in ("write", "send", "skip", "pick")
        )
        return CardWords(write, send, skip, pick)


def _veiled(value: object) -> object:
    return Place("…") if isinstance(value, _PRIVATE) else value


def _is_heading(text: str) -> bool:
    return not text.endswith((".", "?", "!", "…", "'", ")"))


def _current(answer: Answer | None) -> Raw | None:
    return answer.value if answer else None
