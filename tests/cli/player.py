"""Somebody who fills in everything that is asked on the page, with a text nobody else writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from bot.port import Choices, Day, Field, FreeText, Message, Option, Person, Scale
from tests.adapters.local.demo_house import Demo, acting

OK = 200
MOST_ACTS = 100


@dataclass
class Player:
    """Plays one person over HTTP; `wants` holds choices by question, the first option else."""

    demo: Demo
    client: httpx.AsyncClient
    name: str
    canary: str
    wants: dict[str, list[str]] = field(default_factory=dict)
    acts: int = 0
    written: dict[str, str] = field(default_factory=dict)

    async def plays(self, acts: int = MOST_ACTS) -> None:
        """Answer whatever is asked, and let time pass where nothing is, until nothing comes."""
        for _ in range(acts):
            asked = [each for each in await self.demo.sees(self.name) if each.fields]
            if asked:
                await self.answers(asked[-1])
            elif await self.demo.hands.to_next_event() is None:
                return

    async def answers(self, message: Message) -> httpx.Response:
        """Fill in every field of a card."""
        self.acts += 1
        inputs = {each.key: self._fills(each) for each in message.fields}
        counts = {each.key: each.count for each in message.fields}
        if message.dialogue is None:
            ((key, raw),) = inputs.items()
            return await self.does("choose", delivery=str(message.delivery), key=key, raw=raw)
        return await self.does(
            "press", dialogue=str(message.dialogue), inputs=inputs, counts=counts
        )

    async def does(self, path: str, **body: object) -> httpx.Response:
        """Do something on the page."""
        about = acting(self.demo.people[self.name], **body)
        answer = await self.client.post(f"/api/{path}?language=nl", json=about)
        assert answer.status_code == OK, answer.text
        return answer

    async def says(self, text: str) -> httpx.Response:
        """Type something in the chat."""
        return await self.does("say", text=text)

    def writes(self, key: str) -> str:
        """Write a text that stands nowhere else."""
        text = f"Als {self.canary}-{len(self.written)} klaar is, zeg ik dinsdag wat hielp"
        self.written[key] = text
        return text

    def _fills(self, asked: Field) -> object:
        match asked.input:
            case FreeText():
                return self.writes(asked.key)
            case Scale(low, high):
                return high if self.acts % 2 else low
            case Day(earliest):
                return {"date": earliest.isoformat()}
            case Choices(options, most):
                chosen = self._choice(asked.key.rpartition(".")[2], options)
                return [chosen] if most > 1 else chosen
            case Person(options):
                return self._choice(asked.key.rpartition(".")[2], options)
            case _:
                raise AssertionError(f"nobody knows how to fill in {asked}")

    def _choice(self, key: str, options: tuple[Option, ...]) -> str:
        answers = [each.id for each in options if not each.command]
        wanted = self.wants.get(key, [])
        # Nobody is asked unless a life wants it: "nobody" stands last.
        return wanted.pop(0) if wanted else answers[-1 if "nobody" in answers else 0]


def keys_written(written: Mapping[str, str]) -> set[str]:
    """Give the last part of every key under which somebody wrote."""
    return {key.rpartition(".")[2] for key in written}
