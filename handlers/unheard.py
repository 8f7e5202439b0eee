"""Somebody the desk does not know answers a request: it reaches nobody, and the leads hear that it does not."""

from __future__ import annotations

from config.texts import text
from handlers.access import knows_account
from handlers.decision import NOTHING, Decision
from handlers.effects import Reply
from handlers.events import MessagePosted
from handlers.message import Message
from handlers.place import Place
from handlers.scene import Scene

LEADS = "leads"
"""The key of the desk's channel that hears of it."""


def unheard(scene: Scene[MessagePosted]) -> Decision:
    """Tell the leads once of each such account in a supplier's channel, how it is made known; nothing of what it said.

    Most likely it is a colleague of the supplier's, and without a word the desk would believe that nobody answered.
    """
    event, desk = scene.event, scene.desk
    channel = next((each for each in desk.channels.values() if each.place == event.place.key), None)
    leads = desk.channels.get(LEADS)
    is_answer = channel is not None and channel.kind == "supplier" and scene.found.slot == "supplier"
    if channel is None or leads is None or not is_answer or knows_account(desk, event.account):
        return NOTHING
    account = event.account
    said = text("unheard.told", channel=channel.name, account=account.user, platform=account.platform.title())
    told = Message(lines=(said,), footer=text("unheard.cure"))
    key = f"unheard:{event.place.key}:{account.platform}:{account.team}:{account.user}"
    return Decision(effects=(Reply(key, Place.parse(leads.place), told),))
