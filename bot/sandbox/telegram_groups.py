"""What people do to groups and to the bot in them: add, remove, promote, block, migrate, open topics."""

from __future__ import annotations

from bot.sandbox.control_errors import Refused
from bot.sandbox.telegram_json import chat_json, member_json, user_json
from bot.sandbox.telegram_messages import announce, keep, service
from bot.sandbox.telegram_methods_chat import open_topic
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_speaking import block, found
from bot.sandbox.telegram_state import Chat
from bot.sandbox.telegram_updates import Update
from bot.sandbox.telegram_world import SUPERGROUPS, Seat, number

SEATS: dict[str, Seat] = {"promote": "administrator", "demote": "member", "add": "member", "kick": "kicked"}
ACTS = (
    "block",
    "unblock",
    "privacy_on",
    "privacy_off",
    *SEATS,
    "migrate",
    "topic",
    "close_topic",
    "reopen_topic",
)


async def group(room: TelegramRoom, name: str, act: str, more: str = "") -> Json:
    """Do one of `ACTS` to a place; the first member of a group does it.

    Args:
        room: the bot with its chats.
        name: the place without `telegram:`; `@bowen` for `block` and `unblock`.
        act: what is done. `kick`, `add`, `promote` and `demote` are done to the bot; `migrate` makes a group a
            supergroup with a new id; the `privacy_…` ones are BotFather's switch.
        more: the name of a new topic.

    Returns:
        `{"acked"}` and what the act made: `{"chat_id"}` or `{"topic"}`.

    Raises:
        Refused: there is no such place or act, or it does not fit.
    """
    if act not in ACTS:
        raise Refused(f"'{act}' is not one of {', '.join(ACTS)}")
    if act.startswith("privacy_"):
        room.state.privacy = act == "privacy_on"
        return {"acked": True}
    if act.endswith("block"):
        updates = block(room, _direct(room, name), blocked=act == "block")
        return {"acked": await room.patience(updates)}
    chat, topic = found(room, name)
    made: Json = {}
    if act in SEATS:
        updates = seat(room, chat, SEATS[act])
    elif act == "migrate":
        updates = migrate(room, chat)
        made = {"chat_id": chat.became}
    elif act == "topic":
        updates, made = _topic(room, chat, more)
    else:
        updates = _close(room, chat, topic, closed=act == "close_topic")
    return {"acked": await room.patience(updates), **made}


def _direct(room: TelegramRoom, name: str) -> Chat:
    person = name.removeprefix("@")
    for user in room.state.users.values():
        if user.person == person and person:
            return room.state.direct(user.id)
    raise Refused(f"there is no private chat {name} on Telegram", 404)


def seat(room: TelegramRoom, chat: Chat, wanted: Seat) -> list[Update]:
    """Give the bot a seat in a group, or take it; the bot is told, and in the group stands a service message."""
    state = room.state
    if chat.seat == wanted:
        raise Refused(f"the bot is {wanted} in {chat.title} already", 409)
    before, was_in = member_json(state, chat, state.bot), chat.bot_is_in
    maker = state.maker(chat)
    if wanted == "kicked":
        keep(room, chat, maker, service={"left_chat_member": user_json(state.bot)})
    chat.seat = wanted
    body = {
        "chat": chat_json(state, chat),
        "from": user_json(state.users[maker]),
        "date": state.date(),
        "old_chat_member": before,
        "new_chat_member": member_json(state, chat, state.bot),
    }
    updates = room.emit("my_chat_member", body, chat)
    if not was_in:
        updates += service(room, chat, maker, {"new_chat_members": [user_json(state.bot)]})
    room.changed(chat)
    return updates


def migrate(room: TelegramRoom, chat: Chat) -> list[Update]:
    """Make a basic group a supergroup: a new chat with a new id, and a service message in each of the two."""
    if chat.kind != "group":
        raise Refused(f"{chat.title} is a supergroup already", 409)
    ident = SUPERGROUPS - number("migrated", str(chat.id))
    after = Chat(ident, "supergroup", chat.title, chat.key, list(chat.members), chat.seat, was=chat.id)
    room.state.chats[ident] = after
    updates = service(room, chat, room.state.maker(chat), {"migrate_to_chat_id": ident})
    chat.became = ident
    return updates + service(room, after, room.state.maker(chat), {"migrate_from_chat_id": chat.id})


def _topic(room: TelegramRoom, chat: Chat, name: str) -> tuple[list[Update], Json]:
    if not chat.is_forum or not name:
        raise Refused(f"{chat.title} is no forum, or the topic has no name", 409)
    topic = open_topic(room, chat, room.state.maker(chat), name)
    return announce(room, chat, chat.messages[topic.id]), {"topic": f"telegram:{chat.title}/{name}"}


def _close(room: TelegramRoom, chat: Chat, topic: int | None, *, closed: bool) -> list[Update]:
    if topic is None:
        raise Refused("say which topic: telegram:Group/Topic", 404)
    chat.topics[topic].closed = closed
    facts: Json = {"forum_topic_closed" if closed else "forum_topic_reopened": {}}
    return service(room, chat, room.state.maker(chat), facts, thread=topic)
