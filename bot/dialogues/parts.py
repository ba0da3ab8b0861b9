"""Parts that several dialogues share: asking for words with one deepening question at most."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.engine.answers import Answer
from bot.engine.steps import Part, Question, Seen, Tell, Together, Write

VAGUE = frozenset({"vague", "dont_know"})
DONT_KNOW = frozenset({"dont_know"})
NO_CUE = frozenset({"no_cue", "dont_know"})
EXTERNAL = frozenset({"external", "dont_know"})
_NAMING = frozenset({Seen.BOTH, Seen.LEARNER, Seen.COLLEAGUE})  # say who will see it by name


@dataclass(frozen=True, slots=True)
class Words:
    """What was written under a question: the first answer, and what deepening added.

    `low` says that it stayed vague after the one deepening question.
    """

    key: str
    first: Answer
    deeper: Answer | None = None
    low: bool = False

    @property
    def text(self) -> str:
        """The answer that counts where one line is needed: the deeper one, else the first."""
        return self.answer.text

    @property
    def answer(self) -> Answer:
        """The answer whose words are `text`, with its marks."""
        deeper = self.deeper
        says_more = deeper is not None and deeper.text and "dont_know" not in deeper.marks
        return deeper if deeper is not None and says_more else self.first

    @property
    def all(self) -> tuple[tuple[str, str], ...]:
        """Every text written here with the row it answers; skipped ones are left out."""
        deeper = self.deeper.text if self.deeper else ""
        rows = ((self.key, self.first.text), (f"{self.key}.deeper", deeper))
        return tuple((key, text) for key, text in rows if text)


def write(question: Write, *, deeper: str = "") -> Part:
    """Ask for words, and once more where the answer is weak.

    `deeper` is the text row of the step's own deepening question; without it V2 or V3 is asked.
    Returns Words.
    """
    first: Answer = yield question
    return (yield from deepen(question, first, deeper=deeper))


def deepen(question: Write, first: Answer, *, deeper: str = "") -> Part:
    """Ask the one deepening question of a step if its first answer is weak. Returns Words."""
    if not _is_weak(question, first):
        return Words(question.key, first)
    row = _deepening_row(question, first, deeper)
    # Whoever else reads the answer is named under this question too.
    values = question.values if question.seen in _NAMING else {}
    again = replace(
        question, key=f"{question.key}.deeper", text=row, values=values, skip=True, commands=(),
        was=(),
    )  # fmt: skip
    second: Answer = yield again
    low = _is_weak(question, second) or not second.text
    if _is_weak(question, second):
        yield Tell(f"{question.key}.leave", text="common.leave_it")
    return Words(question.key, first, second, low=low)


def _deepening_row(question: Write, first: Answer, deeper: str) -> str:
    dont_know = "dont_know" in first.marks
    # "That comes from outside" says nothing to somebody who does not know.
    if deeper and not (dont_know and "external" in question.weak and not _is_external(first)):
        return deeper
    return "common.not_sure" if dont_know else "common.concrete"


def _is_external(answer: Answer) -> bool:
    return "external" in answer.marks


def form(*questions: Question, deeper: dict[str, str]) -> Part:
    """Ask a form, then deepen the first weak text in it: one deepening question a form.

    `deeper` gives the text row of a question's own deepening. Returns the answers in order, with
    Words in place of each written one.
    """
    answers = yield Together(questions)
    found: list[Answer | Words] = []
    deepened = False
    for question, answer in zip(questions, answers, strict=True):
        if not isinstance(question, Write):
            found.append(answer)
        elif deepened:
            found.append(Words(question.key, answer, low=_is_weak(question, answer)))
        else:
            words = yield from deepen(question, answer, deeper=deeper.get(question.key, ""))
            deepened = words.deeper is not None
            found.append(words)
    return tuple(found)


def _is_weak(question: Write, answer: Answer) -> bool:
    return bool(answer.text) and bool(answer.marks & question.weak)
