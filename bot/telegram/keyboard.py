"""Buttons as Telegram draws them: each carries an opaque id, and what that means is stored before it is sent.

Telegram asks nobody whether a press was meant (`Button.confirm`): what cannot be taken back is asked by a form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.telegram.message import Drawn, label
from bot.telegram.presses import Presses
from handlers.message import Button
from handlers.ports import Clock

KEPT, KEPT_GUIDE = timedelta(days=180), timedelta(hours=24)
"""How long a button is good for: that of a case, and that of a guided form's question."""
GUIDE = "guide"
"""How the actions of a guided form's buttons begin."""
STYLES: Mapping[str, str] = {"primary": "primary", "danger": "danger"}
"""Ours to Telegram's ("InlineKeyboardButton"); a plain button has none."""


class Keyboards:
    """Draws the buttons of messages.

    Args:
        presses: where their meanings are kept.
        now: the bot's clock, for how long they are good.
    """

    def __init__(self, presses: Presses, now: Clock) -> None:
        self._presses = presses
        self._now = now

    async def under(self, channel: str, made: Drawn) -> InlineKeyboardMarkup | None:
        """The buttons of a message in a channel, good there alone; None where there are none.

        Raises:
            psycopg.Error: what they mean could not be stored, so they may not be sent.
        """
        buttons = [button for row in made.rows for button in row]
        if not buttons:
            return None
        guided = [button for button in buttons if button.action.startswith(GUIDE)]
        lasting = [button for button in buttons if not button.action.startswith(GUIDE)]
        ids: dict[Button, str] = {}
        for kept, group in ((KEPT_GUIDE, guided), (KEPT, lasting)):
            if group:
                found = await self._presses.keep(channel, group, self._now() + kept)
                ids |= dict(zip(group, found, strict=True))
        return InlineKeyboardMarkup([[_drawn(button, ids[button]) for button in row] for row in made.rows])


def _drawn(button: Button, ident: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label(button), callback_data=ident, style=STYLES.get(button.style))
