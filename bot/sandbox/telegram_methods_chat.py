"""The Bot API's getMe, getChat, its members, leaveChat, createForumTopic and getFile."""

from __future__ import annotations

from bot.sandbox.telegram_files import get_file
from bot.sandbox.telegram_json import full_chat_json, me_json, member_json
from bot.sandbox.telegram_messages import keep
from bot.sandbox.telegram_methods import Method, known_chat, known_user
from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal
from bot.sandbox.telegram_room import TelegramRoom, place_of
from bot.sandbox.telegram_state import TOPIC_COLOR, Chat, ForumTopic

LONGEST_TOPIC = 128


def get_me(room: TelegramRoom, _args: Arguments) -> Json:
    """Carry out getMe."""
    return me_json(room.state)


def get_chat(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out getChat; a user who never wrote is not found."""
    chat = known_chat(room, args)
    if chat.kind == "private" and not chat.started:
        raise TelegramRefusal("chat not found")
    return full_chat_json(room.state, chat)


def get_member(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out getChatMember."""
    chat = known_chat(room, args)
    return member_json(room.state, chat, known_user(room, args))


def get_administrators(room: TelegramRoom, args: Arguments) -> list[Json]:
    """Carry out getChatAdministrators: who made the group, and the bot where it is one."""
    chat = known_chat(room, args)
    if chat.kind == "private":
        raise TelegramRefusal("there are no administrators in the private chat")
    people = [room.state.users[ident] for ident in chat.members[:1]]
    if chat.seat == "administrator":
        people.append(room.state.bot)
    return [member_json(room.state, chat, user) for user in people]


def leave_chat(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out leaveChat."""
    chat = known_chat(room, args)
    if chat.kind == "private":
        raise TelegramRefusal("chat member status can't be changed in private chats")
    chat.seat = "left"
    room.changed(chat)
    room.record("leaveChat", chat=place_of(chat), chat_id=chat.id)
    return True


def create_topic(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out createForumTopic: its thread has the id of the service message that opens it."""
    chat = known_chat(room, args)
    if not chat.is_forum:
        raise TelegramRefusal("the chat is not a forum")
    if chat.seat != "administrator":
        raise TelegramRefusal("not enough rights to create a topic")
    name = args.text("name").strip()
    if not 1 <= len(name) <= LONGEST_TOPIC:
        raise TelegramRefusal("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    topic = open_topic(room, chat, room.state.bot.id, name)
    room.record("createForumTopic", chat=place_of(chat), chat_id=chat.id, topic=topic.id, name=name)
    return {"message_thread_id": topic.id, "name": name, "icon_color": TOPIC_COLOR}


def open_topic(room: TelegramRoom, chat: Chat, sender: int, name: str) -> ForumTopic:
    """Make a topic, by the bot or by somebody."""
    opened = keep(
        room, chat, sender, service={"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOR}}
    )
    opened.thread, opened.is_topic = opened.id, True
    topic = chat.topics[opened.id] = ForumTopic(opened.id, name)
    return topic


def file_facts(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out getFile."""
    return get_file(room.state, args.text("file_id"))


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "leaveChat": leave_chat,
    "createForumTopic": create_topic,
    "getFile": file_facts,
}
