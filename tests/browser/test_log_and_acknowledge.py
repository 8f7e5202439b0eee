"""A newcomer's first five minutes, through the page: log, see the row, acknowledge, answer, edit, kill the bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.hands import Hands
from tests.browser.started import Started

pytestmark = pytest.mark.timeout(180)  # seconds; the first test starts a database, a bot and a browser
SUPPLIER = "9408-mhj-support-nl-bowen"


def log(page: Hands, order: str, photo: Path) -> None:
    """Fill the form of an item issue and send it."""
    page.write("/log item-issue")
    page.fill(order_no=order, ticket="FD-88", sku="ring-204", qty="1", detail="The clasp is broken")
    page.choose("kind", "Broken")
    page.choose("wish", "Reshipment")
    page.attach("photos", photo)
    page.submit()
    page.says(order)


def rows(sandbox: Started, tab: str) -> list[dict[str, str]]:
    """The rows of a tab by heading, as the sandbox itself holds them."""
    grid: list[list[str]] = sandbox.get("grid", workbook="report_issue")["tabs"][tab]
    return [dict(zip(grid[0], row, strict=False)) for row in grid[1:]]


def row_of(sandbox: Started, order: str) -> tuple[int, dict[str, str]] | None:
    """The number of the row with an order, and what it holds."""
    for number, row in enumerate(rows(sandbox, "Item Issue"), 2):
        if row["Order #"] == order:
            return number, row
    return None


def test_an_agent_logs_and_the_supplier_acknowledges(page: Hands, sandbox: Started, photo: Path) -> None:
    """What is filled into the modal becomes a row and a request; Acknowledge changes thread, sheet and card."""
    log(page, "10423", photo)
    number, row = page.until("the row", lambda: row_of(sandbox, "10423"))
    assert (row["Issue"], row["SKU / item"], row["What is wrong"]) == (
        "Broken",
        "ring-204",
        "The clasp is broken",
    )
    assert page.cell(number, "What is wrong").text == "The clasp is broken"

    page.be("bowen")
    page.go(SUPPLIER)
    page.says("10423")
    page.press("Acknowledge")

    page.says("Acknowledged by Bowen")
    page.until("the status on the sheet", lambda: page.cell(number, "Status").text == "Acknowledged")
    page.be("agent")
    page.go("mhj-support")
    page.says("Item Issue · Acknowledged")
    page.open_thread()
    page.says("Bowen acknowledged", where=".thread")
    page.until("two ticks", lambda: {"log", "row", "acknowledge"} <= page.done())
    assert page.complaints() == []


def test_what_is_wrong_is_said_under_its_input(page: Hands, photo: Path) -> None:
    """A form sent empty stays open, with a sentence under each input that is needed."""
    page.write("/log item-issue")
    page.until("the form", lambda: page.all(".modal .submit"))
    page.submit()
    page.until("a sentence", lambda: [each.text for each in page.all(".modal .field-error") if each.text])
    said = {each.text for each in page.all(".modal .field-error") if each.text}
    assert said == {"Please complete this required field."}

    page.fill(order_no="not an order!", ticket="FD-88", sku="ring-204", qty="1", detail="Broken")
    page.choose("kind", "Broken")
    page.choose("wish", "Refund")
    page.attach("photos", photo)
    page.submit()
    page.until(
        "the bot's own sentence",
        lambda: any("is not an order number" in each.text for each in page.all(".modal .field-error")),
    )
    page.click(".modal .press", "Cancel")
    page.until("the form gone", lambda: not [each for each in page.all(".modal") if each.is_displayed()])


def test_the_supplier_answers_and_the_agent_edits_the_sheet(
    page: Hands, sandbox: Started, photo: Path
) -> None:
    """A reply under the request reaches the case's own thread; what is typed into a cell is in the sheet."""
    log(page, "10500", photo)
    number, _ = page.until("the row", lambda: row_of(sandbox, "10500"))
    page.be("bowen")
    page.go(SUPPLIER)
    page.says("10500")
    _reply_as_bowen(sandbox, "10500", "A new one leaves tomorrow")
    page.type_into(number, "SKU / item", "ring-205")
    page.be("agent")
    page.go("mhj-support")
    page.open_thread()
    page.says("A new one leaves tomorrow", where=".thread")
    page.until("the ticks", lambda: {"reply", "edit"} <= page.done())
    found = row_of(sandbox, "10500")
    assert found is not None
    assert found[1]["SKU / item"] == page.cell(number, "SKU / item").text == "ring-205"


def _reply_as_bowen(sandbox: Started, order: str, text: str) -> None:
    request = next(each for each in _messages(sandbox) if order in each["text"] and each["thread"] is None)
    sandbox.post("say", who="bowen", place=f"slack:#{SUPPLIER}", thread=request["id"], text=text)


def _messages(sandbox: Started) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.get("transcript", place=f"slack:#{SUPPLIER}")["messages"]
    return found


def test_the_bot_is_killed_and_comes_back(page: Hands, sandbox: Started) -> None:
    """The button kills the bot's process; a new one takes its place, and the page says so."""
    before = sandbox.get("state")["bot"]
    page.click(".tool[aria-label^='The bot runs']")
    page.click(".card .press", "Kill it (kill -9)")
    page.until(
        "the news", lambda: any("The bot is back" in each.text for each in page.all(".q-notification"))
    )
    after = sandbox.get("state")["bot"]
    assert (after["pid"] != before["pid"], after["restarts"]) == (True, before["restarts"] + 1)
