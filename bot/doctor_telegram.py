"""What `deskbell doctor` looks at in Telegram: the token, how updates come, what it hears, groups, topics and people.

Source of methods and of what a bot hears: core.telegram.org/bots/api and core.telegram.org/bots/features#privacy-mode.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.doctor_sign import Sign
from bot.telegram.client import VENDOR_ERRORS, Identity, Telegram
from bot.telegram.envelope import ALLOWED
from config.desk import Channel, Desk, Person
from config.settings import Settings

RECENT = timedelta(hours=1)
"""An error of the webhook that is older than this is not worth a look any more."""
IN_IT = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
TELEGRAM = "telegram:"
_LATER = "Run `deskbell doctor` again in a minute."
_SETUP = "docs/setup-telegram.md"


async def telegram_signs(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    """Look at everything the bot needs from Telegram. Total: an error is a sign; nothing is changed.

    A house none of whose desks has a channel on Telegram needs nothing there, and nothing is said.
    """
    is_wanted = any(_groups(desk) for desk in desks.values())
    if settings.telegram_bot_token is None:
        if is_wanted:
            yield Sign("telegram: no bot token", f"Set TELEGRAM_BOT_TOKEN ({_SETUP}, section 1).")
        return
    telegram = await Telegram.open(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
    try:
        async for sign in _bot(telegram, settings, desks):
            yield sign
    finally:
        await telegram.close()


def _groups(desk: Desk) -> list[Channel]:
    return [channel for channel in desk.channels.values() if channel.place.startswith(TELEGRAM)]


async def _bot(telegram: Telegram, settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Sign]:
    try:
        us = await telegram.identity()
        told = await telegram.bot.get_me()
    except InvalidToken:
        yield Sign(
            "telegram: the bot token is refused",
            "Ask @BotFather for the token (/mybots → API Token) and set TELEGRAM_BOT_TOKEN to it.",
        )
        return
    except VENDOR_ERRORS as error:
        yield Sign(
            f"telegram: cannot be reached ({type(error).__name__})",
            "Let this machine reach api.telegram.org by HTTPS, through a proxy if need be (HTTPS_PROXY).",
        )
        return
    yield Sign(f"telegram: signed in as @{us.username}")
    yield await _updates(telegram, settings)
    for desk in desks.values():
        for channel in _groups(desk):
            yield await _group(telegram, us, desk, channel, hears_all=bool(told.can_read_all_group_messages))
        for person in desk.people.values():
            if person.telegram is not None and person.active:
                yield await _person(telegram, us, desk, person)


async def _updates(telegram: Telegram, settings: Settings) -> Sign:
    """Whether updates come the way the settings say: asked for, or posted to a webhook."""
    try:
        told = await telegram.bot.get_webhook_info()
    except VENDOR_ERRORS as error:
        return _refused("telegram: how updates come is not told", error, _LATER)
    wanted = settings.telegram_webhook_url
    if wanted is None and not told.url:
        return Sign("telegram: updates are asked for")
    if wanted is None:
        return Sign(
            "telegram: updates go to a webhook, and TELEGRAM_WEBHOOK_URL is not set",
            "Start `deskbell run`, which asks for them from then on, or set TELEGRAM_WEBHOOK_URL.",
        )
    if settings.telegram_webhook_secret is None:
        return Sign(
            "telegram: the webhook has no secret",
            f"Set TELEGRAM_WEBHOOK_SECRET to a long random text ({_SETUP}, section 6).",
        )
    if not told.url.startswith(wanted.rstrip("/")):
        return Sign(
            "telegram: updates do not go to TELEGRAM_WEBHOOK_URL",
            "Start `deskbell web`, which tells Telegram where they go.",
        )
    return _webhook(told.last_error_message, told.last_error_date, tuple(told.allowed_updates or ()))


def _webhook(error: str | None, at: datetime | None, allowed: tuple[str, ...]) -> Sign:
    missing = sorted(set(ALLOWED) - set(allowed)) if allowed else []
    if missing:
        return Sign(
            f"telegram: the webhook is not told of {', '.join(missing)}",
            "Start `deskbell web` again, which asks for everything it needs.",
        )
    if error and at is not None and datetime.now(UTC) - at < RECENT:
        return Sign(
            f"telegram: the webhook failed lately ({error})",
            "Look whether TELEGRAM_WEBHOOK_URL is reached from outside by HTTPS, with a certificate that is good.",
        )
    return Sign("telegram: updates go to the webhook")


async def _group(telegram: Telegram, us: Identity, desk: Desk, channel: Channel, *, hears_all: bool) -> Sign:
    ident, _, topic = channel.place.removeprefix(TELEGRAM).partition(":")
    name = f"{desk.key}: group {channel.name}"
    if not ident.startswith("-"):
        return Sign(
            f"{name} ({ident}) is no group", f"Put the id of a group into desk.toml ({_SETUP}, section 3)."
        )
    try:
        chat = await telegram.bot.get_chat(int(ident))
        member = await telegram.bot.get_chat_member(int(ident), us.user)
        sign = _seat(name, member, hears_all=hears_all)
        if sign.is_well and topic:
            sign = await _topic(telegram, name, int(ident), int(topic), is_forum=bool(chat.is_forum))
    except ChatMigrated as moved:
        return Sign(
            f"{name} ({ident}) has become a supergroup with another id",
            f'Put `place = "telegram:{moved.new_chat_id}"` into desk.toml; until then the bot follows it by itself.',
        )
    except Forbidden:
        return Sign(f"{name}: the bot is not in it", f"Add @{us.username} to the group.")
    except VENDOR_ERRORS as error:
        cure = (
            f"Add @{us.username} to the group, and put the group's id into desk.toml ({_SETUP}, section 3)."
        )
        return _refused(f"{name} ({ident}) is not found", error, cure)
    return sign


def _seat(name: str, member: ChatMember, *, hears_all: bool) -> Sign:
    """Whether the bot is there, may write, and hears words and reactions."""
    if isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
        return Sign(f"{name}: the bot may not write in it", "Lift the bot's restrictions in the group.")
    if member.status not in (*IN_IT, ChatMember.RESTRICTED):
        return Sign(f"{name}: the bot is not in it", "Add the bot to the group.")
    if isinstance(member, ChatMemberAdministrator) or member.status == ChatMember.OWNER:
        return Sign(name)
    if not hears_all:
        return Sign(
            f"{name}: the bot hears commands and replies to it only, and no reactions",
            "Make the bot an administrator of the group, without any rights.",
        )
    return Sign(
        f"{name}: the bot sees no reactions there",
        "Make the bot an administrator of the group, without any rights.",
    )


async def _topic(telegram: Telegram, name: str, chat: int, topic: int, *, is_forum: bool) -> Sign:
    if not is_forum:
        return Sign(
            f"{name}: the group has no topics",
            f"Switch topics on in the group, or leave `:{topic}` out of the place in desk.toml.",
        )
    try:
        # Nothing asks for a topic. "Typing…" is shown for five seconds where there is one.
        await telegram.bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=topic)
    except BadRequest as refusal:
        return _refused(
            f"{name}: topic {topic} is not usable",
            refusal,
            f"Reopen it, or put another topic's id into desk.toml ({_SETUP}, section 4).",
        )
    return Sign(name)


async def _person(telegram: Telegram, us: Identity, desk: Desk, person: Person) -> Sign:
    """Nobody can be written to who has not opened a chat with the bot: told, and wrong only where it is needed."""
    name = f"{desk.key}: {person.name}"
    try:
        await telegram.bot.get_chat(person.telegram or 0)
    except (BadRequest, Forbidden):
        what = f"{name} has opened no chat with the bot on Telegram"
        if person.slack or set(person.roles) == {"supplier"}:
            return Sign(f"{what}; what is for them alone cannot go there")
        return Sign(
            what, f"Ask them to open https://t.me/{us.username} and press Start; or their id is wrong."
        )
    except VENDOR_ERRORS as error:
        return _refused(f"{name} is not found on Telegram", error, _LATER)
    return Sign(f"{name} on Telegram")


def _refused(what: str, error: TelegramError, cure: str) -> Sign:
    """The sign for a call that failed: with the cure, or, where it is Telegram's own trouble, with patience."""
    if isinstance(error, BadRequest | Forbidden):
        return Sign(f"{what} ({error.message})", cure)
    return Sign(f"{what}: no answer ({type(error).__name__})", _LATER)
