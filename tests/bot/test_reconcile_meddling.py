"""Whatever people do to the tab while the bot looks and writes: nothing of theirs is lost or told twice."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from bot.intake import Intake
from bot.store.store import Store
from bot.store.transaction import Transaction
from config.tracker import Tracker
from handlers.events import Event, SheetEdited
from sheets.batch import Landed
from sheets.gateway import Gateway
from sheets.reading import SheetRow
from sheets.rows import Showing
from tests.bot.crowd import Crowd
from tests.bot.watch import Watch
from tests.bot.watched import World, google_of_module, store_of_module  # noqa: F401  # fixtures

pytestmark = pytest.mark.anyio
INTERLEAVINGS = int(os.environ.get("DESKBELL_INTERLEAVINGS", "300"))
"""The bar: people sort, insert, delete, move and edit while the bot writes and looks, 300 times."""
TURNS = 10
"""Interleavings of one seed: each a flush or a look with people at work before and between its calls."""


@pytest.mark.parametrize("seed", range(INTERLEAVINGS // TURNS))
async def test_whatever_people_do_is_kept_and_told_once(store: Store, google: World, seed: int) -> None:
    """Every last text of theirs is in its cell, on its case and told once; the bot's columns are the store's."""
    dice = random.Random(seed)
    watch = Watch(store, google, f"m-{seed}", rest=timedelta())
    crowd, chat = Crowd(watch, dice), Chat(watch, dice)
    for number in range(5):
        case = await watch.file(order_no=f"LOG-{number}", sku="as logged", detail="as logged")
        chat.cases[f"LOG-{number}"] = case.id
    await watch.flush()
    google.meddle = crowd.between
    answered = Answered(watch.gateway, chat, asyncio.get_running_loop())
    watch.reconciler.books = lambda _, __: answered
    quiet = watch.reconciler.parts
    watch.reconciler.parts = replace(quiet, intake=Interrupted(watch.intake, chat))
    for turn in range(TURNS):
        crowd.act()
        if dice.random() < 0.4:
            crowd.log.append(await chat.change())
        crowd.log.append("look" if turn % 2 else "flush")
        await (watch.look() if turn % 2 else watch.flush())
    google.meddle = None
    watch.reconciler.books = lambda _, __: watch.gateway
    watch.reconciler.parts = quiet
    for _ in range(2):
        await watch.settle()
    await Checked(watch, crowd, chat).check()


@dataclass
class Chat:
    """What is said in chat about the cases: a day they were received on, which nobody types in the sheet."""

    watch: Watch
    dice: random.Random
    cases: dict[str, str] = field(default_factory=dict)
    """Order number to case."""
    received: dict[str, str] = field(default_factory=dict)
    """Order number to the day that was said last."""
    days: timedelta = timedelta()

    async def change(self, *, but: str | None = None) -> str:
        """Change a case, `but` that one: another day every time."""
        order = self.dice.choice(sorted(order for order, case in self.cases.items() if case != but))
        self.days += timedelta(days=1)
        self.received[order] = (date(2026, 1, 1) + self.days).isoformat()
        await self.watch.change(self.cases[order], str(self.days), received_on=self.received[order])
        return f"chat: {order} received on {self.received[order]}"


@dataclass
class Interrupted:
    """The intake; while a case follows its row, something is said in chat about another."""

    intake: Intake
    chat: Chat

    async def decide_in(self, tx: Transaction, event: Event, /) -> object:
        """As the intake."""
        if isinstance(event, SheetEdited) and self.chat.dice.random() < 0.5:
            await self.chat.change(but=event.case)
        return await self.intake.decide_in(tx, event)


class Answered:
    """The gateway; while its answer is on the way, something is said in chat."""

    def __init__(self, gateway: Gateway, chat: Chat, loop: asyncio.AbstractEventLoop) -> None:
        self.gateway, self.chat, self.loop = gateway, chat, loop
        self.faults: Mapping[str, str] = {}

    @property
    def showing(self) -> Showing:
        """As the gateway's."""
        return self.gateway.showing

    def read(self, trackers: Iterable[Tracker], /) -> Mapping[str, Sequence[SheetRow]]:
        """As the gateway."""
        rows = self.gateway.read(trackers)
        if self.chat.dice.random() < 0.5:
            asyncio.run_coroutine_threadsafe(self.chat.change(), self.loop).result()
        return rows

    def retire(self) -> None:
        """As the gateway."""
        self.gateway.retire()

    def write_ids(self, tracker: Tracker, rows: Mapping[str, SheetRow], /) -> Sequence[Landed]:
        """As the gateway."""
        return self.gateway.write_ids(tracker, rows)


class Checked:
    """Compares the sheet, the store and what was told with the crowd's own book."""

    def __init__(self, watch: Watch, crowd: Crowd, chat: Chat) -> None:
        self.watch, self.crowd, self.cases, self.chat = watch, crowd, chat.cases, chat.received
        self.story = "\n".join(crowd.log)
        self.rows = {row["Order #"]: row for row in watch.table() if "Order #" in row}

    async def check(self) -> None:
        """All of it."""
        assert self.rows.keys() == (self.cases.keys() - self.crowd.deleted) | self.crowd.typed.keys(), (
            self.story
        )
        for order, ident in self.cases.items():
            if order in self.crowd.deleted:
                told = [line for line in await self.watch.told(ident) if "is gone from the sheet" in line]
                assert len(told) == 1, self.story
            else:
                await self.check_case(order, ident)
        await self.check_typed()

    async def check_case(self, order: str, ident: str) -> None:
        """A case that chat logged."""
        row, case = self.rows[order], await self.watch.case(ident)
        told = await self.watch.told(ident)
        assert (row["Case ID"], row["Status"], row["Source"]) == (ident, case.status, "slack"), self.story
        assert (row["Logged by"], row["Logged at"]) == ("Kim", "2026-11-22 12:00"), self.story
        assert "Post" not in row, self.story
        assert row.get("Received on", "") == self.chat.get(order, ""), self.story
        for (edited, header), texts in self.crowd.every.items():
            if edited == order:
                counts = [sum(_tells(line, header, text) for line in told) for text in texts]
                assert row[header].removesuffix(".00").replace(",", "") == texts[-1], self.story
                assert counts[-1] == 1, f"{header} {texts} {told}\n{self.story}"
                assert max(counts) == 1, f"{header} {texts} {told}\n{self.story}"
                if header in ("SKU / item", "What is wrong", "Resolution"):
                    key = {"SKU / item": "sku", "What is wrong": "detail"}.get(header, "resolution")
                    assert case.values[key] == texts[-1], self.story

    async def check_typed(self) -> None:
        """Every row typed by hand is one case, whose id stands in it."""
        by_order: dict[str, list[str]] = {}
        for ident in await self.watch.cases():
            case = await self.watch.case(ident)
            by_order.setdefault(str(case.values["order_no"]), []).append(ident)
        assert {order: [self.rows[order]["Case ID"]] for order in self.crowd.typed} == {
            order: idents for order, idents in by_order.items() if order not in self.cases
        }, self.story
        for order, text in self.crowd.typed.items():
            case = await self.watch.case(self.rows[order]["Case ID"])
            assert (case.values.get("detail", ""), self.rows[order].get("What is wrong", "")) == (
                text,
                text,
            ), self.story
            assert (self.rows[order]["Status"], self.rows[order]["Logged by"] != "") == ("Open", True), (
                self.story
            )


def _tells(line: str, header: str, text: str) -> bool:
    """Whether a line says that somebody typed this text in this column."""
    header = {"Owner": "With"}.get(header, header)
    if not line.startswith(f"{header}: "):
        return False
    amount = f"{int(text):,}.00" if text.isdigit() and header == "Amount" else text
    return line.endswith(f"→ {amount}") or f'"{text}"' in line
