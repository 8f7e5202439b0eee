"""What a person writes: messages, slash commands, files, reactions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from bot.sandbox.control_errors import Refused, silent
from bot.sandbox.slack_api_files import new_upload
from bot.sandbox.slack_api_reactions import react as add_reaction
from bot.sandbox.slack_deliver import Parcel
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_messages import announce, change, keep, remove
from bot.sandbox.slack_payloads import command as command_payload
from bot.sandbox.slack_refusal import SlackRefusal
from bot.sandbox.slack_respond import respond_at_once
from bot.sandbox.slack_state import SLACKBOT, Conversation, Message, User
from bot.sandbox.slack_text import escaped, rich_text, typed
from bot.sandbox.slack_workspace import Workspace

PATIENCE_SECONDS = 4.0
"""How long a person's action waits for the bot to acknowledge what came of it."""


async def patience(slack: Workspace, under_way: Iterable[asyncio.Task[bool]]) -> bool:
    """Wait a little for deliveries; True when the bot acknowledged them all, False at once when it is away."""
    tasks = list(under_way)
    if not tasks:
        return True
    if not slack.is_connected:
        return False
    done, pending = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
    return not pending and all(task.result() for task in done)


def seen_by(slack: Workspace, user: User, ident: str) -> tuple[Conversation, Message]:
    """A message this person can see, with its conversation.

    Raises:
        Refused: there is none, or they cannot see it; both read the same.
    """
    message = slack.state.message(ident)
    conversation = slack.state.conversations[message.channel] if message else None
    hidden = message is not None and message.visible_to not in {None, user.id}
    if message is None or conversation is None or hidden or user.id not in conversation.members:
        raise Refused(f"{user.name} sees no message {ident}", 404)
    return conversation, message


def place(slack: Workspace, user: User, name: str) -> Conversation:
    """The conversation a person means by `#mhj-support` or `@kim` (the direct message with the bot).

    Raises:
        Refused: there is none, or this person is not in it.
    """
    if name.startswith("@"):
        if name[1:] not in {user.name, user.person, slack.world.bot_name}:
            raise Refused(f"the direct message {name} is between {name[1:]} and the bot", 403)
        return slack.state.direct(user.id)
    conversation = slack.state.named(name)
    if conversation is None:
        raise Refused(f"there is no channel {name}", 404)
    if user.id not in conversation.members:
        if conversation.kind == "group" or user.kind in {"guest", "foreign"}:
            raise Refused(f"{user.name} is not in {name}", 403)
        join(slack, user, conversation)
    if conversation.archived:
        raise Refused(f"{name} is archived", 409)
    return conversation


def join(slack: Workspace, user: User, conversation: Conversation) -> None:
    """Let a person into a channel and tell the bot."""
    conversation.members.add(user.id)
    event = {
        "type": "member_joined_channel",
        "user": user.id,
        "channel": conversation.id,
        "channel_type": "G" if conversation.kind == "group" else "C",
        "team": user.team,
        "event_ts": slack.state.ids.stamp(),
    }
    scope = "groups:read" if conversation.kind == "group" else "channels:read"
    slack.changed(conversation.id)
    slack.emit(event, conversation, scope)


async def say(slack: Workspace, user: User, name: str, text: str, thread: str | None = None) -> Json:
    """Write a message or, when the text starts with `/`, a slash command.

    Raises:
        Refused: the place or the thread is not theirs, or a command was not answered.
    """
    conversation = place(slack, user, name)
    root = seen_by(slack, user, thread)[1] if thread else None
    if text.startswith("/"):
        if root is not None:
            raise Refused(f"{text.split(maxsplit=1)[0]} is not supported in threads. Sorry!", 409)
        return await command(slack, user, conversation, text)
    if not text.strip():
        raise Refused("a message has a text")
    encoded = typed(slack.state, text)
    message = _new(slack, user, conversation, encoded, root)
    message.blocks = [rich_text(slack.state, encoded)]
    keep(slack, conversation, message)
    acked = await patience(slack, announce(slack, conversation, message))
    return {"message": message.id, "acked": acked}


def _new(
    slack: Workspace, user: User, conversation: Conversation, text: str, root: Message | None
) -> Message:
    thread = (root.thread_ts or root.ts) if root else None
    return Message(conversation.id, slack.state.ids.stamp(), user.id, text, thread_ts=thread)


async def command(slack: Workspace, user: User, conversation: Conversation, text: str) -> Json:
    """Issue a slash command; its answer at once is shown as the bot wants it.

    Raises:
        Refused: the bot did not answer; Slackbot tells the person so, too.
    """
    name, *words = text.split(maxsplit=1)
    if slack.app.commands is not None and name not in slack.app.commands:
        _slackbot(slack, user, conversation, f"{name} is not a valid command.")
        raise Refused(f"{name} is not a valid command; the app has {', '.join(slack.app.commands)}", 404)
    payload = command_payload(slack, user, conversation, name, escaped("".join(words).strip()))
    answer = await slack.deliveries.ask(Parcel("slash_commands", payload, wants_body=True))
    if not answer.acked:
        problem = "operation_timeout" if answer.reason == "http_timeout" else "dispatch_failed"
        _slackbot(slack, user, conversation, f'{name} failed with the error "{problem}"')
        raise silent(name)
    try:
        respond_at_once(slack, user.id, conversation, answer.body)
    except SlackRefusal as refusal:
        _slackbot(slack, user, conversation, f'{name} failed with the error "{refusal.error}"')
        raise Refused(f"{name} was answered with what Slack refuses: {refusal.error}", 424) from refusal
    return {"message": None, "acked": True}


def _slackbot(slack: Workspace, user: User, conversation: Conversation, text: str) -> None:
    stamp = slack.state.ids.stamp()
    keep(slack, conversation, Message(conversation.id, stamp, SLACKBOT, text, visible_to=user.id))


async def upload(
    slack: Workspace,
    user: User,
    name: str,
    thread: str | None,
    files: list[tuple[str, bytes]],
    text: str = "",
) -> Json:
    """Share files in a conversation, with a text when there is one."""
    conversation = place(slack, user, name)
    root = seen_by(slack, user, thread)[1] if thread else None
    message = _new(slack, user, conversation, typed(slack.state, text), root)
    message.subtype = "file_share"
    for title, data in files:
        kept = new_upload(slack, user.id, title, len(data), data)
        kept.shares.append((conversation.id, message.ts))
        message.files.append(kept.id)
    keep(slack, conversation, message)
    acked = await patience(slack, announce(slack, conversation, message))
    return {"message": message.id, "files": message.files, "acked": acked}


async def react(slack: Workspace, user: User, ident: str, emoji: str) -> Json:
    """Add a reaction; colons around its name are optional.

    Raises:
        Refused: they do not see the message, or reacted so already.
    """
    conversation, message = seen_by(slack, user, ident)
    if message.visible_to is not None:
        raise Refused("nobody can react to a message that only one person sees", 409)
    try:
        under_way = add_reaction(slack, conversation, message, user.id, emoji.strip(":"))
    except SlackRefusal as refusal:
        raise Refused(f"Slack refuses the reaction: {refusal.error}", 409) from refusal
    return {"acked": await patience(slack, under_way)}


async def edit(slack: Workspace, user: User, ident: str, text: str) -> Json:
    """Change what they wrote; the bot hears of it.

    Raises:
        Refused: the message is not theirs.
    """
    conversation, message = _own(slack, user, ident)
    encoded = typed(slack.state, text)
    blocks = [rich_text(slack.state, encoded)]
    under_way = change(slack, conversation, message, text=encoded, blocks=blocks)
    return {"acked": await patience(slack, under_way)}


async def delete(slack: Workspace, user: User, ident: str) -> Json:
    """Take back what they wrote; the bot hears of it.

    Raises:
        Refused: the message is not theirs.
    """
    conversation, message = _own(slack, user, ident)
    return {"acked": await patience(slack, remove(slack, conversation, message))}


def _own(slack: Workspace, user: User, ident: str) -> tuple[Conversation, Message]:
    conversation, message = seen_by(slack, user, ident)
    if message.user != user.id:
        raise Refused(f"{user.name} did not write {ident}", 403)
    return conversation, message
