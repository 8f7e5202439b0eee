"""How a payload reaches the bot: which way, how often, and what came back.

Slack tries an event again about at once, after one minute and after five; commands and interactions are tried
once and the person sees the failure. Source: docs.slack.dev, "The Events API", "Retries".
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.sandbox.slack_ids import Json

PayloadKind = Literal["events_api", "interactive", "slash_commands"]
ACK_SECONDS = 3.0
"""A bot that has not answered by then has failed, in Slack's eyes."""
RETRY_SECONDS = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Parcel:
    """One payload on its way. `wants_body` says that the answer may carry one."""

    kind: PayloadKind
    payload: Json
    wants_body: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back: `body` where the bot sent one, `reason` where it did not acknowledge."""

    acked: bool
    body: Any = None
    reason: str = ""
    final: bool = False
    """Whether the bot asked not to be told again (`X-Slack-No-Retry`)."""


class Transport(Protocol):
    """One way to the bot."""

    async def send(self, parcel: Parcel, attempt: int, reason: str) -> Answer:
        """Deliver once; `attempt` counts from 0, `reason` says why there was one before."""


@dataclass
class Deliveries:
    """The post office. `retry_pace` shortens Slack's minutes; `duplicate` delivers all n times (1-4)."""

    sockets: Transport
    http: Transport | None = None
    retry_pace: float = 1 / 60
    duplicate: int = 1
    waiting: set[asyncio.Task[Any]] = field(default_factory=set)

    async def ask(self, parcel: Parcel) -> Answer:
        """Deliver a command or an interaction and bring back the first answer that acknowledges it."""
        answers = await asyncio.gather(
            *(self._transport.send(parcel, copy, "http_timeout") for copy in range(self.duplicate))
        )
        return next((answer for answer in answers if answer.acked), answers[0])

    def tell(self, parcel: Parcel) -> asyncio.Task[bool]:
        """Deliver an event, with Slack's retries; the task's result: whether every copy was acknowledged."""
        return self._start(self._copies(parcel))

    async def _copies(self, parcel: Parcel) -> bool:
        return all(await asyncio.gather(*(self._insist(parcel, copy) for copy in range(self.duplicate))))

    async def _insist(self, parcel: Parcel, attempt: int) -> bool:
        answer = await self._transport.send(parcel, attempt, "http_timeout")
        for delay in RETRY_SECONDS:
            if answer.acked or answer.final:
                break
            await asyncio.sleep(delay * self.retry_pace)
            attempt += 1
            answer = await self._transport.send(parcel, attempt, answer.reason)
        return answer.acked

    @property
    def _transport(self) -> Transport:
        return self.http or self.sockets

    def _start(self, work: Coroutine[Any, Any, bool]) -> asyncio.Task[bool]:
        task = asyncio.ensure_future(work)
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)
        return task

    async def settle(self, seconds: float) -> bool:
        """Wait until nothing is under way any more; False when it still was after so many seconds."""
        if not self.waiting:
            return True
        _, pending = await asyncio.wait(set(self.waiting), timeout=seconds)
        return not pending

    async def stop(self) -> None:
        """Forget what is under way."""
        for task in set(self.waiting):
            task.cancel()
        await asyncio.gather(*self.waiting, return_exceptions=True)
