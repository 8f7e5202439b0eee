"""The fault switch and the truth log that every emulator shares.

An emulator asks :meth:`Faults.draw` once per vendor call, applies the call unless the fault says it
never arrived, writes what it applied to the :class:`Truth` log, and only then lets the fault spoil the
answer. So the truth log is what really happened, whatever the bot was told.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal["429", "500", "503", "cut", "slow", "applied-503", "applied-cut"]
KINDS: tuple[str, ...] = get_args(Kind)
SLOW_SECONDS = 5.0
"""How long a slow call hangs before it is applied and answered; longer than Slack's three seconds."""


class UnknownFault(ValueError):
    """The fault asked for is not one the sandbox can play."""


@dataclass
class Fault:
    """One switched-on fault: after `skip` calls it strikes `times` calls, or a share `rate` of them."""

    kind: Kind
    times: int | None = None
    rate: float | None = None
    skip: int = 0

    @property
    def applies(self) -> bool:
        """Whether the vendor carries the call out although the caller is told otherwise."""
        return self.kind in {"slow", "applied-503", "applied-cut"}

    @property
    def cuts(self) -> bool:
        """Whether the connection is dropped instead of answered."""
        return self.kind in {"cut", "applied-cut"}

    @property
    def status(self) -> int | None:
        """The HTTP status the caller sees, or None where the answer is the true one or none at all."""
        return {"429": 429, "500": 500, "503": 503, "applied-503": 503}.get(self.kind)


@dataclass
class Faults:
    """The switchboard, one line a service (`slack`, `sheets`, `drive`, …). Seeded, so a run repeats."""

    seed: int = 0
    lines: dict[str, Fault] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def switch(
        self, service: str, kind: str, *, times: int | None = None, rate: float | None = None, skip: int = 0
    ) -> None:
        """Switch a fault on for a service, replacing the one before; `kind="none"` clears it.

        Raises:
            UnknownFault: the kind is not one of `KINDS`, or a number is out of its range.
        """
        if kind == "none":
            self.lines.pop(service, None)
            return
        if kind not in KINDS:
            raise UnknownFault(f"'{kind}' is not a fault; choose one of {', '.join(KINDS)} or none")
        if rate is not None and not 0 <= rate <= 1:
            raise UnknownFault(f"rate {rate} is not between 0 and 1")
        if (times is not None and times < 1) or skip < 0:
            raise UnknownFault("times is at least 1 and skip at least 0")
        self.lines[service] = Fault(kind, times, rate, skip)  # type: ignore[arg-type]  # checked above

    def draw(self, service: str) -> Fault | None:
        """The fault that strikes this call, or None. Counts the call either way."""
        self.calls[service] = self.calls.get(service, 0) + 1
        fault = self.lines.get(service)
        if fault is None:
            return None
        if fault.skip > 0:
            fault.skip -= 1
            return None
        if fault.rate is not None and self.random.random() >= fault.rate:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                del self.lines[service]
        return fault


@dataclass
class Truth:
    """Every effect the vendors applied, in order, as plain JSON: `{n, service, effect, …}`."""

    entries: list[dict[str, Any]] = field(default_factory=list)

    def record(self, service: str, effect: str, **facts: Any) -> None:
        """Append one applied effect, for instance `record("slack", "chat.postMessage", channel=…, ts=…)`."""
        self.entries.append({"n": len(self.entries) + 1, "service": service, "effect": effect, **facts})

    def of(self, service: str | None = None, after: int = 0) -> list[dict[str, Any]]:
        """The entries of one service, or all of them, oldest first; only those that follow number `after`."""
        return [entry for entry in self.entries[after:] if service is None or entry["service"] == service]


class Cut(Exception):
    """Raised by an emulator's route to drop the connection without an answer."""


class Cutting:
    """ASGI wrapper that turns :class:`Cut` into a dropped connection, as a failing network does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the app; on Cut abort the socket, or close the stream where the server hides it."""
        try:
            await self.app(scope, receive, send)
        except Cut:
            transport = getattr(getattr(receive, "__self__", None), "transport", None)
            if transport is not None:
                transport.abort()
                return
            await send(_headers({"content-length": "1"}))


def _headers(headers: Mapping[str, str]) -> Message:
    return {
        "type": "http.response.start",
        "status": 200,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
