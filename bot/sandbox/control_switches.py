"""The sandbox's switches: clock, faults, copies, pace, connections; and who is told when something changed."""

from __future__ import annotations

from collections.abc import Callable

from bot.boundaries import BOUNDARIES
from bot.sandbox.control_clock import Clock
from bot.sandbox.control_errors import Refused
from bot.sandbox.control_ports import ChatPlatform, Connected, Emulator, Json, Switched
from bot.sandbox.faults import Faults, Truth, UnknownFault
from bot.sandbox.people import World

MOST_COPIES = 4


class Switches:
    """What moves the sandbox itself.

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
        self.on_crash: Callable[[str], None] | None = None
        """Told where the bot's child process is to die; None while there is none."""
        self.base = ""
        self.emulators: dict[str, Emulator] = {}
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

    async def drop_connections(self, service: str, reason: str = "refresh_requested") -> Json:
        """POST /sandbox/disconnect: the vendor ends the bot's connections."""
        await self._connected(service).drop_connections(reason)
        return {"service": service, "reason": reason}

    def request_urls(
        self, service: str, events: str = "", interactivity: str = "", commands: str = ""
    ) -> Json:
        """POST /sandbox/request_urls: the vendor calls the bot at these URLs; empty ones end that."""
        self._connected(service).request_urls(events, interactivity, commands)
        return {"service": service, "events": events}

    def _connected(self, service: str) -> Connected:
        emulator: object = self.emulators.get(service)
        if not isinstance(emulator, Connected):
            raise Refused(f"there are no connections of '{service}'", 404)
        return emulator

    def crash(self, at: str) -> Json:
        """POST /sandbox/crash: every next life of the bot ends at this boundary; "" ends that."""
        where, _, nth = at.partition(":")
        if at and where not in BOUNDARIES:
            raise Refused(f"'{where}' is not one of {', '.join(BOUNDARIES)}")
        if nth and not (nth.isdigit() and int(nth)):
            raise Refused(f"'{nth}' is no passing; write after-commit:3 for the third one")
        if self.on_crash is None:
            raise Refused("the bot is no process of this sandbox", 409)
        self.on_crash(at)
        return {"at": at}

    def truth_of(self, service: str | None = None, after: str = "0") -> Json:
        """GET /sandbox/truth: `{"entries": […]}`, those that follow entry number `after`."""
        if not after.isdecimal():
            raise Refused(f"after is the number of an entry, not '{after}'")
        return {"entries": self.truth.of(service, int(after))}
