"""Rows that people typed by hand: each becomes a case, credited to the sheet, owned as its tracker declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from config.desk import Desk
from config.model import Value, is_filled
from config.texts import text
from config.tracker import SYSTEM_COLUMNS, Tracker
from handlers.answers import read_answer
from handlers.case import Case
from handlers.choices import Unfit
from handlers.decision import NOTHING, Audit, Decision
from handlers.effects import Effect, RecordRow
from handlers.enter import owner_named
from handlers.events import RowTyped
from handlers.follow import Following, told
from handlers.move import cards
from handlers.place import CaseId, PersonKey
from handlers.reading import Reading
from handlers.repeat import first_time
from handlers.scene import Need, Scene
from handlers.show import BY_SHEET
from handlers.typed_cells import bots_columns, owner_typed, row_cells

LOGGED_AT = next(column for column in SYSTEM_COLUMNS if column.key == "logged_at")


def need_typed(scene: Scene[RowTyped]) -> Need:
    """The case itself where the row already shows an id that was kept for it; else the next id of the tracker."""
    kept = scene.event.cells.get("case_id")
    if kept:
        return Need(case=CaseId(kept))
    tracker = scene.desk.trackers.get(scene.event.tracker)
    return Need(next_id_for=tracker) if tracker else Need()


def decide_typed(scene: Scene[RowTyped]) -> Decision:
    """Adopt a row; what cannot be followed is said. Cells stay as they were typed, the bot fills in its own.

    The supplier is not asked: what was typed may have been settled long ago. A row typed as closed is taken in
    without a word.
    """
    tracker = scene.desk.trackers.get(scene.event.tracker)
    ident = scene.event.cells.get("case_id") or scene.found.next_id
    if tracker is None or not ident or scene.found.case is not None:
        return NOTHING
    cells = {key: typed for key, typed in scene.event.cells.items() if typed.strip()}
    follow = Following(scene, _blank_case(scene, tracker, CaseId(ident)), is_new=True)
    follow.cells(cells)
    follow.case = replace(follow.case, requested_at=None)
    missing = missing_columns(tracker, follow.case.values, cells)
    if missing:
        follow.told.append(text("sheet.missing", columns=", ".join(missing)))
    case = follow.case
    effects: list[Effect] = [RecordRow(case.id, tracker.key, _lacking(scene, follow, cells), soon=True)]
    if case.closed_at is None:
        follow.told.insert(0, text("sheet.adopted", row=scene.event.row))
        effects += [*cards(scene, case), told(scene, follow)]
    adopted = Audit("adopted", case.id, text("history.adopted", row=scene.event.row))
    return Decision((case,), tuple(effects), (adopted,))


def _blank_case(scene: Scene[RowTyped], tracker: Tracker, ident: CaseId) -> Case:
    """The case before its row is read, but for who logged it and when, where the row says so."""
    desk, initial = scene.desk, scene.desk.flow_of(tracker).initial
    reporter = _reporter(scene)
    return Case(
        id=ident,
        desk=desk.key,
        tracker=tracker.key,
        status=initial,
        owner=owner_named(desk, tracker.owner_by_state.get(initial, tracker.owner), reporter),
        reporter=reporter,
        opened_at=_opened(scene),
        changed_at=scene.now,
        source="sheet",
        values=first_time(tracker, desk, _opened(scene)),
    )


def _reporter(scene: Scene[RowTyped]) -> PersonKey:
    try:
        return owner_typed(scene.desk, scene.event.cells.get("logged_by", "")) or BY_SHEET
    except Unfit:
        return BY_SHEET


def _opened(scene: Scene[RowTyped]) -> datetime:
    """When the row says it was logged; now where it says nothing that can be read, or a moment to come."""
    try:
        answer = read_answer(LOGGED_AT, scene.event.cells.get("logged_at"), Reading(scene.desk, scene.now))
    except Unfit:
        return scene.now
    return min(datetime.fromisoformat(str(answer.value)), scene.now) if answer else scene.now


def _lacking(scene: Scene[RowTyped], follow: Following, cells: Mapping[str, str]) -> dict[str, Value]:
    """What the row still lacks: the bot's columns. What people typed stays as they typed it."""
    whole = {**row_cells(follow.case, scene.desk), "bot_key": str(scene.event.id)}
    peoples = cells.keys() - bots_columns(follow.case, scene.desk) - follow.masked
    wanted = {key for key, value in whole.items() if is_filled(value) or key in cells}
    return {key: whole[key] for key in sorted(wanted - peoples - {"case_id"})}


def missing_columns(tracker: Tracker, values: Mapping[str, Value], cells: Mapping[str, str]) -> list[str]:
    """The headers of columns that a case must have from the start and that a row leaves blank.

    Files cannot be typed into a cell, so none of theirs is missing.
    """
    return [
        column.header
        for column in tracker.of_step("log")
        if column.type != "files" and column.is_required(values) and not cells.get(column.key, "").strip()
    ]


def is_complete(tracker: Tracker, desk: Desk, cells: Mapping[str, str], now: datetime) -> bool:
    """Whether a row typed by hand has everything that a case must have from the start."""
    values: dict[str, Value] = {}
    for column in tracker.of_step("log"):
        try:
            answer = read_answer(column, cells.get(column.key), Reading(desk, now))
        except Unfit:
            continue
        if answer is not None:
            values[column.key] = answer.value
    return not missing_columns(tracker, values, cells)
