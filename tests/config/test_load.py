"""Loading: what files cannot say is told in sentences, all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.dispute import EVIDENCE_CHOICES
from config.load import load_desks
from tests.config.planting import BROKEN, DESK, DISPUTE, DISPUTES, copy_shop, faults_of, plant

COLUMN = '{ key = "phone", header = "Phone", type = "phone" }'
# fmt: off
SHAPES = [
    (DESK, 'title = "The shop"\n', "", "title: is missing"),
    (DESK, 'title = "The shop"', "title = 7", "title: must be text, in quotes"),
    (DESK, 'title = "The shop"', 'title = "The shop"\ntimezon = "x"',
     'timezon: is not a key here. Did you mean "timezone"?'),
    (DESK, 'title = "The shop"', 'title = "The shop"\nflow = "x"', 'flow: is not a key here. Did you mean "flows"?'),
    (DESK, 'title = "The shop"', 'title = "The shop"\nzzz = "x"', "zzz: is not a key here."),
    (DESK, 'title = "The shop"', 'title = "The shop"\nkey = "shop"',
     "key: is the name of the file or folder: leave it out"),
    (DESK, 'title = "The shop"', 'title = "The shop"\ntrackers = {}',
     "trackers: are files of their own, trackers/<tracker>.toml"),
    (DESK, 'title = "The shop"', 'title = "The shop"\ndisputes = {}',
     "disputes: are a file of their own, disputes.toml"),
    (DESK, 'currency = "EUR"', 'currency = "euro"', 'currency: "euro" must be three capital letters, like EUR'),
    (DESK, '"T0SHOP"', '"shop"', 'slack_team: "shop" must be a Slack workspace id, like T0123ABCD'),
    (DESK, '"slack:C0CLOSED"', '"#closed"',
     'channels.closed.place: "#closed" must be a platform and its id, like "slack:C0123ABCD"'),
    (DESK, '"U0BOWEN"', '"@bowen"', 'people.bowen.slack: "@bowen" must be a Slack user id, like U0123ABCD'),
    (DESK, 'roles = ["supplier"]', "roles = []", "people.bowen.roles: must not be empty"),
    (DESK, 'roles = ["supplier"]', 'roles = "supplier"', "people.bowen.roles: must be a list, in square brackets"),
    (DESK, "telegram = 2", 'telegram = "two"', "people.lead.telegram: must be a whole number"),
    (DESK, "telegram = 2", "telegram = 2.5", "people.lead.telegram: must be a whole number"),
    (DESK, "active = false", 'active = "gone"', "people.kim.active: must be true or false"),
    (DESK, "active = false", "activ = false", 'people.kim.activ: is not a key here. Did you mean "active"?'),
    (DESK, 'kind = "restricted"', 'kind = "restrict"',
     'channels.closed.kind: "restrict" is none of staff, supplier, restricted. Did you mean "restricted"?'),
    (DESK, "[flows.simple]\nstates", "[flows.simple]\nstarts = 1\nstates",
     'flows.simple.starts: is not a key here. Did you mean "states"?'),
    (BROKEN, 'prefix = "BI"', 'prefix = "Bi"', 'prefix: "Bi" must be two to four capital letters'),
    (BROKEN, 'self_approval_from = "50"', 'self_approval_from = "50,-"',
     'rules.self_approval_from: "50,-" must be an amount as text, like "50" or "49.95"'),
    (BROKEN, COLUMN, COLUMN.replace("header", "heading"),
     "columns.phone.header: is missing",
     'columns.phone.heading: is not a key here. Did you mean "header"?'),
    (BROKEN, COLUMN, '{ header = "Phone", type = "phone" }', "columns.3.key: is missing"),
    (BROKEN, 'key = "phone"', 'key = "Phone!"',
     'columns.Phone!.key: "Phone!" must be small letters, digits and one kind of joining sign, as keys are'),
    (BROKEN, 'type = "phone"', 'type = "fone", hint = "x"',
     'columns.phone.type: "fone" is none of text, longtext, order, ticket, parcel, sku, qty, money, currency, date, '
     "datetime, bool, enum, multi, person, email, phone, address, country, tracking, url, album, files, sr_no, rma, "
     'case_ref, code, network_reason. Did you mean "phone"?'),
    (BROKEN, 'type = "phone"', f'type = "phone", hint = "{"x" * 151}"',
     "columns.phone.hint: is 151 characters long: at most 150 fit"),
    (BROKEN, 'header = "Phone"', 'header = ""', "columns.phone.header: must not be empty"),
    (BROKEN, 'required_when = { kind = ["Broken"] }', 'required_when = { kind = "on" }',
     "columns.detail.required_when: `kind` must be a list of choices, or true or false"),
    (BROKEN, 'required_when = { kind = ["Broken"] }', 'required_when = { kind = [] }',
     "columns.detail.required_when: `kind` must be a list of choices, or true or false"),
    (BROKEN, 'required_when = { kind = ["Broken"] }', "required_when = {}",
     'columns.detail.required_when: must be a table of columns, like { kind = ["Hold"] }'),
    (BROKEN, '[supplier_post]\nto = "supplier"', '[supplier_post]\nto = "supplier"\nsee = []',
     'supplier_post.see: is not a key here. Did you mean "sees"?'),
    (BROKEN, 'title = "Broken items"', 'title = "Broken items"\ndocuments = ""',
     'documents: is not a key here. Did you mean "document"?'),
    (BROKEN, '\n[owner_by_state]\nSeen = "logger"', "\nowner_by_state = 1",
     "owner_by_state: must be a table"),
    (DISPUTES, "plan_days = 7", "plan_days = 0", "windows.other.plan_days: must be 1 or more"),
    (DISPUTES, "must = true", "must = true, form_amount = '5'",
     'families.fraudulent.evidence.receipt.form_amount: is not a key here. Did you mean "from_amount"?'),
]
# fmt: on


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"), [(file, old, new, expected) for file, old, new, *expected in SHAPES]
)
def test_what_a_model_refuses_is_a_sentence(
    tmp_path: Path, file: str, old: str, new: str, expected: list[str]
) -> None:
    """Wrong shapes and unknown keys are told by the keys of the file, with what was probably meant."""
    folder = copy_shop(tmp_path)
    plant(folder, file, old, new)
    own = [fault for fault in faults_of(folder) if fault.startswith(f"{file}: ")]
    assert own == [f"{file}: {one}" for one in expected]


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Syntax, shape and cross-checks do not wait for each other, and come in file order."""
    folder = copy_shop(tmp_path)
    plant(folder, BROKEN, 'title = "Broken items"', "title = ")
    plant(folder, DISPUTE, 'prefix = "CB"', 'prefix = "c"')
    plant(folder, DESK, 'done = "Done"', 'done = "Seen"')
    (folder / DISPUTES).write_bytes(b"\xff\xfe")
    assert faults_of(folder) == [
        'shop/desk.toml: flows.simple.done: "Seen" is not one of the closed states',
        "shop/disputes.toml: (file): cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid"
        " start byte",
        "shop/trackers/broken.toml: (file): is not TOML: Invalid value (at line 1, column 9)",
        'shop/trackers/dispute.toml: prefix: "c" must be two to four capital letters',
    ]


def test_a_desk_that_is_not_toml_still_has_its_trackers_read(tmp_path: Path) -> None:
    """One broken file hides no fault of another."""
    folder = copy_shop(tmp_path)
    (folder / DESK).write_text("title", encoding="utf-8")
    plant(folder, BROKEN, 'prefix = "BI"', 'prefix = "b"')
    assert faults_of(folder) == [
        "shop/desk.toml: (file): is not TOML: Expected '=' after a key in a key/value pair (at end of document)",
        'shop/trackers/broken.toml: prefix: "b" must be two to four capital letters',
    ]


def test_a_folder_without_a_desk_is_refused(tmp_path: Path) -> None:
    """A wrong DESKBELL_DESKS is told, instead of a bot that answers nobody."""
    assert faults_of(tmp_path) == [f"{tmp_path}: (folder): has no desk: no <desk>/desk.toml"]


def test_file_and_folder_names_are_the_keys(tmp_path: Path) -> None:
    """What a desk and a tracker are called in commands is what their files are called."""
    folder = copy_shop(tmp_path, "other-shop")
    (folder / "other-shop/trackers/broken.toml").rename(folder / "other-shop/trackers/lost-item.toml")
    desks = load_desks(folder)
    assert {key: desk.key for key, desk in desks.items()} == {"other-shop": "other-shop"}
    assert {key: one.key for key, one in desks["other-shop"].trackers.items()} == {
        "dispute": "dispute",
        "lost-item": "lost-item",
    }


def test_a_file_name_that_is_no_key_is_refused(tmp_path: Path) -> None:
    """A tracker's file is called as its word in a command can be."""
    folder = copy_shop(tmp_path)
    (folder / "shop/trackers/dispute.toml").rename(folder / "shop/trackers/My Tracker.toml")
    assert faults_of(folder) == [
        'shop/trackers/My Tracker.toml: key: "My Tracker" must be small letters, digits and one kind of joining'
        " sign, as keys are"
    ]


def test_the_desks_header_aliases_reach_the_columns(tmp_path: Path) -> None:
    """A header is declared once for all tabs, behind the column's own aliases and never beside itself."""
    folder = copy_shop(tmp_path)
    plant(folder, BROKEN, 'header = "Order #", type', 'header = "Order", aliases = ["Nr"], type')
    broken = load_desks(folder)["shop"].trackers["broken"]
    assert (broken.column("order_no").aliases, broken.column("kind").aliases) == (("Nr", "Order No"), ())


def test_evidence_to_tick_comes_from_the_library(tmp_path: Path) -> None:
    """The list of evidence is written once, in disputes.toml."""
    desk = load_desks(copy_shop(tmp_path))["shop"]
    assert desk.disputes is not None
    assert desk.choices[EVIDENCE_CHOICES] == desk.disputes.titles == ("Order receipt", "Messages")


def test_a_tracker_is_added_by_a_file_alone(tmp_path: Path) -> None:
    """Adding a tracker needs no Python and no other file."""
    folder = copy_shop(tmp_path)
    (folder / "shop/trackers/idea.toml").write_text(
        """
        title = "Ideas"
        prefix = "ID"
        document = "book"
        tab = "Ideas"
        log_by = ["csr"]
        owner = "logger"
        flow = "simple"
        columns = [
          { key = "idea", header = "Idea", type = "text", required = true },
          { key = "result", header = "Result", type = "text", step = "resolve" },
        ]
        """,
        encoding="utf-8",
    )
    assert [column.key for column in load_desks(folder)["shop"].trackers["idea"].of_step("log")] == ["idea"]
