"""The texts and captions of calls, read as the Bot API reads them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram_entities import covered, length16, tidy, with_found
from bot.sandbox.telegram_html import BadMarkup, parse_html
from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal, encodable
from bot.sandbox.telegram_state import Message, TelegramState

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
"""After the entities were parsed (core.telegram.org/bots/api, "sendMessage" and "sendPhoto"); counted here in
UTF-16 code units, so that no way of counting takes more."""
LONGEST_RAW = 1 << 15
"""Bytes with the tags, before anything is parsed (telegram-bot-api)."""
_GIVEN = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "text_mention",
    "custom_emoji", "blockquote", "expandable_blockquote",
}  # fmt: skip
_SELF_FOUND = {
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bank_card_number",
}
"""Types that may be given and are ignored: Telegram finds them itself."""
_USER_LINK = "tg://user?id="


def message_text(state: TelegramState, args: Arguments) -> tuple[str, list[Json]]:
    """The text of a message and its entities.

    Raises:
        TelegramRefusal: there is none, it is too long, or its markup does not fit.
    """
    raw = args.text("text")
    if not raw:
        raise TelegramRefusal("message text is empty")
    text, entities = formatted(state, raw, args.text("parse_mode"), args.raw.get("entities"))
    if not text:
        raise TelegramRefusal("text must be non-empty")
    if length16(text) > LONGEST_TEXT:
        raise TelegramRefusal("message is too long")
    return text, entities


def caption(state: TelegramState, raw: str, mode: str, given: Any) -> tuple[str, list[Json]]:
    """A caption and its entities; it may be empty.

    Raises:
        TelegramRefusal: it is too long, or its markup does not fit.
    """
    text, entities = formatted(state, raw, mode, given)
    if length16(text) > LONGEST_CAPTION:
        raise TelegramRefusal("message caption is too long")
    return text, entities


def formatted(state: TelegramState, raw: str, mode: str, given: Any) -> tuple[str, list[Json]]:
    """A text and its entities, by its parse mode, else by the entities that came with it.

    Of the parse modes only HTML is spoken here; the Markdown ones are refused as unsupported.

    Raises:
        TelegramRefusal: in Telegram's words.
    """
    if len(encodable(raw).encode()) > LONGEST_RAW:
        raise TelegramRefusal("text is too long")
    if mode.lower() not in {"", "none", "html"}:
        raise TelegramRefusal("unsupported parse_mode")
    if mode.lower() == "html":
        try:
            text, entities = parse_html(raw)
        except BadMarkup as bad:
            raise TelegramRefusal(f"can't parse entities: {bad}") from None
    else:
        text, entities = raw, _given(given)
    text, entities = tidy(text, [_resolved(state, entity) for entity in entities])
    return text, with_found(text, [entity for entity in entities if entity["type"] != "none"])


def _given(given: Any) -> list[Json]:
    """Entities that came as a parameter; anything but a list is as if none had come."""
    entities = Arguments({"entities": given}).data("entities", "can't parse entities")
    if not isinstance(entities, list):
        return []
    return [entity for entity in map(_entity, entities) if entity["type"] in _GIVEN]


def _entity(entity: Any) -> Json:
    if not isinstance(entity, dict):
        raise TelegramRefusal("can't parse MessageEntity: expected an Object")
    for name in ("offset", "length"):
        if not isinstance(entity.get(name), int) or entity[name] < 0:
            raise TelegramRefusal(f"can't parse MessageEntity: Can't find field \"{name}\"")
    if entity.get("type") not in _GIVEN | _SELF_FOUND:
        raise TelegramRefusal("can't parse MessageEntity: Unsupported type specified")
    return entity


def _resolved(state: TelegramState, entity: Json) -> Json:
    """A link to a user is a mention of them when they are known here, and nothing when they are not."""
    if entity["type"] == "text_mention":
        return _user_mention(state, entity, str((entity.get("user") or {}).get("id")))
    url = str(entity.get("url", ""))
    if entity["type"] != "text_link" or not url.startswith(_USER_LINK):
        return _checked_link(entity)
    return _user_mention(state, entity, url.removeprefix(_USER_LINK))


def _checked_link(entity: Json) -> Json:
    """A link to nothing that is an address is plain text."""
    url = str(entity.get("url", ""))
    if entity["type"] != "text_link" or ("." in url and " " not in url) or url.startswith("tg://"):
        if entity["type"] == "text_link" and "://" not in url:
            return {**entity, "url": f"http://{url}"}
        return entity
    return {**entity, "type": "none"}


def _user_mention(state: TelegramState, entity: Json, ident: str) -> Json:
    plain = {"type": "text_mention", "offset": entity["offset"], "length": entity["length"]}
    if not ident.isdecimal() or int(ident) not in state.users:
        return {**plain, "type": "none"}
    return plain | {"user": {"id": int(ident)}}


def mentioned(state: TelegramState, message: Message) -> list[str]:
    """Whom a message notifies: `@` and a person's key, or the bot's username."""
    found: list[str] = []
    for entity in message.entities:
        user = None
        if entity["type"] == "mention":
            user = state.by_username(covered(message.text, entity)[1:])
        elif entity["type"] == "text_mention":
            user = state.users.get(entity["user"]["id"])
        if user is not None:
            found.append("@" + (user.person or user.username))
    return list(dict.fromkeys(found))
