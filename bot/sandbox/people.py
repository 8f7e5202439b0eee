"""Who and what the emulators are seeded with: people, channels and workbooks, as plain data.

A `World` never changes while a sandbox runs; what people do is the emulators' own state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from bot.sandbox.telegram_world import TelegramWorld, telegram_world_from

Kind = Literal["member", "guest", "deactivated", "foreign", "stranger"]
"""How the workspace knows a person. A stranger is an ordinary member whom no desk knows."""

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


class UnknownPerson(LookupError):
    """Nobody in the world has this key."""


@dataclass(frozen=True)
class Person:
    """Somebody who can act on the sandbox's page; `key` is how scripts call them.

    `id` is Slack's, empty for somebody who is not there; `telegram` and `username` are Telegram's.
    """

    key: str
    id: str
    name: str
    real_name: str
    team: str
    kind: Kind = "member"
    locale: str = "en-US"
    tz: str = "Europe/Amsterdam"
    email: str = ""
    telegram: int | None = None
    username: str = ""


@dataclass(frozen=True)
class Channel:
    """A Slack channel; `members` are people's keys, `bot` says whether the bot was invited."""

    key: str
    id: str
    name: str
    private: bool = False
    members: tuple[str, ...] = ()
    bot: bool = True
    archived: bool = False


@dataclass(frozen=True)
class Workbook:
    """A spreadsheet of the Google emulator; `members` are the people it is shared with, None: every member."""

    key: str
    id: str
    title: str
    members: tuple[str, ...] | None = None


@dataclass(frozen=True)
class World:
    """Everything a sandbox starts from."""

    team: str
    team_name: str
    domain: str
    bot_name: str
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    workbooks: tuple[Workbook, ...]
    telegram: TelegramWorld | None = None
    """None: there is no Telegram in this sandbox."""

    def person(self, key: str) -> Person:
        """The person with this key.

        Raises:
            UnknownPerson: nobody has it.
        """
        for person in self.people:
            if person.key == key:
                return person
        raise UnknownPerson(f"nobody here is called '{key}'; choose one of {', '.join(self.keys)}")

    @property
    def keys(self) -> tuple[str, ...]:
        """The people's keys, in the order they were declared."""
        return tuple(person.key for person in self.people)


def vendor_id(letter: str, *names: str) -> str:
    """An id shaped like Slack's (`U0…`), the same for the same names, so that a run repeats."""
    digest = hashlib.sha256("/".join((letter, *names)).encode()).digest()
    return letter + "0" + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:9])


def world_from(plain: Mapping[str, Any]) -> World:
    """Build a world from plain data, as a desk declaration or a test writes it.

    Args:
        plain: `{"team": {"name", "domain"}, "bot": name, "people": {key: {"name"?, "real_name"?, "kind"?,
            "locale"?, "tz"?, "email"?, "id"?, "telegram"?, "username"?}}, "channels": {key: {"name",
            "private"?, "members"?, "bot"?, "id"?}}, "workbooks": {key: title or {"title", "id"?, "members"?}},
            "telegram"?: see `telegram_world_from`}`. A channel without `members` has everybody but guests,
            strangers, foreign and deactivated people. An empty `id` is somebody who is not on Slack.

    Raises:
        ValueError: a kind is unknown, or a channel has a member who is nobody.
    """
    team = dict(plain.get("team", {}))
    domain = team.get("domain", "sandbox")
    team_id = team.get("id", vendor_id("T", domain))
    people = tuple(_person(key, facts, domain, team_id) for key, facts in plain["people"].items())
    channels = tuple(_channel(key, facts, people, domain) for key, facts in plain["channels"].items())
    chatty = tuple(person.key for person in people if person.telegram)
    telegram = plain.get("telegram")
    return World(
        team=team_id,
        team_name=team.get("name", "Sandbox"),
        domain=domain,
        bot_name=plain.get("bot", "deskbell"),
        people=people,
        channels=channels,
        workbooks=tuple(_workbook(key, facts) for key, facts in plain.get("workbooks", {}).items()),
        telegram=None if telegram is None else telegram_world_from(telegram, chatty),
    )


def _person(key: str, facts: Mapping[str, Any], domain: str, team: str) -> Person:
    kind = facts.get("kind", "member")
    if kind not in get_args(Kind):
        raise ValueError(f"people.{key}.kind: '{kind}' is not one of {', '.join(get_args(Kind))}")
    name = facts.get("name", key)
    return Person(
        key=key,
        id=facts.get("id", vendor_id("U", domain, key)),
        name=name,
        real_name=facts.get("real_name", name.replace(".", " ").title()),
        team=vendor_id("T", domain, "elsewhere") if kind == "foreign" else team,
        kind=kind,
        locale=facts.get("locale", "en-US"),
        tz=facts.get("tz", "Europe/Amsterdam"),
        email=facts.get("email", f"{name}@example.com"),
        telegram=facts.get("telegram"),
        username=facts.get("username", name if facts.get("telegram") else ""),
    )


def _channel(key: str, facts: Mapping[str, Any], people: tuple[Person, ...], domain: str) -> Channel:
    usual = tuple(person.key for person in people if person.kind == "member" and person.id)
    members = tuple(facts.get("members", usual))
    unknown = set(members) - {person.key for person in people}
    if unknown:
        raise ValueError(f"channels.{key}.members: nobody is called {', '.join(sorted(unknown))}")
    return Channel(
        key=key,
        id=facts.get("id", vendor_id("C", domain, key)),
        name=facts["name"].removeprefix("#"),
        private=facts.get("private", False),
        members=members,
        bot=facts.get("bot", True),
        archived=facts.get("archived", False),
    )


def _workbook(key: str, facts: str | Mapping[str, Any]) -> Workbook:
    plain = {"title": facts} if isinstance(facts, str) else facts
    # Spreadsheet ids are long and case-sensitive; this one is recognisably the sandbox's.
    members = tuple(plain["members"]) if "members" in plain else None
    return Workbook(key, plain.get("id", f"sandbox-{key}-{vendor_id('S', key)}"), plain["title"], members)


def mhj_world() -> World:
    """A small world of the MHJ desk: everybody design.md names, and those who must be kept out."""
    agents = ["agent", "agent2", "lead", "kim", "loise", "bram", "guest", "former", "foreigner", "stranger"]
    return world_from(
        {
            "team": {"name": "MHJ", "domain": "mhj-sandbox"},
            "people": {
                "agent": {"real_name": "Agent One"},
                "agent2": {"real_name": "Agent Two"},
                "lead": {"real_name": "Team Lead"},
                "kim": {},
                "loise": {},
                "bram": {},
                "bowen": {"tz": "Asia/Shanghai"},
                "stranger": {"kind": "stranger"},
                "guest": {"kind": "guest"},
                "former": {"kind": "deactivated"},
                "foreigner": {"kind": "foreign"},
            },
            "channels": {
                "csr": {"name": "mhj-support", "members": agents},
                "supplier": {
                    "name": "9408-mhj-support-nl-bowen",
                    "members": ["bowen", "kim", "lead", "bram"],
                },
                "leads": {"name": "mhj-leads", "members": ["lead", "kim", "loise", "bram"]},
                "finance": {"name": "mhj-finance", "members": ["lead", "kim", "bram"]},
                "chargebacks": {
                    "name": "mhj-chargebacks",
                    "private": True,
                    "members": ["loise", "kim", "bram"],
                },
            },
            "workbooks": {
                "report_issue": "MHJ Problem Order | NL-Bowen | Report Issue",
                "refunds_form": "MHJ Problem Order | NL-Bowen | Refunds/Reshipments Form",
                "refunds_tracker": "MHJ | Refunds Tracker 2025",
                "chargebacks": "Chargebacks & High Fraud Risk",
            },
        }
    )
