"""Web API: files.* and the upload in three steps (docs.slack.dev, "Working with files").

`files.upload` is gone, so it is unknown here too.
"""

from __future__ import annotations

import mimetypes
from typing import Any

from bot.sandbox.slack_api_chat import content
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_messages import announce, facts, file_json, keep, own
from bot.sandbox.slack_methods import Method, joined, said
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_state import Upload
from bot.sandbox.slack_workspace import Workspace

LARGEST_FILE = 1024 * 1024 * 1024
"""Bytes; Slack takes up to 1 GB."""


def new_upload(slack: Workspace, user: str, name: str, length: int, data: bytes | None = None) -> Upload:
    """A file known by an id; with its bytes, or waiting for them."""
    upload = Upload(
        id=slack.state.ids.new("F"),
        name=name,
        title=name,
        user=user,
        created=int(slack.state.now()),
        length=length,
        content=data,
        complete=data is not None,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
    )
    slack.state.files[upload.id] = upload
    return upload


def upload_url(slack: Workspace, args: Arguments) -> Json:
    """files.getUploadURLExternal."""
    name = args.needed("filename")
    length = args.number("length", 0)
    if length < 1:
        raise SlackRefusal("invalid_arguments", messages=["missing required field: length"])
    if length > LARGEST_FILE:
        raise SlackRefusal("file_upload_size_restricted")
    upload = new_upload(slack, slack.state.bot_user, name, length)
    return {"upload_url": f"{slack.base}/slack/upload/v1/{upload.id}", "file_id": upload.id}


def complete(slack: Workspace, args: Arguments) -> Json:
    """files.completeUploadExternal: refuses user ids, as Slack does (open the conversation first)."""
    uploads = _uploads(slack, args.data("files"))
    channel = args.text("channel_id") or args.text("channels")
    if channel:
        for ident in channel.split(","):
            _share(slack, args, ident.strip(), [upload for upload, _ in uploads])
    for upload, title in uploads:
        upload.complete = True
        upload.title = title or upload.title
    if not channel:
        slack.record("files.completeUploadExternal", channel=None, files=[u.name for u, _ in uploads])
    return {"files": [file_json(slack, upload) for upload, _ in uploads]}


def _uploads(slack: Workspace, files: Any) -> list[tuple[Upload, str]]:
    if not isinstance(files, list) or not files or not all(isinstance(part, dict) for part in files):
        raise SlackRefusal("invalid_arguments", messages=["missing required field: files"])
    found = []
    for part in files:
        upload = slack.state.files.get(str(part.get("id")))
        if upload is None or upload.user != slack.state.bot_user or upload.content is None or upload.complete:
            raise SlackRefusal("file_not_found")
        found.append((upload, str(part.get("title") or "")))
    return found


def _share(slack: Workspace, args: Arguments, channel: str, uploads: list[Upload]) -> None:
    if channel.startswith("U"):
        raise SlackRefusal("invalid_channel")
    conversation = joined(slack, channel)
    if conversation.archived:
        raise SlackRefusal("is_archived")
    comment = args.text("initial_comment")
    said_with = Arguments({"text": comment, "blocks": None if comment else args.raw.get("blocks")})
    body = content(slack, said_with) if comment or "blocks" in said_with else {"text": ""}
    thread = args.text("thread_ts")
    root = said(conversation, thread, "thread_not_found") if thread else None
    message = own(
        slack,
        conversation,
        **body,
        thread_ts=(root.thread_ts or root.ts) if root else None,
        files=[upload.id for upload in uploads],
        subtype="file_share",
    )
    for upload in uploads:
        upload.shares.append((conversation.id, message.ts))
    keep(slack, conversation, message)
    announce(slack, conversation, message)
    slack.record("files.completeUploadExternal", **facts(slack, message))


def info(slack: Workspace, args: Arguments) -> Json:
    """files.info."""
    upload = slack.state.files.get(args.needed("file", "file_not_found"))
    if upload is None or not upload.complete:
        raise SlackRefusal("file_not_found")
    return {"file": file_json(slack, upload), "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS = {
    "files.getUploadURLExternal": Method(upload_url, "files:write"),
    "files.completeUploadExternal": Method(complete, "files:write"),
    "files.info": Method(info, "files:read"),
}
