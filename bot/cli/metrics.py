"""/metrics: the numbers of the rows, as Prometheus reads them; no label ever names a person.

On a port of its own, so that it is reached from where it should be and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import MachineClock
from storage import counts
from storage.counts import Counts
from storage.database import Database
from storage.errors import StorageError

_UNAVAILABLE: Final = 503

Labels = TypeVar("Labels", bound=tuple[str, ...])


def application(database: Database) -> Starlette:
    """Give the application that answers on the port of the metrics."""
    clock = MachineClock()

    async def _metrics(_request: Request) -> Response:
        try:
            async with database.read() as tx:
                counted = await counts.gather(tx)
        except StorageError as error:
            return PlainTextResponse(error.message, _UNAVAILABLE)
        return Response(exposition(counted, clock.now()), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", _metrics)])


def exposition(counted: Counts, now: datetime) -> bytes:
    """Write counts in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Counted(counted, now))
    return generate_latest(registry)


class _Counted(Collector):
    """Hands counts to Prometheus' library."""

    def __init__(self, counted: Counts, now: datetime) -> None:
        self._counted = counted
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        counted = self._counted
        events = {(outcome,): number for outcome, number in counted.events.items()}
        sends = {(state,): number for state, number in counted.messages.items()}
        due = {"nudges": counted.nudge_due, "messages": counted.message_due}
        yield _gauge("events", "Events heard, by outcome.", ("outcome",), events)
        yield _gauge(
            "nudges",
            "Nudges by state, and why they are in it.",
            ("state", "reason"),
            counted.nudges,
        )
        yield _gauge("sends", "Messages by state.", ("state",), sends)
        yield _gauge(
            "oldest_due_seconds",
            "How long the oldest thing that is due has waited.",
            ("queue",),
            {(queue,): self._age(moment) for queue, moment in due.items()},
        )

    def _age(self, due: datetime | None) -> float:
        return max((self._now - due).total_seconds(), 0.0) if due else 0.0


def _gauge(
    name: str, what: str, labels: tuple[str, ...], numbers: Mapping[Labels, float]
) -> Metric:
    family = GaugeMetricFamily(f"holdfast_{name}", what, labels=labels)
    for values, number in sorted(numbers.items()):
        family.add_metric(values, number)
    return family
