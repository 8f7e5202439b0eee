"""The sandbox's world, made from a desk's declaration: its people, channels and workbooks, and a few outsiders."""

from __future__ import annotations

import re
from typing import Any, Literal

from bot.sandbox.people import World, world_from
from bot.sandbox.telegram_world import number
from config.desk import Channel, Desk, Document

OUTSIDERS: dict[str, dict[str, Any]] = {
    "stranger": {"name": "stranger", "real_name": "Stranger", "kind": "stranger"},
    "guest": {"name": "guest", "real_name": "Guest", "kind": "guest"},
    "former": {"name": "former", "real_name": "Former colleague", "kind": "deactivated"},
    "foreigner": {"name": "foreigner", "real_name": "Foreigner", "kind": "foreign"},
}
"""People the desk does not know, to see the bot refuse them."""
_TELEGRAM = re.compile(r"telegram:(?P<chat>-?\d+)(?:[:/](?P<topic>\d+))?")
"""A place on Telegram: a group's id, and behind a colon the thread of a topic where the channel is one."""


def world_of(desk: Desk) -> World:
    """The world of a desk, with the ids its declaration gives everybody and everything."""
    telegram = _telegram(desk)
    people = {
        key: {"id": person.slack or "", "name": key, "real_name": person.name, "tz": desk.timezone,
              "telegram": person.telegram}
        for key, person in desk.people.items()
        if person.slack or person.telegram
    }  # fmt: skip
    passing = OUTSIDERS if telegram is None else {key: _with_account(key) for key in OUTSIDERS}
    on_slack = [key for key, facts in people.items() if facts["id"]]
    channels = {
        channel_key(key, channel): {
            "id": channel.place.partition(":")[2],
            "name": channel.name,
            "private": channel.kind == "restricted",
            "members": [*_members(desk, channel), *_passers_by(channel)],
        }
        for key, channel in desk.channels.items()
        if channel.place.startswith("slack:")
    }
    channels["random"] = {"name": "random", "members": [*on_slack, "stranger"], "bot": True}
    return world_from(
        {
            "team": {"id": desk.slack_team, "name": desk.title, "domain": desk.key},
            "bot": "deskbell",
            "people": {**people, **passing},
            "channels": channels,
            "workbooks": {
                key: {
                    "id": document.spreadsheet,
                    "title": document.title,
                    "members": _editors(desk, document),
                }
                for key, document in desk.documents.items()
                if document.spreadsheet
            },
            "telegram": telegram,
        }
    )


def _with_account(key: str) -> dict[str, Any]:
    """An outsider who is on Telegram, too."""
    return {**OUTSIDERS[key], "telegram": number("outsider", key)}


def _telegram(desk: Desk) -> dict[str, Any] | None:
    """The desk's groups, a channel each; channels that are topics of one group share it. None: there is no Telegram."""
    groups: dict[str, dict[str, Any]] = {}
    for key, channel in desk.channels.items():
        found = _TELEGRAM.fullmatch(channel.place)
        if found is None:
            continue
        members = [*_members(desk, channel, "telegram"), *_passers_by(channel)]
        if found["topic"] is None:
            groups[channel_key(key, channel)] = {
                "id": int(found["chat"]),
                "title": channel.name,
                "members": members,
            }
            continue
        forum = groups.setdefault(
            f"forum{found['chat']}",
            {"key": "", "id": int(found["chat"]), "title": desk.title, "members": [], "topics": {}},
        )
        forum["members"] = list(dict.fromkeys([*forum["members"], *members]))
        forum["topics"][int(found["topic"])] = {"name": channel.name, "key": channel_key(key, channel)}
    is_there = groups or any(person.telegram for person in desk.people.values())
    # Whoever works on the desk has opened a chat with the bot; it may write to nobody else (Bot API, "Bots FAQ").
    started = [key for key, person in desk.people.items() if person.telegram]
    return {"groups": groups, "started": started} if is_there else None


def channel_key(key: str, channel: Channel) -> str:
    """What scripts call a channel: the supplier's is `supplier`, whichever supplier it is."""
    return "supplier" if channel.kind == "supplier" else key


def _members(desk: Desk, channel: Channel, platform: Literal["slack", "telegram"] = "slack") -> list[str]:
    """Who sits in a channel: the roles it names, else the desk's own people, and with a supplier him too."""
    return [
        key
        for key, person in desk.people.items()
        if getattr(person, platform)
        and (not channel.roles or set(channel.roles).intersection(person.roles))
        and (channel.kind == "supplier" or "supplier" not in person.roles)
    ]


def _editors(desk: Desk, document: Document) -> list[str]:
    """Who may open a workbook: the roles it names, else everybody of the desk and the supplier."""
    return [
        key
        for key, person in desk.people.items()
        if (person.slack or person.telegram)
        and (not document.view or set(document.view).intersection(person.roles))
    ]


def _passers_by(channel: Channel) -> list[str]:
    """A workspace has more people than a desk: some of them sit in its open channels too."""
    return list(OUTSIDERS) if channel.kind == "staff" and not channel.roles else []
