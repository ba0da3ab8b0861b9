"""The peer of a turn: a waterfall of botbuilder-dialogs, its state in memory only.

The only place that knows botbuilder-dialogs. Each step prompts for a text, the cheapest of its
prompts, and notes the answer before it among its values, as its samples do.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from botbuilder.core import ConversationState, MemoryStorage, MessageFactory, TurnContext
from botbuilder.core.adapters import TestAdapter
from botbuilder.dialogs import (
    DialogSet,
    DialogTurnStatus,
    WaterfallDialog,
    WaterfallStepContext,
)
from botbuilder.dialogs.prompts import PromptOptions, TextPrompt
from botbuilder.schema import Activity, ActivityTypes

from bot.bench.measured import Work

_DIALOGUE: Final = "check_in"
_TEXT: Final = "text"
_HELLO: Final = "hallo"

Step = Callable[[Any], Awaitable[Any]]


class Waterfall:
    """A bot that asks as many questions as it is given answers, one a turn."""

    def __init__(self, answers: Sequence[str]) -> None:
        """Build the bot; every conversation of it is told these answers."""
        self._answers = answers
        self._state = ConversationState(MemoryStorage())
        self._dialogues = DialogSet(self._state.create_property("dialogues"))
        self._dialogues.add(TextPrompt(_TEXT))
        steps = [self._step(place) for place in range(len(answers) + 1)]
        self._dialogues.add(WaterfallDialog(_DIALOGUE, steps))
        self._adapter = TestAdapter(self._on_turn)
        self.ended: list[dict[str, str]] = []

    @property
    def said(self) -> list[str]:
        """All that the bot said."""
        return [each.text for each in self._adapter.activity_buffer]

    async def talks(self, count: int) -> Work:
        """Hold so many conversations; a unit is a turn."""
        self._adapter.activity_buffer.clear()
        self.ended.clear()
        began = time.perf_counter()
        for _ in range(count):
            for text in (_HELLO, *self._answers):
                activity = Activity(type=ActivityTypes.message, text=text)
                await self._adapter.process_activity(activity, self._on_turn)
        return Work(count * (len(self._answers) + 1), time.perf_counter() - began)

    async def _on_turn(self, context: TurnContext) -> None:
        dialogue = await self._dialogues.create_context(context)
        result = await dialogue.continue_dialog()
        if result.status == DialogTurnStatus.Empty:
            result = await dialogue.begin_dialog(_DIALOGUE)
        if result.status == DialogTurnStatus.Complete:
            self.ended.append(result.result)
        await self._state.save_changes(context)

    def _step(self, place: int) -> Step:
        async def _step(context: WaterfallStepContext) -> object:
            if place:
                context.values[str(place)] = context.result
            if place == len(self._answers):
                return await context.end_dialog(dict(context.values))
            asked = MessageFactory.text(f"Vraag {place + 1}: hoe ging het?")
            return await context.prompt(_TEXT, PromptOptions(prompt=asked))

        return _step
