"""How answers are read and plans are written, word by word, from each language's `lexicon.toml`.

A mark says what a text looks like, not that it is wrong: the question decides which marks matter.
The marks' lists of all languages hold together; only the plan's grammar is one language's own.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

Form: TypeAlias = Literal["clause", "kept", "moment"]
Mark: TypeAlias = Literal["empty", "dont_know", "vague", "cue", "external", "identity"]

FEWEST_LETTERS = 2
FEWEST_WORDS = 4
LONGEST_COMMAND = 100  # characters; composing long runs of marks takes the square of their number

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one language turns two raw answers into a plan line."""

    strip_if: re.Pattern[str]
    strip_then: re.Pattern[str]
    kept: re.Pattern[str]
    moment: re.Pattern[str]
    clause: re.Pattern[str]
    turned: re.Pattern[str]
    subjects: re.Pattern[str]
    subject: str
    capitals: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that mean something to us, for one language; all patterns compiled at load."""

    language: str
    dont_know: re.Pattern[str]
    cue: re.Pattern[str]
    identity: re.Pattern[str]
    outside: re.Pattern[str]
    inner: re.Pattern[str]
    vague: frozenset[str]
    nothings: frozenset[str]
    commands: Mapping[str, str]
    grammar: Grammar

    def marks(self, text: str) -> frozenset[Mark]:
        """Say what a text looks like; a text that says something is never empty."""
        text = _plain(text)
        dont_know, cue = bool(self.dont_know.search(text)), bool(self.cue.search(text))
        letters = sum(character.isalpha() for character in text)
        claims: dict[Mark, bool] = {
            "empty": letters < FEWEST_LETTERS and not dont_know and not cue,
            "dont_know": dont_know,
            "vague": _count(text) < FEWEST_WORDS or _bare(text) in self.vague,
            "cue": cue,
            "external": bool(self.outside.search(text)) and not self.inner.search(text),
            "identity": bool(self.identity.search(text)),
        }
        return frozenset(mark for mark, holds in claims.items() if holds)

    def command(self, text: str) -> str | None:
        """Return the command that the whole message is, if it is one.

        >>> load_lexicons(TEXTS)["nl"].command("Mijn gegevens!")
        'my_data'
        """
        if len(text) > LONGEST_COMMAND:
            return None
        return self.commands.get(_bare(_plain(text)))

    def nothing(self, text: str) -> bool:
        """Say whether the whole answer means "nothing"."""
        return _bare(_plain(text)) in self.nothings

    def form(self, text: str) -> Form:
        """Say which form of the plan line suits the answer to "when?".

        >>> load_lexicons(TEXTS)["nl"].form("bij de overdracht")
        'moment'
        """
        text, grammar = _plain(text), self.grammar
        if grammar.kept.match(text):
            return "kept"
        if grammar.moment.match(text) and not grammar.clause.fullmatch(_unstopped(text)):
            return "moment"
        return "clause"

    def clean_if(self, text: str) -> str:
        """Return the if-part as it follows "Als" or "When", or as it is where that is kept."""
        return self._without(self.grammar.strip_if, text)

    def clean_then(self, text: str) -> str:
        """Return the then-part as it follows the if-part.

        >>> load_lexicons(TEXTS)["nl"].clean_then("Dan ik vraag wat hij zag.")
        'vraag ik wat hij zag'
        """
        grammar = self.grammar
        text = self._without(grammar.strip_then, text)
        text = grammar.turned.sub(lambda found: f"{found[2]} {found[1].lower()}", text)
        if grammar.subject and text and not grammar.subjects.match(text):
            return f"{grammar.subject} {text}"
        return re.sub(r"^i\b", "I", text) if grammar.subject == "I" else text

    def bare_if(self, text: str) -> str:
        """Return the if-part without any conjunction, also one that is usually kept."""
        return self._without(self.grammar.kept, self.clean_if(text))

    def whole_if(self, text: str) -> str:
        """Return the if-part with the conjunction it began with, for the middle of a sentence."""
        return self._without(_NEVER, text)

    def _without(self, lead: re.Pattern[str], text: str) -> str:
        text = _unstopped(" ".join(unicodedata.normalize("NFC", text).split()))
        bare = lead.sub("", text)
        return bare if bare != text else self._lowered(text)

    def _lowered(self, text: str) -> str:
        abbreviation = text[1:2].isupper() and text[:2] != "IJ"
        if abbreviation or self.grammar.capitals.match(text):
            return text
        length = 2 if text[:2] == "IJ" else 1
        return text[:length].lower() + text[length:]


TEXTS = Path(__file__).parent / "texts"


def load_lexicons(folder: Path) -> Mapping[str, Lexicon]:
    """Read `<language>/lexicon.toml` of every language in a folder.

    Raises:
        OSError, ValueError, KeyError, re.error: a lexicon is missing or wrong.

    """
    files = sorted(folder.glob("*/lexicon.toml"))
    words = {file.parent.name: tomllib.loads(file.read_text("utf-8")) for file in files}
    return {language: _lexicon(language, words) for language in words}


def _lexicon(language: str, words: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    everyone = list(words.values())
    return Lexicon(
        language=language,
        dont_know=_any_of(pattern for one in everyone for pattern in one["dont_know"]),
        cue=_any_of(pattern for one in everyone for pattern in one["cue"]),
        identity=_any_of(pattern for one in everyone for pattern in one["identity"]),
        outside=_whole_words(word for one in everyone for word in one["external"]["outside"]),
        inner=_whole_words(word for one in everyone for word in one["external"]["inner"]),
        vague=frozenset(text for one in everyone for text in one["vague"]),
        nothings=frozenset(text for one in everyone for text in one["nothing"]),
        commands={
            text: command
            for one in everyone
            for command, texts in one["commands"].items()
            for text in texts
        },
        grammar=_grammar(words[language]["plan"]),
    )


def _grammar(plan: Mapping[str, Any]) -> Grammar:
    return Grammar(
        strip_if=_lead(plan["strip_if"]),
        strip_then=_lead(plan["strip_then"]),
        kept=_lead(plan["kept"]),
        moment=_any_of(plan["moment"]),
        clause=_any_of(plan["clause"]),
        turned=_turned(plan.get("turned", ())),
        subjects=_whole_words(plan.get("subjects", ())),
        subject=plan.get("subject", ""),
        capitals=_any_of(plan["capitals"], flags=0),
    )


def _turned(subjects: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of a leading subject and its verb."""
    joined = "|".join(subjects)
    pattern = rf"^({joined})\s+(?!(?:{joined})\b)(\w+)\b"
    return re.compile(pattern, re.IGNORECASE) if subjects else _NEVER


def _any_of(patterns: Iterable[str], *, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined or "(?!)", flags)


def _whole_words(words: Iterable[str]) -> re.Pattern[str]:
    return _any_of(rf"\b{re.escape(word)}\b" for word in words)


def _lead(words: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of a leading word that has something after it."""
    joined = "|".join(re.escape(word) for word in words)
    return re.compile(rf"^(?:(?:{joined})\b[\s,:]+)+(?=\S)", re.IGNORECASE)


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
    return " ".join(composed.split())


def _bare(text: str) -> str:
    return re.sub(r"^[\W_]+|[\W_]+$", "", text).casefold()


def _unstopped(text: str) -> str:
    return text.rstrip(" .,;:!…")


def _count(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())
