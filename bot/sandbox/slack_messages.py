"""Messages: kept, changed and removed, announced to the bot, and as JSON."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_scopes import history
from bot.sandbox.slack_shown import all_mentions, visible_text
from bot.sandbox.slack_state import Conversation, Message, Upload
from bot.sandbox.slack_workspace import Workspace

Deliveries = list[asyncio.Task[bool]]


def keep(slack: Workspace, conversation: Conversation, message: Message) -> None:
    """Put a message at the end of its conversation; a reply to a reply joins its thread."""
    root = conversation.find(message.thread_ts)
    if root is not None and root.is_reply:
        message.thread_ts = root.thread_ts
    if root is not None and root.thread_ts is None and message.visible_to is None:
        root.thread_ts = root.ts
    conversation.add(message)
    slack.changed(conversation.id)


def own(slack: Workspace, conversation: Conversation, text: str, **more: Any) -> Message:
    """A new message by the app, not yet kept."""
    state = slack.state
    return Message(conversation.id, state.ids.stamp(), state.bot_user, text, bot=state.bot_id, **more)


def announce(slack: Workspace, conversation: Conversation, message: Message) -> Deliveries:
    """Tell the bot about a new message, and about being mentioned in it."""
    base = message_json(slack, message)
    event = {
        **base,
        "channel": conversation.id,
        "channel_type": conversation.kind,
        "event_ts": message.ts,
    }
    under_way = slack.emit(event, conversation, history(conversation.kind))
    me = slack.state.bot_user
    if message.user != me and conversation.kind != "im" and f"<@{me}>" in message.text:
        mention = {**event, "type": "app_mention"}
        mention.pop("channel_type")
        mention.pop("subtype", None)
        under_way += slack.emit(mention, conversation, "app_mentions:read")
    return under_way


def change(slack: Workspace, conversation: Conversation, message: Message, **new: Any) -> Deliveries:
    """Change a kept message and tell the bot."""
    before = message_json(slack, message)
    for name, value in new.items():
        setattr(message, name, value)
    if message.visible_to is None:
        message.edited = {"user": message.user, "ts": slack.state.ids.stamp()}
    slack.changed(conversation.id)
    if message.visible_to is not None:
        return []
    return _hidden(
        slack, conversation, "message_changed", message=message_json(slack, message), previous_message=before
    )


def remove(slack: Workspace, conversation: Conversation, message: Message) -> Deliveries:
    """Remove a message and tell the bot; one with replies leaves a tombstone, as in Slack."""
    before = message_json(slack, message)
    if conversation.replies(message.ts):
        message.subtype, message.text = "tombstone", "This message was deleted."
        message.blocks, message.files, message.metadata = [], [], None
    else:
        conversation.take_out(message)
    slack.changed(conversation.id)
    if message.visible_to is not None:
        return []
    return _hidden(slack, conversation, "message_deleted", deleted_ts=message.ts, previous_message=before)


def _hidden(slack: Workspace, conversation: Conversation, subtype: str, **facts: Any) -> Deliveries:
    stamp = slack.state.ids.stamp()
    event = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": conversation.id,
        "channel_type": conversation.kind,
        "ts": stamp,
        "event_ts": stamp,
        **facts,
    }
    return slack.emit(event, conversation, history(conversation.kind))


def message_json(slack: Workspace, message: Message, *, with_metadata: bool = True) -> Json:
    """A message as Slack answers and sends it."""
    state = slack.state
    json: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    json["team"] = state.users[message.user].team
    if message.bot:
        json |= {"bot_id": message.bot, "app_id": state.app_id, "bot_profile": _bot_profile(slack)}
    optional: Json = {
        "subtype": message.subtype,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "edited": message.edited,
        "metadata": message.metadata if with_metadata else None,
        "thread_ts": message.thread_ts,
        "files": [file_json(slack, state.files[ident]) for ident in message.files],
        "reactions": [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ],
    }
    json |= {key: value for key, value in optional.items() if value}
    conversation = state.conversations[message.channel]
    if message.is_reply and (root := conversation.find(message.thread_ts)):
        json["parent_user_id"] = root.user
    elif message.thread_ts:
        json |= _thread_facts(conversation, message)
    return json


def _thread_facts(conversation: Conversation, message: Message) -> Json:
    replies = conversation.replies(message.ts)
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts if replies else message.ts,
        "is_locked": False,
        "subscribed": False,
    }


def _bot_profile(slack: Workspace) -> Json:
    state = slack.state
    name = state.users[state.bot_user].name
    return {
        "id": state.bot_id,
        "deleted": False,
        "name": name,
        "updated": 0,
        "app_id": state.app_id,
        "user_id": state.bot_user,
        "icons": {},
        "team_id": slack.world.team,
    }


def file_json(slack: Workspace, upload: Upload) -> Json:
    """A file as Slack answers and sends it; its URLs need the bot's token."""
    url = f"{slack.base}/slack/files-pri/{slack.world.team}-{upload.id}"
    shares: dict[str, list[Json]] = {}
    for channel, ts in upload.shares:
        shares.setdefault(channel, []).append({"ts": ts})
    return {
        "id": upload.id,
        "created": upload.created,
        "timestamp": upload.created,
        "name": upload.name,
        "title": upload.title,
        "mimetype": upload.mimetype,
        "filetype": upload.name.rpartition(".")[2].lower(),
        "user": upload.user,
        "user_team": slack.world.team,
        "size": len(upload.content or b""),
        "mode": "hosted",
        "is_external": False,
        "is_public": bool(shares),
        "url_private": f"{url}/{upload.name}",
        "url_private_download": f"{url}/download/{upload.name}",
        "permalink": f"{slack.base}/slack/files/{upload.id}",
        "channels": sorted(shares),
        "shares": {"public": shares} if shares else {},
    }


def facts(slack: Workspace, message: Message) -> Json:
    """What the truth log says about a message."""
    state = slack.state
    conversation = state.conversations[message.channel]
    name = f"@{conversation.name}" if conversation.kind == "im" else conversation.name
    return {
        "channel": name,
        "channel_id": conversation.id,
        "message": message.id,
        "ts": message.ts,
        "thread_ts": message.thread_ts if message.is_reply else None,
        "text": message.text,
        "shown": visible_text(state, message),
        "blocks": message.blocks,
        "metadata": message.metadata,
        "files": [state.files[ident].name for ident in message.files],
        "user": state.users[message.visible_to].person if message.visible_to else None,
        "mentions": all_mentions(slack.state, message),
    }
