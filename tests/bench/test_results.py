"""What is told of a run: every ratio, every missed aim with its size, little of the machine."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from bot.bench.measured import Load, Rounds, Work, duel
from bot.bench.report import BEGIN, END, page, show
from bot.bench.results import AIMS, FIGURE_AIMS, Compared, Figure, Machine, Results, to_json
from bot.errors import BadContent

MET = {"engine_turn_vs_botbuilder_dialogs": 41.0, "durable_turn_vs_botbuilder_dialogs": 1.0,
       "plan_100k_vs_apscheduler": 50.5, "fire_20k_vs_apscheduler": 3.0,
       "claim_cost_1m_vs_10k": 1.3}  # fmt: skip


FIGURES_MET = {"slack_ack_ms_p99": 300.0, "slack_lost": 0.0, "slack_stalled_ack_ms_p95": 300.0,
               "slack_stalled_ack_ms_max": 2_500.0, "slack_stalled_lost": 0.0,
               "slack_send_utilisation": 95.0, "slack_send_refused": 0.0,
               "reply_wait_ms_p99": 2_000.0}  # fmt: skip


def results(**changed: float) -> Results:
    there = MET | FIGURES_MET | changed
    compared = tuple(
        Compared(name, "SQLite", 0.001, 0.001 * there[name], there[name]) for name in MET
    )
    slower = Compared("fire_20k_vs_apscheduler", "PostgreSQL", 1.0, 0.1, 0.1)
    found = [Figure(name, "SQLite", there[name], "") for name in FIGURES_MET]
    own = (Figure("turns", "SQLite", 123.4, "/s"), *found,
           Figure("slack_ack_ms_p99", "PostgreSQL", 9_000.0, "ms"))  # fmt: skip
    return Results(Machine(2, "3.11.7"), (*compared, slower), own, ("PostgreSQL: none.",))


def shown(found: Results) -> str:
    out = io.StringIO()
    show(found, Console(file=out, width=300))
    return out.getvalue()


def test_every_ratio_stands_in_the_json() -> None:
    told = json.loads(json.dumps(to_json(results())))

    assert set(told["ratios"]) == {aim.name for aim in AIMS} == set(MET)
    assert told["machine"] == {"cores": 2, "python": "3.11.7"}
    assert told["missed"] == []


def test_a_ratio_is_that_of_sqlite() -> None:
    assert results().ratios["fire_20k_vs_apscheduler"] == 3.0


@pytest.mark.parametrize(
    ("name", "ratio", "size"),
    [
        ("engine_turn_vs_botbuilder_dialogs", 30.0, "missed: 0.75 of it"),
        ("claim_cost_1m_vs_10k", 2.6, "missed: 0.5 of it"),
    ],
)
def test_a_missed_aim_is_named_with_its_size(name: str, ratio: float, size: str) -> None:
    found = results(**{name: ratio})

    assert [aim.name for aim in found.missed] == [name]
    assert to_json(found)["missed"] == [name]
    assert size in shown(found)
    assert f"Missed: {name} is {ratio:.3g}" in shown(found)


def test_every_aim_stands_in_the_json_and_is_met_at_its_edge() -> None:
    told = to_json(results())

    assert set(FIGURES_MET) == {aim.name for aim in FIGURE_AIMS}
    assert set(told["aims"]) == {aim.name for aim in (*AIMS, *FIGURE_AIMS)}  # type: ignore[call-overload]
    assert told["missed"] == []


def test_a_figure_is_aimed_at_on_sqlite() -> None:
    assert results().aimed["slack_ack_ms_p99"] == 300.0


@pytest.mark.parametrize(
    ("name", "value", "size"),
    [
        ("slack_ack_ms_p99", 600.0, "missed: 0.5 of it"),
        ("slack_stalled_lost", 1.0, "missed"),
        ("slack_send_utilisation", 47.5, "missed: 0.5 of it"),
    ],
)
def test_a_missed_figure_is_named_too(name: str, value: float, size: str) -> None:
    found = results(**{name: value})

    assert to_json(found)["missed"] == [name]
    assert size in shown(found)
    assert f"Missed: {name} is {value:.3g}" in shown(found)


def test_what_was_left_out_is_said() -> None:
    assert "PostgreSQL: none." in shown(results())


def test_a_page_is_changed_between_its_marks_only() -> None:
    before = f"# Ours\n\n{BEGIN}\nfrom before\n{END}\n\nOurs too.\n"

    after = page(before, results())

    assert after.startswith(f"# Ours\n\n{BEGIN}\n")
    assert after.endswith(f"{END}\n\nOurs too.\n")
    assert "from before" not in after
    assert "Measured on 2 cores with Python 3.11.7." in after
    assert page(after, results()) == after


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(BadContent, match="no place for results"):
        page("# Ours\n", results())


def test_a_side_is_the_median_of_its_rounds() -> None:
    rounds = Rounds((Work(10, 1.0), Work(10, 5.0), Work(20, 4.0)))

    assert rounds.each == 0.2
    assert rounds.a_second == 5.0
    assert rounds.units == 40


async def test_sides_work_in_turn_after_both_are_warm() -> None:
    done: list[tuple[str, int]] = []

    async def ours(count: int) -> Work:
        done.append(("ours", count))
        return Work(count, 1.0)

    async def theirs(count: int) -> Work:
        done.append(("theirs", count))
        return Work(count, 4.0)

    found = await duel(Load(ours, 20), Load(theirs, 10), rounds=2)

    warm = [("ours", 2), ("theirs", 1)]
    assert done == [*warm, ("ours", 20), ("theirs", 10), ("ours", 20), ("theirs", 10)]
    assert found.ratio == 8.0
