"""`/digest`: how things stand now, for the one who asks and of what they may see."""

from __future__ import annotations

from config.texts import text
from handlers.access import SUPPLIER, readers
from handlers.clocks import wind
from handlers.decision import Decision
from handlers.digest import Watched, digest, supplier_digest
from handlers.digest_message import leads_message, supplier_message
from handlers.events import CommandIssued
from handlers.message import Message
from handlers.scene import Need, Scene
from handlers.seen import visible


def need_command(_: Scene[CommandIssued]) -> Need:
    """Every open case of the desk."""
    return Need(all_open=True)


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/digest`: what is overdue, due today or stale; a supplier gets what waits for him.

    Only trackers of which the actor sees every case are counted; for a supplier, those of his channels.
    """
    desk = scene.desk
    watched: list[Watched] = [
        (case, wind(desk, case, case.watch, scene.now, case)) for case in visible(scene, scene.found.cases)
    ]
    if scene.actor.roles == {SUPPLIER}:
        return Decision(answer=_supplier(scene, watched))
    trackers = frozenset(
        key for key, tracker in desk.trackers.items() if scene.actor.is_any(readers(desk, tracker))
    )
    # The answer is for one person, who cannot remind everybody at once.
    told = leads_message(desk, digest(desk, trackers, watched, scene.now), {})
    return Decision(answer=Message(told.headline, told.lines, below=told.below))


def _supplier(scene: Scene[CommandIssued], watched: list[Watched]) -> Message:
    """What waits for the supplier in the first of his channels in which something does."""
    desk = scene.desk
    channels = [
        key
        for key, channel in desk.channels.items()
        if channel.kind == "supplier" and (not channel.roles or scene.actor.is_any(channel.roles))
    ]
    found = [supplier_digest(desk, key, watched, scene.now) for key in channels]
    first = next((each for each in found if each.open), None)
    return (
        supplier_message(desk, first) if first is not None else Message(lines=(text("digest.nothing_waits"),))
    )
