"""Cross-checks: a desk with exactly one fault planted in it is refused with exactly that fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.check import DESK_CHECKS, HOUSE_CHECKS, check
from config.load import load_desks
from tests.config.planting import DESK, DISPUTE, DISPUTES, TWIN, copy_shop, copy_twin, faults_of, plant
from tests.config.plants import PLANTS


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [(file, old, new, expected) for file, old, new, *expected in PLANTS],
)
def test_a_planted_fault_is_found_and_nothing_else(
    tmp_path: Path, file: str, old: str, new: str, expected: list[str]
) -> None:
    """Each check names the file, the key and what to do, and no other check speaks up beside it."""
    folder = copy_shop(tmp_path)
    plant(folder, file, old, new)
    assert faults_of(folder) == [one if one.startswith("shop/") else f"{file}: {one}" for one in expected]


def test_the_small_desk_has_no_fault(tmp_path: Path) -> None:
    """What the faults are planted in is sound, so each of them is the planted one."""
    assert check(load_desks(copy_shop(tmp_path))) == []


def test_a_tab_belongs_to_one_tracker(tmp_path: Path) -> None:
    """Two trackers on one tab would write over each other, also where two workbooks have the same id."""
    folder = copy_shop(tmp_path)
    plant(folder, DESK, 'spreadsheet = "safe-1"', 'spreadsheet = "book-1"')
    plant(folder, DISPUTE, 'tab = "Disputes"', 'tab = "broken"')
    assert faults_of(folder) == [
        'shop/trackers/dispute.toml: tab: "broken" in this workbook is also the tab of "shop/broken"'
    ]


def test_two_desks_share_neither_tabs_nor_places_but_prefixes(tmp_path: Path) -> None:
    """From a place and from a tab it is known which desk is meant; a case id need not tell that."""
    folder = copy_shop(copy_shop(tmp_path), "twin")
    assert [fault for fault in faults_of(folder) if "prefix" in fault] == []
    assert faults_of(folder) == [
        'twin/desk.toml: channels.closed.place: "slack:C0CLOSED" is also the place of "shop/closed"',
        'twin/desk.toml: channels.csr.place: "slack:C0CSR" is also the place of "shop/csr"',
        'twin/desk.toml: channels.supplier.place: "slack:C0SUPPLIER" is also the place of "shop/supplier"',
        'twin/trackers/broken.toml: tab: "Broken" in this workbook is also the tab of "shop/broken"',
        'twin/trackers/dispute.toml: tab: "Disputes" in this workbook is also the tab of "shop/dispute"',
    ]


@pytest.mark.parametrize(
    ("staff", "supplier", "closed", "faulty"),
    [
        ("telegram:-1:2", "telegram:-1:3", "slack:C0CLOSED", ["supplier"]),
        ("telegram:-1:2", "slack:C0SUPPLIER", "telegram:-1:3", ["closed"]),
        ("slack:C0CSR", "telegram:-1:2", "telegram:-1:3", ["closed"]),
        ("telegram:-1:2", "telegram:-1", "slack:C0CLOSED", ["supplier"]),
        ("telegram:-1:2", "telegram:-2:2", "telegram:-3:2", []),
    ],
)
def test_a_closed_room_is_no_topic_among_others(
    tmp_path: Path, staff: str, supplier: str, closed: str, faulty: list[str]
) -> None:
    """Telegram lets whoever is in a group read all its topics."""
    folder = copy_shop(tmp_path)
    for old, new in (("slack:C0CSR", staff), ("slack:C0SUPPLIER", supplier), ("slack:C0CLOSED", closed)):
        plant(folder, DESK, f'"{old}"', f'"{new}"')
    found = faults_of(folder) if faulty else check(load_desks(folder))
    assert [str(fault).split(": ")[1] for fault in found] == [f"channels.{key}.place" for key in faulty]


def test_a_person_has_the_same_accounts_on_every_desk(tmp_path: Path) -> None:
    """Mentions go by a person's key alone: another account under it, or none, would be somebody else."""
    folder = copy_twin(tmp_path)
    plant(folder, TWIN, '"U0LEAD", telegram = 2', '"U0LEED"')
    plant(
        folder,
        TWIN,
        'kim = { name = "Kim", roles = ["csr"]',
        'kim = { name = "Kim", roles = ["csr"], telegram = 3',
    )
    assert faults_of(folder) == [
        'twin/desk.toml: people.kim.telegram: must be missing, as for "shop/kim": a key is one person on all desks',
        'twin/desk.toml: people.lead.slack: must be "U0LEAD", as for "shop/lead": a key is one person on all desks',
        'twin/desk.toml: people.lead.telegram: must be "2", as for "shop/lead": a key is one person on all desks',
    ]


def test_all_desks_are_in_one_workspace(tmp_path: Path) -> None:
    """There is one bot token; in another workspace nothing could be said, and its people would be strangers."""
    folder = copy_twin(tmp_path)
    plant(folder, TWIN, 'slack_team = "T0SHOP"', 'slack_team = "T0TWIN"')
    assert faults_of(folder) == [
        'twin/desk.toml: slack_team: must be "T0SHOP", as for "shop": one bot is in one workspace'
    ]


def test_two_desks_with_the_same_people_have_no_fault(tmp_path: Path) -> None:
    """They are what the faults above are planted in."""
    assert check(load_desks(copy_twin(tmp_path))) == []


def test_workbooks_not_made_yet_are_told_apart_by_their_keys(tmp_path: Path) -> None:
    """Without spreadsheet ids two desks may have the same tabs: `sheets init` makes a workbook for each."""
    folder = copy_shop(tmp_path)
    plant(folder, DESK, ', spreadsheet = "book-1"', "")
    plant(folder, DESK, ', spreadsheet = "safe-1"', "")
    assert check(load_desks(folder)) == []


def test_a_desk_with_slack_channels_needs_its_workspace(tmp_path: Path) -> None:
    """Also when nobody's Slack id is known yet."""
    folder = copy_shop(tmp_path)
    for person in ("agent", "lead", "bowen"):
        plant(folder, DESK, f', slack = "U0{person.upper()}"', "")
    plant(folder, DESK, 'slack_team = "T0SHOP"\n', "")
    assert faults_of(folder) == ["shop/desk.toml: slack_team: is missing, and channels here are on Slack"]


def test_a_dispute_needs_its_library(tmp_path: Path) -> None:
    """Without disputes.toml there are no windows and no evidence to compute from."""
    folder = copy_shop(tmp_path)
    (folder / DISPUTES).unlink()
    assert faults_of(folder) == [
        'shop/trackers/dispute.toml: columns.evidence_have.choices: "cb_evidence_items" is no list of choices of'
        " this desk.",
        "shop/trackers/dispute.toml: computes: needs the desk's disputes.toml, which is missing",
    ]


def test_every_check_says_what_it_claims() -> None:
    """A check is a function with a sentence, listed once."""
    every = [*DESK_CHECKS, *HOUSE_CHECKS]
    assert len(set(every)) == len(every)
    assert [one.__name__ for one in every if not (one.__doc__ or "").strip().endswith(".")] == []
