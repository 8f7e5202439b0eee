"""What the declarations of all desks must agree on: every check by name, run over every desk.

A check is a small function that yields faults and never stops at the first. It may be given a desk on which
other checks find faults, so it takes nothing for granted but the shapes of the models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from config import (
    check_access,
    check_clocks,
    check_columns,
    check_counts,
    check_disputes,
    check_flows,
    check_references,
    check_slack,
    check_supplier,
    check_twice,
)
from config.desk import Desk
from config.errors import DeclarationFault

DESK_CHECKS: tuple[Callable[[Desk], Iterator[DeclarationFault]], ...] = (
    check_references.time_and_links,
    check_references.flows_documents_and_homes,
    check_access.unknown_roles,
    check_access.unknown_owners,
    check_access.stand_in,
    check_access.supplier_as_reader,
    check_access.reserved_people,
    check_access.missing_team,
    check_access.open_homes,
    check_access.open_documents,
    check_access.blind_reports,
    check_flows.unknown_states,
    check_flows.unknown_words,
    check_flows.unreachable_states,
    check_flows.dead_ends,
    check_flows.closing_states,
    check_flows.unknown_states_of_trackers,
    check_flows.gates,
    check_columns.choices,
    check_columns.conditions,
    check_columns.duplicates_key,
    check_columns.rules,
    check_counts.moves,
    check_counts.files,
    check_counts.repeats,
    check_counts.gathering,
    check_supplier.channels,
    check_supplier.columns,
    check_supplier.contacts,
    check_supplier.landings,
    check_twice.accounts,
    check_twice.columns,
    check_twice.prefixes,
    check_twice.words,
    check_twice.status_words,
    check_slack.titles,
    check_slack.blocks,
    check_slack.options,
    check_clocks.calendars,
    check_clocks.calendars_named,
    check_clocks.deputies,
    check_clocks.ladders,
    check_clocks.clocks,
    check_clocks.stale,
    check_clocks.digests,
    check_disputes.library,
    check_disputes.codes,
    check_disputes.computed,
)
"""Every check of one desk."""
HOUSE_CHECKS: tuple[Callable[[Mapping[str, Desk]], Iterator[DeclarationFault]], ...] = (
    check_twice.tabs,
    check_twice.places,
    check_twice.groups,
    check_twice.people,
    check_twice.workspaces,
)
"""Every check over all desks together. Case-id prefixes may repeat over desks: a case belongs to its desk."""


def check(desks: Mapping[str, Desk]) -> list[DeclarationFault]:
    """Every fault of these desks, in file order; an empty list says that they can be used."""
    faults = [fault for desk in desks.values() for one in DESK_CHECKS for fault in one(desk)]
    faults += [fault for one in HOUSE_CHECKS for fault in one(desks)]
    return sorted(faults)
