"""Slack and Telegram side by side on the page: one case in two chats, questions one by one, who is where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser.hands import Hands
from tests.browser.started import Started, started
from tests.browser.test_log_and_acknowledge import log, row_of, rows

pytestmark = pytest.mark.timeout(180)  # seconds; the first test starts a database, a bot and a browser
PHONE = 420
"""Pixels of a narrow window."""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory, browser: Chrome) -> Iterator[Started]:
    """The whole sandbox with the house's own desk: its agents are on Slack and Telegram, Bowen on Telegram alone."""
    with started(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def test_it_opens_with_an_agent_on_slack_and_bowen_on_telegram(page: Hands) -> None:
    """Both are at hand with no click: the desk's channel on the left, the supplier's group on the right."""
    chosen = {each.get_attribute("data-person") for each in page.all(".person[aria-pressed=true]")}
    assert chosen == {"agent", "bowen"}
    assert [each.text for each in page.all(".as-whom > .kept")] == ["AG\nas Agent", "BO\nas Bowen"]
    assert "mhj-support" in page.all(".place[aria-current=true]")[0].text
    assert "NL-Bowen" in page.all(".tg-place[aria-current=true]")[0].text


def test_one_case_moves_in_both_chats(page: Hands, sandbox: Started, photo: Path) -> None:
    """An agent logs on Slack; Bowen acknowledges and answers with photos on Telegram; thread and sheet follow."""
    log(page, "10601", photo)
    page.reads("10601")
    number, _ = page.until("the row", lambda: row_of(sandbox, "10601"))
    page.key("Acknowledge")
    page.until("the status on the sheet", lambda: page.cell(number, "Status").text == "Acknowledged")
    page.says("Item Issue · Acknowledged")

    page.click(".chat .text-link", "Supplier's request")
    page.until(
        "the request it leads to", lambda: page.all(".tg-row.target")[0] in page.bubbles("Order #: 10601")
    )

    page.answer("Order #: 10601")
    page.tell("A new ring leaves tomorrow", photo, photo)
    page.until(
        "one album", lambda: len(page.all(".tg-row.mine:last-child img, .tg-row.mine .n2 img")) >= 2
    )  # both
    page.open_thread()
    page.says("Bowen acknowledged", where=".thread")
    page.says("A new ring leaves tomorrow", where=".thread")
    page.until(
        "the photos in the thread", lambda: len(page.all(".thread .files img")) >= 3
    )  # the agent's and two
    page.until("the ticks", lambda: {"acknowledge", "reply"} <= page.done())
    assert page.complaints() == []


def test_questions_are_asked_one_by_one(page: Hands, sandbox: Started) -> None:
    """In the chat with the bot: /log, a button, typed answers, one skipped, one wrong, and it is a row."""
    page.meet()
    page.tell("/log")
    page.reads("What do you want to log?")
    page.key("Out of Stock")
    for asked, answer in (
        ("order_no=", "10602"),
        ("sku=", "ring-204"),
        ("variant=", ""),
        ("qty=", "many"),
        ("qty=", "2"),
    ):
        page.until(asked, lambda asked=asked: page.bubbles(asked)[-1] == page.bubbles()[-1])  # type: ignore[misc]  # a bound default
        page.tell(answer) if answer else page.key("Skip")
    page.until("the notes", lambda: page.bubbles("notes=")[-1] == page.bubbles()[-1])
    page.key("Skip")
    page.reads("is this right?")
    page.key("Log it")
    page.until("the row", lambda: [row for row in rows(sandbox, "Out of Stock") if row["Order #"] == "10602"])
    page.until("the tick", lambda: "guided" in page.done())
    assert page.complaints() == []


def test_who_has_no_account_on_a_side_is_told_so_there(page: Hands) -> None:
    """Bowen is not on Slack: his Telegram stays, and Slack can be somebody else's with one click."""
    page.be("bowen")
    page.until("the sentence", lambda: "Bowen is not on Slack" in page.all(".slack .absent")[0].text)
    assert not page.all(".place")[0].is_displayed()
    page.click(".slack .absent .press", "Kim")
    page.until("Kim's channels", lambda: [each for each in page.all(".place") if each.is_displayed()])
    chosen = {each.get_attribute("data-person") for each in page.all(".person[aria-pressed=true]")}
    assert chosen == {"kim", "bowen"}
    page.be("kim")
    page.until("one person", lambda: len(page.all(".person[aria-pressed=true]")) == 1)


@pytest.fixture
def narrow(browser: Chrome) -> Iterator[None]:
    """A window as wide as a phone, for one test."""
    size = {"height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": PHONE, **size})
    yield
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 1440, **size})


@pytest.mark.usefixtures("narrow")
def test_on_a_narrow_window_the_chats_stack(page: Hands) -> None:
    """Slack, Telegram and the workbooks stand below each other, and nothing sticks out at the side."""
    tops = [page.all(css)[0].rect for css in (".slack", ".telegram", ".books")]
    assert [each["width"] for each in tops] == [PHONE] * 3
    assert tops[0]["y"] + tops[0]["height"] <= tops[1]["y"] < tops[1]["y"] + tops[1]["height"] <= tops[2]["y"]
    width = page.browser.execute_script("return document.documentElement.scrollWidth")  # type: ignore[no-untyped-call]  # selenium leaves it bare
    assert width == PHONE
