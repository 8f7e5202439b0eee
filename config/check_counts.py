"""Checks of the columns that the bot counts in: how often something happened to a case."""

from __future__ import annotations

from collections.abc import Iterator

from config.desk import Desk
from config.errors import DeclarationFault, in_tracker
from config.nearest import did_you_mean
from config.tracker import Column


def moves(desk: Desk) -> Iterator[DeclarationFault]:
    """What counts how often a state was entered names a state of the flow, and nobody is asked for it."""
    for tracker in desk.trackers.values():
        flow = desk.flows.get(tracker.flow)
        for column in tracker.columns:
            state = column.counts_moves
            if state is None:
                continue
            key = f"columns.{column.key}.counts_moves"
            if not _is_counter(column):
                yield in_tracker(desk.key, tracker.key, key, NO_COUNTER)
            if flow is not None and state not in flow.states:
                near = did_you_mean(state, flow.states)
                sentence = f'"{state}" is no state of the flow "{tracker.flow}".{near}'
                yield in_tracker(desk.key, tracker.key, key, sentence)


NO_COUNTER = "counts only in a column of type qty and of the step system"


def _is_counter(column: Column) -> bool:
    return column.type == "qty" and column.step == "system"
