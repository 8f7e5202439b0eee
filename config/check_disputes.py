"""Checks of a desk's dispute library, and of the trackers whose columns are computed from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from config.desk import Desk
from config.dispute import EVIDENCE_CHOICES, FAMILY_CHOICES, NETWORK_CHOICES
from config.errors import DeclarationFault, in_tracker
from config.nearest import did_you_mean

_COMPUTED_FROM = {
    "network": "enum",
    "family": "enum",
    "amount": "money",
    "opened_on": "date",
    "processor_due": "datetime",
    "evidence_have": "multi",
}
_COMPUTED = {
    "due_on": "datetime",
    "internal_due": "datetime",
    "evidence_missing": "longtext",
    "evidence_complete": "bool",
}


def library(desk: Desk) -> Iterator[DeclarationFault]:
    """Windows and families are for what people can choose, and all evidence has a short title."""
    disputes = desk.disputes
    if disputes is None:
        return
    networks = desk.choices.get(NETWORK_CHOICES, ())
    for key, window in disputes.windows.items():
        if window.network is not None and window.network not in networks:
            near = did_you_mean(window.network, networks)
            sentence = f'"{window.network}" is no choice of {NETWORK_CHOICES}.{near}'
            yield _in_library(desk, f"windows.{key}.network", sentence)
    if "other" not in disputes.windows:
        yield _in_library(
            desk, "windows", "must have one called `other`, for networks without one of their own"
        )
    if list(disputes.families) != list(desk.choices.get(FAMILY_CHOICES, ())):
        yield _in_library(desk, "families", f"must be the choices of {FAMILY_CHOICES}, in the same order")
    for key, family in disputes.families.items():
        for item in family.evidence:
            if item.key not in disputes.items:
                sentence = f'"{item.key}" is none of `items`.{did_you_mean(item.key, disputes.items)}'
                yield _in_library(desk, f"families.{key}.evidence", sentence)


def codes(desk: Desk) -> Iterator[DeclarationFault]:
    """A reason code of a network means one family."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, family in desk.disputes.families.items() if desk.disputes else ():
        for network, listed in family.codes.items():
            for code in listed:
                found[network, code.casefold()].append(key)
    for (network, code), families in found.items():
        for family_key in families[1:]:
            sentence = f'"{code}" is also a code of "{families[0]}"'
            yield _in_library(desk, f"families.{family_key}.codes.{network}", sentence)


def computed(desk: Desk) -> Iterator[DeclarationFault]:
    """A tracker computed as a dispute has the library, and the columns that are read and filled."""
    for tracker in desk.trackers.values():
        if tracker.computes != "dispute":
            continue
        if desk.disputes is None:
            yield in_tracker(
                desk.key, tracker.key, "computes", "needs the desk's disputes.toml, which is missing"
            )
        columns = {column.key: column for column in tracker.columns}
        for key, kind in (_COMPUTED_FROM | _COMPUTED).items():
            if key not in columns or columns[key].type != kind:
                yield in_tracker(desk.key, tracker.key, "computes", f"needs a column `{key}` of type {kind}")
            elif (columns[key].step == "system") != (key in _COMPUTED):
                step = "the step system" if key in _COMPUTED else "a step that people are asked at"
                yield in_tracker(desk.key, tracker.key, f"columns.{key}.step", f"must be {step}")
        for key, name in (
            ("family", FAMILY_CHOICES),
            ("network", NETWORK_CHOICES),
            ("evidence_have", EVIDENCE_CHOICES),
        ):
            if key in columns and columns[key].choices != name:
                yield in_tracker(desk.key, tracker.key, f"columns.{key}.choices", f'must be "{name}"')


def _in_library(desk: Desk, key: str, sentence: str) -> DeclarationFault:
    return DeclarationFault(f"{desk.key}/disputes.toml", key, sentence)
