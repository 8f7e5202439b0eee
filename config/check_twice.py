"""Checks that whatever must mean one thing does not mean two: accounts, headers, words, tabs, places, people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from config.desk import Channel, Desk, Person
from config.errors import DeclarationFault, in_desk, in_tracker
from config.tracker import SYSTEM_COLUMNS, Tracker


def accounts(desk: Desk) -> Iterator[DeclarationFault]:
    """An account of a platform belongs to one person."""
    people = desk.people.items()
    for platform, pairs in (
        ("slack", [(person.slack, key) for key, person in people if person.slack]),
        ("telegram", [(str(person.telegram), key) for key, person in people if person.telegram is not None]),
    ):
        for account, key, first in _repeated(pairs):
            yield in_desk(
                desk.key, f"people.{key}.{platform}", f'"{account}" is also the account of "{first}"'
            )


def columns(desk: Desk) -> Iterator[DeclarationFault]:
    """A column's key, and the headers it may stand under, are no other column's, nor the bot's own."""
    for tracker in desk.trackers.values():
        keys = [(column.key, "one of the bot's own columns") for column in SYSTEM_COLUMNS]
        keys += [(column.key, "another column here") for column in tracker.columns]
        for name, _, first in _repeated(keys):
            yield in_tracker(desk.key, tracker.key, f"columns.{name}.key", f"is also the key of {first}")
        yield from _headers(desk, tracker)


def prefixes(desk: Desk) -> Iterator[DeclarationFault]:
    """Two trackers of a desk give their cases different prefixes."""
    pairs = [(tracker.prefix, tracker.key) for tracker in desk.trackers.values()]
    for prefix, key, first in _repeated(pairs):
        yield in_tracker(desk.key, key, "prefix", f'"{prefix}" is also the prefix of "{first}"')


def words(desk: Desk) -> Iterator[DeclarationFault]:
    """A word in a command means one tracker: its key, or one of the words it goes by."""
    pairs = [(tracker.key, tracker.key) for tracker in desk.trackers.values()]
    for tracker in desk.trackers.values():
        for word in dict.fromkeys(tracker.say):
            if not word or word != "".join(word.split()):
                sentence = f'"{word}" must be one word: a command is read word by word'
                yield in_tracker(desk.key, tracker.key, "say", sentence)
            if word.casefold() != tracker.key:
                pairs.append((word.casefold(), tracker.key))
    for word, key, first in _repeated(pairs):
        yield in_tracker(desk.key, key, "say", f'"{word}" also means "{first}"')


def status_words(desk: Desk) -> Iterator[DeclarationFault]:
    """A word or emoji in a thread means one state."""
    pairs = [(word.casefold(), state) for state, said in desk.status_words.items() for word in said]
    for word, state, first in _repeated(pairs):
        yield in_desk(desk.key, f"status_words.{state}", f'"{word}" also means "{first}"')


def tabs(desks: Mapping[str, Desk]) -> Iterator[DeclarationFault]:
    """A tab of a workbook, whichever desk names it, belongs to one tracker."""
    seen: dict[tuple[str, str], str] = {}
    for desk in desks.values():
        for tracker in desk.trackers.values():
            document = desk.documents.get(tracker.document)
            book = (document and document.spreadsheet) or f"{desk.key}/{tracker.document}"
            first = seen.setdefault((book, tracker.tab.casefold()), f"{desk.key}/{tracker.key}")
            if first != f"{desk.key}/{tracker.key}":
                sentence = f'"{tracker.tab}" in this workbook is also the tab of "{first}"'
                yield in_tracker(desk.key, tracker.key, "tab", sentence)


def places(desks: Mapping[str, Desk]) -> Iterator[DeclarationFault]:
    """A place is one channel of one desk: from the place alone it is known which desk is meant."""
    seen: dict[str, str] = {}
    for desk in desks.values():
        for key, channel in desk.channels.items():
            first = seen.setdefault(channel.place, f"{desk.key}/{key}")
            if first != f"{desk.key}/{key}":
                sentence = f'"{channel.place}" is also the place of "{first}"'
                yield in_desk(desk.key, f"channels.{key}.place", sentence)


def groups(desks: Mapping[str, Desk]) -> Iterator[DeclarationFault]:
    """A group's topics are read by all its members: a supplier's, or a closed one, is beside nobody else's."""
    seen: dict[str, tuple[str, Desk, Channel]] = {}
    for desk in desks.values():
        for key, channel in desk.channels.items():
            platform, chat, *_ = channel.place.split(":")
            if platform != "telegram":
                continue
            first, house, other = seen.setdefault(chat, (f"{desk.key}/{key}", desk, channel))
            same = (desk, channel.kind, {*channel.roles}) == (house, other.kind, {*other.roles})
            is_closed = {channel.kind, other.kind} != {"staff"}
            if channel.place != other.place and is_closed and not same:
                sentence = f'is in the same group as "{first}", whose members read all its topics'
                yield in_desk(desk.key, f"channels.{key}.place", sentence)


def people(desks: Mapping[str, Desk]) -> Iterator[DeclarationFault]:
    """A person's key stands for the same accounts on every desk that has it: a mention goes by the key alone."""
    seen: dict[str, tuple[str, Person]] = {}
    for desk in desks.values():
        for key, person in desk.people.items():
            where, first = seen.setdefault(key, (desk.key, person))
            for platform in ("slack", "telegram"):
                account = getattr(first, platform)
                if getattr(person, platform) != account:
                    expected = "missing" if account is None else f'"{account}"'
                    sentence = f'must be {expected}, as for "{where}/{key}": a key is one person on all desks'
                    yield in_desk(desk.key, f"people.{key}.{platform}", sentence)


def workspaces(desks: Mapping[str, Desk]) -> Iterator[DeclarationFault]:
    """All desks on Slack are in one workspace: there is one bot token, and a token is for one."""
    having = [(desk.key, desk.slack_team) for desk in desks.values() if desk.slack_team is not None]
    for key, team in having[1:]:
        first, expected = having[0]
        if team != expected:
            sentence = f'must be "{expected}", as for "{first}": one bot is in one workspace'
            yield in_desk(key, "slack_team", sentence)


def _headers(desk: Desk, tracker: Tracker) -> Iterator[DeclarationFault]:
    """Headers and aliases that two columns of a tab would both answer to."""
    pairs: list[tuple[str, str]] = []
    for column in (*SYSTEM_COLUMNS, *tracker.columns):
        answers = {name.strip().casefold() for name in (column.header, *column.aliases)}
        pairs += [(name, column.key) for name in sorted(answers)]
    for name, key, first in _repeated(pairs):
        if key != first:
            sentence = f'"{name}" is also a header of "{first}"'
            yield in_tracker(desk.key, tracker.key, f"columns.{key}.header", sentence)


def _repeated(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Names that stand more than once: the name, who has it again, who had it first."""
    owners: dict[str, list[str]] = defaultdict(list)
    for name, owner in pairs:
        owners[name].append(owner)
    for name, having in owners.items():
        for owner in having[1:]:
            yield name, owner, having[0]
