"""Where a form is asked one question at a time."""

from __future__ import annotations

from typing import Any

from handlers.access import SUPPLIER
from handlers.form import Form
from handlers.place import Place
from handlers.scene import Scene


def asked_in(scene: Scene[Any], form: Form) -> Place:
    """Where a form is asked: where it was asked for, unless others read along who may not see what it shows.

    A conversation with one person is the channel of that person's id.
    """
    here: Place = scene.event.place.in_thread(None)
    account = scene.event.account
    tracker = scene.desk.trackers.get(form.context.tracker)
    is_restricted = tracker is not None and tracker.read_by is not None
    channels = scene.desk.channels.values()
    among_suppliers = any(each.place == here.key and each.kind == "supplier" for each in channels)
    if not here.direct and (is_restricted or (among_suppliers and scene.actor.roles != {SUPPLIER})):
        return Place(here.platform, account.user, direct=True)
    return here
