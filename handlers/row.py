"""A case as its row on the tracker: column keys to values, the bot's own columns included."""

from __future__ import annotations

from collections.abc import Mapping

from config.desk import Desk
from config.model import Value
from handlers.case import Case
from handlers.effects import RecordRow
from handlers.events import FileRef
from handlers.place import CaseId
from handlers.show import person_name


def new_row(case: Case, desk: Desk, key: str) -> RecordRow:
    """The row of a case that was just filed; `key` is the event's id, kept as the bot's key of the row."""
    cells: dict[str, Value] = dict(case.values)
    cells |= {
        "case_id": case.id,
        "status": case.status,
        "owner": person_name(desk, case.owner) if case.owner else "",
        "logged_at": case.opened_at.isoformat(timespec="seconds"),
        "logged_by": person_name(desk, case.reporter),
        "source": case.source,
        "bot_key": key,
    }
    return RecordRow(case.id, case.tracker, _named(cells, case, desk), new=True)


def changed_row(before: Case, after: Case, desk: Desk, *, soon: bool = False) -> tuple[RecordRow, ...]:
    """The cells that differ between two states of a case; nothing when none does."""
    cells: dict[str, Value] = {
        key: value for key, value in after.values.items() if before.values.get(key) != value
    } | {key: "" for key in before.values if key not in after.values}
    for key, value in own_cells(after, desk).items():
        if own_cells(before, desk)[key] != value:
            cells[key] = value
    if not cells:
        return ()
    peoples = {column.key for column in desk.trackers[after.tracker].columns} | {"status", "owner"}
    held = {**before.values, **own_cells(before, desk)}
    was = {key: held.get(key, "") for key in cells.keys() & peoples}
    named, before_it = _named(cells, after, desk), _named(was, before, desk)
    return (RecordRow(CaseId(after.id), after.tracker, named, soon=soon, was=before_it),)


def own_cells(case: Case, desk: Desk) -> Mapping[str, Value]:
    """The bot's own columns of a case that change during its life."""
    return {
        "status": case.status,
        "owner": person_name(desk, case.owner) if case.owner else "",
        "post_link": case.post_link,
        "posted_by": "Deskbell" if case.post_link else "",
        "ack_by": person_name(desk, case.acknowledged_by) if case.acknowledged_by else "",
        "ack_at": case.acknowledged_at.isoformat(timespec="seconds") if case.acknowledged_at else "",
        "closed_at": case.closed_at.isoformat(timespec="seconds") if case.closed_at else "",
    }


def _named(cells: Mapping[str, Value], case: Case, desk: Desk) -> dict[str, Value]:
    """Cells as people read them: a sheet knows no keys of people and no ids of files."""
    columns = {column.key: column for column in desk.trackers[case.tracker].columns}
    return {
        key: _readable(columns[key].type, value, desk) if key in columns else value
        for key, value in cells.items()
    }


def _readable(kind: str, value: Value, desk: Desk) -> Value:
    if kind == "person" and value:
        return person_name(desk, str(value))
    if kind == "files" and isinstance(value, tuple):
        return tuple(FileRef.parse(stored).name for stored in value)
    return value
