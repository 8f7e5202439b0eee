"""A busy desk: several people log and acknowledge at once, remember what they tried, and note what they were told."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count, cycle
from typing import Any

import httpx

from tests.faults.checker import Attempt
from tests.faults.typist import Typist
from tests.sandbox_process import Refusal, SandboxProcess

LOGGERS = ("agent", "agent2", "lead", "kim")
HANDS = 2
"""How many things the supplier does at a time."""
CASE = re.compile(r"\b[A-Z]{2,4}-\d{4}-\d{4}\b")
LOGGED = re.compile(rf"^({CASE.pattern}) is logged on ")
LINES: dict[str, tuple[str, ...]] = {
    "agent": (
        '/log item-issue {order} FD-{n} missing ring-204 1 "Stone {n} is missing" refund',
        '/log request {order} FD-{n} tracking "Where is parcel {n}?"',
    ),
    "agent2": (
        '/log item-issue {order} FD-{n} missing ring-204 1 "Stone {n} is missing" refund',
        '/log reship {order} FD-{n} earring-12 1 Goodwill "{n} Mill Lane, York"',
    ),
    "lead": (
        '/log item-issue {order} FD-{n} missing earring-12 2 "Pair {n} is not in the box" reshipment',
        "/log refund {order} FD-{n} kind='Partial refund' reason=Goodwill 15 EUR PayPal",
    ),
}
"""What people log, in three workbooks; whoever is not named logs what an agent does. Every line files at once."""
FORBIDDEN = (
    ("stranger", "/log item-issue {order} FD-{n} missing ring-204 1 'Not theirs to say' refund"),
    ("bowen", "/log refund {order} FD-{n} kind='Full refund' reason=Goodwill 900 EUR PayPal"),
)
WAYS = ("press", "word", "reaction", "press")
WORDS = ("ok", "Ack!", "noted", "👍")


@dataclass(frozen=True, slots=True)
class Said:
    """A command somebody gave: their attempt, and whether Slack took it."""

    attempt: Attempt
    taken: bool


class Crowd:
    """The people of the MHJ desk at work.

    Args:
        sandbox: where they are.
        seed: makes what they do repeat.
        first: the first order number; every attempt has an order of its own.
    """

    def __init__(self, sandbox: SandboxProcess, seed: int = 1, first: int = 70_001) -> None:
        self.sandbox = sandbox
        self.random = random.Random(seed)
        self.orders = count(first)
        self.acknowledged: list[Attempt] = []
        self.typist = Typist(sandbox, self.random)
        self._said: dict[str, list[Said]] = {}
        self._posts: dict[str, str] = {}
        self._once: set[str] = set()
        self._truth = 0

    # --- one thing at a time ---

    async def log(self, who: str, line: str, *, allowed: bool = True) -> bool:
        """Give one `/log` command in one line; whether Slack took it."""
        number = next(self.orders)
        spoken = line.format(order=number, n=number)
        taken = await self._did("say", who=who, place=self._place(who), text=spoken)
        attempt = Attempt("log", str(number), who, acknowledged=False, allowed=allowed)
        self._said.setdefault(who, []).append(Said(attempt, taken is not None))
        return taken is not None

    async def acknowledge(self, case: str, way: str) -> bool:
        """Acknowledge a case as its supplier, in one of `WAYS`; whether the bot took it."""
        post = self._posts[case]
        match way:
            case "press":
                done = await self._did("press", who="bowen", message=post, button="Acknowledge")
            case "word":
                words = {"text": self.random.choice(WORDS), "thread": post}
                done = await self._did("say", who="bowen", place=self.sandbox.places["supplier"], **words)
            case _:
                done = await self._did("react", who="bowen", message=post, emoji="eyes")
        is_taken = done is not None and done.get("acked", True)
        self.acknowledged.append(Attempt("acknowledge", case, "bowen", acknowledged=is_taken))
        return is_taken

    async def _did(self, name: str, **body: Any) -> dict[str, Any] | None:
        """What the sandbox answered; None where nobody took it, or nobody knows."""
        try:
            return await self.sandbox.post(name, **body)
        except (Refusal, httpx.TransportError):
            return None

    def _place(self, who: str) -> str:
        return self.sandbox.places["supplier" if who == "bowen" else "csr"]

    async def see_posts(self) -> list[str]:
        """Find the supplier's posts that came since the last look; the cases he has not acknowledged."""
        for entry in await self.sandbox.truth("slack", self._truth):
            self._truth = entry["n"]
            key = str(((entry.get("metadata") or {}).get("event_payload") or {}).get("key", ""))
            if entry["effect"] == "chat.postMessage" and key.endswith(":supplier"):
                self._posts.setdefault(key.partition(":")[0], entry["message"])
        return [case for case in self._posts if case not in self._once]

    # --- many at once ---

    async def work(self, until: Callable[[], bool], rate: float = 20.0) -> None:
        """Log and acknowledge, about so many commands a second in all, and type, until told to go home."""
        pause = len(LOGGERS) / (rate * 0.8)
        async with asyncio.TaskGroup() as group:
            for who in LOGGERS:
                group.create_task(self._logs(who, pause, until))
            group.create_task(self._answers(HANDS / (rate * 0.2), until))
            group.create_task(self._tries_the_forbidden(1.0, until))
            group.create_task(self._types(2.0, until))

    async def _logs(self, who: str, pause: float, until: Callable[[], bool]) -> None:
        lines = cycle(LINES.get(who, LINES["agent"]))
        await asyncio.sleep(self.random.random() * pause)
        while not until():
            async with _at_least(pause):
                await self.log(who, next(lines))

    async def _answers(self, pause: float, until: Callable[[], bool]) -> None:
        """The supplier: a new request is acknowledged, some of them once more in another way."""
        ways: Iterator[str] = cycle(WAYS)
        while not until():
            async with _at_least(1.0):
                fresh = await self._seen()
                again = self.random.sample(sorted(self._once), min(len(self._once), len(fresh) // 5))
                await self._hands([*fresh[:20], *again], ways, pause, until)

    async def _seen(self) -> list[str]:
        with suppress(httpx.TransportError):
            return await self.see_posts()
        return []

    async def _hands(
        self, cases: list[str], ways: Iterator[str], pause: float, until: Callable[[], bool]
    ) -> None:
        async def hand(mine: list[str]) -> None:
            for case in mine:
                if until():
                    return
                async with _at_least(pause):
                    self._once.add(case)
                    await self.acknowledge(case, next(ways))

        await asyncio.gather(*(hand(cases[number::HANDS]) for number in range(HANDS)))

    async def _tries_the_forbidden(self, pause: float, until: Callable[[], bool]) -> None:
        tries = cycle(FORBIDDEN)
        while not until():
            async with _at_least(pause):
                who, line = next(tries)
                await self.log(who, line, allowed=False)

    async def _types(self, pause: float, until: Callable[[], bool]) -> None:
        while not until():
            async with _at_least(pause):
                with suppress(httpx.TransportError):
                    await self.typist.type()

    async def acknowledge_all(self, first: int = 0) -> int:
        """Acknowledge everything that is left, one after the other, beginning with that way; how many that was."""
        left = await self.see_posts()
        for number, case in enumerate(left, first):
            self._once.add(case)
            await self.acknowledge(case, WAYS[number % len(WAYS)])
        return len(left)

    # --- what they remember ---

    @property
    def delivered(self) -> int:
        """How many of the things they tried reached the bot and were answered."""
        said = sum(each.taken for them in self._said.values() for each in them)
        return said + sum(attempt.acknowledged for attempt in self.acknowledged)

    async def history(self) -> list[Attempt]:
        """Everything that was tried, each with what its author was told.

        Slack shows the answer to a command to its author at once, and everybody gives one command at a time: so the
        answers to somebody, in order, are the answers to their commands that were taken.
        """
        answers: dict[str, list[str]] = {}
        for entry in await self.sandbox.truth("slack"):
            if entry["effect"] == "command.response":
                answers.setdefault(entry["user"], []).append(entry["shown"])
        logs = [attempt for who, said in self._said.items() for attempt in _told(said, answers.get(who, []))]
        return [*logs, *self.acknowledged]


def _told(said: list[Said], answers: list[str]) -> list[Attempt]:
    taken = [each for each in said if each.taken]
    assert len(taken) == len(answers), f"{len(taken)} commands were taken and {len(answers)} answered"
    told = dict(zip((each.attempt.token for each in taken), answers, strict=True))
    attempts = []
    for each in said:
        found = LOGGED.match(told.get(each.attempt.token, ""))
        case = found.group(1) if found else ""
        attempts.append(replace(each.attempt, acknowledged=found is not None, told=case))
    return attempts


class _at_least:  # noqa: N801  # It reads as a phrase: `async with _at_least(1.0)`.
    """A block that takes at least so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = 0.0

    async def __aenter__(self) -> None:
        self.end = asyncio.get_running_loop().time() + self.seconds

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(max(0.0, self.end - asyncio.get_running_loop().time()))
