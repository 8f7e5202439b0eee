"""The checker sees what it is there to see: each claim with a made-up history that keeps or breaks it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.checker import Attempt, Report, Seen, SeenCase, SeenRow, check

FIRST, SECOND = "II-2647-0001", "II-2647-0002"
LOG = Attempt("log", "70001", "agent", acknowledged=True, told=FIRST)
ACK = Attempt("acknowledge", FIRST, "bowen", acknowledged=True)
KEYS = (f"{FIRST}:home", f"{FIRST}:supplier", "event-1:told")
GOOD = Seen(
    cases=(SeenCase(FIRST, "70001", {"Status": "Acknowledged"}, ("home", "supplier")),),
    rows=(SeenRow(FIRST, {"Status": "Acknowledged", "Order #": "70001"}),),
    keys=KEYS,
    acknowledged=(FIRST,),
    told=(FIRST,),
    delivered=frozenset({*KEYS, FIRST}),
    statuses={f"on the row of {FIRST}": (0, 1, 2), f"on {FIRST}:home": (0, 1, 1, 2)},
    typed={"Defect tag of row 2": ("clasp", "clasp")},
)


def found(*history: Attempt, **changes: Any) -> Report:
    """What is found where everything is as in `GOOD` but for these changes."""
    return check(history or (LOG, ACK), replace(GOOD, **changes))


def test_a_history_that_keeps_every_promise_is_clean() -> None:
    """Two attempts, both acknowledged, both done once."""
    report = found()
    assert (report.is_clean, report.told()) == (True, "nothing lost, nothing twice")
    assert (report.attempted, report.acknowledged, report.applied) == (2, 2, 2)


def test_what_nobody_was_promised_may_have_been_done_or_not() -> None:
    """The bot died before it answered: one case or none, an acknowledgement or none."""
    silent = (replace(LOG, acknowledged=False, told=""), replace(ACK, acknowledged=False))
    assert found(*silent).is_clean
    assert check(silent, Seen()).is_clean


def test_what_was_typed_since_the_last_reading_need_not_be_in_the_store() -> None:
    """The bot reads a sheet once a minute; until then the person's word stands in the sheet alone."""
    cells = {"Status": "Acknowledged", "Order #": "70001", "Defect tag": "clasp"}
    cases = (SeenCase(FIRST, "70001", {**cells, "Defect tag": "ring"}, ("home", "supplier")),)
    read, typed = (
        {"cases": cases, "rows": (SeenRow(FIRST, cells),)},
        {f"Defect tag of {FIRST}": ("clasp", "clasp")},
    )
    assert found(**read, typed=typed).is_clean
    assert found(**read).wrong == (f"Defect tag of {FIRST} is 'clasp', the store has 'ring'",)


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"cases": (), "rows": (), "keys": (), "acknowledged": (), "told": ()}, "the case of order 70001"),
        ({"rows": ()}, f"the row of {FIRST}"),
        ({"keys": KEYS[1:]}, f"the post {FIRST}:home"),
        ({"keys": KEYS[::2]}, f"the post {FIRST}:supplier"),
        ({"acknowledged": (), "told": ()}, f"the acknowledgement of {FIRST}"),
        ({"told": ()}, f"the line that says so in the thread of {FIRST}"),
    ],
)
def test_what_was_promised_and_not_done_is_lost(changes: dict[str, Any], lost: str) -> None:
    """On whichever of its places it is missing."""
    assert lost in found(**changes).lost


@pytest.mark.parametrize(
    ("changes", "twice"),
    [
        ({"cases": (*GOOD.cases, SeenCase(SECOND, "70001"))}, "the case of order 70001, 2 times"),
        ({"rows": (*GOOD.rows, *GOOD.rows)}, f"the row of {FIRST}, 2 times"),
        ({"keys": (*KEYS, KEYS[0])}, f"the post {FIRST}:home, 2 times"),
        ({"keys": (*KEYS, KEYS[2])}, "the message event-1:told, 2 times"),
        ({"acknowledged": (FIRST, FIRST)}, f"the acknowledgement of {FIRST}, 2 times"),
        ({"told": (FIRST, FIRST, FIRST)}, f"the line that says so in the thread of {FIRST}, 3 times"),
    ],
)
def test_what_was_done_more_than_once_is_doubled(changes: dict[str, Any], twice: str) -> None:
    """Also where nobody was promised that it would be done."""
    assert twice in found(**changes).duplicated
    assert (
        twice
        in found(replace(LOG, acknowledged=False), replace(ACK, acknowledged=False), **changes).duplicated
    )


@pytest.mark.parametrize(
    ("history", "changes", "unexpected"),
    [
        ((ACK,), {}, "the case of order 70001"),
        ((replace(LOG, allowed=False), ACK), {}, "the case of order 70001"),
        ((LOG,), {}, f"the acknowledgement of {FIRST}"),
        ((LOG, replace(ACK, allowed=False)), {}, f"the acknowledgement of {FIRST}"),
        ((), {"rows": (*GOOD.rows, SeenRow(""))}, "the row of "),
        ((), {"rows": (*GOOD.rows, SeenRow(SECOND))}, f"the row of {SECOND}"),
        ((), {"keys": (*KEYS, f"{SECOND}:supplier")}, f"the post {SECOND}:supplier"),
        ((), {"told": (FIRST, SECOND)}, f"the line that says so in the thread of {SECOND}"),
    ],
)
def test_what_nobody_may_have_asked_for_is_unexpected(
    history: tuple[Attempt, ...], changes: dict[str, Any], unexpected: str
) -> None:
    """Nobody tried it, or it had to be refused."""
    assert unexpected in found(*history, **changes).unexpected


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"rows": (SeenRow(FIRST, {"Status": "Open"}),)}, "Status of II-2647-0001 is 'Open'"),
        ({"statuses": {"on the row of II-2647-0001": (0, 2, 1)}}, "backwards on the row of II-2647-0001"),
        ({"delivered": frozenset(KEYS)}, "no audit line for the row of II-2647-0001"),
        ({"delivered": frozenset({FIRST, *KEYS[:2]})}, "no audit line for event-1:told"),
        ({"pending": ("a row of II-2647-0002",)}, "still pending: a row of II-2647-0002"),
        ({"silent": ("event-9:told",)}, "nobody was told of the dead letter event-9:told"),
        (
            {"typed": {"Defect tag of row 2": ("clasp", "")}},
            "somebody typed 'clasp' into Defect tag of row 2",
        ),
    ],
)
def test_every_other_broken_promise_is_told(changes: dict[str, Any], wrong: str) -> None:
    """In a sentence that names it."""
    report = found(**changes)
    assert [line for line in report.wrong if wrong in line] != []
    assert (report.is_clean, wrong in report.told()) == (False, True)


def test_a_confirmation_that_names_another_case_is_wrong() -> None:
    """Somebody would look for the wrong one."""
    assert found(replace(LOG, told=SECOND), ACK).wrong == (
        f"agent was told {SECOND} about order 70001, which is {FIRST}",
    )


def test_many_findings_are_told_in_few_lines() -> None:
    """Ten of a kind, and how many more."""
    logs = [Attempt("log", str(number), "agent", acknowledged=True) for number in range(25)]
    assert check(logs, Seen()).told().splitlines()[-2:] == [
        "lost: the case of order 9",
        "lost: and 15 more",
    ]
