"""A desk whose workbook is watched: the store, the real gateway on the Google emulator, and people's hands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.flush import Flusher
from bot.intake import Intake
from bot.pace import Pace
from bot.reconcile import Reconciler
from bot.rows_told import tell_rows
from bot.store import codec
from bot.store.store import Store
from bot.store.transaction import Transaction
from config.model import Value
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.effects import Say
from handlers.events import CommandIssued
from handlers.move import cards
from handlers.place import Account, Actor, CaseId, EventId, PersonKey
from handlers.row import changed_row, new_row
from handlers.scene import Need, Scene
from sheets.gateway import Gateway
from tests.bot.sandbox.google_world import BOT, LEAD
from tests.bot.watched import HOME, World, desk, header_row

AT_ONCE = Pace(spacing=timedelta(), spacing_a_case=timedelta(), stillness=timedelta(), budget=1_000_000)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KIM = Actor(Account("slack", "T1", "U1"), PersonKey("kim"), "Kim", frozenset({"csr"}))


class Watch:
    """One desk: what chat does to its cases, what people do to its workbook, flushes and looks."""

    def __init__(
        self, store: Store, world: World, key: str = "mhj", rest: timedelta = timedelta(minutes=2)
    ) -> None:
        self.store = store
        self.world = world
        self.desk = desk(key)
        self.book = f"sheet-{key}"
        self.now = NOON
        world.google.create(self.book, "Report issue", LEAD, ("Items", "Chargebacks"))
        world.google.share(self.book, BOT)
        for number, tracker in enumerate(self.desk.trackers.values()):
            world.client.batch_update(self.book, header_row(number, tracker))
        self.gateway = self.open()
        desks = {key: self.desk}
        self.intake = Intake(store, desks, lambda: self.now)
        self.flusher = Flusher(
            store, desks, lambda _, __: self.gateway, lambda: self.now, lambda: 0.0, AT_ONCE
        )
        self.reconciler = Reconciler(
            store, desks, lambda _, __: self.gateway, self.intake, lambda: self.now, lambda: 0.0, rest
        )

    def open(self) -> Gateway:
        """The workbook's gateway, as after a restart."""
        names = {key: person.name for key, person in self.desk.people.items()}
        return Gateway(self.book, self.world.client, names)

    # --- the bot ---

    async def flush(self) -> None:
        """Write what waits, and let the cases know of their rows."""
        await self.flusher.flush(self.desk.key, "book")
        await tell_rows(self.store, self.intake, lambda: self.now)

    async def look(self) -> None:
        """Look once."""
        await self.reconciler.reconcile(self.desk.key, "book")

    async def settle(self) -> None:
        """Write and look until a look leaves nothing to write."""
        await self.flush()
        await self.look()
        for _ in range(6):
            if not await self.waiting():
                break
            await self.flush()
            await self.look()
        await self.flush()

    async def waiting(self) -> list[str]:
        """Cases with cells that are not on the sheet yet."""
        rows = await self.rows_of("SELECT DISTINCT case_id FROM sheet_writes WHERE desk = %s")
        return [row["case_id"] for row in rows]

    async def paused(self) -> list[str]:
        """What waits for a person."""
        return [
            row["what"] for row in await self.rows_of("SELECT what FROM paused WHERE desk = %s ORDER BY what")
        ]

    async def file(self, tracker: str = "item", **values: Value) -> Case:
        """A case filed in chat."""
        async with self.store.transaction() as tx:
            found = await tx.load(
                Need(next_id_for=self.desk.trackers[tracker]), {self.desk.key: self.desk}, self.now
            )
            assert found.next_id is not None
            case = Case(
                id=found.next_id,
                desk=self.desk.key,
                tracker=tracker,
                status="Open",
                owner=PersonKey("kim"),
                reporter=PersonKey("kim"),
                opened_at=self.now,
                changed_at=self.now,
                source="slack",
                values=values,
            )
            event = self.command(f"file:{case.id}")
            shown = cards(Scene(event, KIM, self.desk, self.now), case)
            await self._commit(tx, event, Decision((case,), (new_row(case, self.desk, event.id), *shown)))
        return case

    async def one_case(self) -> str:
        """A case with a value of nearly every type, whose row is on the sheet and was looked at; its id."""
        case = await self.file(
            order_no="10423", sku="ring-204", kind="Broken", qty=3, amount="12.50", paid=True,
            received_on="2026-11-20", called_at="2026-11-22T10:15+01:00", detail="clasp\nbroken",
        )  # fmt: skip
        await self.flush()
        await self.look()
        return case.id

    async def change(self, case_id: str, ident: str, *, status: str | None = None, **values: Value) -> None:
        """A case changed in chat; its row follows."""
        async with self.store.transaction() as tx:
            event = self.command(ident)
            found = await tx.load(Need(case=CaseId(case_id)), {}, self.now)
            assert found.case is not None
            after = found.case.with_values(self.now, values).changed(
                self.now, status=status or found.case.status
            )
            await self._commit(tx, event, Decision((after,), changed_row(found.case, after, self.desk)))

    async def _commit(self, tx: Transaction, event: CommandIssued, decision: Decision) -> None:
        assert await tx.seen(event) is None
        lines = tuple(Audit("logged", case.id, "logged it") for case in decision.cases if not case.version)
        logged = Decision(decision.cases, decision.effects, lines)
        await tx.commit(event, KIM, logged, self.desk)

    def command(self, ident: str) -> CommandIssued:
        """An event of Kim's."""
        return CommandIssued(
            id=EventId(f"{self.desk.key}:{ident}"),
            account=KIM.account,
            place=HOME,
            at=self.now,
            name="log",
            text="",
        )

    # --- what there is ---

    async def case(self, case_id: str) -> Case:
        """A case as the store has it."""
        async with self.store.transaction() as tx:
            case = await tx.case(CaseId(case_id))
        assert case is not None
        return case

    async def cases(self) -> list[str]:
        """The ids of the desk's cases, in order."""
        rows = await self.rows_of("SELECT id FROM cases WHERE desk = %s ORDER BY id")
        return [row["id"] for row in rows]

    async def told(self, case_id: str | None = None) -> list[str]:
        """Every line said in cases' own threads, oldest first."""
        rows = await self.rows_of(
            "SELECT effect::text AS effect FROM deliveries WHERE desk = %s ORDER BY queued_at, key"
        )
        said = [codec.effect(row["effect"]) for row in rows]
        return [
            line
            for effect in said
            if isinstance(effect, Say) and case_id in (None, effect.case)
            for line in effect.message.lines
        ]

    async def leads(self) -> list[str]:
        """Keys of the messages to the leads."""
        rows = await self.rows_of(
            "SELECT key FROM deliveries WHERE desk = %s AND kind = 'Reply' ORDER BY key"
        )
        return [row["key"] for row in rows]

    async def history(self, case_id: str) -> list[str]:
        """Who did what with a case."""
        return [f"{line.who} {line.what}" for line in await self.store.history(CaseId(case_id))]

    async def rows_of(self, query: str) -> list[dict[str, Any]]:
        """Rows of a query about this desk."""
        async with self.store.transaction() as tx:
            tx.abandon()
            return await (await tx.connection.execute(query.encode(), (self.desk.key,))).fetchall()

    def grid(self, tab: str = "Items") -> list[list[str]]:
        """What people see."""
        return self.world.google.grid(self.book)[tab]

    def table(self, tab: str = "Items") -> list[dict[str, str]]:
        """What people see in every row that is not blank: header to text; the bot's hidden stamps are left out."""
        header, *rows = self.grid(tab)
        texts = [
            {name: text for name, text in zip(header, row, strict=False) if name and text} for row in rows
        ]
        return [{name: row[name] for name in row if name != "Row hash"} for row in texts if row]

    def row_of(self, case_id: str, tab: str = "Items") -> int:
        """Where a case's row is, from 1."""
        column = self.grid(tab)[0].index("Case ID")
        return next(
            number
            for number, row in enumerate(self.grid(tab), 1)
            if len(row) > column and row[column] == case_id
        )

    def shows(self, case_id: str, header: str, tab: str = "Items") -> str:
        """What a case's cell shows."""
        cells = self.grid(tab)[self.row_of(case_id, tab) - 1]
        column = self.grid(tab)[0].index(header)
        return cells[column] if column < len(cells) else ""

    # --- people's hands ---

    def type_at(self, row: int, header: str, text: str, tab: str = "Items") -> None:
        """Type into a cell."""
        column = self.grid(tab)[0].index(header) + 1
        self.world.google.edit(self.book, tab, row, column, text, LEAD)

    def type_in(self, case_id: str, header: str, text: str, tab: str = "Items") -> None:
        """Type into a cell of a case's row."""
        self.type_at(self.row_of(case_id, tab), header, text, tab)

    def type_row(self, tab: str = "Items", **texts: str) -> int:
        """Type a row below everything, by header (`Order_` stands for `Order #`, as _ for a blank)."""
        row = len(self.grid(tab)) + 1
        names = {"order": "Order #", "sku": "SKU / item"}
        for name, text in texts.items():
            self.type_at(row, names.get(name, name.replace("_", " ")), text, tab)
        return row

    def delete(self, case_id: str) -> None:
        """Delete a case's row."""
        self.world.google.delete_row(self.book, "Items", self.row_of(case_id), LEAD)

    def sort(self, header: str = "Order #", *, descending: bool = False) -> None:
        """Sort the tab."""
        column = self.grid()[0].index(header) + 1
        self.world.google.sort(self.book, "Items", column, LEAD, descending=descending)
