"""The pictures of the documents: `python -m tests.browser.screenshots` makes docs/images/*.png anew.

The sandbox's clock is set, its cases are always the same, and what is shown was really done by the bot.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from bot.sandbox.opening import OPENINGS
from tests.browser.chromium import chromium
from tests.browser.hands import PATIENCE_SECONDS, Hands
from tests.browser.picture import ring
from tests.browser.started import Started, started

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
MOMENT = "2026-11-24T10:15:00+01:00"
LARGEST = 300_000
"""Bytes of a picture; more is too much for a repository."""


def main() -> None:
    """Play the opening of the README and take its pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        photo = Path(folder) / "ring.png"
        photo.write_bytes(ring())
        with started(Path(folder), "--no-cases") as sandbox:
            sandbox.post("clock", set=MOMENT)
            begin(browser, sandbox)
            play(browser, sandbox, photo)


def begin(browser: Chrome, sandbox: Started) -> None:
    """Say what every sandbox opens with, one after the other, so that the order is always the same."""
    channels = sandbox.get("state")["channels"]
    for number, line in enumerate(OPENINGS["mhj"], 1):
        sandbox.post("say", who=line.who, place=channels[line.channel], text=line.text)
        WebDriverWait(browser, PATIENCE_SECONDS).until(lambda _, number=number: cards(sandbox) >= number)


def cards(sandbox: Started) -> int:
    """How many cases stand in the agents' channel with everything that belongs to them."""
    messages = sandbox.get("transcript", place="slack:#mhj-support")["messages"]
    return sum("Row on the tracker" in each["text"] for each in messages)


def play(browser: Chrome, sandbox: Started, photo: Path) -> None:
    """Log, acknowledge, answer; a picture of each."""
    page = Hands(browser, sandbox.page)
    page.write("/log item-issue")
    page.fill(
        order_no="10423", ticket="FD-88", sku="ring-204", qty="1", detail="The clasp is broken, worn once."
    )
    page.choose("kind", "Broken")
    page.choose("wish", "Reshipment")
    page.attach("photos", photo)
    save(browser, "modal")
    page.submit()
    page.says("10423")
    page.until("the row", lambda: page.all(".task.done[data-task=row]"))
    page.reads("Order #: 10423")
    page.key("Acknowledge")
    page.says("Item Issue · Acknowledged")
    page.until("the agent's photo", lambda: page.all(".tg-row:not(.mine) .tg-pictures"))
    page.answer("Order #: 10423")
    page.tell("A new ring leaves tomorrow, tracking follows.", photo)
    calm(page)
    page.open_thread()
    page.says("tracking follows", where=".thread")
    page.until("his photo in the thread", lambda: len(page.all(".thread .files img")) > 1)
    calm(page)
    save(browser, "sandbox")
    page.meet()
    ask(page)
    calm(page)
    save(browser, "telegram")


def ask(page: Hands) -> None:
    """Let Bowen be asked for an order that is out of stock, up to the summary."""
    page.tell("/log")
    page.reads("What do you want to log?")
    page.key("Out of Stock")
    for key, answer in (("order_no=", "10430"), ("sku=", "ring-118"), ("variant=", "size 56"), ("qty=", "2")):
        page.reads(key)
        page.tell(answer)
    page.reads("notes=")
    page.key("Skip")
    page.reads("is this right?")


def calm(page: Hands) -> None:
    """Wait until nothing waits in the bot's queue, and what it answered for a moment is gone."""
    page.until("the queue to be empty", lambda: page.all(".tool[aria-label$='waits 0 s']"))
    page.until("no toast", lambda: not page.all(".tg-toast")[0].is_displayed())


def save(browser: Chrome, name: str) -> None:
    """Write a picture of the page.

    Raises:
        ValueError: it is larger than `LARGEST`.
    """
    picture = browser.get_screenshot_as_png()
    if len(picture) > LARGEST:
        raise ValueError(f"{name}.png would be {len(picture)} bytes, more than {LARGEST}")
    (IMAGES / f"{name}.png").write_bytes(picture)
    print(f"docs/images/{name}.png: {len(picture) // 1024} KB")


if __name__ == "__main__":
    main()
