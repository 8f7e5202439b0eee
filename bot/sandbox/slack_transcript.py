"""A place as a script or the page reads it: messages oldest first, with what a person sees of each."""

from __future__ import annotations

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_shown import all_mentions, buttons, visible_text
from bot.sandbox.slack_state import Conversation, Message, SlackState


def transcript(state: SlackState, conversation: Conversation, reader: str | None = None) -> list[Json]:
    """Every message of a conversation; only what a reader (a user id) sees, when one is given."""
    return [
        entry(state, message)
        for message in conversation.messages
        if reader is None or message.visible_to in {None, reader}
    ]


def entry(state: SlackState, message: Message) -> Json:
    """One message: `author` is a person's key, `bot` or `slackbot`; `thread` the id of the message it is under.

    `visible_to` are the keys of those who alone see it; None where everybody in the place does.
    """
    return {
        "id": message.id,
        "author": author(state, message.user),
        "name": state.users[message.user].name,
        "text": visible_text(state, message),
        "raw": message.text,
        "blocks": message.blocks,
        "buttons": buttons(message.blocks),
        "mentions": all_mentions(state, message),
        "thread": f"slack:{message.channel}:{message.thread_ts}" if message.is_reply else None,
        "files": [_file(state, ident) for ident in message.files],
        "reactions": {
            name: [author(state, user) for user in users] for name, users in message.reactions.items()
        },
        "visible_to": [author(state, message.visible_to)] if message.visible_to else None,
        "edited": message.edited is not None,
        "metadata": message.metadata,
        "ts": message.ts,
    }


def author(state: SlackState, user: str) -> str:
    """How a script calls a user."""
    known = state.users[user]
    return known.person or known.kind


def _file(state: SlackState, ident: str) -> Json:
    upload = state.files[ident]
    return {
        "id": upload.id,
        "name": upload.name,
        "title": upload.title,
        "mimetype": upload.mimetype,
        "size": len(upload.content or b""),
    }
