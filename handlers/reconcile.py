"""What people did to the sheet by hand. A person's edit wins: it is credited, told in the thread, never reverted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from config.model import Value
from config.texts import text
from config.tracker import SYSTEM_COLUMNS, Column, Tracker
from handlers.answers import Reading, Unfit, choose, read_answer
from handlers.card import short
from handlers.case import Case
from handlers.conversation import state_meant
from handlers.decision import NOTHING, Audit, Decision
from handlers.derive import derived
from handlers.effects import Effect, RecordRow, Say
from handlers.events import RowTyped, SheetEdited
from handlers.message import Message
from handlers.move import cards, enter, gate, with_answers
from handlers.place import PersonKey
from handlers.row import changed_row, own_cells
from handlers.scene import Need, Scene

BY_SHEET = PersonKey("sheet")
OWN = frozenset(column.key for column in SYSTEM_COLUMNS) - {"status", "owner"}
"""Columns that only the bot writes: a person's edit there is put right again from the store."""


def need_case(scene: Scene[SheetEdited]) -> Need:
    """The case whose row was edited."""
    return Need(case=scene.event.case)


def decide_edited(scene: Scene[SheetEdited]) -> Decision:
    """Cells of a case's row were changed by hand: follow what can be read, and say what cannot."""
    case = scene.found.case
    if case is None:
        return NOTHING
    tracker = scene.desk.trackers[case.tracker]
    told: list[str] = []
    after = _with_columns(scene, case, tracker, told)
    after = _with_owner(scene, after, told)
    after = _with_status(scene, after, tracker, told)
    own = {
        key: value
        for key, value in own_cells(case, scene.desk).items()
        if key in OWN and key in scene.event.cells
    }
    effects: list[Effect] = [RecordRow(case.id, case.tracker, own, soon=True)] if own else []
    if not told:
        return Decision((), tuple(effects)) if effects else NOTHING
    effects += _untyped(changed_row(case, after, scene.desk, soon=True), scene.event.cells)
    effects += cards(scene, after)
    effects.append(Say(f"{scene.event.id}:told", case.id, "home", Message(text("sheet.edited"), tuple(told))))
    audit = Audit("edited", case.id, text("history.edited_in_sheet", what=short("; ".join(told), 500)))
    return Decision((after.changed(scene.now),), tuple(effects), (audit,))


def _untyped(rows: tuple[RecordRow, ...], typed: Mapping[str, str]) -> list[Effect]:
    """The cells to write because of an edit: never the ones the person typed themselves."""
    kept = [(row, {key: value for key, value in row.cells.items() if key not in typed}) for row in rows]
    return [replace(row, cells=cells) for row, cells in kept if cells]


def _with_columns(scene: Scene[SheetEdited], case: Case, tracker: Tracker, told: list[str]) -> Case:
    values: dict[str, Value] = {}
    cleared: set[str] = set()
    for column in tracker.columns:
        if column.key not in scene.event.cells or column.type == "files":
            continue
        typed = scene.event.cells[column.key]
        value = _read(scene, column, typed, told)
        if value is None and typed.strip():
            continue
        if value is None:
            cleared.add(column.key)
        else:
            values[column.key] = value
        before = str(case.values.get(column.key, "")) or text("update.cleared")
        told.append(
            text(
                "sheet.changed", column=column.header, before=short(before, 80), after=short(typed, 80) or "—"
            )
        )
    kept = {key: value for key, value in case.values.items() if key not in cleared}
    return with_answers(scene, case.changed(scene.now, values=kept), values) if values or cleared else case


def _read(
    scene: Scene[SheetEdited] | Scene[RowTyped], column: Column, typed: str, told: list[str]
) -> Value | None:
    try:
        answer = read_answer(column, typed, Reading(scene.desk, scene.now))
    except Unfit as unfit:
        told.append(text("sheet.unreadable", column=column.header, typed=short(typed, 80), why=str(unfit)))
        return None
    return answer.value if answer else None


def _with_owner(scene: Scene[SheetEdited], case: Case, told: list[str]) -> Case:
    typed = scene.event.cells.get("owner", "").strip()
    if not typed:
        return case
    try:
        owner = PersonKey(choose(typed, {person.name: key for key, person in scene.desk.people.items()}))
    except Unfit as unfit:
        told.append(text("sheet.unreadable", column="Owner", typed=short(typed, 80), why=str(unfit)))
        return case
    told.append(text("sheet.owner", owner=scene.desk.people[owner].name))
    return case.changed(scene.now, owner=owner)


def _with_status(scene: Scene[SheetEdited], case: Case, tracker: Tracker, told: list[str]) -> Case:
    typed = scene.event.cells.get("status", "").strip()
    flow = scene.desk.flow_of(tracker)
    if not typed:
        return case
    state = next((state for state in flow.states if state.casefold() == typed.casefold()), None)
    state = state or state_meant(scene.desk, typed)
    state = flow.finished if state == "Done" else state
    if state not in flow.states:
        told.append(text("sheet.unknown_status", typed=short(typed, 80), states=" / ".join(flow.states)))
        return case
    if state == case.status:
        return case
    missing = gate(flow, tracker, case.values, state)
    if missing:
        columns = ", ".join(column.header for column in missing)
        told.append(text("sheet.gate", state=state, columns=columns, status=case.status))
        return case
    told.append(text("sheet.status", before=case.status, state=state))
    return enter(scene, case, state)


def need_typed(scene: Scene[RowTyped]) -> Need:
    """A row typed by hand gets the next case id of its tracker."""
    tracker = scene.desk.trackers.get(scene.event.tracker)
    return Need(next_id_for=tracker) if tracker else Need()


def decide_typed(scene: Scene[RowTyped]) -> Decision:
    """Adopt a row that somebody typed by hand: it becomes a case, credited to the sheet, owned as declared."""
    tracker = scene.desk.trackers.get(scene.event.tracker)
    if tracker is None or scene.found.next_id is None:
        return NOTHING
    told: list[str] = []
    read = {
        column.key: _read(scene, column, scene.event.cells.get(column.key, ""), told)
        for column in tracker.columns
        if column.type != "files"
    }
    values = {key: value for key, value in read.items() if value is not None}
    flow = scene.desk.flow_of(tracker)
    owner = tracker.owner_by_state.get(flow.initial, tracker.owner)
    case = Case(
        id=scene.found.next_id,
        desk=scene.desk.key,
        tracker=tracker.key,
        status=flow.initial,
        owner=PersonKey(owner) if owner in scene.desk.people else None,
        reporter=BY_SHEET,
        opened_at=scene.now,
        changed_at=scene.now,
        source="sheet",
        values={**values, **derived(tracker, scene.desk, values)},
    )
    notes = Message(lines=(text("sheet.adopted", row=scene.event.row), *told))
    effects: tuple[Effect, ...] = (*cards(scene, case), Say(f"{scene.event.id}:told", case.id, "home", notes))
    return Decision(
        (case,), effects, (Audit("adopted", case.id, text("history.adopted", row=scene.event.row)),)
    )
