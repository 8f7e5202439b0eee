"""The MHJ desk as it comes: its trackers, flows and choices line by line, and what a supplier never sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.desk import Desk
from config.flow import Flow
from config.load import load_desks
from config.model import Condition
from config.tracker import Column, Tracker

CATALOGUE = Path(__file__).parent / "mhj_catalogue.txt"
TRACKERS = [
    *("incorrect-address", "item-issue", "order-delay", "out-of-stock", "pickup-rts", "proof"),
    *("refund", "request", "reshipment", "shopify-chargeback", "ticket-issue"),
]
FLOWS = ["supplier_request", "oos", "customer_contact", "triage", "money", "reship", "dispute"]
MADE_BY_THE_LOADER = "cb_evidence_items"


@pytest.fixture(scope="module")
def mhj() -> Desk:
    """The desk."""
    return load_desks()["mhj"]


def _sections() -> dict[str, list[str]]:
    """The lines of the catalogue by the name of their section."""
    sections: dict[str, list[str]] = {}
    for line in CATALOGUE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name, _, title = line[1:].partition("]")
            lines = sections.setdefault(name, [title.strip()] if title else [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


def _condition(condition: Condition) -> str:
    ((key, wanted),) = condition.root.items()
    return f"?{key}={'|'.join(wanted)}" if isinstance(wanted, tuple) else f"?{key}"


def _column(column: Column) -> str:
    kind = f"{column.type} {column.choices}" if column.choices else column.type
    condition = _condition(column.required_when) if column.required_when else "-"
    return " : ".join((column.key, column.header, kind, "!" if column.required else condition, column.step))


def _tracker(tracker: Tracker) -> Iterator[str]:
    post = tracker.supplier_post
    yield tracker.title
    yield f"sheet: {tracker.document} / {tracker.tab} / {tracker.prefix}"
    yield f"say: {' '.join(tracker.say)}"
    yield f"log_by: {' '.join(tracker.log_by)}"
    yield f"owner: {tracker.owner}"
    yield f"flow: {tracker.flow}"
    yield f"dedupe: {' '.join(tracker.dedupe)}"
    yield f"supplier: {post.to} from {post.from_state}" if post else "supplier: -"
    if tracker.dedupe_action != "ask":
        yield f"dedupe_action: {tracker.dedupe_action}"
    yield from map(_column, tracker.columns)


def _flow(flow: Flow) -> Iterator[str]:
    yield f"states: {' | '.join(flow.states)}"
    yield f"closed: {' | '.join(flow.closed)}"
    yield f"one_way: {' | '.join(flow.one_way) or '-'}"
    for start, ends in flow.moves.items():
        yield f"{start} > {' | '.join(ends) or '-'}"
    for state, columns in flow.need.items():
        yield f"{state} needs {' '.join(columns)}"


@pytest.mark.parametrize("key", TRACKERS)
def test_a_tracker_is_as_the_catalogue_has_it(mhj: Desk, key: str) -> None:
    """Every column with its header, type, choices, condition and step, in order, and what stands around them."""
    assert list(_tracker(mhj.trackers[key])) == _sections()[key]


@pytest.mark.parametrize("key", FLOWS)
def test_a_flow_is_as_the_catalogue_has_it(mhj: Desk, key: str) -> None:
    """Every state, move and gate."""
    assert list(_flow(mhj.flows[key])) == _sections()[f"flow {key}"]


def test_choices_are_as_the_catalogue_has_them(mhj: Desk) -> None:
    """Every list of choices of the desk, in order."""
    declared = [
        f"{key}: {' | '.join(listed)}" for key, listed in mhj.choices.items() if key != MADE_BY_THE_LOADER
    ]
    assert declared == _sections()["choices"]


def test_nothing_else_is_declared(mhj: Desk) -> None:
    """The desk has these trackers and flows, and each flow is used."""
    assert (sorted(mhj.trackers), sorted(mhj.flows)) == (TRACKERS, sorted(FLOWS))
    used = [mhj.flow_of(tracker) for tracker in mhj.trackers.values()]
    assert [key for key, flow in mhj.flows.items() if flow not in used] == []


def test_a_supplier_sees_no_money_and_no_contact_but_where_to_ship(mhj: Desk) -> None:
    """Of all that suppliers see, the contacts are where a reshipment goes, and what was wrong on an order to ship."""
    shown = {
        (tracker.key, column.key)
        for tracker in mhj.trackers.values()
        if tracker.supplier_post is not None
        for column in tracker.columns
        if column.key in tracker.supplier_post.sees
        and column.type in ("money", "currency", "email", "phone", "address", "ticket", "person", "case_ref")
    }
    assert shown == {
        ("reshipment", "ship_address"),
        ("incorrect-address", "ship_address"),
        ("incorrect-address", "phone"),
    }


def test_a_supplier_sees_what_he_is_asked(mhj: Desk) -> None:
    """Every column of the supplier's own step is one he sees."""
    hidden = [
        (tracker.key, column.key)
        for tracker in mhj.trackers.values()
        if tracker.supplier_post is not None
        for column in tracker.of_step("supplier")
        if column.key not in tracker.supplier_post.sees
    ]
    assert hidden == []


def test_chargebacks_are_closed_to_everybody_else(mhj: Desk) -> None:
    """Read, home and workbook name the same three roles, and no supplier is posted to."""
    tracker = mhj.trackers["shopify-chargeback"]
    roles = ("compliance", "backend", "exec")
    home, book = mhj.channels[tracker.home], mhj.documents[tracker.document]
    assert (tracker.read_by, home.roles, book.view, tracker.supplier_post) == (roles, roles, roles, None)


def test_amounts_that_need_a_second_person(mhj: Desk) -> None:
    """Refunds from 50 are not approved by who asked, and evidence from 250 is sent by a second person."""
    assert mhj.trackers["refund"].rules.self_approval_from == "50"
    assert mhj.trackers["shopify-chargeback"].rules.two_person_from == "250"


def test_each_network_has_its_window(mhj: Desk) -> None:
    """Planning takes the shortest figure published for the network that was chosen."""
    assert mhj.disputes is not None
    days = {network: mhj.disputes.window_of(network).plan_days for network in mhj.choices["network"]}
    assert days == {
        "Visa": 9, "Mastercard": 40, "American Express": 14, "Discover": 20, "PayPal": 10, "Klarna": 7,
        "Afterpay": 13, "Other": 7,
    }  # fmt: skip
    assert mhj.disputes.window_of("A new one").plan_days == 7
