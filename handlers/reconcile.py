"""What people did to the sheet by hand. A person's edit wins: it is credited, told in the thread, never reverted."""

from __future__ import annotations

from collections.abc import Mapping

from config.model import Value
from config.texts import text
from handlers.adopt import decide_typed, need_typed
from handlers.case import Case
from handlers.decision import NOTHING, Audit, Decision
from handlers.effects import Effect, RecordRow
from handlers.events import SheetEdited
from handlers.follow import Following, told
from handlers.move import cards
from handlers.owner_told import owner_told
from handlers.plain import shorten
from handlers.request_changed import told_of_change, told_of_end
from handlers.row import changed_row
from handlers.scene import Need, Scene
from handlers.typed_cells import bots_columns, row_cells, state_typed

HISTORY = 500
"""Characters of what was typed that the case's history keeps."""


def need_case(scene: Scene[SheetEdited]) -> Need:
    """The case whose row was edited."""
    return Need(case=scene.event.case)


def decide_edited(scene: Scene[SheetEdited]) -> Decision:
    """Cells of a case's row were changed by hand: follow what can be read, and say what cannot.

    The cells stay as they were typed. Only the bot's own columns are put right from the case.
    """
    case, cells = scene.found.case, scene.event.cells
    if case is None:
        return NOTHING
    follow = Following(scene, case)
    follow.cells(cells)
    right = _right(case, follow, cells)
    effects: list[Effect] = [RecordRow(case.id, case.tracker, right, soon=True)] if right else []
    own = sorted(cells.keys() & right.keys() & bots_columns(follow.case, scene.desk))
    audit = [Audit("put_right", case.id, "", {"columns": ", ".join(own)})] if own else []
    if not follow.told:
        return Decision((), tuple(effects), tuple(audit))
    changed = (follow.case,) if follow.case is not case else ()
    if changed:
        effects += [*cards(scene, follow.case), *told_of_change(scene, case, follow.case)]
        effects += told_of_end(scene, case, follow.case)
        effects += owner_told(scene, case, follow.case)
    effects.append(told(scene, follow, text("sheet.edited")))
    what = text("history.edited_in_sheet", what=shorten("; ".join(follow.told), HISTORY))
    return Decision(changed, tuple(effects), (Audit("edited", case.id, what), *audit))


def _right(before: Case, follow: Following, cells: Mapping[str, str]) -> dict[str, Value]:
    """The cells to write: what follows from the edit, and the bot's own; what was typed stays as it was typed.

    What must not stand anywhere is masked in the sheet, too.
    """
    after, desk = follow.case, follow.desk
    whole, bots = row_cells(after, desk), bots_columns(after, desk)
    changed = {key for row in changed_row(before, after, desk) for key in row.cells}
    kept = cells.keys() - bots - follow.masked - _overruled(before, follow, cells)
    own = cells.keys() & bots & whole.keys()
    return {key: whole.get(key, "") for key in sorted((changed - kept) | own | follow.masked)}


def _overruled(before: Case, follow: Following, cells: Mapping[str, str]) -> set[str]:
    """The status, where the case went on to another one than was typed, as one that starts anew may."""
    state = state_typed(follow.desk, follow.tracker, cells.get("status", ""))
    moved = state is not None and follow.case.status not in (before.status, state)
    return {"status"} if moved else set()


__all__ = ["decide_edited", "decide_typed", "need_case", "need_typed"]
