"""An item issue from the first word to the last: agent, sheet, supplier, and back."""

from __future__ import annotations

import pytest

from tests.scenarios.room import ITEM_ISSUE, Room

pytestmark = pytest.mark.anyio
ANSWERS = {
    "FD ticket": "FD-88",
    "Issue": "Missing",
    "SKU / item": "ring-204",
    "Qty affected": "1",
    "What is wrong": "box was empty",
    "Customer wants": "Refund",
}


async def test_a_case_logged_by_form_is_a_row_a_card_and_a_request(room: Room) -> None:
    """`/log item-issue`, the form sent: the row is on the tracker, the card at home, the request at the supplier."""
    order = room.order()
    await room.say("agent", "csr", "/log item-issue")
    assert await room.fill("agent", {"Order #": order, **ANSWERS}) == {}

    row = room.row(order)
    assert (row["Issue"], row["Qty affected"], row["Status"], row["Logged by"]) == (
        "Missing",
        "1",
        "Posted",
        "Agent",
    )
    assert "box was empty" in room.post("csr", row["Case ID"]).text
    request = room.post("supplier", row["Case ID"])
    assert "ring-204" in request.text
    assert "Acknowledge" in request.buttons


async def test_a_photo_asked_for_reaches_the_supplier(room: Room) -> None:
    """A broken item needs photos; the form asks for them once *Broken* is chosen, and Bowen gets them."""
    order = room.order()
    await room.say("agent", "csr", "/log item-issue")
    answers = {
        "Order #": order,
        **ANSWERS,
        "Issue": "Broken",
        "Photos": [{"name": "clasp.png", "base64": "iVBORw0KGgo="}],
    }
    assert await room.fill("agent", answers) == {}

    request = room.post("supplier", room.row(order)["Case ID"])
    shown = [
        file for message in room.seen("supplier") if message.thread == request.id for file in message.files
    ]
    assert any("clasp" in name for name in shown)


async def test_a_complete_line_is_logged_at_once(room: Room) -> None:
    """A one-line form that says everything opens no form and is confirmed to its author."""
    case = await room.logged()

    assert room.form("agent") is None
    assert case.row["What is wrong"] == "box was empty"
    assert any(case.ident in whisper.text for whisper in room.whispers("csr", "agent"))


async def test_a_line_with_something_missing_opens_the_form_prefilled(room: Room) -> None:
    """What is missing or wrong opens the form with what was said; nothing is logged."""
    order = room.order()
    await room.say(
        "agent", "csr", f'/log item-issue order={order} kind=missing qty=lots ticket=88 "box was empty"'
    )

    form = room.form("agent")
    assert form is not None
    values = {field["label"]: field["value"] for field in form["fields"]}
    assert (values["Order #"], values["Issue"], values["FD ticket"]) == (order, "Missing", "88")
    with pytest.raises(LookupError):
        room.row(order)


async def test_the_supplier_acknowledges_by_button(room: Room) -> None:
    """Bowen presses *Acknowledge*: thread, sheet and case change, and both posts show it."""
    case = await room.logged()

    await room.press("bowen", case.request.id, "Acknowledge")

    assert (case.row["Status"], case.row["Acknowledged by"]) == ("Acknowledged", "Bowen")
    assert any("Bowen" in line and "acknowledged" in line for line in case.home)
    assert "Acknowledged" in case.card.text
    assert "Acknowledge" not in case.request.buttons
    assert (await room.case(case.ident)).acknowledged_by == "bowen"


@pytest.mark.parametrize("word", ["ack", "OK", "Noted.", "👍", ":eyes:"])
async def test_the_supplier_acknowledges_by_a_word_in_the_thread(room: Room, word: str) -> None:
    """The declared words mean the same, in any case."""
    case = await room.logged()

    await room.say("bowen", "supplier", word, thread=case.request.id)

    assert case.row["Status"] == "Acknowledged"


async def test_the_supplier_acknowledges_by_a_reaction_and_only_once(room: Room) -> None:
    """A reaction counts; a word after it is friendly and changes nothing."""
    case = await room.logged()

    await room.react("bowen", case.request.id, "eyes")
    before = case.row
    await room.say("bowen", "supplier", "ok", thread=case.request.id)

    assert before["Status"] == "Acknowledged"
    assert case.row == before
    assert sum("acknowledged" in line for line in case.home) == 1


async def test_a_supplier_reply_lands_on_the_case_and_at_home(room: Room) -> None:
    """What Bowen says under the request is on the row, and in the home thread under his name."""
    case = await room.logged()

    await room.say("bowen", "supplier", "New ring leaves on Monday", thread=case.request.id)

    assert case.row["Bowen's reply"] == "New ring leaves on Monday"
    assert any("Bowen" in line and "New ring leaves on Monday" in line for line in case.home)


async def test_what_is_said_at_home_stays_at_home_until_it_is_sent(room: Room) -> None:
    """Nothing reaches the supplier until somebody presses *Send to supplier* and sends what it shows."""
    case = await room.logged()

    await room.say("agent", "csr", "The customer is very angry about this", thread=case.card.id)
    assert room.thread("supplier", case.request.id) == []

    offer = room.whispers("csr", "agent")[-1]
    await room.press("agent", offer.id, "Send to supplier")
    assert room.thread("supplier", case.request.id) == []
    assert await room.submit("agent") == {}
    assert any("very angry" in line for line in room.thread("supplier", case.request.id))


async def test_a_structured_answer_is_asked_by_a_small_form(room: Room) -> None:
    """Bowen presses the tracking button, gives the number, and it is on the row."""
    case = await room.logged()

    await room.press("bowen", case.request.id, "Reship tracking #")
    assert await room.fill("bowen", {"Reship tracking #": "LZ123456789CN"}) == {}

    assert case.row["Reship tracking #"] == "LZ123456789CN"


async def test_done_asks_for_what_the_gate_needs(room: Room) -> None:
    """*Done* opens the gate's form; sent, the case is closed on the row and on the card."""
    case = await room.logged()

    await room.press("agent", case.card.id, "Done")
    assert await room.fill("agent", {"Resolution": "New ring sent"}) == {}

    assert (case.row["Status"], case.row["Resolution"]) == ("Done", "New ring sent")
    assert case.row["Closed at"] != ""


async def test_the_same_matter_twice_is_noticed(room: Room) -> None:
    """A likely duplicate is shown first; logged anyway, there are two cases."""
    case = await room.logged()

    await room.say("agent2", "csr", ITEM_ISSUE.format(order=case.order))
    form = room.form("agent2")
    assert form is not None
    assert case.ident in str(form["texts"])
    choice = next(field for field in form["fields"] if "Log it anyway" in field["choices"])
    await room.fill("agent2", {choice["label"]: "Log it anyway"})

    assert sum(row["Order #"] == case.order for row in room.rows("report_issue", "Item Issue")) == 2


async def test_find_mine_and_case_tell_what_there_is(room: Room) -> None:
    """By order or id a case is found, with its history; the owner finds it with himself."""
    case = await room.logged()

    for said in (case.order, case.ident.lower()):
        await room.say("agent2", "csr", f"/find {said}")
        assert case.ident in room.whispers("csr", "agent2")[-1].text
    await room.say("agent2", "csr", f"/case {case.ident}")
    assert "logged on Item Issue" in room.whispers("csr", "agent2")[-1].text
    await room.say("bowen", "supplier", "/mine")
    assert "are with you" in room.whispers("supplier", "bowen")[-1].text


async def test_in_a_thread_a_command_is_written_with_an_exclamation_mark(room: Room) -> None:
    """Slash commands do not run in threads: `!done` does, on the thread's own case."""
    case = await room.logged()

    await room.say("agent", "csr", '!done "New ring sent"', thread=case.card.id)

    assert case.row["Status"] == "Done"


async def test_sheet_truth_and_transcript_agree(room: Room) -> None:
    """What a stock gspread client reads, what the vendors applied and what people see are the same case, once."""
    case = await room.logged()
    spreadsheet = next(book.id for book in room.sandbox.world.workbooks if book.key == "report_issue")

    records = await room.read(spreadsheet, "Item Issue")
    appended = [
        row
        for entry in room.sandbox.truth.of("sheets")
        if entry["effect"] == "appendCells"
        for row in entry["rows"]
        if case.ident in row
    ]

    assert sum(case.ident in row for row in records) == 1
    assert len(appended) == 1
    assert case.card.text.startswith(case.ident)
