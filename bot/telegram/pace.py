"""How fast messages are sent: as many as Telegram takes, so that it hardly ever has to refuse one.

Kept in memory on purpose, like `bot.holds`: another process learns from its own first refusal, and Telegram's own word
is obeyed in any case.
Source: core.telegram.org/bots/faq, "My bot is hitting limits, how do I avoid this?".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.ports import Clock

EVERYWHERE = ""
"""The key of the limit over all chats."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many messages in any such time."""

    messages: int
    window: timedelta


OVERALL = Limit(30, timedelta(seconds=1))
GROUP = Limit(20, timedelta(minutes=1))
PRIVATE = Limit(1, timedelta(seconds=1))


@dataclass(slots=True)
class _Window:
    """When messages were sent to one chat, or are about to be: a moment each, in order."""

    limit: Limit
    moments: list[datetime] = field(default_factory=list)

    def free_at(self, wanted: datetime, messages: int) -> datetime:
        """The first moment, not before `wanted`, at which so many more fit."""
        messages = min(messages, self.limit.messages)
        at = wanted
        while True:
            near = [moment for moment in self.moments if abs(moment - at) < self.limit.window]
            over = len(near) + messages - self.limit.messages
            if over <= 0:
                return at
            at = max(at, sorted(near)[over - 1] + self.limit.window)

    def forget(self, now: datetime) -> None:
        """Drop what no window of the future holds."""
        self.moments = [moment for moment in self.moments if moment > now - self.limit.window]


class Paces:
    """Whose turn is when. Everybody who has to wait gets a turn of their own, so that they do not all come at once.

    Args:
        clock: the machine's clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[str, _Window] = {}
        self._all = _Window(OVERALL)
        self._turns: dict[str, datetime] = {}

    def turn(self, channel: str, key: str, messages: int = 1) -> timedelta | None:
        """How long the effect of that key has to wait; None when it may send now, which is then counted.

        Args:
            channel: the place's channel; all topics of a group share its limit.
            key: the effect's key: it keeps the turn it was given.
            messages: how many it sends; 0 for none that count.
        """
        now = self._clock()
        if messages < 1:
            return None
        given = self._turns.get(key)
        if given is not None and given > now:
            return given - now
        if given is not None:
            del self._turns[key]
            return None
        self._forget(now)
        windows = (self._chat(channel.partition(":")[0]), self._all)
        at = _settled(windows, now, messages)
        for window in windows:
            window.moments += [at] * min(messages, window.limit.messages)
        if at <= now:
            return None
        self._turns[key] = at
        return at - now

    def _chat(self, chat: str) -> _Window:
        return self._chats.setdefault(chat, _Window(GROUP if chat.startswith("-") else PRIVATE))

    def _forget(self, now: datetime) -> None:
        """Keep no more than the last minute, and no turn that nobody came for in that time."""
        for window in (*self._chats.values(), self._all):
            window.forget(now)
        self._chats = {chat: window for chat, window in self._chats.items() if window.moments}
        self._turns = {key: at for key, at in self._turns.items() if at > now - GROUP.window}


def _settled(windows: tuple[_Window, ...], now: datetime, messages: int) -> datetime:
    """The first moment that suits all of them."""
    at = now
    while True:
        later = max(window.free_at(at, messages) for window in windows)
        if later <= at:
            return at
        at = later
