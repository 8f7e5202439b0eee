"""Slack as the worker uses it: post, edit, look whether a first try landed, whisper, fetch and pass on files.

`SlackChat` fits `handlers.ports.Chat` by its shape. Nothing is retried here and every method raises Slack's own error:
`slack_sdk.errors.SlackApiError`, `aiohttp.ClientError` or `TimeoutError`. Of the last two nobody knows whether the
call landed; `find` and `has_files` look.
Source of methods and limits: docs.slack.dev, "Methods" and "Message metadata".
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.files import FILE_MAX, FileGone, FileTooLarge, FileUnfit
from bot.slack import words
from bot.slack.client import Slack, is_loopback
from bot.slack.message import blocks
from bot.slack.payload import inside, text_at
from handlers.events import FileRef
from handlers.message import Message
from handlers.place import PersonKey, Place
from handlers.ports import File, Posted

CLOCKS_APART = timedelta(minutes=5)
"""How far our clock and Slack's may be apart when we look for what we posted."""
PAGE = 200
"""Messages a page; Slack advises no more."""
PAGES = 20
"""After so many pages what is looked for counts as not there: 4,000 messages in one place."""
FILES_HOST = "files.slack.com"


class SlackChat:
    """One workspace, for the worker.

    Args:
        slack: its Web API.
        people: person of the desk to Slack user id: the only ones a message can mention.
    """

    looks = True

    def __init__(self, slack: Slack, people: Mapping[PersonKey, str]) -> None:
        self._slack = slack
        self._web = slack.web
        self._people = people

    def turn(self, place: Place, key: str, messages: int) -> None:
        """Slack says by itself when it has had enough; nobody waits before that."""
        del place, key, messages

    async def post(self, place: Place, message: Message, key: str) -> Posted:
        """Post a message; its metadata carries the key. Before repeating a doubtful one, ask `find`."""
        text, drawn = blocks(message, self._people)
        answer = await self._web.chat_postMessage(
            channel=place.channel,
            thread_ts=place.thread,
            text=text,
            blocks=drawn,
            metadata=_metadata(key),
            unfurl_links=False,
            unfurl_media=False,
        )
        return await self._posted(place, str(answer["ts"]))

    async def edit(self, place: Place, message_id: str, message: Message, key: str) -> None:
        """Make a posted message show this instead. Safe to repeat."""
        text, drawn = blocks(message, self._people)
        await self._web.chat_update(
            channel=place.channel, ts=message_id, text=text, blocks=drawn, metadata=_metadata(key)
        )

    async def find(self, place: Place, key: str, since: datetime) -> Posted | None:
        """The message with this key, posted since; None if it never landed."""
        async for message in self._messages(place, since):
            metadata = inside(message, "metadata")
            if text_at(metadata, "event_type") != words.EVENT_TYPE:
                continue
            if text_at(metadata, "event_payload", "key") == key:
                return await self._posted(place, text_at(message, "ts"))
        return None

    def aside(self, place: Place, user: str) -> Place:
        """A whisper is shown in its channel."""
        del user
        return place

    async def whisper(self, place: Place, user: str, message: Message) -> None:
        """Show a message to one user of a channel. It cannot be looked up: not safe to repeat."""
        text, drawn = blocks(message, self._people)
        await self._web.chat_postEphemeral(
            channel=place.channel, user=user, thread_ts=place.thread, text=text, blocks=drawn
        )

    async def direct(self, user: str) -> Place:
        """The direct conversation with a user. Safe to repeat."""
        answer = await self._web.conversations_open(users=user)
        return Place("slack", text_at(answer["channel"], "id"), direct=True)

    async def fetch(self, file: FileRef) -> File:
        """The content of a file somebody sent, under the scrubbed name we keep of it.

        Raises:
            FileUnfit: it is larger than 20 MB, it is gone, or it is not kept by Slack.
        """
        answer = await self._web.files_info(file=file.id)
        facts = inside({"file": answer["file"]}, "file")
        url = text_at(facts, "url_private_download") or text_at(facts, "url_private")
        if not self._is_ours(url):
            raise FileUnfit(f"{file.name} is not kept by Slack")
        content = await self._download(url, file.name)
        kind = text_at(facts, "mimetype") or file.media_type
        return File(file.name or file.id, kind, content)

    async def upload(self, place: Place, files: Sequence[File], key: str) -> None:
        """Put files into the place's thread as one message. Before repeating a doubtful one, ask `has_files`."""
        sent = [await self._sent(file, key) for file in files if file.content]
        if sent:
            await self._web.files_completeUploadExternal(
                files=sent, channel_id=place.channel, thread_ts=place.thread
            )

    async def has_files(self, place: Place, key: str, since: datetime) -> bool:
        """Whether the upload with this key landed."""
        async for message in self._messages(place, since):
            files = message.get("files")
            for file in files if isinstance(files, list) else ():
                if isinstance(file, dict) and text_at(file, "title").endswith(_mark(key)):
                    return True
        return False

    async def _posted(self, place: Place, stamp: str) -> Posted:
        return Posted(stamp, await self._slack.permalink(place.channel, stamp, place.thread))

    async def _messages(self, place: Place, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """What was said in a thread, or in a channel outside its threads, since about this moment."""
        asked: dict[str, Any] = {
            "channel": place.channel,
            "oldest": f"{(since - CLOCKS_APART).timestamp():.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
        }
        cursor = ""
        for _ in range(PAGES):
            if place.thread:
                answer = await self._web.conversations_replies(
                    ts=place.thread, cursor=cursor or None, **asked
                )
            else:
                answer = await self._web.conversations_history(cursor=cursor or None, **asked)
            for message in answer.get("messages") or ():
                yield message
            cursor = text_at(answer.get("response_metadata") or {}, "next_cursor")
            if not cursor:
                return

    async def _sent(self, file: File, key: str) -> dict[str, str | None]:
        """One file sent to Slack, not shared yet: what the sharing call wants to know of it."""
        answer = await self._web.files_getUploadURLExternal(filename=file.name, length=len(file.content))
        async with self._slack.session.post(str(answer["upload_url"]), data=file.content) as stored:
            stored.raise_for_status()
        return {"id": str(answer["file_id"]), "title": f"{file.name}{_mark(key)}"}

    def _is_ours(self, url: str) -> bool:
        """Whether our token may go there: to Slack's file host, or to the host of the API on this machine."""
        parts = urlsplit(url)
        if is_loopback(self._slack.api_url):
            return parts.netloc == urlsplit(self._slack.api_url).netloc
        return parts.scheme == "https" and parts.hostname == FILES_HOST

    async def _download(self, url: str, name: str) -> bytes:
        headers = {"Authorization": f"Bearer {self._slack.token}"}
        content = bytearray()
        async with self._slack.session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status in {301, 302, 303, 403, 404, 410}:
                # Slack sends those who may not read a file to its sign-in page.
                raise FileGone(name)
            answer.raise_for_status()
            async for chunk in answer.content.iter_chunked(65_536):
                content += chunk
                if len(content) > FILE_MAX:
                    raise FileTooLarge(name)
        return bytes(content)


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": words.EVENT_TYPE, "event_payload": {"key": key}}


def _mark(key: str) -> str:
    """A short mark at the end of a file's title that stands for an effect's key."""
    return f" · {hashlib.sha256(key.encode()).hexdigest()[:10]}"
