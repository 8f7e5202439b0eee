"""Web API: conversations.* (docs.slack.dev, "conversations.history" and its neighbours)."""

from __future__ import annotations

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_messages import message_json
from bot.sandbox.slack_methods import Method, joined, known_user, require_scope, said, visible
from bot.sandbox.slack_paging import page
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_scopes import history as history_scope
from bot.sandbox.slack_scopes import reading
from bot.sandbox.slack_state import Conversation, Message
from bot.sandbox.slack_workspace import Workspace

_TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im"}


def conversation_json(slack: Workspace, conversation: Conversation) -> Json:
    """A conversation as Slack answers it."""
    json: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_im": conversation.kind == "im",
        "is_archived": conversation.archived,
        "is_org_shared": False,
        "context_team_id": slack.world.team,
    }
    if conversation.kind == "im":
        return json | {"user": conversation.user, "is_open": True}
    private = conversation.kind == "group"
    return json | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not private,
        "is_group": private,
        "is_private": private,
        "is_mpim": False,
        "is_general": False,
        "is_member": slack.state.bot_user in conversation.members,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }


def info(slack: Workspace, args: Arguments) -> Json:
    """conversations.info."""
    conversation = visible(slack, args.needed("channel", "channel_not_found"))
    require_scope(slack, reading(conversation.kind))
    return {"channel": conversation_json(slack, conversation)}


def listed(slack: Workspace, args: Arguments) -> Json:
    """conversations.list."""
    types = {part.strip() for part in args.text("types", "public_channel").split(",")}
    if types - {*_TYPES.values(), "mpim"}:
        raise SlackRefusal("invalid_types")
    found = [
        conversation
        for conversation in slack.state.conversations.values()
        if _TYPES[conversation.kind] in types
        and (conversation.kind == "channel" or slack.state.bot_user in conversation.members)
        and not (conversation.archived and args.flag("exclude_archived"))
    ]
    for conversation in found:
        require_scope(slack, reading(conversation.kind))
    shown, cursor = page(found, args)
    channels = [conversation_json(slack, conversation) for conversation in shown]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def _between(args: Arguments, messages: list[Message]) -> list[Message]:
    oldest, latest = args.text("oldest", "0"), args.text("latest")
    inclusive = args.flag("inclusive")
    try:
        low = float(oldest)
        high = float(latest) if latest else float("inf")
    except ValueError:
        raise SlackRefusal("invalid_ts_latest" if latest else "invalid_ts_oldest") from None
    return [
        message
        for message in messages
        if low < float(message.ts) < high or (inclusive and message.ts in {oldest, latest})
    ]


def _answered(slack: Workspace, args: Arguments, messages: list[Message]) -> Json:
    shown, cursor = page(messages, args)
    with_metadata = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [message_json(slack, message, with_metadata=with_metadata) for message in shown],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def history(slack: Workspace, args: Arguments) -> Json:
    """conversations.history: newest first, without replies that were not sent to the channel too."""
    conversation = joined(slack, args.needed("channel", "channel_not_found"))
    require_scope(slack, history_scope(conversation.kind))
    said_here = [
        message
        for message in reversed(conversation.messages)
        if message.visible_to is None and (not message.is_reply or message.broadcast)
    ]
    return {**_answered(slack, args, _between(args, said_here)), "pin_count": 0}


def replies(slack: Workspace, args: Arguments) -> Json:
    """conversations.replies: the message and its thread, oldest first."""
    conversation = joined(slack, args.needed("channel", "channel_not_found"))
    require_scope(slack, history_scope(conversation.kind))
    asked = said(conversation, args.needed("ts", "thread_not_found"), "thread_not_found")
    root = conversation.find(asked.thread_ts) if asked.is_reply else asked
    if root is None:
        raise SlackRefusal("thread_not_found")
    return _answered(slack, args, [root, *_between(args, conversation.replies(root.ts))])


def opened(slack: Workspace, args: Arguments) -> Json:
    """conversations.open: the direct message with one user, or one that is known by its id."""
    if args.text("channel"):
        return {"channel": {"id": visible(slack, args.text("channel")).id}}
    users = [part.strip() for part in args.text("users").split(",") if part.strip()]
    if not users:
        raise SlackRefusal("users_list_not_supplied")
    if len(users) > 1:
        raise SlackRefusal("method_not_supported_for_channel_type")
    user = known_user(slack, users[0])
    if user.kind == "deactivated":
        raise SlackRefusal("user_disabled")
    if user.is_bot:
        raise SlackRefusal("cannot_dm_bot")
    known = any(c.kind == "im" and c.user == user.id for c in slack.state.conversations.values())
    direct = slack.state.direct(user.id)
    if not known:
        slack.record("conversations.open", channel=f"@{user.name}", channel_id=direct.id)
    channel = conversation_json(slack, direct) if args.flag("return_im") else {"id": direct.id}
    return {"channel": channel, "no_op": known, "already_open": known}


def members(slack: Workspace, args: Arguments) -> Json:
    """conversations.members."""
    conversation = visible(slack, args.needed("channel", "channel_not_found"))
    require_scope(slack, reading(conversation.kind))
    shown, cursor = page(sorted(conversation.members), args)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def join(slack: Workspace, args: Arguments) -> Json:
    """conversations.join: public channels only."""
    conversation = visible(slack, args.needed("channel", "channel_not_found"))
    if conversation.kind != "channel":
        raise SlackRefusal("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackRefusal("is_archived")
    if slack.state.bot_user not in conversation.members:
        conversation.members.add(slack.state.bot_user)
        slack.record("conversations.join", channel=conversation.name, channel_id=conversation.id)
    return {"channel": conversation_json(slack, conversation)}


METHODS = {
    "conversations.info": Method(info),
    "conversations.list": Method(listed),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
    "conversations.open": Method(opened, "im:write"),
    "conversations.members": Method(members),
    "conversations.join": Method(join, "channels:join"),
}
