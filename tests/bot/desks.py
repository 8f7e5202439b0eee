"""A small desk for tests of what runs: one tracker in one workbook, a home channel, a supplier's, the leads'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from config.desk import Channel, Desk, Document, Person
from config.flow import Flow
from config.model import Value
from config.tracker import Column, SupplierPost, Tracker
from handlers.case import Case
from handlers.decision import Audit, Decision
from handlers.effects import Effect, RecordRow
from handlers.events import CommandIssued
from handlers.place import Account, Actor, CaseId, EventId, PersonKey, Place

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOME = Place("slack", "C0HOME")
SUPPLIER = Place("slack", "C0SUPPLIER")
LEADS = Place("slack", "C0LEADS")
KIM = Actor(Account("slack", "T1", "U1"), PersonKey("kim"), "Kim", frozenset({"csr"}))

BROKEN = Tracker(
    key="broken",
    title="Broken items",
    prefix="BI",
    document="book",
    tab="Broken",
    log_by=("csr",),
    owner="logger",
    flow="simple",
    dedupe=("order_no",),
    supplier_post=SupplierPost(to="supplier", from_state="Open", sees=("order_no", "photos")),
    columns=(
        Column(key="order_no", header="Order #", type="order", required=True),
        Column(key="ticket", header="FD ticket", type="ticket"),
        Column(key="photos", header="Photos", type="files"),
        Column(key="proof", header="Proof", type="files"),
    ),
)
DESK = Desk(
    key="mhj",
    title="MHJ",
    timezone="Europe/Amsterdam",
    currency="EUR",
    roles={"csr": "Agents"},
    people={"kim": Person(name="Kim", roles=("csr",), slack="U1")},
    channels={
        "csr": Channel(name="support", place=HOME.key),
        "supplier": Channel(name="supplier", place=SUPPLIER.key, kind="supplier"),
        "leads": Channel(name="leads", place=LEADS.key),
    },
    documents={"book": Document(title="Report issue", spreadsheet="sheet-1")},
    flows={"simple": Flow(states=("Open", "Done"), closed=("Done",), moves={"Open": ("Done",)})},
    trackers={"broken": BROKEN},
)
DESKS = {"mhj": DESK}


def command(ident: str = "e1", at: datetime = NOON) -> CommandIssued:
    """An event of Kim's."""
    return CommandIssued(
        id=EventId(ident), account=KIM.account, place=HOME, at=at, name="log", text="broken 10423"
    )


def case(ident: str = "BI-2647-0001", **values: Value) -> Case:
    """A case as it is filed, not stored yet."""
    return Case(
        id=CaseId(ident),
        desk="mhj",
        tracker="broken",
        status="Open",
        owner=PersonKey("kim"),
        reporter=PersonKey("kim"),
        opened_at=NOON,
        changed_at=NOON,
        source="slack",
        values=values or {"order_no": "10423", "ticket": "88"},
    )


def filed(filing: Case, *effects: Effect) -> Decision:
    """The decision that files a case, with these effects."""
    return Decision(
        cases=(filing,),
        effects=effects,
        audit=(Audit("logged", filing.id, "logged the case", {"by": "kim"}),),
    )


def row(filing: Case, *, new: bool = True, soon: bool = False, **cells: Value) -> RecordRow:
    """Cells of a case's row."""
    written: Mapping[str, Value] = cells or {"case_id": filing.id, **filing.values}
    return RecordRow(filing.id, filing.tracker, written, new, soon)


def stored(filing: Case) -> Case:
    """The same case as it reads once it is stored."""
    return replace(filing, version=filing.version + 1)
