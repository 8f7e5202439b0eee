"""The files of a message, as references: fetched by the worker, checked for what the Bot API can give us at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.telegram.payload import Payload, ident_at, inside, number_at, objects_at, text_at
from handlers.events import FileRef
from handlers.plain import plain, single_line
from handlers.scrub import scrub

LARGEST = 20 * 1024 * 1024
"""The largest file a bot can download (core.telegram.org/bots/api, "getFile")."""
KINDS = {
    "animation": ("animation.mp4", "video/mp4"),
    "document": ("document", "application/octet-stream"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "voice": ("voice.ogg", "audio/ogg"),
    "video_note": ("video.mp4", "video/mp4"),
}
"""What a message can carry beside photos: a name and a type where Telegram says none. An animation is a document,
too, and stands before it for that reason."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,256}")


def files(message: Payload) -> tuple[FileRef, ...]:
    """The files of a message: its photo in the largest size, or the one other file it has. Total."""
    return tuple(_files(message))


def _files(message: Payload) -> Iterator[FileRef]:
    sizes = [each for each in objects_at(message, "photo") if _id(each)]
    if sizes:
        largest = max(sizes, key=lambda size: (number_at(size, "width") or 0, number_at(size, "height") or 0))
        name = f"photo-{ident_at(message, 'message_id') or '0'}.jpg"
        yield FileRef("telegram", _id(largest), name, "image/jpeg", _size(largest))
        return
    for kind, (name, media_type) in KINDS.items():
        found = inside(message, kind)
        if _id(found):
            given = single_line(scrub(plain(text_at(found, "file_name"))).text)
            told = text_at(found, "mime_type") or media_type
            yield FileRef("telegram", _id(found), given or name, told, _size(found))
            return


def _id(found: Payload) -> str:
    ident = text_at(found, "file_id")
    return ident if _ID.fullmatch(ident) else ""


def _size(found: Payload) -> int:
    return max(0, number_at(found, "file_size") or 0)
