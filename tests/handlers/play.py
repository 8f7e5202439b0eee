"""A desk in memory: a small program that loads and stores what the intake does, so that rules meet whole dialogs.

It keeps cases, posts, rows and histories, delivers effects at once (or late, where a test says so), and refuses what
no store or platform could take: see `tests.handlers.refused_by_world`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from config.desk import Desk
from config.model import Value
from handlers import router
from handlers.access import actor_on
from handlers.card import card
from handlers.case import Case, HistoryLine
from handlers.decision import Audit, Decision
from handlers.duplicates import duplicates_key, search_term, search_terms
from handlers.effects import Direct, Effect, RecordRow, Reply, Say, SendAgain, ShowCard, ShowGuide, Whisper
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    Event,
    FileRef,
    FormChanged,
    FormSubmitted,
    MessageLogged,
    MessagePosted,
    PostLanded,
    ReactionAdded,
    RowGone,
    RowRecorded,
    RowTyped,
    SheetEdited,
    Slot,
)
from handlers.follow import by_sheet
from handlers.form import Form
from handlers.message import Button, Message
from handlers.place import SYSTEM, Account, Actor, CaseId, EventId, Place
from handlers.scene import Found, Need, Scene
from handlers.wound import wound
from tests.handlers.refused_by_world import check_decision

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CSR = Place("slack", "C0CSR")
SUPPLIER = Place("slack", "C0SUPPLIER")
LEADS = Place("slack", "C0LEADS")
CHARGEBACKS = Place("slack", "C0CHARGEBACKS")
ELSEWHERE = Place("slack", "C0RANDOM")
DIRECT = Place("slack", "D0SOMEBODY", direct=True)
STRANGER = "stranger"
OWN_EVENTS = (PostLanded, RowRecorded, RowGone)


@dataclass(frozen=True)
class Outcome:
    """What came of one event, as its actor and as everybody else saw it."""

    event: Event
    decision: Decision

    @property
    def form(self) -> Form:
        """The form that opened."""
        assert self.decision.form is not None, f"no form, but {self.words!r}"
        return self.decision.form

    @property
    def messages(self) -> list[Message]:
        """What the actor alone was told: at once, or in words that only they see."""
        told = [self.decision.answer] if self.decision.answer is not None else []
        return told + [
            effect.message
            for effect in self.decision.effects
            if isinstance(effect, Whisper | Reply) and effect.key.startswith(f"{self.event.id}:")
        ]

    @property
    def words(self) -> str:
        """Everything the actor was told, as one text."""
        return "\n".join(everything(message) for message in self.messages)

    @property
    def buttons(self) -> list[Button]:
        """The buttons the actor was shown."""
        return [button for message in self.messages for button in message.buttons]

    @property
    def faults(self) -> dict[str, str]:
        """Sentences by question, of the form that was sent or of the one that opened."""
        form = self.decision.form.faults if self.decision.form is not None else ()
        return {fault.key: fault.sentence for fault in (*self.decision.faults, *form)}

    @property
    def changed_nothing(self) -> bool:
        """Whether no case was stored and nobody but the actor was told anything."""
        others = [effect for effect in self.decision.effects if not isinstance(effect, Whisper | Reply)]
        return not self.decision.cases and not others

    @property
    def is_refused(self) -> bool:
        """Whether it was refused: nothing happened, the audit trail says so, and the actor knows why."""
        refused = [line for line in self.decision.audit if line.action == "refused"]
        return bool(refused) and self.changed_nothing and bool(self.words)

    @property
    def is_ignored(self) -> bool:
        """Whether nothing at all came of it."""
        return self.decision == Decision()


@dataclass
class Play:
    """A desk that is used: one method for each thing that people and the world do."""

    desk: Desk
    now: datetime = NOW
    is_slow: bool = False
    """Whether posts and rows land only when `land` is called."""
    cases: dict[CaseId, Case] = field(default_factory=dict)
    posts: dict[tuple[str, str], tuple[CaseId, Slot]] = field(default_factory=dict)
    rows: dict[CaseId, dict[str, Value]] = field(default_factory=dict)
    said: list[Say] = field(default_factory=list)
    directs: list[Direct] = field(default_factory=list)
    audit: list[Audit] = field(default_factory=list)
    lines: dict[CaseId, list[HistoryLine]] = field(default_factory=dict)
    late: list[Event] = field(default_factory=list)
    count: int = 0

    # --- what people do ---

    def command(
        self,
        who: str,
        said: str,
        place: Place = CSR,
        *,
        typed: bool = False,
        files: tuple[FileRef, ...] = (),
        guided: bool = False,
        **more: Any,
    ) -> Outcome:
        """`/log …`; `typed` in a message instead, where no form can open; `guided` where its questions are asked."""
        name, _, rest = said.removeprefix("/").partition(" ")
        message = f"m{self.count}" if typed or guided else None
        by = self._by(who, place)
        return self.happen(
            CommandIssued(**by, name=name, text=rest, files=files, message=message, guided=guided, **more)
        )

    def press(
        self, who: str, action: str, case: str | None = None, value: str = "", place: Place | None = None
    ) -> Outcome:
        """A button, by what it carries."""
        ident = CaseId(case) if case else None
        where = place or self.place_of(who)
        return self.happen(ButtonPressed(**self._by(who, where), action=action, case=ident, value=value))

    def press_button(self, who: str, button: Button, place: Place | None = None) -> Outcome:
        """A button as it was shown."""
        return self.press(who, button.action, button.case, button.value, place)

    def submit(self, who: str, form: Form, **answers: Any) -> Outcome:
        """Send a form as it opened, with these answers put in; what it showed is sent along, as platforms do."""
        shown = {question.key: question.value for question in form.questions}
        context = form.context
        given = {**shown, **answers}
        return self.happen(FormSubmitted(**self._by(who, _asked_at(form)), form=context, answers=given))

    def change(self, who: str, form: Form, **answers: Any) -> Outcome:
        """Choose something in an open form that redraws it."""
        shown = {question.key: question.value for question in form.questions}
        given = {**shown, **answers}
        return self.happen(FormChanged(**self._by(who, _asked_at(form)), form=form.context, answers=given))

    def shortcut(self, who: str, text: str, link: str, files: tuple[FileRef, ...] = ()) -> Outcome:
        """*Log this message…*."""
        return self.happen(MessageLogged(**self._by(who, CSR), text=text, link=link, files=files))

    def say(self, who: str, case: str, slot: Slot, text: str, **more: Any) -> Outcome:
        """Something said in the thread under one of a case's posts."""
        return self.happen(
            MessagePosted(**self._by(who, self.thread(case, slot)), text=text, message="m", **more)
        )

    def react(self, who: str, case: str, slot: Slot, emoji: str) -> Outcome:
        """An emoji put on one of a case's posts."""
        thread = self.thread(case, slot)
        place = thread.in_thread(None)
        return self.happen(ReactionAdded(**self._by(who, place), emoji=emoji, message=str(thread.thread)))

    def edit_row(self, case: str, **cells: str) -> Outcome:
        """Cells of a case's row, changed by hand."""
        return self.happen(SheetEdited(**self._by_world("sheet"), case=CaseId(case), cells=cells))

    # --- what the world does ---

    def land(self) -> None:
        """Report everything that landed late, oldest first."""
        while self.late:
            self.happen(self.late.pop(0))

    def happen(self, event: Event) -> Outcome:
        """Decide about an event and do what was decided."""
        scene = Scene(event, self._actor(event), self.desk, self.now)
        found = self._load(router.need(scene))
        decision = router.dispatch(replace(scene, found=found))
        check_decision(decision, scene, self.cases)
        self._store(scene, decision)
        if not self.is_slow:
            self.land()
        return Outcome(event, decision)

    def _actor(self, event: Event) -> Actor:
        """Whose event it is: a person's, somebody's in the sheet, or the bot's own news."""
        if isinstance(event, SheetEdited | RowTyped):
            return by_sheet(self.desk, event.account)
        if isinstance(event, OWN_EVENTS):
            return replace(SYSTEM, account=event.account)
        return actor_on(self.desk, event.account)

    def _load(self, need: Need) -> Found:
        found = Found()
        if need.at is not None and need.at.thread is not None:
            ident, slot = self.posts.get((need.at.channel, need.at.thread), (None, None))
            found = replace(found, case=self.cases.get(ident) if ident else None, slot=slot)
        if need.case is not None:
            found = replace(found, case=self.cases.get(need.case))
        if need.with_history and found.case is not None:
            found = replace(found, history=tuple(self.lines.get(found.case.id, ())))
        if need.search is not None:
            found = replace(found, cases=tuple(self._search(search_term(need.search))))
        if need.mine is not None:
            mine = (case for case in self._open() if _is_mine(case, need))
            found = replace(found, cases=tuple(sorted(mine, key=lambda case: case.changed_at)))
        if need.all_open:
            found = replace(found, cases=tuple(self._open()))
        if need.next_id_for is not None:
            week = f"{self.now.isocalendar().year % 100:02}{self.now.isocalendar().week:02}"
            number = 1 + sum(case.tracker == need.next_id_for.key for case in self.cases.values())
            alike = tuple(
                case
                for case in self._open()
                if case.tracker == need.next_id_for.key
                and need.same_as is not None
                and duplicates_key(need.next_id_for, case.values) == need.same_as
            )
            ident = CaseId(f"{need.next_id_for.prefix}-{week}-{number:04}")
            found = replace(found, next_id=ident, duplicates=alike)
        return found

    def _search(self, term: str) -> Iterator[Case]:
        for case in reversed(self.cases.values()):
            terms = search_terms(self.desk.trackers[case.tracker], case.values)
            if term and term in (search_term(case.id), *terms):
                yield case

    def _open(self) -> Iterator[Case]:
        return (case for case in self.cases.values() if case.closed_at is None)

    def _store(self, scene: Scene[Any], decision: Decision) -> None:
        decision = wound(scene, decision)
        for case in decision.cases:
            self.cases[case.id] = replace(case, version=case.version + 1)
        for line in decision.audit:
            self.audit.append(line)
            if line.case is not None and line.what:
                told = HistoryLine(self.now, scene.actor.name, line.what)
                self.lines.setdefault(line.case, []).append(told)
        for effect in decision.effects:
            self._do(effect)

    def _do(self, effect: Effect) -> None:
        match effect:
            case RecordRow():
                self.rows[effect.case] = {**self.rows.get(effect.case, {}), **effect.cells}
                if effect.new:
                    link = f"https://sheet.example/{effect.case}"
                    self.late.append(RowRecorded(**self._by_world("row"), case=effect.case, link=link))
            case ShowCard():
                self._show(effect.case, effect.slot)
            case Say():
                self.said.append(effect)
            case Direct():
                self.directs.append(effect)
            case Whisper() | Reply() | ShowGuide() | SendAgain():
                pass

    def _show(self, case: CaseId, slot: Slot) -> None:
        tracker = self.desk.trackers[self.cases[case].tracker]
        key = tracker.home if slot == "home" else tracker.supplier_post.to if tracker.supplier_post else ""
        place = Place.parse(self.desk.channels[key].place)
        if (place.channel, f"{case}:{slot}") in self.posts:
            return
        self.posts[place.channel, f"{case}:{slot}"] = (case, slot)
        link = f"https://chat.example/{case}/{slot}"
        message = f"{case}:{slot}"
        self.late.append(
            PostLanded(**self._by_world("post"), case=case, slot=slot, message=message, link=link)
        )

    # --- what there is ---

    def case(self, ident: str) -> Case:
        """A case as it stands."""
        return self.cases[CaseId(ident)]

    @property
    def last(self) -> Case:
        """The case that was filed last."""
        return list(self.cases.values())[-1]

    def card(self, ident: str, slot: Slot = "home") -> Message:
        """One of a case's posts as it shows now."""
        return card(self.case(ident), self.desk, slot)

    def button(self, ident: str, label: str, slot: Slot = "home") -> Button:
        """The button with this label under one of a case's posts."""
        found = [button for button in self.card(ident, slot).buttons if button.label == label]
        assert len(found) == 1, f"{label!r} is not one of {[b.label for b in self.card(ident, slot).buttons]}"
        return found[0]

    def heard(self, ident: str, slot: Slot) -> list[str]:
        """Everything said in one of a case's threads, oldest first."""
        return [everything(say.message) for say in self.said if say.case == ident and say.slot == slot]

    def history(self, ident: str) -> list[str]:
        """The lines of a case's history, oldest first."""
        return [line.what for line in self.lines.get(CaseId(ident), [])]

    def thread(self, case: str, slot: Slot) -> Place:
        """The thread under one of a case's posts."""
        channel, message = next(key for key, found in self.posts.items() if found == (CaseId(case), slot))
        return Place("slack", channel, message)

    def place_of(self, who: str) -> Place:
        """Where this person is at home."""
        person = self.desk.people.get(who)
        return SUPPLIER if person is not None and person.roles == ("supplier",) else CSR

    def account(self, who: str) -> Account:
        """A person's account; that of somebody unknown for any other name."""
        person = self.desk.people.get(who)
        user = person.slack if person is not None and person.slack else "U0STRANGER"
        return Account("slack", self.desk.slack_team or "", user)

    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span

    def _by(self, who: str, place: Place) -> dict[str, Any]:
        self.count += 1
        return {"id": EventId(f"e{self.count}"), "account": self.account(who), "place": place, "at": self.now}

    def _by_world(self, kind: str) -> dict[str, Any]:
        self.count += 1
        place = Place("sheet", "rows")
        return {
            "id": EventId(f"{kind}{self.count}"),
            "account": SYSTEM.account,
            "place": place,
            "at": self.now,
        }


def _is_mine(case: Case, need: Need) -> bool:
    """Whether a case is on the list that is asked for: by its owner, or as a supplier's."""
    if not need.asked:
        return case.owner == need.mine
    return case.tracker in need.asked and (case.requested_at is not None or case.reporter == need.mine)


def _asked_at(form: Form) -> Place:
    """Where a form was asked for, as a client says it back."""
    place = Place.parse(form.context.home)
    return replace(place, direct=place.channel.startswith("D"))


def everything(message: Message) -> str:
    """Every word of a message, its buttons' values included: what a client could read."""
    parts = [message.headline, *message.lines, message.quote, message.footer]
    parts += [f"{label}: {value}" for label, value in message.facts]
    parts += message.below
    parts += [f"{link.label} {link.url}" for link in message.links]
    parts += [f"[{button.label}] {button.value}" for button in message.buttons]
    return "\n".join(part for part in parts if part)


def question_keys(form: Form) -> list[str]:
    """What a form asks, in order."""
    return [question.key for question in form.questions]


def values_of(form: Form) -> Mapping[str, Any]:
    """What a form shows: its filled-in questions."""
    return {question.key: question.value for question in form.questions if question.value is not None}
