"""The menus of commands: set for a scope, and what a person's client shows of them.

Source: core.telegram.org/bots/api, "setMyCommands" and "Determining list of commands".
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.telegram_methods import Method, known_chat, known_user
from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_state import Chat, User

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_WIDE = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_OF_A_CHAT = {"chat", "chat_administrators", "chat_member"}


def _scope(room: TelegramRoom, args: Arguments) -> str:
    """The scope of a call as one word, its language behind it.

    Raises:
        TelegramRefusal: there is no such scope, or the chat it names is not there.
    """
    scope = args.data("scope", "can't parse BotCommandScope JSON object") or {"type": "default"}
    if not isinstance(scope, dict):
        raise TelegramRefusal("can't parse BotCommandScope: expected an Object")
    kind = scope.get("type", "default")
    language = args.text("language_code")
    if kind in _WIDE:
        return _key(kind, language)
    if kind not in _OF_A_CHAT:
        raise TelegramRefusal("can't parse BotCommandScope: Unsupported type specified")
    named = Arguments(scope)
    chat = known_chat(room, named)
    if kind == "chat_member":
        return _key(kind, language, chat.id, known_user(room, named).id)
    return _key(kind, language, chat.id)


def _key(kind: str, language: str, *idents: int) -> str:
    return "/".join([kind, *map(str, idents), language])


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise TelegramRefusal("can't parse BotCommand: expected an Object")
    name = str(given.get("command", "")).removeprefix("/").lower()
    description = str(given.get("description", "")).strip()
    if not _NAME.fullmatch(name):
        raise TelegramRefusal("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= LONGEST_DESCRIPTION:
        raise TelegramRefusal("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def set_commands(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out setMyCommands."""
    given = args.data("commands", "can't parse commands JSON object")
    if not isinstance(given, list):
        raise TelegramRefusal("expected an Array of BotCommand")
    if len(given) > MOST_COMMANDS:
        raise TelegramRefusal("BOT_COMMANDS_TOO_MUCH")
    made = [_command(each) for each in given]
    scope = _scope(room, args)
    room.commands[scope] = made
    room.record("setMyCommands", scope=scope, commands=[each["command"] for each in made])
    return True


def get_commands(room: TelegramRoom, args: Arguments) -> list[Json]:
    """Carry out getMyCommands."""
    return room.commands.get(_scope(room, args), [])


def delete_commands(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out deleteMyCommands."""
    scope = _scope(room, args)
    room.commands.pop(scope, None)
    room.record("deleteMyCommands", scope=scope)
    return True


def menu(room: TelegramRoom, chat: Chat, user: User) -> list[Json]:
    """What a person's client offers in a chat when they type a slash: the narrowest scope that has something."""
    if chat.kind == "private":
        scopes = [f"chat/{chat.id}", "all_private_chats", "default"]
    else:
        scopes = [f"chat_member/{chat.id}/{user.id}", f"chat/{chat.id}", "all_group_chats", "default"]
        if chat.members[:1] == [user.id]:
            scopes.insert(1, f"chat_administrators/{chat.id}")
            scopes.insert(3, "all_chat_administrators")
    found = [room.commands.get(f"{scope}/{language}") for scope in scopes for language in (user.language, "")]
    return next((commands for commands in found if commands), [])


METHODS: dict[str, Method] = {
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
}
