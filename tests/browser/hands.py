"""The page as somebody uses it: be a person, open a channel, write, fill a form, press, look at the sheet.

Everything waits for what it needs to appear, and for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

T = TypeVar("T")
PATIENCE_SECONDS = 30
UNSETTLED = (
    StaleElementReferenceException,
    NoSuchElementException,
    ElementNotInteractableException,
    ElementClickInterceptedException,
    IndexError,
)
"""What a page says that is being redrawn at this moment: look again."""


class Hands:
    """A person before the page.

    Args:
        browser: shows it.
        page: its address.
    """

    def __init__(self, browser: Chrome, page: str) -> None:
        self.browser = browser
        browser.get(page)
        self.until("the page", lambda: self.all(".place"))

    def until(self, what: str, look: Callable[[], T]) -> T:
        """What `look` finds, as soon as it finds something.

        Raises:
            AssertionError: it did not, within `PATIENCE_SECONDS`.
        """
        wait = WebDriverWait(self.browser, PATIENCE_SECONDS, 0.1, ignored_exceptions=UNSETTLED)
        try:
            return wait.until(lambda _: look())
        except Exception as error:
            raise AssertionError(f"{what} did not appear: {error}") from error

    def all(self, css: str) -> list[WebElement]:
        """Everything on the page that a CSS selector names."""
        return self.browser.find_elements(By.CSS_SELECTOR, css)

    def click(self, css: str, text: str = "") -> None:
        """Click the last visible element that has this text (or its ARIA label)."""

        def act() -> bool:
            found = [each for each in self.all(css) if each.is_displayed() and _says(each, text)]
            if found:
                found[-1].click()
            return bool(found)

        self.until(f"{text or css} to click", act)

    def be(self, who: str) -> None:
        """Switch to a person by their key."""
        self.click(f"[data-person={who}]")
        self.until(f"the eyes of {who}", lambda: self.all(f"[data-person={who}][aria-pressed=true]"))

    def go(self, channel: str) -> None:
        """Open a channel by its name."""
        self.click(f".place[aria-label^='{channel}']")
        self.until(
            f"channel {channel}", lambda: self.all(f".place[aria-label^='{channel}'][aria-current=true]")
        )

    def write(self, text: str, *, thread: bool = False) -> None:
        """Type into the composer and press Enter."""
        css = f"{'.thread' if thread else '.chat'} .compose textarea"
        box = self.until("the composer", lambda: self.all(css)[0])
        box.send_keys(text, Keys.ENTER)

    def fill(self, **values: str) -> None:
        """Give inputs of the open form texts, by their question's key."""
        for key, value in values.items():
            css = f".modal input[data-field={key}], .modal textarea[data-field={key}]"
            box = self.until(f"the input {key}", lambda css=css: self.all(css)[0])  # type: ignore[misc]  # a bound default
            box.clear()
            box.send_keys(value)

    def choose(self, key: str, choice: str) -> None:
        """Choose from a menu of the open form; it is opened again where a redrawn form closed it."""

        def act() -> bool:
            field = self.all(f".modal [data-field={key}]")[0]
            if choice in field.text:
                return True
            items = [each for each in self.all(".q-menu .q-item") if each.is_displayed()]
            fitting = [each for each in items if _says(each, choice)]
            if fitting or not items:
                (fitting or [field])[-1].click()
            return False

        self.until(f"{choice} chosen", act)

    def attach(self, key: str, path: Path) -> None:
        """Put a file into a file input of the open form."""
        group = self.until(f"the input {key}", lambda: self.all(f".modal [data-field={key}]")[0])
        group.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(str(path))
        self.until(
            f"{path.name} attached", lambda: path.name in self.all(f".modal [data-field={key}]")[0].text
        )

    def submit(self) -> None:
        """Press the form's own button."""
        self.click(".modal .submit")

    def press(self, label: str, *, where: str = ".chat") -> None:
        """Press the last button of this label under a message."""
        self.click(f"{where} .message .press", label)

    def says(self, text: str, *, where: str = ".chat") -> None:
        """Wait until a text can be read among the messages."""
        self.until(
            f"'{text}' in {where}", lambda: any(text in each.text for each in self.all(f"{where} [role=log]"))
        )

    def open_thread(self) -> None:
        """Open the thread of the last message that has replies."""

        def act() -> bool:
            """Click again where the message was being drawn anew at the first click."""
            if not self.all(".thread .message"):
                self.all(".chat .replies")[-1].click()
            return bool(self.all(".thread .message"))

        self.until("the thread", act)

    def chat(self, title: str) -> None:
        """Open a chat of Telegram by its title."""
        self.click(f".tg-place[aria-label^='{title}']")
        self.until(f"chat {title}", lambda: self.all(f".tg-place[aria-label^='{title}'][aria-current=true]"))

    def meet(self) -> None:
        """Open the chat with the bot on Telegram, and press START where it has not been."""
        self.chat("Deskbell")

        def act() -> bool:
            for button in self.all(".tg-start"):
                if button.is_displayed():
                    button.click()
            return self.all(".tg-chat .compose")[0].is_displayed()

        self.until("the composer", act)

    def tell(self, text: str, *files: Path) -> None:
        """Write into the Telegram chat that is open, with files, and press Enter."""
        if files:
            upload = self.until("the paper clip", lambda: self.all(".tg-chat input[type=file]")[0])
            upload.send_keys("\n".join(str(path) for path in files))
            self.until("the files", lambda: len(self.all(".tg-chat .attached .chip")) == len(files))
        box = self.until("the composer", lambda: self.all(".tg-chat .compose textarea")[0])
        box.send_keys(text, Keys.ENTER)

    def key(self, label: str) -> None:
        """Press the last button of this label under a Telegram message."""
        self.click(".tg-keys .tg-key", label)

    def answer(self, text: str) -> None:
        """Begin a reply to the last Telegram message that says this."""
        row = self.until(text, lambda: self.bubbles(text)[-1])
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'end'})", row)  # type: ignore[no-untyped-call]  # selenium leaves it bare
        ActionChains(self.browser).move_to_element(row).perform()
        self.click(".tg-tools button", "Reply")
        self.until("the line above the composer", lambda: self.all(".tg-answering"))

    def bubbles(self, text: str = "") -> list[WebElement]:
        """The messages of the Telegram chat that is open which say this, scrolled out of sight or not."""
        return [each for each in self.all(".tg-row") if text in (each.get_attribute("textContent") or "")]

    def reads(self, text: str) -> None:
        """Wait until a text stands in the Telegram chat that is open."""
        self.until(f"'{text}' on Telegram", lambda: self.bubbles(text))

    def cell(self, row: int, column: str) -> WebElement:
        """A cell of the sheet on the page: the row's number, and what its column's first row says."""
        ident = self.until(f"column {column}", lambda: self._column(column))
        return self.until(
            f"cell {column} of row {row}",
            lambda: self.all(f".ag-row[row-index='{row - 2}']:not(.ag-row-pinned) [col-id='{ident}']")[0],
        )

    def _column(self, heading: str) -> str | None:
        for cell in self.all(".ag-floating-top .ag-cell"):
            if cell.text == heading:
                return cell.get_attribute("col-id")
        return None

    def type_into(self, row: int, column: str, text: str) -> None:
        """Double-click a cell, type, press Enter."""
        ActionChains(self.browser).double_click(self.cell(row, column)).perform()
        editor = self.until("the cell's editor", lambda: self.all(".ag-cell-inline-editing input")[0])
        editor.send_keys(text, Keys.ENTER)

    def done(self) -> set[str]:
        """Which of the things to try are ticked off."""
        return {str(each.get_attribute("data-task")) for each in self.all(".task.done")}

    def complaints(self) -> list[str]:
        """What the browser's console holds against the page."""
        found = self.browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium leaves it bare
        return [entry["message"] for entry in found if entry["level"] == "SEVERE"]


def _says(element: WebElement, text: str) -> bool:
    return not text or text in {element.text.strip(), element.get_attribute("aria-label")}
