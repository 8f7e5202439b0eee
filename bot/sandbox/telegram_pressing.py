"""What a person presses on Telegram: the buttons under a message, and those of a reply keyboard."""

from __future__ import annotations

import asyncio

from bot.sandbox.control_errors import Refused
from bot.sandbox.telegram_json import message_json, user_json
from bot.sandbox.telegram_keyboard import buttons_of
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import Press, TelegramRoom
from bot.sandbox.telegram_speaking import say, seen_by
from bot.sandbox.telegram_state import Chat, Message, User


async def press(room: TelegramRoom, user: User, ident: str, button: str, value: str | None = None) -> Json:
    """Press a button by its label or its data, one at a time; of several alike the first, unless `value` says which.

    Returns:
        `{"acked", "toast", "alert"}`: whether the bot took the press, and what it told the person then;
        `{"url"}` for a link, and what `say` answers for a button that writes its own label.

    Raises:
        Refused: they see no such message, or it has no such button.
    """
    chat, message = seen_by(room, user, ident)
    if message.deleted:
        raise Refused(f"{ident} is deleted", 409)
    found = _found(message, button, value)
    room.last_in[user.id] = (chat.id, message.thread if message.is_topic else None)
    if "url" in found:
        return {"url": found["url"]}
    if "callback_data" not in found:
        place = f"@{user.person}" if chat.kind == "private" else chat.title
        return await say(room, user, place, found["text"])
    async with room.pressing.setdefault(user.id, asyncio.Lock()):
        return await _query(room, user, chat, message, found["callback_data"])


def _found(message: Message, button: str, value: str | None) -> Json:
    buttons = buttons_of(message.markup)
    for each in buttons:
        data = each.get("callback_data")
        named = button == data or button.casefold() == each["text"].casefold()
        if named and value in {None, data}:
            return each
    labels = ", ".join(each["text"] for each in buttons) or "nothing"
    raise Refused(f"the message has no button '{button}'; it has {labels}", 404)


async def _query(room: TelegramRoom, user: User, chat: Chat, message: Message, data: str) -> Json:
    """Send a callback query and wait a little for what the bot answers."""
    ident = str(room.state.random.randrange(10**17, 10**18))
    pressed = Press(ident, user.id, message.ident, room.state.now())
    body = {
        "id": ident,
        "from": user_json(user),
        "message": message_json(room.state, message),
        "chat_instance": str(abs(chat.id)),
        "data": data,
    }
    room.presses[ident] = pressed
    updates = room.emit("callback_query", body, chat) if chat.bot_is_in else []
    acked = bool(updates) and await room.patience(updates)
    if acked and pressed.answer is None:
        try:
            await asyncio.wait_for(pressed.answered.wait(), room.patience_seconds)
        except TimeoutError:
            return {"acked": acked, "toast": None, "alert": False}
    answer = pressed.answer or {}
    return {"acked": acked, "toast": answer.get("toast"), "alert": bool(answer.get("alert"))}
