"""One spelling for texts that only look different, and word lists as patterns over it.

Combining marks go before anything is decomposed: sorting them takes the square of their number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

BETWEEN: Final = r"(?:[^\w.!?]+|[.!?](?=\w))"
"""What may stand between two words of one phrase: all but the end of a sentence."""

_SIGNS: Final = str.maketrans(
    dict.fromkeys("’‘ʼ´`′ʹ‛ꞌ＇\u1fef\u1ffd\u0374", "'")
    | dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-")
    | {"_": " "}
)
# Letters by name, but nobody sees them.
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
_NEVER: Final = "(?!)"
_GAP: Final = f"{BETWEEN}(?:[A-Z]+{BETWEEN}){{0,2}}"  # capitals are fillers: see `raised`


def folded(text: str) -> str:
    """Return a text in one spelling: no accents, capitals, odd signs or doubled blanks.

    >>> folded("Ｉk  zei:  ‘COÖRDINATIE’…")
    "ik zei: 'coordinatie'…"
    """
    text = shaped(text).casefold()
    return text if text.isascii() else _unmarked(unicodedata.normalize("NFD", text))


def shaped(text: str) -> str:
    """Return a text in one spelling, with its capitals; a line's end stays one."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _unmarked(text.translate(_SIGNS)))
        text = _unmarked(text)
    text = re.sub(r"\.\.+", "…", text.translate(_SIGNS))
    return re.sub(r"\s+", lambda found: "\n" if "\n" in found[0] else " ", text)


def sighted(text: str) -> Iterator[str]:
    """Yield a text without its invisible signs, and if it has any, with a blank for each.

    Some stand within a word and some between two; nobody can see which.
    """
    signs = [ord(sign) for sign in set(text) if _is_invisible(sign)]
    yield text.translate(dict.fromkeys(signs, ""))
    if signs:
        yield text.translate(dict.fromkeys(signs, " "))


def raised(text: str, fillers: re.Pattern[str]) -> str:
    """Return a folded text with its fillers in capitals, which nothing else in it has.

    So a pattern need not name them all wherever one may stand, which is between any two words.

    >>> raised("kan echt niet", re.compile(whole_words(["echt"])))
    'kan ECHT niet'
    """
    return fillers.sub(lambda found: found[0].upper(), text)


def phrases(written: Iterable[str]) -> str:
    """Return the pattern of whole words and phrases, each letter as often as somebody likes.

    In a list "-" is a hyphen, a blank or nothing, "'" may be left out and "*" is any ending. Up to
    two `raised` words may stand between two words.
    """
    return _whole(any_of(_GAP.join(map(spelled, phrase.split())) for phrase in written))


def whole_words(written: Iterable[str]) -> str:
    """Return the pattern of whole words, each letter as often as somebody likes."""
    return _whole(any_of(map(spelled, written)))


def words(written: Iterable[str]) -> str:
    """Return the pattern of whole words and phrases as they are, a letter once or thrice.

    A letter doubled makes another word: "mee" is not "me".
    """
    return _whole(any_of(BETWEEN.join(map(_strictly, phrase.split())) for phrase in written))


def any_of(patterns: Iterable[str]) -> str:
    """Return the pattern of any of these; of none of them, one that is never found."""
    return f"(?:{'|'.join(patterns) or _NEVER})"


def spelled(word: str) -> str:
    """Return the pattern of one word of a list, raised or not."""
    runs = [(letter, len(list(run))) for letter, run in groupby(folded(word))]
    return "".join(_run(letter, length) for letter, length in runs)


def _run(letter: str, length: int) -> str:
    match letter:
        case "*":
            return r"\w*"
        case "-":
            return r"[\s….-]*"
        case "'":
            return "'?"
        case _:
            either = f"[{letter}{letter.upper()}]" if letter.isalpha() else re.escape(letter)
            return f"{either}{{{length},}}"


def _whole(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"


def _strictly(word: str) -> str:
    runs = [(re.escape(letter), len(list(run))) for letter, run in groupby(folded(word))]
    return "".join(f"{letter * length}(?:{letter}{{2,}})?" for letter, length in runs)


def _unmarked(text: str) -> str:
    marks = [ord(sign) for sign in set(text) if unicodedata.category(sign).startswith("M")]
    return text.translate(dict.fromkeys(marks)) if marks else text


def _is_invisible(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind == "Cf" or (kind == "Cc" and not sign.isspace()) or sign in _FILLERS
