"""Files out of Telegram: asked for by the id that a message gave, up to 20 MB (Bot API, "getFile")."""

from __future__ import annotations

import mimetypes

from telegram import Bot
from telegram.error import BadRequest, InvalidToken

from bot.files import FILE_MAX, FileGone, FileTooLarge
from handlers.events import FileRef
from handlers.ports import File

TOO_BIG = "file is too big"


async def fetched(bot: Bot, file: FileRef) -> File:
    """The content of a file somebody sent.

    Raises:
        FileUnfit: it is larger than 20 MB, or it is gone.
        telegram.error.NetworkError: Telegram cannot be reached.
    """
    name = file.name or file.id
    try:
        known = await bot.get_file(file.id)
    except BadRequest as refusal:
        raise (FileTooLarge(name) if TOO_BIG in refusal.message.casefold() else FileGone(name)) from refusal
    if (known.file_size or 0) > FILE_MAX:
        raise FileTooLarge(name)
    try:
        content = bytes(await known.download_as_bytearray())
    except InvalidToken as missing:
        # What Telegram answers with 404 is a bad token to python-telegram-bot, whatever was asked for.
        raise FileGone(name) from missing
    kind = mimetypes.guess_type(name)[0] or file.media_type
    return File(name, kind, content)
