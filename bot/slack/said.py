"""The Events API's payloads become events: what is written, edited, deleted and reacted to.

A written command is one that starts with `!` and a known word (or nearly one, which is asked about), mentions the
bot before it, or stands in a direct conversation, where anything else asks for help. Every function is total and
answers None for what is nobody's business: bots (ours included), joins and topics, previews of links, a mention
that the `app_mention` event carries as well.
Source of the payloads: docs.slack.dev, "message event" and its subtypes, "app_mention", "reaction_added".
"""

from __future__ import annotations

import re
from datetime import datetime
from difflib import get_close_matches

from bot.slack import words
from bot.slack.events import Ears
from bot.slack.inputs import file_refs
from bot.slack.markup import read
from bot.slack.payload import Payload, author, inside, moment, place, text_at
from handlers.events import CommandIssued, MessagePosted, ReactionAdded
from handlers.place import EventId

SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of messages that a person wrote; the others tell of joins, topics and the like."""
SLIP = 0.75
"""How alike a mistyped word and a command are, as difflib counts: two letters of four swapped."""
_WORD = re.compile(r"([A-Za-z]{1,20})(?=\s|$)\s*(.*)", re.DOTALL)


def said(body: Payload, ears: Ears, now: datetime) -> CommandIssued | MessagePosted | None:
    """A message event: a command where it is written as one, else what was said, edited or deleted.

    A command that mentions the bot is left to the `app_mention` event, which Slack sends as well.
    """
    event = inside(body, "event")
    subtype = text_at(event, "subtype")
    if subtype == "message_changed":
        return _changed(body, ears, now)
    if subtype == "message_deleted":
        return _posted(body, inside(event, "previous_message"), ears, now, deleted=True)
    if subtype not in SAID:
        return None
    direct = place(text_at(event, "channel")).direct
    written = _written(text_at(event, "text"), ears, direct=direct)
    if written is None:
        return _posted(body, event, ears, now)
    mentioned, name, rest = written
    return None if mentioned and not direct else _issued(body, event, ears, now, name, rest)


def mention(body: Payload, ears: Ears, now: datetime) -> CommandIssued | None:
    """An `app_mention` event, where what follows the mention is meant for the bot."""
    event = inside(body, "event")
    if "edited" in event or text_at(event, "subtype") not in SAID:
        return None
    written = _written(text_at(event, "text"), ears, direct=False)
    if written is None or not written[0]:
        return None
    return _issued(body, event, ears, now, written[1], written[2])


def _written(raw: str, ears: Ears, *, direct: bool) -> tuple[bool, str, str] | None:
    """A message read as a command: whether the bot was mentioned, the command's name, what follows it.

    At the start of a message a mention is always meant for the bot; elsewhere only before a known word.
    """
    before, mentioned, after = raw.partition(f"<@{ears.bot_user}>") if ears.bot_user else (raw, "", "")
    if mentioned:
        name, rest = _named(after.lstrip(" :,!/"))
        if name:
            return True, name, rest
        return (True, "deskbell", after.strip()) if not before.strip() else None
    bare = raw.lstrip()
    if bare.startswith("!") or direct:
        name, rest = _named(bare.lstrip("!/"))
        if name:
            return False, name, rest
        if _nearly(bare.lstrip("!/")):
            return False, "deskbell", bare.lstrip("!/").strip()
    return (False, "deskbell", "help") if direct else None


def _nearly(bare: str) -> bool:
    """Whether a text begins with a known word but for a slip: `dnoe`, and not `important`."""
    found = _WORD.match(bare)
    return found is not None and bool(get_close_matches(found[1].casefold(), words.SPOKEN, n=1, cutoff=SLIP))


def _named(bare: str) -> tuple[str, str]:
    """The command a text begins with and what follows; nothing where it begins with no known word."""
    found = _WORD.match(bare)
    first = found[1].casefold() if found else ""
    if found is None or first not in words.SPOKEN:
        return "", ""
    name, rest = words.SPOKEN[first], found[2].strip()
    return name, rest if name == first else f"{first} {rest}".strip()


def _issued(
    body: Payload, event: Payload, ears: Ears, now: datetime, name: str, rest: str
) -> CommandIssued | None:
    account, ident = author(body, event), text_at(body, "event_id")
    if account is None or not ident:
        return None
    return CommandIssued(
        id=EventId(ident),
        account=account,
        place=place(text_at(event, "channel"), text_at(event, "thread_ts")),
        at=moment(event.get("ts"), now),
        name=name,
        text=read(rest, ears.names),
        files=file_refs(event.get("files")),
        message=text_at(event, "ts"),
    )


def _changed(body: Payload, ears: Ears, now: datetime) -> MessagePosted | None:
    """An edit of words or files; Slack also sends this for a link's preview, where neither changed."""
    message, before = inside(body, "event", "message"), inside(body, "event", "previous_message")
    same = all(message.get(key) == before.get(key) for key in ("text", "files"))
    return None if same else _posted(body, message, ears, now, edited=True)


def _posted(
    body: Payload, message: Payload, ears: Ears, now: datetime, *, edited: bool = False, deleted: bool = False
) -> MessagePosted | None:
    event = inside(body, "event")
    account, ident, stamp = author(body, message), text_at(body, "event_id"), text_at(message, "ts")
    if account is None or not ident or not stamp or text_at(message, "subtype") not in SAID:
        return None
    return MessagePosted(
        id=EventId(ident),
        account=account,
        place=place(text_at(event, "channel"), text_at(message, "thread_ts")),
        at=moment(event.get("event_ts") or stamp, now),
        text=read(text_at(message, "text"), ears.names),
        message=stamp,
        files=file_refs(message.get("files")),
        edited=edited,
        deleted=deleted,
        on_ours=text_at(message, "parent_user_id") in ("", ears.bot_user),
    )


def reaction(body: Payload, ears: Ears, now: datetime) -> ReactionAdded | None:
    """A `reaction_added` event on a message; reactions of bots, ours included, count for nothing."""
    event = inside(body, "event")
    account, ident = author(body, event), text_at(body, "event_id")
    stamp = text_at(event, "item", "ts")
    if account is None or not ident or not stamp or account.user == ears.bot_user:
        return None
    return ReactionAdded(
        id=EventId(ident),
        account=account,
        place=place(text_at(event, "item", "channel")),
        at=moment(event.get("event_ts"), now),
        emoji=text_at(event, "reaction"),
        message=stamp,
        on_ours=text_at(event, "item_user") in ("", ears.bot_user),
    )
