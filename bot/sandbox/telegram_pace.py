"""How fast a bot may send: about thirty messages a second, and twenty a minute to one group.

Source: core.telegram.org/bots/faq, "My bot is hitting limits, how do I avoid this?".
"""

from __future__ import annotations

from math import ceil

from bot.sandbox.telegram_refusal import too_many
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_state import Chat

OVERALL, OVERALL_SECONDS = 30, 1.0
GROUP, GROUP_SECONDS = 20, 60.0


def keep_pace(room: TelegramRoom, chat: Chat, messages: int = 1) -> None:
    """Count messages that are about to be sent, and refuse them where the pace switch is on and they are too many.

    Raises:
        TelegramRefusal: 429 with `retry_after`.
    """
    now = room.state.now()
    room.sent = [sent for sent in room.sent if now - sent[0] < GROUP_SECONDS]
    if room.pace:
        there = [at for at, ident in room.sent if ident == chat.id]
        if chat.kind != "private" and len(there) + messages > GROUP:
            raise too_many(max(1, ceil(there[0] + GROUP_SECONDS - now)) if there else 1)
        if sum(now - at < OVERALL_SECONDS for at, _ in room.sent) + messages > OVERALL:
            raise too_many(1)
    room.sent += [(now, chat.id)] * messages
