"""What the comparison of two databases sees, and what it does not."""

from __future__ import annotations

from tests.kills.rows import Difference

A, B = ("chat hallo", "chat hallo 1"), ("chat dag", "chat dag 2")
ELSEWHERE = ("chat hallo", "chat hallo 3")


def test_the_same_rows_in_another_order_are_no_difference() -> None:
    assert not Difference.between([A, B], [B, A])


def test_a_row_that_is_missing_is_lost() -> None:
    difference = Difference.between([A, B], [A])

    assert str(difference) == "lost:    chat dag\n1 rows differ"


def test_a_row_that_is_there_twice_is_doubled() -> None:
    difference = Difference.between([A], [A, A])

    assert difference
    assert str(difference) == "doubled: chat hallo\n0 rows differ"


def test_a_row_that_points_elsewhere_is_a_difference_too() -> None:
    difference = Difference.between([A], [ELSEWHERE])

    assert difference
    assert (difference.lost.total(), difference.doubled.total()) == (0, 0)
