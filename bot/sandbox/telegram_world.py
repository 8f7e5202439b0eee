"""What Telegram is seeded with beside the world's people: the bot, its groups and their topics, as plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Seat = Literal["administrator", "member", "left", "kicked"]
"""What the bot is in a group."""
SUPERGROUPS = -1_000_000_000_000
"""Supergroups have ids below this one, basic groups above it (tdlib, "get_supergroup_chat_id")."""


@dataclass(frozen=True)
class Topic:
    """A forum topic; `id` is its `message_thread_id`, `key` what scripts call it as a place."""

    id: int
    name: str
    key: str = ""


@dataclass(frozen=True)
class Group:
    """A group; `members` are people's keys, the first of them made it. Topics make it a forum."""

    key: str
    id: int
    title: str
    members: tuple[str, ...] = ()
    seat: Seat = "administrator"
    topics: tuple[Topic, ...] = ()
    forum: bool = False


@dataclass(frozen=True)
class TelegramWorld:
    """Everything a bot on Telegram starts from.

    `privacy` is what BotFather's /setprivacy says; `started` are the keys of those who have started the bot already.
    """

    groups: tuple[Group, ...] = ()
    username: str = "deskbell_bot"
    privacy: bool = True
    started: tuple[str, ...] = ()


def number(*names: str) -> int:
    """A number of nine digits, the same for the same names, so that a run repeats."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return 100_000_000 + int.from_bytes(digest[:6], "big") % 900_000_000


def telegram_world_from(plain: Mapping[str, Any], people: tuple[str, ...]) -> TelegramWorld:
    """Build it from plain data, as a desk's declaration or a test writes it.

    Args:
        plain: `{"username"?, "privacy"?, "started"?, "groups"?: {key: {"title", "key"?, "id"?, "members"?,
            "seat"?, "forum"?, "topics"?: {thread id: name or {"name", "key"?}}}}}`. A group without
            `members` has everybody.
        people: the keys of everybody who is on Telegram.

    Raises:
        ValueError: a seat is unknown, or a group has a member who is not on Telegram.
    """
    groups = tuple(_group(key, facts, people) for key, facts in plain.get("groups", {}).items())
    return TelegramWorld(
        groups,
        plain.get("username", "deskbell_bot"),
        plain.get("privacy", True),
        tuple(plain.get("started", ())),
    )


def _group(key: str, facts: Mapping[str, Any], people: tuple[str, ...]) -> Group:
    members = tuple(facts.get("members", people))
    unknown = set(members) - set(people)
    if unknown:
        raise ValueError(f"groups.{key}.members: not on Telegram: {', '.join(sorted(unknown))}")
    seat = facts.get("seat", "administrator")
    if seat not in get_args(Seat):
        raise ValueError(f"groups.{key}.seat: '{seat}' is not one of {', '.join(get_args(Seat))}")
    topics = tuple(_topic(ident, topic) for ident, topic in facts.get("topics", {}).items())
    return Group(
        key=facts.get("key", key),
        id=facts.get("id", SUPERGROUPS - number("group", key)),
        title=facts["title"],
        members=members,
        seat=seat,
        topics=topics,
        forum=facts.get("forum", bool(topics)),
    )


def _topic(ident: int, facts: str | Mapping[str, Any]) -> Topic:
    plain = {"name": facts} if isinstance(facts, str) else facts
    return Topic(ident, plain["name"], plain.get("key", ""))
