"""The other trackers of the desk, and one more that nobody programmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.database import clone
from tests.scenarios.room import Room, open_room
from tests.slack_desk import copy_slack_desks

pytestmark = pytest.mark.anyio


async def test_a_refund_is_asked_approved_by_somebody_else_and_paid(room: Room) -> None:
    """An agent asks, cannot approve it, the lead does, and the gate of Processed wants date and reference."""
    tab = ("refunds_tracker", "BIG5 Refund")
    line = "/log refund {order} FD-9 kind='Full refund' reason=Broken amount=80 currency=EUR method=PayPal"
    case = await room.logged(line, tab=tab)
    assert case.row["Status"] == "Requested"

    await room.press("agent", case.card.id, "Approved")
    assert case.row["Status"] == "Requested"
    assert "Team Lead" in room.whispers("csr", "agent")[-1].text

    await room.press("lead", case.card.id, "Approved")
    await room.fill("lead", {})
    assert (case.row["Status"], case.row["Approved by"]) == ("Approved", "Team Lead")
    await room.press("agent", case.card.id, "Processed")
    await room.fill("agent", {"Processed on": "2026-11-23", "Refund / credit ref": "PP-77"})
    assert (case.row["Status"], case.row["Amount"]) == ("Processed", "80.00")


async def test_a_reshipment_reaches_the_supplier_with_its_address_once_approved(room: Room) -> None:
    """Nothing is posted before the approval; then Bowen sees where to ship, and gives the tracking number."""
    tab = ("refunds_form", "Reshipments")
    line = "/log reshipment {order} FD-9 ring-204 1 reason=Broken ship='Keizersgracht 1, Amsterdam'"
    case = await room.logged(line, tab=tab)
    assert [post for post in room.posts("supplier") if case.ident in post.text] == []

    await room.press("lead", case.card.id, "Approved")
    assert await room.fill("lead", {"Address confirmed with customer": "Yes"}) == {}

    assert "Keizersgracht 1" in case.request.text
    await room.press("bowen", case.request.id, "Ordered at supplier")
    await room.press("bowen", case.request.id, "Shipped")
    await room.fill("bowen", {"Tracking #": "LZ123456789CN"})
    assert (case.row["Status"], case.row["Tracking #"]) == ("Shipped", "LZ123456789CN")


async def test_a_chargeback_is_known_to_its_people_only(room: Room) -> None:
    """Loise logs one; its card is in the closed channel, and an agent finds, sees and infers nothing."""
    order = room.order()
    line = f"/log chargeback {order} DSP-{order} stage=Chargeback network=Visa family=fraudulent"
    await room.say("loise", "chargebacks", f"{line} amount=300 currency=EUR opened=2026-11-20")
    row = room.row(order, "chargebacks", "Shopify Chargebacks")

    assert row["Due"].startswith("2026-11-29")
    assert room.post("chargebacks", row["Case ID"])
    for channel in ("csr", "supplier", "leads"):
        assert all(row["Case ID"] not in message.text for message in room.seen(channel))
    for said in (
        f"/find {order}",
        f"/case {row['Case ID']}",
        f"/done {row['Case ID']}",
        f"/assign {row['Case ID']} me",
    ):
        await room.say("agent", "csr", said)
        told = room.whispers("csr", "agent")[-1].text
        assert "Chargeback" not in told
        assert "Visa" not in told
    await room.say("kim", "chargebacks", f"/find {order}")
    assert row["Case ID"] in room.whispers("chargebacks", "kim")[-1].text


async def test_an_out_of_stock_order_goes_from_bowen_to_kim_and_back(room: Room) -> None:
    """Bowen logs it in his own channel, Kim gives alternatives, and the request with them goes to Bowen."""
    order = room.order()
    await room.say("bowen", "supplier", f"/log oos {order} ring-204 2")
    row = room.row(order, "report_issue", "Out of Stock")
    card = room.post("csr", row["Case ID"])
    assert (row["Status"], row["Owner"]) == ("Open", "Kim")

    await room.press("kim", card.id, "Alternatives asked")
    await room.press("kim", card.id, "Alternatives given")
    await room.fill("kim", {"Alternatives offered by Kim": "ring-205\nring-207"})

    row = room.row(order, "report_issue", "Out of Stock")
    assert (row["Status"], row["Owner"]) == ("Alternatives given", "Bowen")
    assert "ring-205" in room.post("supplier", row["Case ID"]).text


async def test_a_request_for_tracking_asks_the_supplier_for_it(room: Room) -> None:
    """`/log tracking …` answers the kind by its synonym; the supplier's post has a button for the number."""
    line = '/log tracking {order} FD-70 "Where is the parcel?"'
    case = await room.logged(line, tab=("report_issue", "Requests"))

    assert case.row["Request"] == "Tracking"
    assert "Tracking #" in case.request.buttons


async def test_a_late_order_gets_its_cause_and_a_new_day_from_bowen(room: Room) -> None:
    """Kim logs an order at risk; Bowen acknowledges, gives the cause and the new day by button."""
    line = "/log delay {order} 2026-11-02 2026-11-24 'no scan since Monday'"
    case = await room.logged(line, who="kim", tab=("report_issue", "Order Processing Delay"))
    assert (case.row["Status"], case.row["Owner"], case.row["Why at risk"]) == (
        "Posted",
        "Kim",
        "no scan since Monday",
    )

    await room.press("bowen", case.request.id, "Acknowledge")
    await room.press("bowen", case.request.id, "Cause (confirmed by Bowen)")
    assert await room.fill("bowen", {"Cause (confirmed by Bowen)": "Customs"}) == {}
    await room.press("bowen", case.request.id, "New ETA")
    assert await room.fill("bowen", {"New ETA": "2026-12-04"}) == {}

    row = case.row
    assert (row["Status"], row["Cause (confirmed by Bowen)"]) == ("Acknowledged", "Customs")
    assert "4 Dec 2026" in case.card.text


async def test_an_incorrect_address_is_confirmed_with_the_customer_and_goes_back_to_bowen(room: Room) -> None:
    """Bowen logs it, the agent asks the customer twice, and what was confirmed reaches Bowen beside what was wrong."""
    order = room.order()
    line = f"/log address {order} 'Shipping address' problem='no house number'"
    await room.say("bowen", "supplier", line)
    row = room.row(order, "report_issue", "Incorrect Address Order")
    card = room.post("csr", row["Case ID"])
    assert (row["Status"], row["Owner"], row["To confirm"]) == ("Open", "Agent", "Shipping address")
    await room.say("bowen", "supplier", "/mine")
    assert row["Case ID"] in room.whispers("supplier", "bowen")[-1].text

    await room.press("agent", card.id, "Customer contacted")
    assert await room.fill("agent", {"FD ticket": "FD-91"}) == {}
    await room.press("agent", card.id, "No reply")
    await room.press("agent", card.id, "Customer contacted")
    assert await room.fill("agent", {}) == {}
    await room.press("agent", card.id, "Customer replied")
    answers = {"Customer's answer": "it is 7", "Confirmed address": "Keizersgracht 7, Amsterdam"}
    assert await room.fill("agent", answers) == {}

    row = room.row(order, "report_issue", "Incorrect Address Order")
    request = room.post("supplier", row["Case ID"])
    assert (row["Status"], row["Times contacted"]) == ("Passed to supplier", "2")
    assert "no house number" in request.text
    assert "Keizersgracht 7" in request.text
    assert "FD" not in request.text
    await room.press("bowen", request.id, "Acknowledge")
    assert room.row(order, "report_issue", "Incorrect Address Order")["Acknowledged by"] == "Bowen"


async def test_a_return_to_sender_is_asked_about_and_passed_back(room: Room) -> None:
    """What the customer wants decides what has to be confirmed; Bowen reads the wish, and no address."""
    order = room.order()
    line = f"/log rts {order} tracking=LZ123456789CN reason=refused kind='Return to sender'"
    await room.say("bowen", "supplier", line)
    row = room.row(order, "report_issue", "Pick Up Order-RTS")
    card = room.post("csr", row["Case ID"])

    await room.press("agent", card.id, "Customer contacted")
    assert await room.fill("agent", {"FD ticket": "FD-92"}) == {}
    await room.press("agent", card.id, "Customer replied")
    answers = {"Customer's answer": "send it again", "If RTS, customer wants": "Reshipment"}
    assert await room.fill("agent", answers) == {}
    assert await room.fill("agent", {"Confirmed shipping address": "Keizersgracht 7, Amsterdam"}) == {}

    row = room.row(order, "report_issue", "Pick Up Order-RTS")
    request = room.post("supplier", row["Case ID"])
    assert (row["Status"], row["Customer's answer"]) == ("Passed to supplier", "send it again")
    assert "Reshipment" in request.text
    assert "Keizersgracht" not in request.text


async def test_a_trend_is_one_row_that_counts_and_reaches_bowen_when_he_has_to_act(room: Room) -> None:
    """Three people report the same: one row, three occurrences, all their tickets; then Kim asks Bowen."""
    tab = ("incident_form", "Form Responses 1")
    sku = f"ring-{room.order()}"
    line = (
        f"/log incident 'Recurring product defect' 'clasps break' sku={sku} tag=clasp urgency=High tickets="
    )
    for who, ticket in (("agent", "FD-91"), ("agent2", "FD-92"), ("lead", "FD-93")):
        await room.say(who, "csr", line + ticket)
    (row,) = [row for row in room.rows(*tab) if row["SKU / item"] == sku]
    assert (row["Occurrences"], row["Example tickets"], row["Owner"]) == ("3", "FD-91\nFD-92\nFD-93", "Kim")
    card = room.post("csr", row["Case ID"])
    assert any("3 times" in said for said in room.thread("csr", card.id))
    assert row["Case ID"] in room.whispers("csr", "lead")[-1].text

    await room.press("kim", card.id, "Triaged")
    assert [post for post in room.posts("supplier") if row["Case ID"] in post.text] == []
    await room.say("kim", "csr", f"/update {row['Case ID']} supplier_related=yes")
    request = room.post("supplier", row["Case ID"])
    assert "clasps break" in request.text
    assert "FD-91" not in request.text


async def test_a_proof_keeps_its_photos_in_its_thread_and_counts_them(room: Room) -> None:
    """The form takes the photos; the row names and counts them, the thread shows them, the supplier sees nothing."""
    order = room.order()
    await room.say("agent", "csr", f"/log proof {order} broken")
    photos = [{"name": name, "base64": "iVBORw0KGgo="} for name in ("clasp.png", "box.png")]
    assert await room.fill("agent", {"Photos": photos}) == {}

    row = room.row(order, "admin_book", "Proofs")
    card = room.post("csr", row["Case ID"])
    assert (row["Photos in album"], row["Album link"], row["Owner"]) == ("2", "", "Agent")
    assert [seen.files for seen in room.seen("csr") if seen.thread == card.id and seen.files] == [
        ("clasp.png", "box.png")
    ]
    assert [post for post in room.posts("supplier") if row["Case ID"] in post.text] == []


NEW = """
title = "Gift Wrap"
say = ["wrap"]
prefix = "GW"
document = "report_issue"
tab = "Gift Wrap"
log_by = ["csr"]
owner = "kim"
flow = "supplier_request"
dedupe = ["order_no"]

[supplier_post]
to = "supplier_nl"
from_state = "Open"
sees = ["order_no", "paper"]

[[columns]]
key = "order_no"
header = "Order #"
type = "order"
required = true

[[columns]]
key = "paper"
header = "Paper"
type = "text"
required = true

[[columns]]
key = "resolution"
header = "Resolution"
type = "longtext"
step = "resolve"

[[columns]]
key = "cancel_reason"
header = "Cancel reason"
type = "text"
step = "resolve"
"""


async def test_a_tracker_dropped_into_the_desk_works_without_any_code(server: str, tmp_path: Path) -> None:
    """One new TOML file: its tab is made, a case is logged on it, and the supplier is asked."""
    desks = tmp_path / "desks"
    copy_slack_desks(desks)
    (desks / "mhj" / "trackers" / "gift-wrap.toml").write_text(NEW, encoding="utf-8")
    with clone(server) as database_url:
        async with open_room(database_url, desks=desks) as room:
            case = await room.logged("/log wrap {order} 'red with stars'", tab=("report_issue", "Gift Wrap"))

            assert (case.row["Paper"], case.row["Status"]) == ("red with stars", "Posted")
            assert "red with stars" in case.request.text
