"""The Bot API's editMessageText and its neighbours, deleteMessage, setMessageReaction, answerCallbackQuery."""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram_json import message_json
from bot.sandbox.telegram_keyboard import reply_markup
from bot.sandbox.telegram_messages import change, facts, remove
from bot.sandbox.telegram_methods import Method, known_message
from bot.sandbox.telegram_reactions import known, react
from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal
from bot.sandbox.telegram_room import Press, TelegramRoom
from bot.sandbox.telegram_state import Chat, Message
from bot.sandbox.telegram_texts import caption, message_text

DELETE_SECONDS = 48 * 3600
"""How old a message may be to be deleted (core.telegram.org/bots/api, "deleteMessage")."""
QUERY_SECONDS = 60
"""How long a callback query can be answered. Telegram publishes no figure; people report some ten seconds up."""
LONGEST_TOAST = 200
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def _own(room: TelegramRoom, args: Arguments) -> Message:
    _, message = known_message(room, args, "message to edit")
    if not room.state.mine(message) or message.service:
        raise TelegramRefusal("message can't be edited")
    return message


def _edit(room: TelegramRoom, message: Message, effect: str, **new: Any) -> Json:
    if all(getattr(message, name) == value for name, value in new.items()):
        raise TelegramRefusal(_SAME)
    change(room, message, **new)
    room.record(effect, **facts(room, message))
    return message_json(room.state, message)


def edit_text(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out editMessageText. A keyboard that is not given again is taken away."""
    text, entities = message_text(room.state, args)
    markup = reply_markup(args)
    message = _own(room, args)
    if message.file is not None:
        raise TelegramRefusal("there is no text in the message to edit")
    return _edit(room, message, "editMessageText", text=text, entities=entities, markup=markup)


def edit_caption(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out editMessageCaption. A keyboard that is not given again is taken away."""
    text, entities = caption(
        room.state, args.text("caption"), args.text("parse_mode"), args.raw.get("caption_entities")
    )
    markup = reply_markup(args)
    message = _own(room, args)
    if message.file is None:
        raise TelegramRefusal("there is no caption in the message to edit")
    return _edit(room, message, "editMessageCaption", text=text, entities=entities, markup=markup)


def edit_markup(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out editMessageReplyMarkup."""
    markup = reply_markup(args)
    return _edit(room, _own(room, args), "editMessageReplyMarkup", markup=markup)


def delete_message(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out deleteMessage."""
    chat, message = known_message(room, args, "message to delete")
    others = chat.kind == "private" or chat.seat == "administrator"
    too_old = room.state.now() - message.date > DELETE_SECONDS
    if too_old or not (room.state.mine(message) or others):
        raise TelegramRefusal("message can't be deleted")
    gone = facts(room, message)
    remove(room, message)
    room.record("deleteMessage", **gone)
    return True


def set_reaction(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out setMessageReaction: one emoji, or none to take it away."""
    chat, message = known_message(room, args, "message to react")
    wanted = args.data("reaction", "can't parse reaction types JSON object") or []
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        raise TelegramRefusal("expected an Array of ReactionType")
    if len(wanted) > 1:
        raise TelegramRefusal("REACTIONS_TOO_MANY")
    emoji = known(str(wanted[0].get("emoji", ""))) if wanted else None
    if wanted and emoji is None:
        raise TelegramRefusal("REACTION_INVALID")
    if message.service:
        raise TelegramRefusal("REACTION_INVALID")
    react(room, chat, message, room.state.bot, emoji)
    room.record("setMessageReaction", **_reacted(chat, message), emoji=emoji)
    return True


def _reacted(chat: Chat, message: Message) -> Json:
    return {"chat_id": chat.id, "message": message.ident, "message_id": message.id}


def answer_callback(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out answerCallbackQuery: once for each press, and soon."""
    press = room.presses.get(args.text("callback_query_id"))
    if press is None or press.answer is not None or _is_old(room, press):
        raise TelegramRefusal(_TOO_OLD)
    text = args.text("text")
    if len(text) > LONGEST_TOAST:
        raise TelegramRefusal("MESSAGE_TOO_LONG")
    press.answer = {"toast": text or None, "alert": args.flag("show_alert"), "url": args.text("url") or None}
    press.answered.set()
    who = room.state.users[press.user].person
    room.record("answerCallbackQuery", user=who, message=press.message, **press.answer)
    return True


def _is_old(room: TelegramRoom, press: Press) -> bool:
    return room.state.now() - press.born > QUERY_SECONDS


METHODS: dict[str, Method] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "setMessageReaction": set_reaction,
    "answerCallbackQuery": answer_callback,
}
