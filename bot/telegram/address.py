"""Where something on Telegram can be read: the addresses of messages, made without a call.

Source: core.telegram.org/api/links, "Private message links".
"""

from __future__ import annotations

from handlers.place import Place

SUPERGROUP = "-100"
"""How the ids of supergroups begin; only their messages have addresses, good for their members."""
WEB = "https://web.telegram.org/a/#"


def link(chat: str, topic: int | None, message: str) -> str:
    """The address of a message; of a basic group's, that of the group; "" for a private chat."""
    if not chat.startswith("-"):
        return ""
    if not chat.startswith(SUPERGROUP):
        return f"{WEB}{chat}"
    below = f"{topic}/{message}" if topic else message
    return f"https://t.me/c/{chat.removeprefix(SUPERGROUP)}/{below}"


def address(place: Place, message: str) -> str:
    """The address of a message in a channel as a place names it (`-100123:42`)."""
    chat, _, topic = place.channel.partition(":")
    return link(chat, int(topic) if topic.isdecimal() else None, message)
