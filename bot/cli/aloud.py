"""One dialogue held in memory: the real script, reading, texts and planning, and nothing kept.

For `holdfast talk`, the fastest way to hear what a change of a dialogue sounds like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from bot import rendering
from bot.brief import Brief
from bot.deeds import NamedDay, Plan
from bot.dialogues.registry import DIALOGUES, Dialogue
from bot.engine.answers import Answer, Raw, Refusal
from bot.engine.reading import Hearing, read_form
from bot.engine.steps import Late, Question, Tell, Together, Values, parts_of, row_of
from bot.engine.turn import History, Turn, turn
from bot.letters import Asked, Letter, Line, asked, compose
from bot.phrases import Label, PlanLine
from bot.port import Message
from bot.programme import Programme
from bot.rendering import Around, Loan, Reader
from bot.visibility import plain
from bot.words import Words
from scheduler.hours import Rhythm, working_days_after
from scheduler.local import local_of
from scheduler.plan import Course, Spacing, plan

NOBODY = UUID(int=0)
SPEAKER = "Sanne"
COLLEAGUE = "Tom"
PICKED = "colleague"
ORGANISATION = "Zonnewijzer"
LINK = "/privacy"
ZONE = "Europe/Amsterdam"
TRAINING_AHEAD = 5  # working days: nobody is trained on a Sunday


@dataclass(frozen=True, slots=True)
class Aloud:
    """A dialogue as it stands: what it is about, and what was said so far."""

    dialogue: Dialogue
    brief: Brief
    programme: Programme
    words: Words
    language: str
    now: datetime
    history: History = field(default_factory=History)

    @property
    def question(self) -> Question | Together | None:
        """The question that waits for an answer; None when the dialogue is over."""
        return self._turn({}).question

    def begin(self) -> tuple[Aloud, tuple[Message, ...]]:
        """Say what comes before the first answer."""
        return self.answered({})

    def read(
        self, question: Question | Together, inputs: Mapping[str, Raw]
    ) -> tuple[Mapping[str, Answer], Mapping[str, str]]:
        """Read inputs as answers; else say of each that cannot be one why, in words."""
        found = read_form(question, inputs, self._hearing())
        refused = {key: each for key, each in found.items() if isinstance(each, Refusal)}
        answers = {key: each for key, each in found.items() if isinstance(each, Answer)}
        return answers, {key: self._why(each) for key, each in refused.items()}

    def answered(self, given: Mapping[str, Answer]) -> tuple[Aloud, tuple[Message, ...]]:
        """Take a turn with these answers; give what stands then, and what is said."""
        step = self._turn(given)
        after = replace(self, history=step.history)
        return after, after.messages(step)

    def _turn(self, given: Mapping[str, Answer]) -> Turn:
        return turn(self.dialogue.script, self.brief, self.history, given)

    def messages(self, step: Turn) -> tuple[Message, ...]:
        """Put into words what a turn says and asks, as it now stands."""
        return tuple(self.message(letter) for letter in self.letters(step))

    def message(self, letter: Letter) -> Message:
        """Put one letter into words for whoever speaks here."""
        return rendering.message(letter, NOBODY, NOBODY, self._reader(), self.words)

    def letters(self, step: Turn) -> tuple[Letter, ...]:
        """Lay out what a turn says and asks, as it now stands."""
        late = self._late()
        kind = self.dialogue.kind
        parts = parts_of(step.question) if step.question else ()
        fields = tuple(_field(part, kind, late) for part in parts)
        says = tuple((tell, _line(tell, kind, late)) for tell in step.says)
        return compose(says, step.question, fields, NOBODY)

    def _late(self) -> Mapping[Late, object]:
        """Fill in what is known only after a turn, from what the dialogue keeps."""
        kept = [fact for fact in self.history.kept.values() if isinstance(fact, Plan)]
        line = kept[-1].line if kept else self._sample_plan()
        obstacle = (kept[-1].obstacle if kept else "") or self._sample("plan_obstacle")
        late = {
            Late.PLAN: line,
            Late.OBSTACLE: Answer(obstacle),
            Late.TIMES_APPLIED: 1,
            Late.NAMED_DAY: self._today,
            Late.GOAL: Answer(self._sample("plan_then")),
        }
        visit = self._next_visit()
        return {**late, Late.NEXT_VISIT: visit} if visit else late

    def _next_visit(self) -> date | None:
        today, welcome = self._today, self.dialogue.kind == "welcome"
        named = [fact.day for fact in self.history.kept.values() if isinstance(fact, NamedDay)]
        rhythm = Rhythm(zone=ZONE)
        course = Course(
            status="joined",
            enrolled_on=today,
            training_day=working_days_after(rhythm, today, TRAINING_AHEAD) if welcome else today,
            joined_at=self.now,
            has_plan=not welcome,
            invited=True,
            goal_settings=0 if welcome else 1,
            rounds_done=frozenset(range(1, self.brief.round + 1)),
            named=named[-1] if named else None,
            quiet_until=None,
        )
        spacing = Spacing(checkin_days=self.programme.checkin_days)
        coming = plan(course, rhythm, spacing, self.now)
        return coming[0].local.day if coming else None

    def _sample_plan(self) -> PlanLine:
        moment = self._sample("plan_if")
        form = self.words.lexicons[self.language].form(moment)
        return PlanLine(moment, self._sample("plan_then"), form, self.language)

    def _sample(self, row: str) -> str:
        return self.words.render(f"terminal.{row}", self.language)

    def _why(self, refusal: Refusal) -> str:
        shown = {name: plain(value) for name, value in refusal.values.items()}
        return self.words.render(refusal.text, self.language, shown)

    @property
    def _today(self) -> date:
        return local_of(self.now, ZONE).day

    def _hearing(self) -> Hearing:
        return Hearing(
            now=self.now,
            today=self._today,
            language=self.language,
            ear=self.words.lexicons[self.language],
            people={PICKED: PICKED, COLLEAGUE.casefold(): PICKED},
        )

    def _reader(self) -> Reader:
        return Reader(
            person=NOBODY,
            name=SPEAKER,
            language=self.language,
            today=self._today,
            organisation=ORGANISATION,
            link=LINK,
            training=self.programme.in_sentence[self.language],
            pack=self.programme.short_texts(self.language),
            around=self._around(),
        )

    def _around(self) -> Around:
        """Let the two of a dialogue be somebody, with a plan and a promise."""
        brief, plan = self.brief, self._sample_plan()
        loans = {
            (brief.subject, "plan"): Loan(NOBODY, plan),
            (brief.subject, "moment"): Loan(NOBODY, plan.if_),
            (brief.subject, "goal"): Loan(NOBODY, self._sample("plan_then")),
            (brief.subject, "theirs"): Loan(NOBODY, Label("hold_me.promise", "say")),
            (brief.subject, "text"): Loan(NOBODY, self._sample("plan_then")),
        }
        people = ((brief.learner, SPEAKER), (brief.colleague, COLLEAGUE), (PICKED, COLLEAGUE))
        return Around({id_: name for id_, name in people if id_}, loans, ((PICKED, COLLEAGUE),))


def opening(
    kind: str, number: int, programme: Programme, words: Words, language: str, now: datetime
) -> Aloud:
    """Open a dialogue of a kind; a check-in as the one with this number."""
    dialogue = DIALOGUES[kind]
    brief = dialogue.briefs[(number - 1) % len(dialogue.briefs)]
    comp = programme.comp_keys[0] if brief.comp and programme.comp_keys else ""
    first_day = now.date() if brief.first_day else None
    brief = replace(brief, comp=comp, first_day=first_day)
    return Aloud(dialogue, brief, programme, words, language, now)


def _field(question: Question, kind: str, late: Mapping[Late, object]) -> Asked:
    return asked(question, kind, 0, _filled(question.values, late))


def _line(tell: Tell, kind: str, late: Mapping[Late, object]) -> Line:
    no_visit = Late.NEXT_VISIT in tell.values.values() and Late.NEXT_VISIT not in late
    row = tell.instead if no_visit and tell.instead else row_of(tell, kind)
    return Line(row, _filled(tell.values, late))


def _filled(values: Values, late: Mapping[Late, object]) -> dict[str, object]:
    filled = {
        name: late.get(value) if isinstance(value, Late) else value
        for name, value in values.items()
    }
    return {name: value for name, value in filled.items() if value is not None}
