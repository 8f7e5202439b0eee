"""A case follows what people typed into its row: columns, status, owner; what it cannot follow is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.desk import Desk
from config.flow import Flow
from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import SUPPLIER
from handlers.answers import read_answer
from handlers.case import Case
from handlers.choices import Unfit
from handlers.derive import waits_for
from handlers.echo import echo
from handlers.effects import Say
from handlers.enter import asked_since, enter
from handlers.gate import broken_rule, gate
from handlers.message import Message
from handlers.move import with_answers
from handlers.place import Account, Actor
from handlers.plain import shorten
from handlers.reading import Reading
from handlers.scene import Scene
from handlers.show import BY_SHEET, person_name, shown
from handlers.typed_cells import bots_columns, owner_typed, state_typed

SAID = 80
"""Characters of a cell that are repeated in the thread."""
BLANK = "—"


def by_sheet(desk: Desk, account: Account) -> Actor:
    """Whoever typed in a sheet: Google does not say who that was, so nobody's name is put to it."""
    return Actor(account, BY_SHEET, person_name(desk, BY_SHEET), frozenset())


@dataclass(slots=True)
class Following:
    """A case on its way to hold what its row shows, and what is to be said about that."""

    scene: Scene[Any]
    case: Case
    told: list[str] = field(default_factory=list)
    is_new: bool = False
    """Whether the row is only becoming a case: then nothing of it is a change worth telling."""
    is_unclear: bool = False
    """Whether something could not be followed, so that somebody has to look."""
    masked: set[str] = field(default_factory=set)
    """Columns whose cell holds what must not stand anywhere."""

    @property
    def desk(self) -> Desk:
        """The case's desk."""
        return self.scene.desk

    @property
    def tracker(self) -> Tracker:
        """The case's tracker."""
        return self.desk.trackers[self.case.tracker]

    @property
    def flow(self) -> Flow:
        """The flow it moves in."""
        return self.desk.flow_of(self.tracker)

    def cells(self, cells: Mapping[str, str]) -> None:
        """Follow everything of a row that is people's to change; what they wrote in the bot's columns is passed over.

        Columns come first, since a status may need them; the owner last, since a status may bring one along.
        """
        self._columns(cells)
        if "status" in cells:
            self._status(cells["status"])
        if "owner" in cells:
            self._owner(cells["owner"])

    def _columns(self, cells: Mapping[str, str]) -> None:
        values: dict[str, Value] = {}
        cleared: set[str] = set()
        bots = bots_columns(self.case, self.desk)
        for column in self.tracker.columns:
            if column.key in cells and column.key not in bots:
                self._column(column, cells[column.key], values, cleared)
        if values or cleared:
            kept = {key: value for key, value in self.case.values.items() if key not in cleared}
            after = with_answers(self.scene, self.case.changed(self.scene.now, values=kept), values)
            self.case = after if self.is_new else asked_since(self.scene, self.case, after)

    def _column(self, column: Column, typed: str, values: dict[str, Value], cleared: set[str]) -> None:
        if column.type == "files":
            # Files are kept by reference and cannot be read out of a cell; that it changed is all there is to say.
            self._changed(column, echo(typed, SAID) or BLANK)
            return
        try:
            answer = read_answer(column, typed, Reading(self.desk, self.scene.now))
        except Unfit as unfit:
            self._unreadable(column.header, typed, str(unfit))
            return
        if answer is None:
            cleared.add(column.key)
            self._changed(column, BLANK)
            return
        values[column.key] = answer.value
        self._changed(column, shorten(shown(column, answer.value, self.desk), SAID))
        if answer.masked:
            self.masked.add(column.key)
            self.told.append(text("sheet.masked", column=column.header))

    def _changed(self, column: Column, after: str) -> None:
        if not self.is_new:
            value = self.case.values.get(column.key)
            before = BLANK
            if value is not None and is_filled(value):
                before = shorten(shown(column, value, self.desk), SAID)
            self.told.append(text("sheet.changed", column=column.header, before=before, after=after))

    def _status(self, typed: str) -> None:
        """Move the case to the state a text means: any state of its flow whose gate and rules let it in.

        A text that means no state stays where it is, and a closed case counts as open again.
        """
        state = state_typed(self.desk, self.tracker, typed)
        if state is None:
            self._unknown_status(typed)
        elif state != self.case.status:
            self._move(state)

    def _move(self, state: str) -> None:
        before = self.case.status
        missing = gate(self.flow, self.tracker, self.case.values, state)
        # A row that was closed when it was found is history: only the names it holds itself are looked at.
        actor = None if self.is_new and state in self.flow.closed else self.scene.actor
        broken = broken_rule(self.desk, self.tracker, self.case, state, actor)
        if missing:
            columns = ", ".join(self._named(column) for column in missing)
            self.told.append(text("sheet.gate", state=state, columns=columns, status=before))
        elif broken is not None:
            self.told.append(text("sheet.rule", state=state, why=broken, status=before))
        else:
            self.case = enter(self.scene, self.case, state)
            if not self.is_new:
                self.told.append(text("sheet.status", before=before, state=state))

    def _named(self, column: Column) -> str:
        """A column of a gate by its header, and what it waits for where the bot fills it in itself."""
        wanted = waits_for(self.tracker, self.desk, self.case.values, column.key)
        return text("sheet.waits_for", column=column.header, wanted=wanted) if wanted else column.header

    def _unknown_status(self, typed: str) -> None:
        self.is_unclear = True
        states = " / ".join(self.flow.states)
        self.told.append(text("sheet.unknown_status", typed=echo(typed, SAID) or BLANK, states=states))
        if self.case.status in self.flow.closed:
            ahead = [
                state for state in self.flow.moves.get(self.case.status, ()) if state not in self.flow.closed
            ]
            self.case = enter(self.scene, self.case, ahead[0] if ahead else self.flow.initial)

    def _owner(self, typed: str) -> None:
        """Give the case to the person a text names, or to nobody for a blank one."""
        try:
            owner = owner_typed(self.desk, typed)
        except Unfit as unfit:
            self._unreadable(text("card.owner"), typed, str(unfit))
            return
        if owner != self.case.owner:
            self.case = self.case.changed(self.scene.now, owner=owner)
            if not self.is_new:
                self.told.append(text("sheet.owner", owner=person_name(self.desk, owner)))

    def _unreadable(self, header: str, typed: str, why: str) -> None:
        self.is_unclear = True
        self.told.append(text("sheet.unreadable", column=header, typed=echo(typed, SAID), why=why))


def told(scene: Scene[Any], follow: Following, headline: str = "") -> Say:
    """What is said in the case's own thread; its owner is called where somebody of the desk has to look."""
    owner = follow.case.owner
    person = follow.desk.people.get(owner) if owner is not None and follow.is_unclear else None
    is_staff = person is not None and person.active and SUPPLIER not in person.roles
    mention = (owner,) if is_staff and owner is not None else ()
    message = Message(headline, tuple(follow.told), mention=mention)
    return Say(f"{scene.event.id}:told", follow.case.id, "home", message)
