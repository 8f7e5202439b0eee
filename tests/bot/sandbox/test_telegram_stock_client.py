"""The stock python-telegram-bot against the emulator: what it sends is taken, and what it gets it can read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import telegram
from telegram.constants import ReactionEmoji
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.sandbox.telegram_reactions import EMOJI, known
from tests.bot.sandbox.telegram_room import (
    BOWEN,
    FORUM,
    GROUP,
    OLD,
    RETURNS,
    STAFF,
    SUPPLIER,
    Room,
    png,
    room,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


def _request() -> HTTPXRequest:
    return HTTPXRequest(httpx_kwargs={"verify": False})


@asynccontextmanager
async def stock(r: Room) -> AsyncIterator[telegram.Bot]:
    """The library's bot, pointed at the sandbox."""
    bot = telegram.Bot(
        r.token,
        base_url=f"{r.base}/telegram/bot",
        base_file_url=f"{r.base}/telegram/file/bot",
        request=_request(),
        get_updates_request=_request(),
    )
    async with bot:
        yield bot


async def test_it_signs_in(r: Room) -> None:
    """By getMe; a wrong token is its InvalidToken."""
    async with stock(r) as bot:
        assert (bot.username, bot.can_read_all_group_messages) == ("deskbell_bot", False)
    async with _request() as request:
        wrong = telegram.Bot(r.token[:-1] + "y", base_url=f"{r.base}/telegram/bot", request=request)
        with pytest.raises(telegram.error.InvalidToken):
            await wrong.get_me()


async def test_it_sends_edits_and_deletes(r: Room) -> None:
    """And reads what comes back."""
    async with stock(r) as bot:
        markup = telegram.InlineKeyboardMarkup.from_button(
            telegram.InlineKeyboardButton("Done", callback_data="d")
        )
        sent = await bot.send_message(
            SUPPLIER, "<b>1001</b> &amp; more", parse_mode="HTML", reply_markup=markup
        )
        assert (sent.text, sent.entities[0].type, sent.reply_markup) == ("1001 & more", "bold", markup)
        reply = await bot.send_message(
            SUPPLIER, "again", reply_parameters=telegram.ReplyParameters(sent.message_id)
        )
        assert reply.reply_to_message is not None
        assert reply.reply_to_message.message_id == sent.message_id
        edited = await sent.edit_text("closed")
        assert isinstance(edited, telegram.Message)
        assert (edited.text, edited.reply_markup, edited.edit_date is not None) == ("closed", None, True)
        assert await sent.set_reaction("👍") is True
        assert await reply.delete() is True


async def test_it_sends_files_and_downloads_them(r: Room) -> None:
    """Photos, documents and albums, and one again by its id."""
    async with stock(r) as bot:
        photo = await bot.send_photo(SUPPLIER, png(), caption="<i>broken</i>", parse_mode="HTML")
        assert (photo.caption, photo.photo[-1].width, photo.photo[-1].height) == ("broken", 2, 3)
        file = await photo.photo[-1].get_file()
        assert bytes(await file.download_as_bytearray()) == png()
        again = await bot.send_photo(SUPPLIER, photo.photo[-1].file_id)
        assert again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id
        document = await bot.send_document(SUPPLIER, b"a,b", filename="list.csv")
        assert document.document is not None
        assert (document.document.file_name, document.document.mime_type) == ("list.csv", "text/csv")
        media = [telegram.InputMediaPhoto(png(), caption="two"), telegram.InputMediaPhoto(png(4, 4))]
        album = await bot.send_media_group(SUPPLIER, media)
        assert len({message.media_group_id for message in album}) == 1
        assert [message.caption for message in album] == ["two", None]


async def test_it_reads_chats_members_and_commands(r: Room) -> None:
    """With every field the library insists on."""
    async with stock(r) as bot:
        chat = await bot.get_chat(SUPPLIER)
        assert (chat.type, chat.title) == ("supergroup", "NL-Bowen")
        assert (await bot.get_chat_member(SUPPLIER, BOWEN)).status == "member"
        administrators = await bot.get_chat_administrators(SUPPLIER)
        assert [member.status for member in administrators] == ["creator", "administrator"]
        scope = telegram.BotCommandScopeChat(SUPPLIER)
        await bot.set_my_commands([("done", "Close a case")], scope=scope)
        assert (await bot.get_my_commands(scope))[0].description == "Close a case"
        assert await bot.delete_my_commands(scope) is True
        topic = await bot.create_forum_topic(STAFF, "Refunds")
        sent = await bot.send_message(STAFF, "here", message_thread_id=topic.message_thread_id)
        assert (sent.is_topic_message, sent.message_thread_id) == (True, topic.message_thread_id)


async def test_its_errors_are_those_of_telegram(r: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the classes the bot tells apart."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else the library warns whoever reads `retry_after`
    async with stock(r) as bot:
        with pytest.raises(telegram.error.Forbidden, match="bot can't initiate conversation"):
            await bot.send_message(BOWEN, "hello")
        with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
            await bot.send_message(-1, "hello")
        long = telegram.InlineKeyboardMarkup.from_button(
            telegram.InlineKeyboardButton("x", callback_data="é" * 33)
        )
        with pytest.raises(telegram.error.BadRequest, match="Button_data_invalid"):
            await bot.send_message(SUPPLIER, "x", reply_markup=long)
        await r.post("group", place="telegram:Old group", act="migrate")
        with pytest.raises(telegram.error.ChatMigrated) as migrated:
            await bot.send_message(OLD, "hello")
        assert migrated.value.new_chat_id < -1_000_000_000_000
        r.telegram.pace = True
        for number in range(20):
            await bot.send_message(SUPPLIER, str(number))
        with pytest.raises(telegram.error.RetryAfter) as too_fast:
            await bot.send_message(SUPPLIER, "one too many")
        wait = too_fast.value.retry_after
        assert isinstance(wait, timedelta)
        assert timedelta(seconds=50) < wait <= timedelta(seconds=60)


@asynccontextmanager
async def running(r: Room, seen: list[Any]) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """The library's application, polling; every message and press is put into `seen`."""
    builder = ApplicationBuilder().token(r.token).request(_request()).get_updates_request(_request())
    builder = builder.base_url(f"{r.base}/telegram/bot").base_file_url(f"{r.base}/telegram/file/bot")
    application = builder.build()

    async def note(update: telegram.Update, _context: object) -> None:
        seen.append(update)
        if update.callback_query is not None:
            await update.callback_query.answer("Noted", show_alert=True)

    application.add_handler(MessageHandler(filters.ALL, note))
    application.add_handler(CallbackQueryHandler(note))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(allowed_updates=telegram.Update.ALL_TYPES)
        await r.telegram.room.polling.reach()
        r.telegram.room.patience_seconds = 5
        try:
            yield application
        finally:
            await application.updater.stop()
            await application.stop()


async def test_its_application_hears_what_people_do(r: Room) -> None:
    """Messages, albums, topics, edits, presses: each update is one the library can read."""
    seen: list[telegram.Update] = []
    async with running(r, seen) as application:
        said = await r.post("say", who="bowen", place=GROUP, text="/log@deskbell_bot item-issue")
        assert said["acked"] is True
        await r.upload("bowen", "ring.png", png(), text="look")
        await r.post("say", who="kim", place=f"{FORUM}/Returns", text="in a topic")
        await r.post("edit", who="bowen", message=said["message"], text="/log nothing")
        markup = telegram.InlineKeyboardMarkup.from_button(
            telegram.InlineKeyboardButton("Acknowledge", callback_data="a1")
        )
        request = await application.bot.send_message(SUPPLIER, "Please", reply_markup=markup)
        pressed = await r.post(
            "press", who="bowen", message=f"telegram:{SUPPLIER}:{request.message_id}", button="acknowledge"
        )
    assert pressed == {"acked": True, "toast": "Noted", "alert": True}
    command, photo, topic, edited, press = seen
    assert command.message is not None
    assert command.message.parse_entity(command.message.entities[0]) == "/log@deskbell_bot"
    assert photo.message is not None
    assert (photo.message.caption, photo.message.photo[-1].height) == ("look", 3)
    assert topic.message is not None
    assert (topic.message.message_thread_id, topic.message.is_topic_message) == (RETURNS, True)
    assert edited.edited_message is not None
    assert edited.edited_message.text == "/log nothing"
    assert press.callback_query is not None
    assert press.callback_query.data == "a1"


async def test_a_second_application_is_a_conflict(r: Room) -> None:
    """The one that polls is told so; the other takes over."""
    async with stock(r) as bot:
        first = asyncio.ensure_future(bot.get_updates(timeout=20))
        await r.telegram.room.polling.reach()
        second = asyncio.ensure_future(r.api("getUpdates", timeout=20))
        with pytest.raises(telegram.error.Conflict, match="only one bot instance"):
            await first
        await r.post("say", who="bowen", place=GROUP, text="hello")
        assert len(await second) == 1


def test_the_reactions_are_those_the_library_knows() -> None:
    """Both lists follow Telegram's."""
    assert {known(each.value) for each in ReactionEmoji} == set(EMOJI)
