"""Messages with every kind of input, in both languages, for tests that look at them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bot.port import Choices, Day, Edit, Field, FreeText, Message, Option, Person, Scale, Words
from storage.ids import new_id

DIALOGUE = UUID(int=7)
FIGURES = {
    "nl": "Alleen jij ziet dit. In groepscijfers telt het mee vanaf 5 mensen, zonder naam.",
    "en": "Only you see this. It counts in group figures from 5 people up, without a name.",
}
ONLY_YOU = {"nl": "Alleen jij ziet dit.", "en": "Only you see this."}
WORDS = {
    "nl": Words("Schrijf", "Verstuur", "Sla over", "Kies…"),
    "en": Words("Write", "Send", "Skip", "Choose…"),
}
SKIP = {"nl": Option("skip", "Sla over"), "en": Option("skip", "Skip")}
LATER = Option("later", "Later", command=True)
CODES = (
    "OPP", "TIME", "FORG", "SKILL", "CONF", "FIT", "MOT", "MGR", "MGRX", "PEER", "NORM", "FEED",
    "COST", "OTH",
)  # fmt: skip
DAY = Day(date(2026, 11, 24), date(2026, 12, 22))


def asks(language: str, text: str, *fields: Field, **more: str) -> Message:
    """Make a message that asks something."""
    return Message(
        delivery=new_id(),
        language=language,
        paragraphs=tuple(text.split("|")),
        dialogue=DIALOGUE,
        fields=fields,
        words=WORDS[language],
        footer=more.get("footer", ""),
    )


def buttons(language: str = "nl") -> Message:
    """Ask how it went."""
    labels = {
        "nl": (
            "Gedaan, werkte",
            "Gedaan, ging stroef",
            "Iets anders gedaan",
            "Geen gelegenheid",
            "Vergeten",
        ),
        "en": ("Did it, worked", "Did it, was hard", "Did something else", "No chance", "Forgot"),
    }
    texts = {
        "nl": "Hoi Sanne. Je plan:|'Als het klantoverleg op dinsdag klaar is, dan zeg ik Tom één "
        "ding dat hielp, met effect.'|Hoe is het gegaan?",
        "en": "Hi Emma. Your plan:|'When the Tuesday client meeting ends, I tell Tom one thing "
        "that helped, with its effect.'|How did it go?",
    }
    codes = ("worked", "tough", "other", "no_chance", "forgot")
    options = tuple(map(Option, codes, labels[language]))
    return asks(
        language, texts[language], Field("went", Choices(options), 0, FIGURES[language]),
        footer={"nl": "Gegevens: 127.0.0.1:8080/privacy · Typ 'stop'",
                "en": "Data: 127.0.0.1:8080/privacy · Type 'stop'"}[language],
    )  # fmt: skip


def scale(language: str = "nl") -> Message:
    """Ask for a number."""
    text = {
        "nl": "Hoe zeker ben je dat je dit binnen een week doet? 0 = helemaal niet zeker, "
        "10 = helemaal zeker.",
        "en": "How sure are you that you'll do this within a week? 0 = not at all, "
        "10 = completely.",
    }
    return asks(language, text[language], Field("sure", Scale(0, 10), 0, FIGURES[language]))


def text(language: str = "nl", key: str = "outcome") -> Message:
    """Ask for a text that may be skipped."""
    words = {
        "nl": "Stel, het lukt. Wat is het mooiste wat het oplevert, voor jou of voor een ander?",
        "en": "Say it works. What's the best that comes of it, for you or someone else?",
    }
    field = Field(key, FreeText(1000, (SKIP[language],)), 0, ONLY_YOU[language])
    return asks(language, words[language], field)


def moment(language: str = "nl") -> Message:
    """Ask for a text that may be put off."""
    words = {
        "nl": "Wanneer is je eerste kans? Noem een moment dat je herkent als het gebeurt, zoals "
        "'als het teamoverleg begint'.",
        "en": "When is your first chance? Name a moment you'll recognise when it happens, such "
        "as 'when the team meeting starts'.",
    }
    field = Field("plan.if", FreeText(1000, (LATER,)), 0, ONLY_YOU[language])
    return asks(language, words[language], field)


def day(language: str = "nl") -> Message:
    """Ask for a day, or for a choice instead."""
    words = {
        "nl": ("Op welke dag is dat waarschijnlijk?", "Weet ik nog niet"),
        "en": ("Which day is that likely to be?", "I don't know yet"),
    }
    question, label = words[language]
    what = Day(DAY.earliest, DAY.latest, (Option("unknown", label),))
    return asks(language, question, Field("plan.day", what, 0, ONLY_YOU[language]))


def menu(language: str = "nl") -> Message:
    """Ask for one of many."""
    hours = ("9:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00")
    options = tuple(Option(f"{hour:0>5}".replace(":", ""), hour) for hour in hours)
    words = {"nl": "En hoe laat?", "en": "And at what time?"}
    return asks(
        language, words[language], Field("own_time", Choices(options), 0, ONLY_YOU[language])
    )


def barriers(language: str = "nl") -> tuple[Option, ...]:
    """Give the barrier list."""
    labels = {
        "nl": "Geen geschikt moment;Te druk;Vergeten;Wist niet hoe;Durfde niet;"
        "Past niet bij mijn werk;Zie het nut niet;Te weinig steun van mijn leidinggevende;"
        "Mijn leidinggevende keurde het af;Collega's werken niet mee;Zo doen wij dat hier niet;"
        "Kreeg geen reactie;Kost meer dan het oplevert;Iets anders",
        "en": "No suitable moment;Too busy;Forgot;Didn't know how;Didn't dare;Doesn't fit my work;"
        "Don't see the point;Too little support from my manager;My manager disapproved;"
        "Colleagues don't join in;That's not how we do it here;Got no response;"
        "Costs more than it brings;Something else",
    }
    return tuple(map(Option, CODES, labels[language].split(";")))


def form(language: str = "nl") -> Message:
    """Ask three things at once."""
    words = {
        "nl": (
            "Wat deed of zei je?",
            "Wat gebeurde er toen?",
            "Wat zat je het meest in de weg? Kies er één of twee.",
            "Goed dat je het probeerde, dat is het moeilijkste stuk.",
        ),
        "en": (
            "What did you do or say?",
            "What happened then?",
            "What got in the way most? Pick one or two.",
            "Good that you tried; that's the hardest part.",
        ),
    }
    tried, happened, barrier, lead = words[language]
    skippable = FreeText(1000, (SKIP[language],))
    only = ONLY_YOU[language]
    return asks(
        language,
        lead,
        Field("tried", skippable, 0, only, tried),
        Field("happened", skippable, 0, only, happened),
        Field("barrier", Choices(barriers(language), 2), 0, FIGURES[language], barrier),
    )


def other_form(language: str = "nl") -> Message:
    """Ask in a form what the others ask alone."""
    only = ONLY_YOU[language]
    yes_no = Choices((Option("yes", "Ja"), Option("no", "Nee")))
    labels = ("Welke dag?", "Lukte het?", "Hoe zeker?", "Wie hielp?")
    when = Day(DAY.earliest, DAY.latest, (Option("unknown", "Weet ik niet"), SKIP[language]))
    return asks(
        language,
        "Nog vier dingen.",
        Field("day", when, 0, only, labels[0]),
        Field("worked", yes_no, 0, only, labels[1]),
        Field("sure", Scale(0, 10), 0, only, labels[2]),
        Field(
            "who", Person((Option("tom", "Tom"), Option("nobody", "Niemand"))), 0, only, labels[3]
        ),
    )


def answered(language: str = "nl") -> Message:
    """Show what was answered."""
    words = {
        "nl": ("Wat wil je als eerste uitproberen?", "Beantwoord · alleen jij", "Wijzig"),
        "en": ("What do you want to try first?", "Answered · only you", "Edit"),
    }
    question, done, edit = words[language]
    return Message(
        delivery=new_id(),
        language=language,
        paragraphs=(question,),
        dialogue=DIALOGUE,
        answered=done,
        edits=(Edit("goal", 1, edit),),
    )


def all_of(language: str) -> tuple[Message, ...]:
    """Give one of every kind."""
    kinds = (buttons, answered, scale, text, moment, day, menu, form, other_form)
    return tuple(kind(language) for kind in kinds)
