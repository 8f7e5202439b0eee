"""What a picture shows is what its digest says, and in words it is the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.render.facts import (
    ALTERNATIVE_MAX,
    MOST_ROWS,
    NAME,
    SHORTEST_NAME,
    Row,
    age_names,
    alternative,
    compared,
    facts,
)
from bot.render.render import data
from config.desk import Desk
from config.load import load_desks
from handlers.digest import Aged, Digest
from tests.bot.render.golden import GOLDEN, shown

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def mhj() -> Desk:
    """The desk."""
    return load_desks()["mhj"]


def digested(**changes: Any) -> Digest:
    """A digest in which nothing is, but for what is said."""
    return replace(Digest("mhj", TODAY, (), 0, 0, 0, (), (), ()), **changes)


def test_the_fullest_tracker_comes_first(mhj: Desk) -> None:
    """With its title, and its cases from new to old."""
    found = facts(
        mhj, digested(open=9, ages=(Aged("item-issue", (1, 0, 0, 1)), Aged("refund", (0, 3, 4, 0))))
    )
    assert found.rows == (
        Row("refund", mhj.trackers["refund"].title, (0, 3, 4, 0)),
        Row("item-issue", mhj.trackers["item-issue"].title, (1, 0, 0, 1)),
    )


def test_more_trackers_than_fit_are_added_up(mhj: Desk) -> None:
    """Nothing is lost: the last row has the sum of those that have none of their own."""
    tracker = mhj.trackers["item-issue"]
    keys = [f"tracker-{at}" for at in range(14)]
    crowded = mhj.model_copy(update={"trackers": dict.fromkeys(keys, tracker)})
    ages = tuple(Aged(key, (at, 1, 0, 2)) for at, key in enumerate(keys))
    rows = facts(crowded, digested(ages=ages)).rows
    assert len(rows) == MOST_ROWS
    assert rows[-1] == Row("", "5 more", (0 + 1 + 2 + 3 + 4, 5, 0, 10))
    assert sum(row.total for row in rows) == sum(sum(one.counts) for one in ages)


@pytest.mark.parametrize(
    ("trend", "days"),
    [
        ({}, []),
        ({TODAY: 5}, []),
        ({TODAY - timedelta(days=1): 5}, [None] * 13 + [5]),
        ({TODAY - timedelta(days=14): 1, TODAY - timedelta(days=15): 9}, [1] + [None] * 13),
    ],
    ids=["nobody counted", "today is no day before", "yesterday", "longer ago"],
)
def test_the_trend_has_the_fourteen_days_before(
    mhj: Desk, trend: Mapping[date, int], days: list[int | None]
) -> None:
    """Every day has its place, counted or not; without any there is no chart."""
    found = facts(mhj, digested(trend=tuple(trend.items()), open=5))
    assert [count for _, count in found.days] == days
    assert [on for on, _ in found.days] == [TODAY - timedelta(days=ago) for ago in range(len(days), 0, -1)]


def test_a_title_is_one_line_of_what_can_be_seen(mhj: Desk) -> None:
    """What would turn the direction of the text, break the line or fill the picture is not in a name."""
    title = "Pay\u202epal\n and \u200bmore " + "x" * 100
    name = facts(mhj.model_copy(update={"title": title}), digested()).title
    assert name.startswith("Paypal and more xxx")
    assert len(name) == NAME


@pytest.mark.parametrize("name", GOLDEN)
def test_the_words_hold_every_number_of_the_picture(name: str) -> None:
    """Exactly, where the picture has it short; and nobody has to see a colour."""
    found = GOLDEN[name]
    said = alternative(found)
    numbers = re.findall(r"\d+", said.replace(",", " "))
    wanted = [found.open, found.overdue, found.today, found.stale, found.unowned, *found.counted]
    wanted += [count for row in found.rows for count in row.counts]
    assert [number for number in wanted if str(number) not in numbers] == []
    assert [row.name for row in found.rows if row.name[:SHORTEST_NAME] not in said] == []


def test_the_words_fit_where_slack_takes_them() -> None:
    """Ten trackers with the longest titles keep all their numbers; the titles are cut, all alike."""
    rows = [
        Row(f"key-{at}", f"{at} {'x' * NAME}"[:NAME], (100, 200, 300, 400 + at)) for at in range(MOST_ROWS)
    ]
    said = alternative(shown(rows, [1_000] * 14)).splitlines()
    assert len("\n".join(said)) <= ALTERNATIVE_MAX
    assert [line.partition(": ")[2] for line in said[2:12]] == [
        f"100, 200, 300, {400 + at}" for at in range(10)
    ]
    assert len({len(line) for line in said[2:12]}) == 1


def test_even_what_cannot_be_is_not_too_long() -> None:
    """Numbers beyond all sense are cut rather than refused by Slack."""
    rows = [Row(f"key-{at}", "x" * NAME, (10**30,) * 4) for at in range(MOST_ROWS)]
    assert len(alternative(shown(rows, [10**30] * 14))) <= ALTERNATIVE_MAX


def test_the_words_of_a_digest() -> None:
    """One fact a line, the title first."""
    found = shown(
        [Row("refund", "Refund", (1, 2, 0, 3))], [None] * 12 + [4, 1], overdue=1, stale=2, unowned=1
    )
    assert alternative(found).splitlines() == [
        "MHJ support, 23 Nov 2026: 6 open. 1 overdue, 0 due today, 2 stale, 1 with nobody.",
        "Open cases by age (< 1 d, 1–3 d, 3–7 d, 7 d +):",
        "Refund: 1, 2, 0, 3",
        "Open at the end of each day from 9 Nov 2026 on: –, –, –, –, –, –, –, –, –, –, –, –, 4, 1; today: 6.",
        "6 today; 2.5 on an average day before.",
    ]


@pytest.mark.parametrize(
    ("days", "said"),
    [([4, 1], "2.5"), ([3, 3], "3"), ([9, 12], "10"), ([9_000, 9_002], "9,001"), ([None, 0], "0")],
)
def test_an_average_is_as_exact_as_it_is_of_use(days: list[int | None], said: str) -> None:
    """One place after the point where there are few, and none where there is nothing to say."""
    assert compared(shown([], days, open=6)) == f"6 today; {said} on an average day before."


def test_every_age_has_its_column() -> None:
    """However the ages are parted, a row has as many numbers as the picture has columns."""
    usual = data(GOLDEN["usual"])
    assert {len(row["counts"]) for row in usual["rows"]} == {len(age_names())}
