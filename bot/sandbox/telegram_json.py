"""Users, chats, members and messages as the Bot API writes them."""

from __future__ import annotations

from bot.sandbox.telegram_files import file_json
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_state import Chat, Message, TelegramState, User

_RIGHTS = (
    "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users", "can_restrict_members",
    "can_pin_messages", "can_manage_topics", "can_promote_members", "can_manage_video_chats", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def user_json(user: User) -> Json:
    """A `User`."""
    json: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.name}
    if user.username:
        json["username"] = user.username
    return json | ({} if user.is_bot else {"language_code": user.language})


def me_json(state: TelegramState) -> Json:
    """The bot's own `User`, as getMe answers it."""
    return {
        **user_json(state.bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_json(state: TelegramState, chat: Chat) -> Json:
    """A `Chat`."""
    if chat.kind == "private":
        user = user_json(state.users[chat.user])
        name = {"username": user["username"]} if "username" in user else {}
        return {"id": chat.id, "type": "private", "first_name": user["first_name"], **name}
    forum = {"is_forum": True} if chat.is_forum else {}
    return {"id": chat.id, "type": chat.kind, "title": chat.title, **forum}


def full_chat_json(state: TelegramState, chat: Chat) -> Json:
    """A `ChatFullInfo`, as getChat answers it."""
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    more: Json = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.kind == "supergroup":
        more["has_visible_history"] = True
    return {**chat_json(state, chat), **more}


def member_json(state: TelegramState, chat: Chat, user: User) -> Json:
    """A `ChatMember`: the first member made the group, the others are members; the bot is what its seat says."""
    if user.is_bot:
        return _bot_member(state, chat)
    made = {"user": user_json(user)}
    if user.id not in chat.members:
        return {**made, "status": "left"}
    if user.id == chat.members[0]:
        return {**made, "status": "creator", "is_anonymous": False}
    return {**made, "status": "member"}


def _bot_member(state: TelegramState, chat: Chat) -> Json:
    status: str = chat.seat
    if chat.kind == "private":
        status = "kicked" if chat.blocked else "member"
    made: Json = {"user": user_json(state.bot), "status": status}
    if status == "administrator":
        made |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_RIGHTS, True)}
    return made | ({"until_date": 0} if status == "kicked" else {})


def message_json(state: TelegramState, message: Message, *, with_reply: bool = True) -> Json:
    """A `Message`; the message it replies to is in it, without the one that one replies to."""
    chat = state.chats[message.chat]
    json: Json = {
        "message_id": message.id,
        "from": user_json(state.users[message.sender]),
        "chat": chat_json(state, chat),
        "date": message.date,
    }
    if message.edited is not None:
        json["edit_date"] = message.edited
    if message.thread is not None:
        json["message_thread_id"] = message.thread
    if message.is_topic:
        json["is_topic_message"] = True
    replied = chat.find(message.reply_to) if message.reply_to is not None else None
    if replied is not None and with_reply:
        json["reply_to_message"] = message_json(state, replied, with_reply=False)
    if message.markup is not None and "inline_keyboard" in message.markup:
        json["reply_markup"] = message.markup
    return json | _content(state, message)


def _content(state: TelegramState, message: Message) -> Json:
    entities = [_entity(state, entity) for entity in message.entities]
    json: Json = dict(message.service)
    if message.album:
        json["media_group_id"] = message.album
    if message.preview:
        json["link_preview_options"] = message.preview
    names = ("text", "entities") if message.file is None else ("caption", "caption_entities")
    if message.file is not None:
        json |= file_json(state.files[message.file])
    if message.text:
        json[names[0]] = message.text
    if entities:
        json[names[1]] = entities
    return json


def _entity(state: TelegramState, entity: Json) -> Json:
    if entity["type"] != "text_mention":
        return entity
    return {**entity, "user": user_json(state.users[entity["user"]["id"]])}
