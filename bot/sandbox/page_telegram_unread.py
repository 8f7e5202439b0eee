"""What each person has not seen yet on Telegram, by chat and topic; the open pages of a sandbox share it."""

from __future__ import annotations

from collections import defaultdict

from bot.sandbox.telegram_state import Chat, Message, TelegramState

Spot = tuple[int, int | None]
"""A chat's id, and the topic's where it is one."""


class TelegramUnread:
    """Counts messages that others wrote in a person's chats, until that person looks.

    Args:
        state: whose messages these are; None where there is no Telegram.
    """

    def __init__(self, state: TelegramState | None) -> None:
        self._state = state
        self._until: dict[int, int] = {}
        self._begun = False
        self._new: dict[str, dict[Spot, list[Message]]] = defaultdict(lambda: defaultdict(list))

    def begin(self) -> None:
        """What was said before anybody had the page open is news to nobody."""
        if not self._begun:
            self._begun = True
            self.look()
            self._new.clear()

    def look(self) -> None:
        """Take in what was written since the last look; costs no more than there is new."""
        if self._state is None:
            return
        for chat in self._state.chats.values():
            until = self._until.get(chat.id, 0)
            if chat.last_id > until:
                self._until[chat.id] = chat.last_id
                self._take(self._state, chat, until)

    def _take(self, state: TelegramState, chat: Chat, until: int) -> None:
        for message in reversed(chat.messages.values()):
            if message.id <= until:
                break
            for user in chat.members:
                if user != message.sender and not message.service:
                    spot = (chat.id, message.thread if message.is_topic else None)
                    self._new[state.users[user].person][spot].append(message)

    def seen(self, who: str, spot: Spot) -> None:
        """Somebody looks at a chat or a topic."""
        self._new[who].pop(spot, None)

    def count(self, who: str, spot: Spot | None = None) -> int:
        """How many messages somebody has not seen: in one spot, or altogether."""
        spots = self._new[who]
        counted = [spots.get(spot, [])] if spot is not None else spots.values()
        return sum(not message.deleted for messages in counted for message in messages)
