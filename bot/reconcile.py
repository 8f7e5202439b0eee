"""What people do to the workbooks by hand is noticed here: one read of every tab, compared with what is remembered.

A look runs under the lock of the workbook's flush, so that nothing is written while it is read and compared. What
is noticed becomes an event (`SheetEdited`, `RowTyped`, `RowGone`) and is decided like any other; a look that dies
at any point is repeated by the next and tells nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from bot import metrics
from bot.deliver import Decides
from bot.flush_ends import FlushEnds
from bot.outcomes import Pause, Random, outcome
from bot.reconcile_cells import Eyes
from bot.reconcile_edits import follow_edits
from bot.reconcile_parts import Book, Look, Parts, by_id
from bot.reconcile_rows import keep_places, put_ids_back
from bot.reconcile_strays import put_right
from bot.reconcile_typed import adopt_rows
from bot.store.store import SHEET_QUEUE, Store
from bot.store.transaction import Transaction
from bot.thread import in_thread
from config.desk import Desk
from config.tracker import Tracker
from handlers.ports import Clock
from sheets.errors import Trouble
from sheets.reading import SheetRow

logger = logging.getLogger(__name__)

RECONCILE = "reconcile"
"""The engine's name of the task that looks at a workbook."""
EVERY = timedelta(seconds=60)
"""How often a workbook is looked at: one of the 60 reads a minute for each (Sheets API, usage limits)."""
REST = timedelta(minutes=2)
"""How long a row that lacks something must stay as it is before it counts as typed."""
Books = Callable[[Desk, str], Book]
"""The gateway of a desk's workbook, by the workbook's key; the flush's own, if it can be had."""


class Reconciler:
    """Looks at workbooks; one for a process.

    Args:
        store: what is remembered.
        desks: the declared desks by key.
        books: the gateway of a workbook. It is asked for at every look and should be the one the flush has: that
            one knows the tabs, and what it still has to put right itself.
        intake: who decides about what is noticed.
        now: the bot's clock, for moments inside events.
        random: full jitter, as for every wait.
        rest: how long a half-typed row has to rest.
    """

    def __init__(
        self,
        store: Store,
        desks: Mapping[str, Desk],
        books: Books,
        intake: Decides,
        now: Clock,
        random: Random,
        rest: timedelta = REST,
    ) -> None:
        self.desks = desks
        self.books = books
        self.random = random
        self.ends = FlushEnds(store, now, random)
        self.parts = Parts(store, intake, now, rest)

    async def reconcile(self, desk_key: str, document: str) -> None:
        """Look at a workbook and let its cases follow; nothing while it waits for a person. Safe to repeat.

        It must not run beside a flush of the same workbook: ask for it by `ask`, which takes the flush's lock.
        """
        desk = self.desks.get(desk_key)
        if desk is None or document not in desk.documents:
            return
        trackers = [tracker for tracker in desk.trackers.values() if tracker.document == document]
        async with self.parts.store.transaction() as tx:
            state = await tx.one("workbook_to_read", desk=desk.key, document=document)
        if not trackers or state is None or state["is_paused"] or state["has_failed"]:
            # What a failed flush left on wrong rows is for the next flush to put right, and no edit.
            return
        try:
            await self._look(desk, document, trackers)
        except Trouble as trouble:
            await self._troubled(desk, document, trouble)

    async def _look(self, desk: Desk, document: str, trackers: Sequence[Tracker]) -> None:
        book = self.books(desk, document)
        sheet = await in_thread(lambda: book.read(trackers), book.retire)
        metrics.REQUESTS.labels("sheets looks").inc()
        eyes = [
            Eyes(desk, tracker, book.showing, self.parts.now())
            for tracker in trackers
            if tracker.key in sheet
        ]
        async with self.parts.store.transaction() as tx:
            await self._in_order(tx, desk, document, sheet, book.faults)
            looks = [await _known(tx, each, document, sheet[each.tracker.key]) for each in eyes]
        for look in looks:
            await self._reconcile_tab(book, look)

    async def _reconcile_tab(self, book: Book, look: Look) -> None:
        """Ids come first: a row is nobody's without one, and would seem typed or gone. Then what nobody typed."""
        look = await put_ids_back(self.parts, book, look)
        look = await put_right(self.parts, look)
        await follow_edits(self.parts, look)
        await keep_places(self.parts, look)
        await adopt_rows(self.parts, book, look)

    async def _in_order(
        self,
        tx: Transaction,
        desk: Desk,
        document: str,
        sheet: Mapping[str, object],
        faults: Mapping[str, str],
    ) -> None:
        """A tab that is not in order pauses its tracker alone; one that was read goes on."""
        good = [f"sheet:{desk.key}/{document}/{key}" for key in sorted(sheet)]
        state = await tx.one("workbook_to_read", desk=desk.key, document=document)
        if state is not None and not state["is_behind"]:
            # Nothing is left to write, so it was the reading that waited for a person.
            good.append(f"sheet:{desk.key}/{document}")
        await tx.do("resume", whats=good)
        for key, reason in sorted(faults.items()):
            await self.ends.pause(tx, desk, f"{document}/{key}", reason)

    async def _troubled(self, desk: Desk, document: str, trouble: Trouble) -> None:
        """A call that failed is made again at the next look; what a person must put right is told."""
        verdict = outcome(trouble, 0, self.random)
        logger.warning("%s/%s could not be looked at: %s", desk.key, document, trouble)
        if isinstance(verdict, Pause):
            async with self.parts.store.transaction() as tx:
                await self.ends.pause(tx, desk, document, verdict.reason)


async def _known(tx: Transaction, eyes: Eyes, document: str, rows: Sequence[SheetRow]) -> Look:
    """What was read of a tab with what is known of its rows."""
    watched = await tx.all("watched_rows", desk=eyes.desk.key, tracker=eyes.tracker.key)
    typed = await tx.one("typed_rows_kept", desk=eyes.desk.key, tracker=eyes.tracker.key)
    named, free = by_id(rows)
    return Look(eyes, document, named, free, {row["case_id"]: row for row in watched}, typed is not None)


def register(app: App, reconciler: Reconciler) -> None:
    """Give the engine its task. It is never run again by the engine: the tick asks for the next look."""

    @app.task(name=RECONCILE)
    async def _(desk: str, document: str) -> None:
        await reconciler.reconcile(desk, document)


async def ask(store: Store, desk: str, document: str) -> None:
    """Ask for a look at a workbook, unless one waits already. It takes its turn with the workbook's flushes."""
    job = store.app.configure_task(
        RECONCILE,
        lock=f"workbook:{desk}/{document}",
        queueing_lock=f"reconcile:{desk}/{document}",
        queue=SHEET_QUEUE,
    )
    try:
        await job.defer_async(desk=desk, document=document)
    except AlreadyEnqueued:
        pass
    except ConnectorException:
        logger.warning("a look at %s/%s could not be asked for; the next tick will", desk, document)


async def ask_all(store: Store, desks: Mapping[str, Desk]) -> None:
    """Ask for a look at every workbook that has trackers; what a tick does. Safe to repeat and to run twice."""
    for desk in desks.values():
        for document in sorted({tracker.document for tracker in desk.trackers.values()}):
            await ask(store, desk.key, document)
