"""Checks of what goes to a supplier: where, from which state on, and that nobody's contact goes along."""

from __future__ import annotations

from collections.abc import Iterator

from config.desk import Desk
from config.errors import DeclarationFault, in_tracker
from config.nearest import did_you_mean
from config.tracker import SupplierPost, Tracker

CONTACTS = ("address", "email", "phone")
"""The types of columns by which a customer can be found: only a supplier who ships may see them."""


def channels(desk: Desk) -> Iterator[DeclarationFault]:
    """Requests go to a supplier's channel, and a case's own thread never lives in one."""
    for tracker, post in _posts(desk):
        channel = desk.channels.get(post.to)
        if channel is None:
            sentence = f'"{post.to}" is no channel of this desk.{did_you_mean(post.to, desk.channels)}'
            yield in_tracker(desk.key, tracker.key, "supplier_post.to", sentence)
        elif channel.kind != "supplier":
            sentence = f'"{post.to}" is a channel of kind {channel.kind}, not of a supplier'
            yield in_tracker(desk.key, tracker.key, "supplier_post.to", sentence)
    for tracker in desk.trackers.values():
        home = desk.channels.get(tracker.home)
        if home is not None and home.kind == "supplier":
            sentence = f'"{tracker.home}" is a supplier\'s channel, where he would read everything'
            yield in_tracker(desk.key, tracker.key, "home", sentence)


def columns(desk: Desk) -> Iterator[DeclarationFault]:
    """What the supplier sees are columns of the tracker, each named once."""
    for tracker, post in _posts(desk):
        known = {column.key for column in tracker.columns}
        for key in dict.fromkeys(post.sees):
            if key not in known:
                sentence = f'"{key}" is no column here.{did_you_mean(key, known)}'
                yield in_tracker(desk.key, tracker.key, "supplier_post.sees", sentence)
            elif post.sees.count(key) > 1:
                yield in_tracker(desk.key, tracker.key, "supplier_post.sees", f'"{key}" is there twice')


def contacts(desk: Desk) -> Iterator[DeclarationFault]:
    """An address, a phone number or an e-mail address is shown only to a supplier who ships there."""
    for tracker, post in _posts(desk):
        if post.ships:
            continue
        for column in tracker.columns:
            if column.type in CONTACTS and column.key in post.sees:
                sentence = (
                    f'"{column.key}" is a contact ({column.type}): only with `ships = true` he may see it'
                )
                yield in_tracker(desk.key, tracker.key, "supplier_post.sees", sentence)


def landings(desk: Desk) -> Iterator[DeclarationFault]:
    """Where the flow goes on by itself when the post has landed or was acknowledged, it has a move there."""
    for tracker, post in _posts(desk):
        flow = desk.flows.get(tracker.flow)
        if flow is None or post.from_state not in flow.states:
            continue
        landed = flow.posted or post.from_state
        if landed != post.from_state and not flow.may_move(post.from_state, landed):
            sentence = f'the flow "{tracker.flow}" has no move from there to "{landed}", where a post lands'
            yield in_tracker(desk.key, tracker.key, "supplier_post.from_state", sentence)
        if post.acknowledge and flow.acknowledged and not flow.may_move(landed, flow.acknowledged):
            sentence = f'the flow "{tracker.flow}" has no move from "{landed}" to "{flow.acknowledged}"'
            yield in_tracker(desk.key, tracker.key, "supplier_post.acknowledge", sentence)


def _posts(desk: Desk) -> Iterator[tuple[Tracker, SupplierPost]]:
    """The desk's trackers that post to a supplier, with the post."""
    for tracker in desk.trackers.values():
        if tracker.supplier_post is not None:
            yield tracker, tracker.supplier_post
