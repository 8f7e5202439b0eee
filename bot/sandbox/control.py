"""The sandbox's own controls: everything a person can do on the page, as methods a script or the page calls."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from bot.sandbox.control_clock import Clock
from bot.sandbox.control_errors import Refused
from bot.sandbox.control_ports import ChatPlatform, Emulator, Json, Sheets, Switched
from bot.sandbox.faults import Faults, Truth, UnknownFault
from bot.sandbox.people import UnknownPerson, World

LARGEST_UPLOAD = 20 * 1024 * 1024
MOST_COPIES = 4


class Control:
    """What `/sandbox` offers, one method an endpoint. Every refusal is a `Refused` with a sentence.

    Args:
        world: who and what the sandbox has.
        truth: the truth log all emulators write.
        faults: the switchboard all emulators ask.
        clock: the sandbox's clock.
        bot: tells about the bot's child process, `{"pid": number or None}`.
    """

    def __init__(
        self,
        world: World,
        truth: Truth,
        faults: Faults,
        clock: Clock,
        bot: Callable[[], Json] = lambda: {"pid": None},
    ) -> None:
        self.world = world
        self.truth = truth
        self.faults = faults
        self.clock = clock
        self.bot = bot
        self.base = ""
        self.emulators: dict[str, Emulator] = {}
        self.sheets: Sheets | None = None
        self._callbacks: list[Callable[[str, str], None]] = []

    def join(self, emulator: Emulator) -> None:
        """Take an emulator in; a chat platform's changes are passed on."""
        self.emulators[emulator.name] = emulator
        if isinstance(emulator, ChatPlatform):
            name = emulator.name
            emulator.on_change(lambda place: self.tell(name, place))

    def at(self, base: str) -> None:
        """Told where the server listens; passes it on."""
        self.base = base
        for emulator in self.emulators.values():
            emulator.at(base)

    def on_change(self, callback: Callable[[str, str], None]) -> Callable[[], None]:
        """Have `callback(service, what)` called after every visible change; answers the undoing.

        `what` is a place for chats ("" for forms), and "" for `clock`, `faults` and `sheets`.
        """
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback) if callback in self._callbacks else None

    def tell(self, service: str, what: str = "") -> None:
        """Tell everybody who asked that something changed."""
        for callback in list(self._callbacks):
            callback(service, what)

    @property
    def chats(self) -> list[ChatPlatform]:
        """The chat platforms among the emulators."""
        return [each for each in self.emulators.values() if isinstance(each, ChatPlatform)]

    def _chat(self, address: str, what: str) -> tuple[ChatPlatform, str]:
        """The platform an address (`slack:…`) belongs to, and the rest of the address."""
        name, colon, rest = address.partition(":")
        for chat in self.chats:
            if colon and chat.name == name:
                return chat, rest
        raise Refused(f"{what} '{address}' is not on {' or '.join(chat.name for chat in self.chats)}", 404)

    def _with_form(self, who: str) -> ChatPlatform:
        """The platform on which a form is open for a person; the first one when none is."""
        return next((chat for chat in self.chats if chat.form(who) is not None), self.chats[0])

    def state(self) -> Json:
        """GET /sandbox/state."""
        places = [place for chat in self.chats for place in chat.places()]
        urls = {service: url for each in self.emulators.values() for service, url in each.urls().items()}
        if self.sheets is not None:
            urls["google"] = f"{self.base}/google"
        return {
            "people": {
                person.key: {"name": person.name, "real_name": person.real_name, "kind": person.kind,
                             "slack": person.id, "email": person.email}
                for person in self.world.people
            },
            "places": [place["place"] for place in places],
            "members": {place["place"]: place["members"] for place in places},
            "channels": {place["key"]: place["place"] for place in places if place["key"]},
            "workbooks": {book.key: book.id for book in self.world.workbooks},
            "urls": {**urls, "sandbox": f"{self.base}/sandbox"},
            "credentials": {chat.name: chat.credentials() for chat in self.chats},
            "clock": self.clock_state(),
            "faults": {name: vars(fault) for name, fault in self.faults.lines.items()},
            "bot": self.bot(),
        }  # fmt: skip

    async def say(self, who: str, place: str, text: str, thread: str | None = None) -> Json:
        """POST /sandbox/say."""
        chat, rest = self._chat(place, "place")
        return await chat.say(who, rest, text, thread)

    async def upload(
        self, who: str, place: str, name: str, data: str, thread: str | None = None, text: str = ""
    ) -> Json:
        """POST /sandbox/upload; `data` is base64."""
        chat, rest = self._chat(place, "place")
        try:
            content = base64.b64decode(data, validate=True)
        except (ValueError, binascii.Error):
            raise Refused("base64 is not valid base64") from None
        if len(content) > LARGEST_UPLOAD:
            raise Refused("the sandbox takes files of up to 20 MB", 413)
        return await chat.upload(who, rest, [(name, content)], thread, text)

    async def press(
        self, who: str, message: str | None = None, button: str = "", value: str | None = None
    ) -> Json:
        """POST /sandbox/press; without a message, on the form that is open."""
        if message is None:
            return await self._with_form(who).press(who, None, button, value)
        return await self._chat(message, "message")[0].press(who, message, button, value)

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """POST /sandbox/react."""
        return await self._chat(message, "message")[0].react(who, message, emoji)

    async def submit(self, who: str, values: Json) -> Json:
        """POST /sandbox/submit."""
        return await self._with_form(who).submit(who, values)

    async def fill(self, who: str, values: Json) -> Json:
        """POST /sandbox/fill: values without sending."""
        return await self._with_form(who).fill(who, values)

    async def close(self, who: str) -> Json:
        """POST /sandbox/close: away with the open form."""
        return await self._with_form(who).close(who)

    async def shortcut(
        self, who: str, name: str, message: str | None = None, platform: str = "slack"
    ) -> Json:
        """POST /sandbox/shortcut: of a message, or a global one."""
        chat = self._chat(message or f"{platform}:", "message")[0]
        return await chat.shortcut(who, message, name)

    def forms(self, who: str) -> Json:
        """GET /sandbox/forms: `{"form": … or None}`."""
        return {"form": self._with_form(who).form(who)}

    def transcript(self, place: str, who: str | None = None) -> Json:
        """GET /sandbox/transcript: `{"messages": […]}`."""
        chat, rest = self._chat(place, "place")
        return {"place": place, "messages": chat.transcript(rest, who)}

    def clock_state(self) -> Json:
        """The clock: now in UTC, and how many seconds it is ahead."""
        return {"now": self.clock.now().isoformat(), "offset": self.clock.offset}

    def move_clock(self, advance: str | None = None, to: str | None = None) -> Json:
        """POST /sandbox/clock."""
        if (advance is None) == (to is None):
            raise Refused('say either {"advance": "24h"} or {"set": "2026-01-31T16:30:00+00:00"}')
        if advance is not None:
            self.clock.advance(advance)
        if to is not None:
            self.clock.set(to)
        self.tell("clock")
        return self.clock_state()

    def switch_fault(
        self, service: str, kind: str, times: int | None = None, rate: float | None = None, skip: int = 0
    ) -> Json:
        """POST /sandbox/faults."""
        try:
            self.faults.switch(service, kind, times=times, rate=rate, skip=skip)
        except UnknownFault as unknown:
            raise Refused(str(unknown)) from unknown
        self.tell("faults")
        return {"faults": {name: vars(fault) for name, fault in self.faults.lines.items()}}

    def duplicate(self, service: str, times: int) -> Json:
        """POST /sandbox/duplicate: deliver everything so many times."""
        if not 1 <= times <= MOST_COPIES:
            raise Refused(f"times is from 1 to {MOST_COPIES}")
        self._switched(service).duplicate = times
        return {"service": service, "times": times}

    def pace(self, service: str, on: bool) -> Json:
        """POST /sandbox/pace: hold callers to the vendor's pace."""
        self._switched(service).pace = on
        return {"service": service, "on": on}

    def _switched(self, service: str) -> Switched:
        emulator: object = self.emulators.get(service)
        if not isinstance(emulator, Switched):
            raise Refused(f"there is no such switch for '{service}'", 404)
        return emulator

    def truth_of(self, service: str | None = None) -> Json:
        """GET /sandbox/truth: `{"entries": […]}`."""
        return {"entries": self.truth.of(service)}

    def _book(self, workbook: str) -> tuple[Sheets, str]:
        """The sheets, and the id of a workbook that is named by its key or its id."""
        for book in self.world.workbooks:
            if workbook in {book.key, book.id} and self.sheets is not None:
                return self.sheets, book.id
        known = ", ".join(book.key for book in self.world.workbooks) or "none"
        raise Refused(f"there is no workbook '{workbook}'; there are {known}", 404)

    def grid(self, workbook: str) -> Json:
        """GET /sandbox/grid: `{"workbook", "tabs": {title: rows}}`."""
        sheets, ident = self._book(workbook)
        return {"workbook": ident, "tabs": sheets.grid(ident)}

    def edit_grid(self, workbook: str, tab: str, row: int, column: int, value: Any, who: str) -> Json:
        """POST /sandbox/grid: type a value into a cell by hand; rows and columns count from 1."""
        sheets, ident = self._book(workbook)
        sheets.edit(ident, tab, row, column, str(value), self._address(who))
        self.tell("sheets")
        return {}

    def _address(self, who: str) -> str:
        try:
            return self.world.person(who).email
        except UnknownPerson as unknown:
            raise Refused(str(unknown), 404) from unknown
