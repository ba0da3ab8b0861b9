"""A programme: what a trainer wrote, as frozen values, and the digest that names exactly this.

`read` turns a pack's folder into a programme and `from_json` what the database kept; both refuse
whatever is not whole. A language that the pack does not have is shown in its first one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.errors import BadContent
from bot.pack import Content, read_pack
from bot.text_files import Overrides
from bot.toml_file import Problem

__all__ = ["Problem", "Programme", "check", "read"]

PROGRAMMES = Path(__file__).parent / "programmes"

T = TypeVar("T")


class InLanguages(dict[str, T], Generic[T]):
    """Something by language; in a language it does not have, the first one it has."""

    def __missing__(self, _language: str) -> T:
        return next(iter(self.values()))


@dataclass(frozen=True, slots=True)
class QuizItem:
    """A question with three options under their letters, the right letter, and why."""

    question: str
    options: Mapping[str, str]
    right: str
    explanation: str


@dataclass(frozen=True, slots=True)
class QuizDay:
    """The items of one day after the training, and whether the model is recalled first."""

    day: int
    items: tuple[str, ...]
    recall: bool


@dataclass(frozen=True, slots=True)
class Challenge:
    """Something to try within some days: alone, with a buddy or as a group."""

    key: str
    days: int
    who: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A situation to practise: a weak and a better opening, a hard reaction, a possible answer."""

    situation: str
    bad: str
    good: str
    reaction: str
    answer: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the model, said weakly and well."""

    step: str
    weak: str
    good: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the guide for managers."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the training is about, in one language."""

    training: str
    in_sentence: str
    occasions: str
    audience: str
    format: str
    model: str
    aim: str
    objectives: tuple[str, ...]
    expected: tuple[str, ...]
    points: Mapping[str, str]
    behaviours: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Telling:
    """All words of a programme in one language, by their keys."""

    card: Card
    recall: str
    items: Mapping[str, QuizItem]
    shorter: str
    steps: tuple[Step, ...]
    challenges: Mapping[str, str]
    rehearsals: Mapping[str, Rehearsal]
    weeks: tuple[str, ...]
    guide: Mapping[str, Section]
    buddy_watch: str
    buddy_help: str
    coach_questions: str
    intervision_theme: str
    trainer_script: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A training and all that follows it; the days count from the training day."""

    slug: str
    version: str
    languages: tuple[str, ...]
    comp_keys: tuple[str, ...]
    beh_keys: tuple[str, ...]
    rehearsal_keys: tuple[str, ...]
    checkin_days: tuple[int, ...]
    goal_day: int
    quiet_days: int
    follow_up_day: int
    quiz: tuple[QuizDay, ...]
    challenges: tuple[Challenge, ...]
    intervision: bool
    about: str
    sessions: int
    tellings: InLanguages[Telling] = field(repr=False)
    content: Content = field(repr=False)

    @staticmethod
    def from_json(content: Content) -> "Programme":
        """Read what `to_json` returned.

        Raises:
            BadContent: it is not a whole programme.

        """
        try:
            return _built(content)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            message = "The stored programme is not whole: check its pack and import it again."
            raise BadContent(message) from error

    def to_json(self) -> dict[str, Any]:
        """Return the whole programme as JSON values."""
        return dict(self.content)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all it says, whatever the order of its keys."""
        canonical = json.dumps(self.content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def training(self) -> InLanguages[str]:
        """Return the training's name, by language."""
        return self._of_card("training")

    @property
    def in_sentence(self) -> InLanguages[str]:
        """Return the training's name as it stands in a sentence, by language."""
        return self._of_card("in_sentence")

    @property
    def overrides(self) -> Overrides:
        """Return what it says otherwise: language → file → row → the row's table."""
        return {one: self.content[one].get("texts", {}) for one in self.languages}

    def short_texts(self, language: str) -> Mapping[tuple[str, str], str]:
        """Return the points ("comp") and behaviours ("beh") by part and key."""
        card = self.tellings[language].card
        parts = {"comp": card.points, "beh": card.behaviours}
        return {(part, key): text for part, texts in parts.items() for key, text in texts.items()}

    def _of_card(self, name: str) -> InLanguages[str]:
        return InLanguages({one: getattr(self.tellings[one].card, name) for one in self.languages})


def read(folder: Path) -> Programme:
    """Read the pack in a folder.

    Raises:
        BadContent: with every problem: its file, line, what is wrong and the remedy.

    """
    content = read_pack(folder)
    if isinstance(content, list):
        raise BadContent("\n".join(map(str, content)))
    return Programme.from_json(content)


def check(folder: Path) -> list[Problem]:
    """Return every problem of the pack in a folder, in the order of its files and lines."""
    content = read_pack(folder)
    return content if isinstance(content, list) else []


def _built(content: Content) -> Programme:
    skeleton = content["programme"]
    languages = tuple(skeleton["languages"])
    days = skeleton["days"]
    return Programme(
        slug=skeleton["slug"],
        version=skeleton["version"],
        languages=languages,
        comp_keys=tuple(skeleton["points"]),
        beh_keys=tuple(skeleton["behaviours"]),
        rehearsal_keys=tuple(skeleton["rehearsals"]),
        checkin_days=tuple(days["check_ins"]),
        goal_day=days["goal"],
        quiet_days=days["quiet"],
        follow_up_day=days["follow_up"],
        quiz=tuple(
            QuizDay(one["day"], tuple(one["items"]), one.get("recall", False))
            for one in skeleton["quiz"]
        ),
        challenges=tuple(Challenge(**one) for one in skeleton["challenges"]),
        intervision=skeleton.get("intervision", False),
        about=skeleton.get("about", "colleagues"),
        sessions=skeleton.get("sessions", 1),
        tellings=InLanguages({language: _telling(content[language]) for language in languages}),
        content=content,
    )


def _telling(files: Mapping[str, Any]) -> Telling:
    quiz, practice, managers = files["quiz"], files["practice"], files["managers"]
    companions = files["companions"]
    return Telling(
        card=_card(files["card"]),
        recall=quiz["recall"],
        items={key: _item(one) for key, one in quiz["items"].items()},
        shorter=practice["shorter"],
        steps=tuple(Step(**one) for one in practice["steps"]),
        challenges=practice["challenges"],
        rehearsals={key: Rehearsal(**one) for key, one in practice["rehearsals"].items()},
        weeks=tuple(managers["weeks"]),
        guide={key: Section(**one) for key, one in managers["guide"].items()},
        buddy_watch=companions["buddy"]["watch"],
        buddy_help=companions["buddy"]["help"],
        coach_questions=companions["coach"]["questions"],
        intervision_theme=companions["intervision"]["theme"],
        trainer_script=companions["trainer"]["script"],
    )


def _card(table: Mapping[str, Any]) -> Card:
    objectives, expected = tuple(table["objectives"]), tuple(table["expected"])
    return Card(**{**table, "objectives": objectives, "expected": expected})


def _item(table: Mapping[str, str]) -> QuizItem:
    options = {letter: table[letter] for letter in ("a", "b", "c")}
    return QuizItem(table["question"], options, table["right"], table["explanation"])
