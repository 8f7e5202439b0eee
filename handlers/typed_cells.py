"""What the text of a cell in a case's row means, and whether it is what the case holds."""

from __future__ import annotations

from datetime import datetime

from config.desk import Desk
from config.model import Value, is_filled
from config.tracker import SYSTEM_COLUMNS, Column, Tracker
from handlers.answers import read_answer
from handlers.case import Case
from handlers.choices import Unfit, choose, fold
from handlers.conversation import state_meant
from handlers.derive import derived
from handlers.gate import DONE, finish
from handlers.place import PersonKey
from handlers.reading import Reading
from handlers.row import new_row, own_cells

OWN = frozenset(column.key for column in SYSTEM_COLUMNS) - {"status", "owner"}
"""System columns that only the bot fills in; a status and an owner are people's to change as well."""
UNKEPT = frozenset({"bot_key"})
"""What a row holds and its case does not: nothing can be said about it afterwards."""


def row_cells(case: Case, desk: Desk) -> dict[str, Value]:
    """Every cell the row of a case holds as far as the case knows, by column key; a blank one is ""."""
    cells = {**own_cells(case, desk), **new_row(case, desk, "").cells}
    return {key: value for key, value in cells.items() if key not in UNKEPT}


def bots_columns(case: Case, desk: Desk) -> frozenset[str]:
    """The columns of a case's row that the bot fills in and puts right: its own, and what follows from others."""
    return OWN | derived(desk.trackers[case.tracker], desk, case.values).keys()


def state_typed(desk: Desk, tracker: Tracker, typed: str) -> str | None:
    """The state of the tracker's flow that a text means: its name, or one of the desk's words for it."""
    flow = desk.flow_of(tracker)
    named = next((state for state in flow.states if fold(state) == fold(typed)), None)
    if named is None:
        meant = state_meant(desk, typed)
        named = finish(flow) if meant == DONE else meant
    return named if named in flow.states else None


def owner_typed(desk: Desk, typed: str) -> PersonKey | None:
    """The person a text names; None for a blank one.

    Raises:
        Unfit: nobody of the desk is called so.
    """
    if not typed.strip():
        return None
    return PersonKey(
        choose(typed, {person.name: key for key, person in desk.people.items() if person.active})
    )


def holds(case: Case, desk: Desk, key: str, typed: str, now: datetime) -> bool:
    """Whether a cell's text means what the case holds in that column; False for what cannot be read.

    A text in which something has to be masked is never what the case holds.
    """
    tracker = desk.trackers[case.tracker]
    try:
        if key == "status":
            return state_typed(desk, tracker, typed) == case.status
        if key == "owner":
            return owner_typed(desk, typed) == case.owner
        column = tracker.column(key)
        answer = None if column.type == "files" else read_answer(column, typed, Reading(desk, now))
    except (Unfit, KeyError):
        return False
    if answer is None:
        return not typed.strip() and not is_filled(case.values.get(key))
    return not answer.masked and _same(column, answer.value, case.values.get(key))


def _same(column: Column, one: Value, other: Value | None) -> bool:
    if column.type == "datetime" and isinstance(one, str) and isinstance(other, str):
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return one == other
