"""Files of a case on their way into its threads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config.model import Value
from config.texts import text
from handlers.case import Case
from handlers.effects import Say
from handlers.events import FileRef, Slot
from handlers.message import Message
from handlers.scene import Scene


def attached(scene: Scene[Any], case: Case, files: Mapping[str, tuple[str, ...]]) -> list[Say]:
    """Files by the column that holds them, said in the threads: all at home, the supplier's are those he sees.

    A file under a key that is no column was sent without being asked for, and stays at home.
    """
    post = scene.desk.trackers[case.tracker].supplier_post
    sees = post.sees if post is not None and case.requested_at is not None else ()
    by_slot: dict[Slot, list[str]] = {
        "home": [file for each in files.values() for file in each],
        "supplier": [file for key, each in files.items() if key in sees for file in each],
    }
    return [
        Say(
            f"{scene.event.id}:photos:{slot}",
            case.id,
            slot,
            Message(lines=(text("log.photos", count=len(given)),)),
            tuple(FileRef.parse(file) for file in given),
        )
        for slot, given in by_slot.items()
        if given
    ]


def only_new(files: Iterable[str], case: Case, key: str) -> tuple[str, ...]:
    """The files that a column of the case does not hold yet."""
    known = case.values.get(key)
    return tuple(file for file in files if not (isinstance(known, tuple) and file in known))


def united(*values: Value | None) -> tuple[str, ...]:
    """All files of these values, each once."""
    return tuple(dict.fromkeys(file for value in values if isinstance(value, tuple) for file in value))


def shown_to_supplier(scene: Scene[Any], case: Case) -> list[Say]:
    """The files of a case for a supplier who is asked only now."""
    held = {
        column.key: united(case.values.get(column.key))
        for column in scene.desk.trackers[case.tracker].columns
        if column.type == "files"
    }
    return [said for said in attached(scene, case, held) if said.slot == "supplier"]
