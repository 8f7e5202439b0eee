"""The sandbox's world, made from a desk's declaration: its people, channels and workbooks, and a few outsiders."""

from __future__ import annotations

from typing import Any

from bot.sandbox.people import World, world_from
from config.desk import Channel, Desk, Document

OUTSIDERS: dict[str, dict[str, Any]] = {
    "stranger": {"name": "stranger", "real_name": "Stranger", "kind": "stranger"},
    "guest": {"name": "guest", "real_name": "Guest", "kind": "guest"},
    "former": {"name": "former", "real_name": "Former colleague", "kind": "deactivated"},
    "foreigner": {"name": "foreigner", "real_name": "Foreigner", "kind": "foreign"},
}
"""People the desk does not know, to see the bot refuse them."""


def world_of(desk: Desk) -> World:
    """The world of a desk, with the ids its declaration gives everybody and everything."""
    people = {
        key: {"id": person.slack, "name": key, "real_name": person.name, "tz": desk.timezone}
        for key, person in desk.people.items()
        if person.slack
    }
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
    channels["random"] = {"name": "random", "members": [*people, "stranger"], "bot": True}
    return world_from(
        {
            "team": {"id": desk.slack_team, "name": desk.title, "domain": desk.key},
            "bot": "deskbell",
            "people": {**people, **OUTSIDERS},
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
        }
    )


def channel_key(key: str, channel: Channel) -> str:
    """What scripts call a channel: the supplier's is `supplier`, whichever supplier it is."""
    return "supplier" if channel.kind == "supplier" else key


def _members(desk: Desk, channel: Channel) -> list[str]:
    """Who sits in a channel: the roles it names, else the desk's own people, and with a supplier him too."""
    return [
        key
        for key, person in desk.people.items()
        if person.slack
        and (not channel.roles or set(channel.roles).intersection(person.roles))
        and (channel.kind == "supplier" or "supplier" not in person.roles)
    ]


def _editors(desk: Desk, document: Document) -> list[str]:
    """Who may open a workbook: the roles it names, else everybody of the desk and the supplier."""
    return [
        key
        for key, person in desk.people.items()
        if person.slack and (not document.view or set(document.view).intersection(person.roles))
    ]


def _passers_by(channel: Channel) -> list[str]:
    """A workspace has more people than a desk: some of them sit in its open channels too."""
    return list(OUTSIDERS) if channel.kind == "staff" and not channel.roles else []
