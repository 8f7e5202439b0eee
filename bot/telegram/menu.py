"""The menus of commands that people see when they type a slash: for each kind of chat what can be done there.

Made from the commands themselves. Source: core.telegram.org/bots/api, "setMyCommands" and "BotCommandScope".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from telegram import BotCommand, BotCommandScope, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden

from bot.telegram.client import VENDOR_ERRORS, Telegram
from bot.telegram.moved import MovedChats
from bot.worker import DATABASE_AWAY
from config.desk import Channel, Desk
from handlers.access import SUPPLIER, staff
from handlers.help import menu
from handlers.plain import shorten

LONGEST = 256
"""Characters of a command's description."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
"""Seconds until what failed is tried again; doubled every time."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Menu:
    """The commands of one kind of chat; `chat` is a group's declared id, None stands for every private chat."""

    chat: str | None
    commands: tuple[tuple[str, str], ...]


def menus(desks: Mapping[str, Desk]) -> tuple[Menu, ...]:
    """A menu for private chats, where anybody of a desk may be, and one for every group that a desk declares.

    A group whose topics are channels of their own has one menu for all of them: Telegram knows none for a topic.
    """
    roles = {key: frozenset(desk.roles) for key, desk in desks.items()}
    private = [line for key, desk in sorted(desks.items()) for line in menu(desk, roles[key])]
    groups: dict[str, tuple[Desk, frozenset[str]]] = {}
    for _, desk in sorted(desks.items()):
        for channel in desk.channels.values():
            platform, _, rest = channel.place.partition(":")
            if platform == "telegram":
                chat = rest.partition(":")[0]
                _, seats = groups.get(chat, (desk, frozenset()))
                groups[chat] = (desk, seats | _seats(desk, channel))
    made = [Menu(chat, _once(menu(desk, seats))) for chat, (desk, seats) in groups.items()]
    return (Menu(None, _once(private)), *made)


def _seats(desk: Desk, channel: Channel) -> frozenset[str]:
    if channel.roles:
        return frozenset(channel.roles)
    return frozenset({SUPPLIER}) if channel.kind == "supplier" else staff(desk)


def _once(lines: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Every command once, with a description that Telegram takes."""
    return tuple({name: shorten(what, LONGEST) for name, what in lines}.items())


async def keep_menus(telegram: Telegram, desks: Mapping[str, Desk], moved: MovedChats) -> None:
    """Set every menu that is not as it should be, try again what fails, and then wait to be cancelled; never raises.

    A group the bot is not in has no menu: it is left out until the process starts anew.
    """
    left, pause = menus(desks), FIRST_PAUSE
    while left := await set_menus(telegram, left, moved):
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    await asyncio.Event().wait()


async def set_menus(telegram: Telegram, wanted: tuple[Menu, ...], moved: MovedChats) -> tuple[Menu, ...]:
    """Set those that are not as they should be; what has to be tried again. Safe to repeat."""
    return tuple([menu for menu in wanted if not await _is_settled(telegram, menu, moved)])


async def _is_settled(telegram: Telegram, menu: Menu, moved: MovedChats) -> bool:
    """Whether there is nothing more to do about a menu."""
    try:
        scope = await _scope(menu, moved)
        wanted = [BotCommand(name, what) for name, what in menu.commands]
        if list(await telegram.bot.get_my_commands(scope)) != wanted:
            await telegram.bot.set_my_commands(wanted, scope)
    except (BadRequest, Forbidden) as error:
        log.warning("telegram_menu_not_set", chat=menu.chat, reason=type(error).__name__)
        return True
    except (*VENDOR_ERRORS, *DATABASE_AWAY) as error:
        log.warning("telegram_menu_waits", chat=menu.chat, reason=type(error).__name__)
        return False
    return True


async def _scope(menu: Menu, moved: MovedChats) -> BotCommandScope:
    if menu.chat is None:
        return BotCommandScopeAllPrivateChats()
    return BotCommandScopeChat(int(await moved.now(menu.chat)))
