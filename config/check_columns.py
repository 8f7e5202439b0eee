"""Checks of a tracker's columns: their choices, the conditions they are asked on, what else names them."""

from __future__ import annotations

from collections.abc import Iterator

from config.desk import Desk
from config.errors import DeclarationFault, in_tracker
from config.model import Condition
from config.nearest import did_you_mean
from config.tracker import STEPS, Column, Tracker

CHOOSING = ("enum", "multi")
"""The types of columns that have a list of choices."""


def choices(desk: Desk) -> Iterator[DeclarationFault]:
    """A column to choose in names a list of the desk, and no other column does."""
    for tracker in desk.trackers.values():
        for column in tracker.columns:
            sentence = None
            if column.type not in CHOOSING:
                if column.choices is not None:
                    sentence = f"means nothing for a column of type {column.type}"
            elif column.choices is None:
                sentence = f"is missing: a column of type {column.type} names a list of choices"
            elif column.choices not in desk.choices:
                near = did_you_mean(column.choices, desk.choices)
                sentence = f'"{column.choices}" is no list of choices of this desk.{near}'
            if sentence is not None:
                yield in_tracker(desk.key, tracker.key, f"columns.{column.key}.choices", sentence)


def conditions(desk: Desk) -> Iterator[DeclarationFault]:
    """A condition compares columns that were asked before with choices that they have."""
    for tracker in desk.trackers.values():
        for column in tracker.columns:
            if column.required_when is None:
                continue
            key = f"columns.{column.key}.required_when"
            if column.required:
                sentence = "means nothing beside `required`: leave one of them out"
                yield in_tracker(desk.key, tracker.key, key, sentence)
            for sentence in wrong_condition(desk, tracker, column.required_when, asked_in=column):
                yield in_tracker(desk.key, tracker.key, key, sentence)
        post = tracker.supplier_post
        if post is not None and post.when is not None:
            for sentence in wrong_condition(desk, tracker, post.when):
                yield in_tracker(desk.key, tracker.key, "supplier_post.when", sentence)


def duplicates_key(desk: Desk) -> Iterator[DeclarationFault]:
    """What makes a case a likely duplicate are columns, and one of them must be answered when it is logged."""
    for tracker in desk.trackers.values():
        columns = {column.key: column for column in tracker.columns}
        unknown = [key for key in tracker.dedupe if key not in columns]
        for key in unknown:
            sentence = f'"{key}" is no column here.{did_you_mean(key, columns)}'
            yield in_tracker(desk.key, tracker.key, "dedupe", sentence)
        certain = [key for key in tracker.dedupe if key in columns and _is_certain(columns[key])]
        if tracker.dedupe and not unknown and not certain:
            sentence = "names no column that is required when a case is logged"
            yield in_tracker(desk.key, tracker.key, "dedupe", sentence)


def _is_certain(column: Column) -> bool:
    return column.step == "log" and column.required


def rules(desk: Desk) -> Iterator[DeclarationFault]:
    """A rule about an amount has the columns it looks at."""
    for tracker in desk.trackers.values():
        types = {column.key: column.type for column in tracker.columns}
        flow = desk.flows.get(tracker.flow)
        no_amount = types.get("amount") != "money"
        no_approver = types.get("approved_by") != "person"
        if tracker.rules.self_approval_from is not None and (no_amount or no_approver):
            sentence = "needs the columns `amount` of type money and `approved_by` of type person"
            yield in_tracker(desk.key, tracker.key, "rules.self_approval_from", sentence)
        no_one_way = flow is not None and not flow.one_way
        if tracker.rules.two_person_from is not None and (no_amount or no_one_way):
            sentence = "needs the column `amount` of type money and a flow with a one-way state"
            yield in_tracker(desk.key, tracker.key, "rules.two_person_from", sentence)


def wrong_condition(
    desk: Desk, tracker: Tracker, condition: Condition, asked_in: Column | None = None
) -> Iterator[str]:
    """What is wrong with a condition; `asked_in` is the column that is asked while it holds, if it is for one."""
    columns = {column.key: column for column in tracker.columns}
    for key, wanted in condition.root.items():
        column = columns.get(key)
        if column is None:
            yield f'"{key}" is no column here.{did_you_mean(key, columns)}'
            continue
        if asked_in is not None and _place(tracker, column) >= _place(tracker, asked_in):
            yield f'"{key}" is not asked before "{asked_in.key}"'
        if isinstance(wanted, bool):
            continue
        if column.type not in CHOOSING:
            yield f'"{key}" has no choices to compare with: it is of type {column.type}'
            continue
        known = desk.choices.get(column.choices or "", wanted)
        for choice in wanted:
            if choice not in known:
                yield f'"{choice}" is no choice of "{key}".{did_you_mean(choice, known)}'


def _place(tracker: Tracker, column: Column) -> tuple[int, int]:
    """When a column is asked: the place of its step, then its own among the columns."""
    return STEPS.index(column.step), tracker.columns.index(column)
