"""Whatever people do to the tab while the bot looks and writes: nothing of theirs is lost or told twice."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot.store.store import Store
from tests.bot.crowd import Crowd
from tests.bot.sandbox.google_world import Server, served
from tests.bot.watch import Watch, World, shared_store, world

pytestmark = pytest.mark.anyio
INTERLEAVINGS = int(os.environ.get("DESKBELL_INTERLEAVINGS", "300"))
"""The bar: people sort, insert, delete, move and edit while the bot writes and looks, 300 times."""
TURNS = 10
"""Interleavings of one seed: each a flush or a look with people at work before and between its calls."""


@pytest.fixture(scope="module")
def google_server() -> Iterator[Server]:
    """One listening server for the module."""
    with served() as server:
        yield server


@pytest.fixture(scope="module")
def google(google_server: Server) -> Iterator[World]:
    """One Google for the module: its key is slow to make."""
    made = world(google_server)
    yield made
    made.client.close()


@pytest.fixture(scope="module")
async def store(server: str) -> AsyncIterator[Store]:
    """One database for the module; every seed has a desk of its own."""
    async with shared_store(server, "reconcile_meddling") as opened:
        yield opened


@pytest.mark.parametrize("seed", range(INTERLEAVINGS // TURNS))
async def test_whatever_people_do_is_kept_and_told_once(store: Store, google: World, seed: int) -> None:
    """Every last text of theirs is in its cell, on its case and told once; the bot's columns are the store's."""
    dice = random.Random(seed)
    watch = Watch(store, google, f"m-{seed}", rest=timedelta())
    crowd = Crowd(watch, dice)
    chat: dict[str, str] = {}
    cases = {}
    for number in range(5):
        case = await watch.file(order_no=f"LOG-{number}", sku="as logged", detail="as logged")
        cases[f"LOG-{number}"] = case.id
    await watch.flush()
    google.meddle = crowd.between
    for turn in range(TURNS):
        crowd.act()
        order = dice.choice(sorted(cases))
        if dice.random() < 0.4:
            chat[order] = f"2026-11-{turn + 1:02}"
            await watch.change(cases[order], f"{turn}", received_on=chat[order])
            crowd.log.append(f"chat: {order} received on {chat[order]}")
        crowd.log.append("look" if turn % 2 else "flush")
        await (watch.look() if turn % 2 else watch.flush())
    google.meddle = None
    for _ in range(2):
        await watch.settle()
    await Checked(watch, crowd, cases, chat).check()


class Checked:
    """Compares the sheet, the store and what was told with the crowd's own book."""

    def __init__(self, watch: Watch, crowd: Crowd, cases: dict[str, str], chat: dict[str, str]) -> None:
        self.watch, self.crowd, self.cases, self.chat = watch, crowd, cases, chat
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
