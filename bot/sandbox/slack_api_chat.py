"""Web API: chat.* (docs.slack.dev, "chat.postMessage" and its neighbours)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack_blocks import message_blocks
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_messages import announce, change, facts, keep, message_json, own, remove
from bot.sandbox.slack_methods import Method, joined, known_user, postable, said, visible
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_state import Conversation, Message
from bot.sandbox.slack_workspace import Workspace

LONGEST_TEXT = 40_000
"""Characters of a message's text; Slack cuts or refuses what is longer."""
METADATA_BYTES = 16_000


def content(slack: Workspace, args: Arguments) -> Json:
    """The text, blocks and metadata of a message, checked.

    Raises:
        SlackRefusal: `no_text`, `msg_too_long`, `invalid_blocks` or one of the metadata errors.
    """
    blocks = args.data("blocks", "invalid_blocks_format")
    attachments = args.data("attachments", "invalid_attachments") or []
    if blocks is not None and not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    text = args.text("text")
    if not text and not blocks and not attachments:
        raise SlackRefusal("no_text")
    if len(text) > LONGEST_TEXT:
        raise SlackRefusal("msg_too_long")
    return {
        "text": text,
        "blocks": message_blocks(blocks, slack.state.ids) if blocks else [],
        "attachments": attachments,
        "metadata": _metadata(args),
    }


def _metadata(args: Arguments) -> Any:
    metadata = args.data("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackRefusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackRefusal("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_BYTES:
        raise SlackRefusal("metadata_too_large")
    return metadata


def _keep_pace(slack: Workspace, conversation: Conversation) -> None:
    """Refuse a second message within a second, where the pace switch is on (facts.md: about one a second)."""
    if not slack.pace:
        return
    mine = [m for m in conversation.messages if m.user == slack.state.bot_user]
    if mine and slack.state.now() - float(mine[-1].ts) < 1.0:
        raise SlackRefusal("ratelimited", retry_after=1)


def _thread(conversation: Conversation, args: Arguments) -> str | None:
    thread = args.text("thread_ts")
    if not thread:
        return None
    root = conversation.find(thread)
    if root is None or root.visible_to is not None:
        raise SlackRefusal("thread_not_found")
    return root.thread_ts or root.ts


def post_message(slack: Workspace, args: Arguments) -> Json:
    """chat.postMessage."""
    conversation = postable(slack, args.needed("channel", "channel_not_found"))
    _keep_pace(slack, conversation)
    thread = _thread(conversation, args)
    broadcast = args.flag("reply_broadcast") and thread is not None
    message = own(
        slack,
        conversation,
        **content(slack, args),
        thread_ts=thread,
        broadcast=broadcast,
        subtype="thread_broadcast" if broadcast else None,
        link_names=args.flag("link_names") or args.text("parse") == "full",
    )
    keep(slack, conversation, message)
    announce(slack, conversation, message)
    slack.record("chat.postMessage", **facts(slack, message))
    return {"channel": conversation.id, "ts": message.ts, "message": message_json(slack, message)}


def _mine(slack: Workspace, args: Arguments, refusal: str) -> tuple[Conversation, Message]:
    conversation = visible(slack, args.needed("channel", "channel_not_found"))
    message = said(conversation, args.needed("ts", "message_not_found"))
    if message.user != slack.state.bot_user:
        raise SlackRefusal(refusal)
    return conversation, message


def update(slack: Workspace, args: Arguments) -> Json:
    """chat.update. Blocks, attachments and metadata that are not given stay; empty ones take them away."""
    conversation, message = _mine(slack, args, "cant_update_message")
    new = content(slack, args)
    for kept in ("blocks", "attachments", "metadata"):
        if kept not in args:
            new[kept] = getattr(message, kept)
    change(slack, conversation, message, **new)
    slack.record("chat.update", **facts(slack, message))
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(slack, message),
    }


def delete(slack: Workspace, args: Arguments) -> Json:
    """chat.delete."""
    conversation, message = _mine(slack, args, "cant_delete_message")
    gone = facts(slack, message)
    remove(slack, conversation, message)
    slack.record("chat.delete", **gone)
    return {"channel": conversation.id, "ts": message.ts}


def post_ephemeral(slack: Workspace, args: Arguments) -> Json:
    """chat.postEphemeral."""
    conversation = postable(slack, args.needed("channel", "channel_not_found"))
    user = known_user(slack, args.needed("user", "user_not_found"))
    if user.id not in conversation.members:
        raise SlackRefusal("user_not_in_channel")
    kept = {key: value for key, value in content(slack, args).items() if key != "metadata"}
    message = own(slack, conversation, **kept, visible_to=user.id, thread_ts=args.text("thread_ts") or None)
    keep(slack, conversation, message)
    slack.record("chat.postEphemeral", **facts(slack, message))
    return {"message_ts": message.ts}


def permalink(slack: Workspace, args: Arguments) -> Json:
    """chat.getPermalink."""
    conversation = joined(slack, args.needed("channel", "channel_not_found"))
    message = said(conversation, args.needed("message_ts", "message_not_found"))
    link = f"{slack.base}/slack/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(permalink),
}
