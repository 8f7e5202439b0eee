"""The words of a message, as plain text: what its author saw, with the names and addresses behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.telegram.payload import Payload, ident_at, number_at, objects_at, text_at

Change = tuple[int, int, str]
"""From and to, in UTF-16 units, and what stands there instead."""


def words(message: Payload, names: Mapping[str, str]) -> str:
    """The text or caption of a message; a sticker is the emoji it stands for. Total.

    Args:
        message: as Telegram sends it. Its entities count in UTF-16 units (Bot API, "MessageEntity").
        names: user id to what the desk calls somebody, for a mention of one who has no username.
    """
    text = text_at(message, "text") or text_at(message, "caption")
    if not text:
        return text_at(message, "sticker", "emoji")
    listed = objects_at(message, "entities" if text_at(message, "text") else "caption_entities")
    return _changed(text, sorted(_changes(text, listed, names), reverse=True))


def _changes(text: str, entities: list[Payload], names: Mapping[str, str]) -> Iterator[Change]:
    units = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        begin, length = number_at(entity, "offset"), number_at(entity, "length")
        if begin is None or length is None or begin < 0 or length <= 0 or (begin + length) * 2 > len(units):
            continue
        shown = units[begin * 2 : (begin + length) * 2].decode("utf-16-le", "surrogatepass")
        if text_at(entity, "type") == "text_mention" and (name := names.get(ident_at(entity, "user", "id"))):
            yield begin, begin + length, f"@{name}"
        elif text_at(entity, "type") == "text_link" and (url := text_at(entity, "url")):
            bare = url.partition("://")[2].rstrip("/")
            yield begin, begin + length, shown if bare == shown.rstrip("/") else f"{shown} ({url})"


def _changed(text: str, changes: list[Change]) -> str:
    """The text with its changes, from the last to the first; of two that overlap the later one counts."""
    units = text.encode("utf-16-le", "surrogatepass")
    intact = len(units)
    for begin, end, instead in changes:
        if end * 2 <= intact:
            units = units[: begin * 2] + instead.encode("utf-16-le", "surrogatepass") + units[end * 2 :]
            intact = begin * 2
    return units.decode("utf-16-le", "surrogatepass")
