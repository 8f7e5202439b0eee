"""Files on Telegram: taken from a call or from a person, described in messages, given out by their path.

Limits (core.telegram.org/bots/api, "Sending files" and "getFile"): a bot uploads photos up to 10 MB and other
files up to 50 MB, and downloads up to 20 MB.
"""

from __future__ import annotations

import mimetypes
import struct

from bot.sandbox.telegram_refusal import Arguments, Json, Sent, TelegramRefusal
from bot.sandbox.telegram_state import FileKind, StoredFile, TelegramState

MEGABYTE = 1024 * 1024
LARGEST_PHOTO, LARGEST_UPLOAD, LARGEST_DOWNLOAD = 10 * MEGABYTE, 50 * MEGABYTE, 20 * MEGABYTE
LARGEST_SUM, LARGEST_RATIO = 10_000, 20
"""Of a photo's width and height together, and of one by the other."""
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_THUMBNAIL = 320
_UNKNOWN_SIZE = (800, 600)
_JPEG_FRAMES = (0xC0, 0xC1, 0xC2)


def is_image(content: bytes) -> bool:
    """Whether these bytes begin as a picture Telegram shows as a photo."""
    return content.startswith(_MAGIC) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels; a usual size where its kind does not tell them simply."""
    if content.startswith(_MAGIC[0]) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    at = 2
    while content.startswith(_MAGIC[1]) and at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return _UNKNOWN_SIZE


def store(state: TelegramState, kind: FileKind, name: str, content: bytes) -> StoredFile:
    """Keep a file. Telegram makes every photo a JPEG without a name; here its bytes stay as they are."""
    width, height = size_of(content) if kind == "photo" else (0, 0)
    folder = "photos" if kind == "photo" else "documents"
    number = len(state.files)
    ending = "jpg" if kind == "photo" else name.rpartition(".")[2] if "." in name else "bin"
    guessed = mimetypes.guess_type(name)[0] or (
        "image/jpeg" if kind == "photo" else "application/octet-stream"
    )
    kept = StoredFile(
        id=("AgACAgQAAx" if kind == "photo" else "BQACAgQAAx") + state.token(50),
        unique="AQAD" + state.token(11),
        name=name,
        mimetype=guessed,
        content=content,
        kind=kind,
        width=width,
        height=height,
        path=f"{folder}/file_{number}.{ending}",
    )
    state.files[kept.id] = kept
    return kept


def from_call(
    state: TelegramState, args: Arguments, kind: FileKind, value: str, sent: Sent | None
) -> StoredFile:
    """The file a call sends: uploaded with it, or by the id of one that is known.

    Args:
        state: where files are kept.
        args: the call, for what was attached to it.
        kind: photo or document.
        value: `attach://name`, a file id, or an address.
        sent: the part of the form that has the parameter's own name.

    Raises:
        TelegramRefusal: there is none, or Telegram would not take it.
    """
    if value.startswith("attach://"):
        sent = args.files.get(value.removeprefix("attach://"))
        if sent is None:
            raise TelegramRefusal("there is no file in the request with this name")
    if sent is not None:
        return _uploaded(state, kind, sent)
    if not value:
        raise TelegramRefusal(f"there is no {kind} in the request")
    if "://" in value:
        # Whatever the address is: a sandbox reaches nothing, and Telegram says it so.
        raise TelegramRefusal("failed to get HTTP URL content")
    known = state.files.get(value)
    if known is None:
        raise TelegramRefusal("wrong remote file identifier specified: Wrong string length")
    if known.kind != kind:
        raise TelegramRefusal(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return known


def _uploaded(state: TelegramState, kind: FileKind, sent: Sent) -> StoredFile:
    if not sent.content:
        raise TelegramRefusal("file must be non-empty")
    if kind == "photo":
        _check_photo(sent.content)
    return store(state, kind, sent.name, sent.content)


def _check_photo(content: bytes) -> None:
    if len(content) > LARGEST_PHOTO:
        raise TelegramRefusal("too big for a photo")
    if not is_image(content):
        raise TelegramRefusal("IMAGE_PROCESS_FAILED")
    width, height = size_of(content)
    least, most = sorted((width, height))
    if not least or width + height > LARGEST_SUM or most / least > LARGEST_RATIO:
        raise TelegramRefusal("PHOTO_INVALID_DIMENSIONS")


def file_json(kept: StoredFile) -> Json:
    """What a message says of its file: `photo` with its sizes, or `document`."""
    facts = {"file_id": kept.id, "file_unique_id": kept.unique, "file_size": len(kept.content)}
    if kept.kind == "document":
        return {"document": {"file_name": kept.name, "mime_type": kept.mimetype, **facts}}
    scale = min(1.0, _THUMBNAIL / max(kept.width, kept.height, 1))
    small = {
        "file_id": kept.id + "s",
        "file_unique_id": kept.unique + "s",
        "width": max(1, int(kept.width * scale)),
        "height": max(1, int(kept.height * scale)),
    }
    return {"photo": [small, {**facts, "width": kept.width, "height": kept.height}]}


def get_file(state: TelegramState, ident: str) -> Json:
    """The answer of getFile; a photo's smaller size has an id of its own.

    Raises:
        TelegramRefusal: nobody sent it, or it is too big to download.
    """
    kept = state.files.get(ident) or state.files.get(ident.removesuffix("s"))
    if kept is None:
        raise TelegramRefusal("invalid file_id" if ident else "file_id not specified")
    if len(kept.content) > LARGEST_DOWNLOAD:
        raise TelegramRefusal("file is too big")
    unique = kept.unique + ("s" if ident not in state.files else "")
    facts = {"file_id": ident, "file_unique_id": unique, "file_size": len(kept.content)}
    return {**facts, "file_path": kept.path}


def by_path(state: TelegramState, path: str) -> StoredFile:
    """The file behind a path that getFile gave out.

    Raises:
        TelegramRefusal: 404, there is none.
    """
    found = next((kept for kept in state.files.values() if kept.path == path), None)
    if found is None:
        raise TelegramRefusal("", 404)
    return found
