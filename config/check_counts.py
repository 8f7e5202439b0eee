"""Checks of what the bot counts: how often a case entered a state, and how often the same was reported."""

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


def files(desk: Desk) -> Iterator[DeclarationFault]:
    """What counts files names a column of files, and nobody is asked for it."""
    for tracker in desk.trackers.values():
        holding = [column.key for column in tracker.columns if column.type == "files"]
        for column in tracker.columns:
            if column.counts_files is None:
                continue
            key = f"columns.{column.key}.counts_files"
            if not _is_counter(column):
                yield in_tracker(desk.key, tracker.key, key, NO_COUNTER)
            if column.counts_files not in holding:
                near = did_you_mean(column.counts_files, holding)
                sentence = f'"{column.counts_files}" is no column of files here.{near}'
                yield in_tracker(desk.key, tracker.key, key, sentence)


def repeats(desk: Desk) -> Iterator[DeclarationFault]:
    """Where a repeat is counted there is a duplicates key, a column for the count, and one for when it was."""
    for tracker in desk.trackers.values():
        if tracker.dedupe_action != "add_occurrence":
            continue
        if not tracker.dedupe:
            yield in_tracker(desk.key, tracker.key, "dedupe_action", "means nothing without `dedupe`")
        known = {(column.key, column.type, column.step) for column in tracker.columns}
        for key, kind in (("occurrences", "qty"), ("last_seen", "datetime")):
            if (key, kind, "system") not in known:
                sentence = f"needs a column `{key}` of type {kind} and of the step system"
                yield in_tracker(desk.key, tracker.key, "dedupe_action", sentence)


def gathering(desk: Desk) -> Iterator[DeclarationFault]:
    """Lines are gathered in a long text that is asked when a case is logged, where repeats are counted."""
    for tracker in desk.trackers.values():
        for column in tracker.columns:
            if not column.gathers:
                continue
            key = f"columns.{column.key}.gathers"
            if column.type != "longtext" or column.step != "log":
                sentence = "gathers only in a column of type longtext and of the step log"
                yield in_tracker(desk.key, tracker.key, key, sentence)
            if tracker.dedupe_action != "add_occurrence":
                sentence = 'means nothing without `dedupe_action = "add_occurrence"`'
                yield in_tracker(desk.key, tracker.key, key, sentence)


NO_COUNTER = "counts only in a column of type qty and of the step system"


def _is_counter(column: Column) -> bool:
    return column.type == "qty" and column.step == "system"
