"""`/deskbell help`: made from the commands themselves, only what this person may do; and how a tracker is used."""

from __future__ import annotations

from collections.abc import Iterable

from config.desk import Desk
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import SUPPLIER, loggable, may_log, readers
from handlers.acknowledge import ACKNOWLEDGED
from handlers.ask import choices_of
from handlers.conversation import emoji_shown
from handlers.decision import Decision
from handlers.echo import echo
from handlers.events import CommandIssued
from handlers.gate import asked_at, finish
from handlers.log_words import tracker_named
from handlers.message import Button, Message
from handlers.named import example_id, example_tracker
from handlers.place import Account, Actor
from handlers.plain import shorten
from handlers.scene import Scene
from handlers.show import channel_name

CHOICES = 160
"""Characters of a column's choices that its line shows."""
UMBRELLA = "/deskbell "
"""What stands before the commands that Slack knows under the bot's name only."""
WORDS_SHOWN = 3
"""Words, and emoji, by which a supplier may say that he has a request: some of those declared."""


def commands(desk: Desk, example: Tracker) -> tuple[tuple[str, str, str], ...]:
    """Every command with an example and what it is for, in the order people learn them."""
    tracker, case = example.key, example_id(example)
    who = next(iter(desk.people.values())).name.split()[0]
    return (
        ("log", text("help.log_example", tracker=tracker), text("help.log")),
        ("find", text("help.find_example"), text("help.find")),
        ("mine", text("help.mine_example"), text("help.mine")),
        ("case", text("help.case_example", case=case), text("help.case")),
        ("update", text("help.update_example", case=case), text("help.update")),
        ("done", _done_example(desk, example), text("help.done")),
        ("assign", text("help.assign_example", case=case), text("help.assign")),
        ("snooze", text("help.snooze_example", case=case), text("help.snooze")),
        ("nudge", text("help.nudge_example", case=case), text("help.nudge")),
        ("digest", text("help.digest_example"), text("help.digest")),
        ("link", text("help.link_example", who=who), text("help.link")),
        ("help", text("help.help_example", tracker=tracker), text("help.help")),
    )


def _done_example(desk: Desk, tracker: Tracker) -> str:
    """How a case of this tracker is closed: the end it comes to, where there are several, and the words it takes."""
    flow, case = desk.flow_of(tracker), example_id(tracker)
    end = finish(flow)
    if end is None:
        return text("help.done_end_example", case=case, end=flow.closed[0].lower())
    takes_words = any(column.type in {"text", "longtext"} for column in asked_at(flow, tracker, end, {}))
    return text("help.done_example" if takes_words else "help.done_bare_example", case=case)


def decide_help(scene: Scene[CommandIssued]) -> Decision:
    """Every command this person may use, with an example, and the trackers they may log on; or one of either."""
    asked = scene.event.text.strip()
    if asked:
        return Decision(answer=_about(scene, asked))
    mine = loggable(scene.actor, scene.desk)
    lines = _for_suppliers(scene)
    lines += [_line(usage, what) for usage, what in _usable(scene).values()]
    if mine:
        lines.append(text("help.trackers"))
        lines += [_tracker_line(tracker) for tracker in mine]
    lines.append(_how(scene))
    return Decision(answer=Message(text("help.title"), tuple(lines), buttons=_log_buttons(mine)))


def _how(scene: Scene[CommandIssued]) -> str:
    """What there is to know about commands where this one was given."""
    return text("help.guided") if scene.event.guided else text("help.threads")


def _about(scene: Scene[CommandIssued], asked: str) -> Message:
    """The help on one command or one tracker; what is neither is asked about."""
    usable = _usable(scene)
    name = asked.lstrip("/!").casefold()
    if name in usable:
        return Message(lines=(_line(*usable[name]), _how(scene)))
    tracker, near = tracker_named(scene, asked)
    if tracker is not None and _may_know(scene, tracker):
        return _tracker(scene, tracker)
    refusal = may_log(scene.actor, scene.desk, tracker) if tracker is not None else None
    sentence = refusal.sentence if refusal is not None else _unknown(echo(asked), near)
    mine = loggable(scene.actor, scene.desk)
    return Message(lines=(sentence, *map(_tracker_line, mine)), buttons=_log_buttons(mine))


def _unknown(given: str, near: Iterable[str]) -> str:
    if near := " / ".join(near):
        return text("fault.unknown_tracker", given=given, near=near)
    return text("help.unknown", given=given)


def _may_know(scene: Scene[CommandIssued], tracker: Tracker) -> bool:
    """Whether the actor may log on a tracker, or reads its cases."""
    is_reader = scene.actor.is_any(readers(scene.desk, tracker))
    return is_reader or may_log(scene.actor, scene.desk, tracker) is None


def _usable(scene: Scene[CommandIssued]) -> dict[str, tuple[str, str]]:
    """The commands this person can do something with: logging needs a tracker, a supplier closes nothing."""
    hidden, example = _out_of_reach(scene.actor, scene.desk), example_tracker(scene)
    known = commands(scene.desk, example)
    return {name: (_typed(scene, usage), what) for name, usage, what in known if name not in hidden}


def _typed(scene: Scene[CommandIssued], usage: str) -> str:
    """A command as it is typed here: where forms are guided, every command stands on its own."""
    return f"/{usage.removeprefix(UMBRELLA)}" if scene.event.guided and usage.startswith(UMBRELLA) else usage


def _out_of_reach(actor: Actor, desk: Desk) -> frozenset[str]:
    hidden = set() if loggable(actor, desk) else {"log"}
    if actor.roles == {SUPPLIER}:
        flows = [desk.flow_of(tracker) for tracker in desk.trackers.values()]
        closes = any(finish(flow) in flow.supplier_moves for flow in flows)
        hidden |= {"assign", "snooze", "nudge"} if closes else {"assign", "snooze", "nudge", "done"}
    return frozenset(hidden)


def menu(desk: Desk, roles: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The commands that somebody with these roles can do something with, each with what it is for.

    For platforms that show a menu of commands; those that answer a question of a guided form stand at its end.
    """
    somebody = Actor(Account("deskbell", "", ""), None, "", frozenset(roles))
    hidden = _out_of_reach(somebody, desk)
    known = commands(desk, next(iter(desk.trackers.values())))
    guided = (("skip", text("help.skip")), ("back", text("help.back")), ("cancel", text("help.cancel")))
    return (*((name, what) for name, _, what in known if name not in hidden), *guided)


def _line(usage: str, what: str) -> str:
    return text("help.line", usage=usage, what=what)


def _tracker_line(tracker: Tracker) -> str:
    others = [word for word in tracker.say if word != tracker.key]
    if not others:
        return text("help.tracker", key=tracker.key, title=tracker.title)
    return text("help.tracker_words", key=tracker.key, title=tracker.title, words=", ".join(others))


def _log_buttons(trackers: Iterable[Tracker]) -> tuple[Button, ...]:
    return tuple(Button(tracker.title, "log", None, tracker.key) for tracker in trackers)


def _for_suppliers(scene: Scene[CommandIssued]) -> list[str]:
    """How a supplier says that he has a request, and how he answers it: where his requests come."""
    actor, desk = scene.actor, scene.desk
    posts = [tracker.supplier_post for tracker in desk.trackers.values()]
    channels = {post.to for post in posts if post is not None}
    names = [channel_name(desk.channels[key]) for key in sorted(channels & desk.channels.keys())]
    if actor.roles != {SUPPLIER} or not names:
        return []
    said = desk.status_words.get(ACKNOWLEDGED, ())
    emoji = list(dict.fromkeys(shown for word in said if (shown := emoji_shown(word))))
    words = [word for word in said if not emoji_shown(word)]
    return [
        text("help.requests", channels=" / ".join(names)),
        text(
            "help.requests_acknowledge",
            words=", ".join(words[:WORDS_SHOWN]),
            emoji=" ".join(emoji[:WORDS_SHOWN]),
        ),
        text("help.requests_answer"),
    ]


def _tracker(scene: Scene[CommandIssued], tracker: Tracker) -> Message:
    """How one tracker is used: what to do in order, and what its form asks."""
    steps = tuple(f"{number}. {step}" for number, step in enumerate(tracker.guide, 1))
    asked = tuple((column.header, _asked(scene.desk, tracker, column)) for column in tracker.of_step("log"))
    refusal = may_log(scene.actor, scene.desk, tracker)
    if refusal is not None:
        return Message(tracker.title, (*steps, refusal.sentence), asked)
    footer = text("log.choose_footer", tracker=tracker.key)
    return Message(tracker.title, steps, asked, buttons=_log_buttons([tracker]), footer=footer)


def _asked(desk: Desk, tracker: Tracker, column: Column) -> str:
    choices = shorten(" / ".join(label for _, label in choices_of(column, desk, tracker)), CHOICES)
    if column.required:
        must = text("help.required")
    else:
        must = text("help.sometimes") if column.required_when is not None else text("help.optional")
    return " · ".join(part for part in (column.key, must, choices) if part)
