"""The Bot API's sendMessage, sendPhoto, sendDocument, sendMediaGroup and sendChatAction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram_files import from_call
from bot.sandbox.telegram_json import message_json
from bot.sandbox.telegram_keyboard import reply_markup
from bot.sandbox.telegram_messages import facts, keep
from bot.sandbox.telegram_methods import Method, replied_to, thread_of, writable_chat
from bot.sandbox.telegram_pace import keep_pace
from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_state import Chat, FileKind, Message
from bot.sandbox.telegram_texts import caption, message_text

FEWEST_MEDIA, MOST_MEDIA = 2, 10
"""Photos or documents of one album (core.telegram.org/bots/api, "sendMediaGroup")."""
_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
_PREVIEW = "can't parse link preview options JSON object"


@dataclass(frozen=True)
class _Target:
    """Where a call sends to, and how."""

    chat: Chat
    reply_to: int | None
    thread: int | None
    markup: Json | None
    silent: bool

    def keep(self, room: TelegramRoom, **content: Any) -> Message:
        """Put a message there; a reply lands in its topic when the call names none."""
        return keep(
            room,
            self.chat,
            room.state.bot.id,
            reply_to=self.reply_to,
            thread=self.thread,
            markup=self.markup,
            silent=self.silent,
            **content,
        )


def _target(room: TelegramRoom, args: Arguments, messages: int = 1) -> _Target:
    """Where a call sends to, after everything Telegram checks about it.

    Raises:
        TelegramRefusal: in Telegram's words.
    """
    markup = reply_markup(args)
    chat = writable_chat(room, args)
    target = _Target(
        chat, replied_to(chat, args), thread_of(chat, args), markup, args.flag("disable_notification")
    )
    keep_pace(room, chat, messages)
    return target


def _preview(args: Arguments) -> Json | None:
    """What a message says of its link preview; only that there is none is worth a word."""
    options = args.data("link_preview_options", _PREVIEW)
    if options is not None and not isinstance(options, dict):
        raise TelegramRefusal("object expected as link preview options")
    off = args.flag("disable_web_page_preview") if options is None else options.get("is_disabled") is True
    return {"is_disabled": True} if off else None


def send_message(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out sendMessage."""
    text, entities = message_text(room.state, args)
    preview = _preview(args)
    target = _target(room, args)
    message = target.keep(room, text=text, entities=entities, preview=preview)
    room.record("sendMessage", **facts(room, message))
    return message_json(room.state, message)


def _send_file(room: TelegramRoom, args: Arguments, kind: FileKind, effect: str) -> Json:
    text, entities = caption(
        room.state, args.text("caption"), args.text("parse_mode"), args.raw.get("caption_entities")
    )
    kept = from_call(room.state, args, kind, args.text(kind), args.files.get(kind))
    target = _target(room, args)
    message = target.keep(room, text=text, entities=entities, file=kept.id)
    room.record(effect, **facts(room, message))
    return message_json(room.state, message)


def send_photo(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out sendPhoto."""
    return _send_file(room, args, "photo", "sendPhoto")


def send_document(room: TelegramRoom, args: Arguments) -> Json:
    """Carry out sendDocument."""
    return _send_file(room, args, "document", "sendDocument")


def send_media_group(room: TelegramRoom, args: Arguments) -> list[Json]:
    """Carry out sendMediaGroup: photos, or documents; an album has no keyboard."""
    media = args.data("media", "can't parse media JSON object")
    if not isinstance(media, list):
        raise TelegramRefusal("expected an Array of InputMedia")
    if len(media) < FEWEST_MEDIA:
        raise TelegramRefusal("not enough messages to send as an album")
    if len(media) > MOST_MEDIA:
        raise TelegramRefusal("too many messages to send as an album")
    contents = [_medium(room, args, medium) for medium in media]
    if len({medium["type"] for medium in media}) > 1:
        raise TelegramRefusal("Document can't be mixed with other media types")
    target = _target(room, Arguments({**args.raw, "reply_markup": None}), len(media))
    album = str(room.state.random.randrange(10**16, 10**17))
    kept = [target.keep(room, album=album, **content) for content in contents]
    for message in kept:
        room.record("sendMediaGroup", **facts(room, message))
    return [message_json(room.state, message) for message in kept]


def _medium(room: TelegramRoom, args: Arguments, medium: Any) -> dict[str, Any]:
    if not isinstance(medium, dict):
        raise TelegramRefusal("can't parse InputMedia: expected an Object")
    kind = medium.get("type")
    if kind not in ("photo", "document"):
        raise TelegramRefusal(f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup")
    read = Arguments(medium)
    text, entities = caption(
        room.state, read.text("caption"), read.text("parse_mode"), medium.get("caption_entities")
    )
    if "media" not in read:
        raise TelegramRefusal("can't parse InputMedia: media not found")
    kept = from_call(room.state, args, kind, read.text("media"), None)
    return {"text": text, "entities": entities, "file": kept.id}


def send_chat_action(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out sendChatAction: seen for a few seconds and kept nowhere."""
    if args.text("action") not in _ACTIONS:
        raise TelegramRefusal("wrong parameter action in request")
    chat = writable_chat(room, args)
    thread_of(chat, args)
    return True


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
