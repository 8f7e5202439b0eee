"""Edits in the sheet and rows typed there: followed, credited and told; what cannot be followed is said."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.adopt import is_complete
from handlers.case import Case
from handlers.decision import NOTHING
from handlers.effects import RecordRow, Say, ShowCard
from handlers.events import RowTyped, SheetEdited
from handlers.follow import by_sheet
from handlers.place import Account, CaseId, EventId, Place
from handlers.reconcile import decide_edited, decide_typed, need_typed
from handlers.scene import Found, Need, Scene
from handlers.typed_cells import holds
from tests.handlers.complete import log
from tests.handlers.play import Outcome, Play

SHEET = Account("sheet", "", "mhj/report_issue")
TAB = Place("sheet", "mhj/report_issue/item-issue")


def written(outcome: Outcome) -> dict[str, Any]:
    """Every cell that is to be written because of an event."""
    rows = [effect for effect in outcome.decision.effects if isinstance(effect, RecordRow)]
    return {key: value for row in rows for key, value in row.cells.items()}


def told(outcome: Outcome) -> list[str]:
    """The lines said in the case's own thread because of an event."""
    said = [effect for effect in outcome.decision.effects if isinstance(effect, Say)]
    return [line for effect in said if effect.slot == "home" for line in effect.message.lines]


# --- edits ---


def test_what_was_typed_is_held_and_not_written_back(play: Play) -> None:
    """The value is read as its column's type; the cell itself stays as it was typed."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, qty="3", kind="incorr", ticket="https://mhj.example/a/tickets/91")
    values = play.case(case.id).values
    assert (values["qty"], values["kind"], values["ticket"]) == (3, "Incorrect", "91")
    assert (written(outcome), told(outcome)) == (
        {},
        ["FD ticket: 88 → 91", "Issue: Broken → Incorrect", "Qty affected: 1 → 3"],
    )
    assert play.history(case.id)[-1].startswith("edited the sheet: FD ticket: 88 → 91")


def test_an_edit_shows_on_both_posts(play: Play) -> None:
    """The supplier's card follows as well, his thread says what changed, and nothing else of it reaches him."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, qty="3", defect_tag="weak clasp")
    assert play.heard(case.id, "supplier")[-1] == (
        "MHJ Customer Support changed the request:\nQty affected: 1 → 3"
    )
    cards = [effect.slot for effect in outcome.decision.effects if isinstance(effect, ShowCard)]
    assert (cards, ("Qty affected", "3") in play.card(case.id, "supplier").facts) == (
        ["home", "supplier"],
        True,
    )


def test_a_case_that_ends_in_the_sheet_ends_for_the_supplier_too(play: Play) -> None:
    """However the desk closes it and takes it up again, his thread says so."""
    case = log(play, "request")
    play.edit_row(case.id, status="Done", resolution="held")
    play.edit_row(case.id, status="In progress")
    assert play.heard(case.id, "supplier") == [
        f"MHJ Customer Support moved {case.id} to Done. Nothing more is needed here.",
        f"MHJ Customer Support took {case.id} up again: it is In progress.",
    ]


def test_what_follows_from_an_edit_is_written(play: Play) -> None:
    """A dispute's due dates are worked out anew when somebody changes the day it was opened."""
    case = log(play, "shopify-chargeback")
    outcome = play.edit_row(case.id, opened_on="2026-11-10")
    assert set(written(outcome)) == {"due_on", "internal_due"}
    assert written(outcome)["due_on"] == play.case(case.id).values["due_on"]


def test_a_column_the_bot_works_out_is_put_right(play: Play) -> None:
    """Ticking *Pack complete* by hand does not make the pack complete; nobody is told off for it."""
    case = log(play, "shopify-chargeback")
    outcome = play.edit_row(case.id, evidence_complete="TRUE", logged_at="yesterday", case_id="x")
    assert written(outcome)["evidence_complete"] is False
    assert written(outcome)["logged_at"] == case.opened_at.isoformat(timespec="seconds")
    assert (told(outcome), [line.action for line in outcome.decision.audit]) == ([], ["put_right"])
    assert play.case(case.id).version == case.version


def test_what_the_case_knows_nothing_of_is_left_alone(play: Play) -> None:
    """A column that nothing fills in yet is not emptied."""
    case = log(play, "item-issue")
    assert play.edit_row(case.id, note_ref="FD note 3").is_ignored


def test_an_edit_of_a_case_nobody_knows_is_nothing(play: Play) -> None:
    """The row says so, the store does not."""
    assert play.edit_row("II-0000-0001", qty="3").is_ignored


def test_what_cannot_be_read_calls_the_owner_once(play: Play) -> None:
    """The case keeps its value; its owner is rung if he is of the desk, and the words are repeated harmlessly."""
    case = log(play, "out-of-stock")
    outcome = play.edit_row(case.id, qty="a few <!channel>")
    say = next(effect for effect in outcome.decision.effects if isinstance(effect, Say))
    assert (say.message.mention, play.case(case.id).values["qty"]) == (("kim",), 2)
    assert told(outcome)[0].startswith('Qty: I cannot read "a few <!channel>". The cell stays as it is.')
    assert (outcome.decision.cases, written(outcome)) == ((), {})


def test_a_supplier_who_owns_the_case_is_not_rung_at_home(play: Play) -> None:
    """He does not read the desk's channel."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, qty="a few")
    say = next(effect for effect in outcome.decision.effects if isinstance(effect, Say))
    assert say.message.mention == ()


def test_a_card_number_is_masked_where_it_was_typed(play: Play) -> None:
    """The masked words are written over the cell; the number is in nothing that is stored."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, detail="card 4111 1111 1111 1111")
    assert written(outcome) == {"detail": play.case(case.id).values["detail"]}
    assert "4111" not in repr(outcome.decision)


def test_a_secret_is_not_repeated(play: Play) -> None:
    """It is refused as an answer is, and no sentence holds it."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, detail="password: hunter2secret")
    assert (len(told(outcome)), "hunter2secret" in repr(outcome.decision)) == (1, False)


# --- status and owner ---


@pytest.mark.parametrize("typed", ["In progress", "in-progress", "WIP", "working"])
def test_a_status_is_any_word_for_a_state(play: Play, typed: str) -> None:
    """Names and words count in any case, and from any state: the person has decided."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, status=typed)
    assert (play.case(case.id).status, told(outcome)) == ("In progress", ["Status: Posted → In progress"])
    assert "status" not in written(outcome)


def test_a_status_and_what_its_gate_needs_come_together(play: Play) -> None:
    """Columns are read before the status that needs them, whatever the order of the columns is."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, status="Done", resolution="refunded")
    assert (play.case(case.id).status, play.case(case.id).closed_at) == ("Done", play.now)
    assert list(written(outcome)) == ["closed_at"]


def test_a_gate_that_is_not_passed_is_told(play: Play) -> None:
    """The cell stays, the case stays, and people know what is missing."""
    case = log(play, "item-issue")
    outcome = play.edit_row(case.id, status="Done")
    assert (play.case(case.id).status, written(outcome)) == ("Posted", {})
    assert told(outcome) == [
        "Status: Done needs Resolution. The cell stays as it is; the case stays Posted until that is filled in."
    ]


def test_the_rules_of_approval_hold_in_the_sheet(play: Play) -> None:
    """Naming as approver somebody who may not approve does not approve anything."""
    case = log(play, "refund")
    outcome = play.edit_row(case.id, status="Approved", approved_by="Agent 2")
    assert play.case(case.id).status == "Requested"
    assert told(outcome)[-1].startswith("Status: Approved does not go: ")


def test_an_unknown_status_counts_as_open(play: Play) -> None:
    """A closed case is open again; the cell keeps what was typed."""
    case = log(play, "item-issue")
    play.edit_row(case.id, status="Done", resolution="refunded")
    outcome = play.edit_row(case.id, status="reopened?!")
    assert (play.case(case.id).status, play.case(case.id).closed_at) == ("In progress", None)
    assert "status" not in written(outcome)
    assert told(outcome)[0].startswith('Status: "reopened?!" is not one I know')


def test_a_case_that_starts_anew_shows_the_state_it_is_in(play: Play) -> None:
    """Typed as Open again, it is Posted, because its request still is: then the cell is put right."""
    case = log(play, "item-issue")
    play.edit_row(case.id, status="Cancelled", cancel_reason="twice")
    outcome = play.edit_row(case.id, status="Open")
    assert (play.case(case.id).status, written(outcome)["status"]) == ("Posted", "Posted")


def test_an_owner_is_a_person_of_the_desk(play: Play) -> None:
    """A name, or nobody; a word that came with the status counts more than what the status brings along."""
    case = log(play, "out-of-stock")
    outcome = play.edit_row(case.id, owner="Loise", status="Alternatives given", alternatives="ring-207")
    assert (play.case(case.id).owner, told(outcome)[-1]) == ("loise", "It is now with Loise.")
    outcome = play.edit_row(case.id, owner="")
    assert (play.case(case.id).owner, told(outcome)) == (None, ["It is now with nobody."])
    assert told(play.edit_row(case.id, owner="Nobody Known"))[0].startswith(
        'With: I cannot read "Nobody Known"'
    )


def test_the_sheet_is_credited_and_not_the_bot(play: Play) -> None:
    """Google does not say who typed: the case is acknowledged by the sheet."""
    case = log(play, "item-issue")
    actor = by_sheet(play.desk, SHEET)
    event = SheetEdited(
        id=EventId("s1"),
        account=SHEET,
        place=TAB,
        at=play.now,
        case=case.id,
        cells={"status": "Acknowledged"},
    )
    decision = decide_edited(Scene(event, actor, play.desk, play.now, Found(case=play.case(case.id))))
    assert decision.cases[0].acknowledged_by == "sheet"


# --- what means the same ---


@pytest.mark.parametrize(
    ("key", "typed", "same"),
    [
        ("qty", "1", True), ("qty", "01", True), ("qty", "2", False), ("qty", "one", False), ("qty", "", False),
        ("order_no", "#10423", True), ("ticket", "FD-88", True), ("kind", "brok", True), ("kind", "", False),
        ("resolution", "", True), ("resolution", " ", True), ("photos", "clasp.jpg", False),
        ("status", "posted", True), ("status", "Open", False), ("status", "?", False),
        ("owner", "bow", True), ("owner", "", False), ("nothing", "x", False),
    ],
)  # fmt: skip
def test_a_text_that_means_what_the_case_has_is_no_edit(play: Play, key: str, typed: str, same: bool) -> None:
    """The text is read as an answer is; what cannot be read is never the same."""
    case = log(play, "item-issue")
    assert holds(play.case(case.id), play.desk, key, typed, play.now) is same


def test_a_moment_is_the_same_in_any_zone(play: Play) -> None:
    """What counts is when, not how it is written."""
    case = log(play, "shopify-chargeback", processor_due="2026-12-04 12:00")
    assert holds(play.case(case.id), play.desk, "processor_due", "2026-12-04T11:00:00+00:00", play.now)


# --- rows ---

TYPED = {
    "order_no": "10430",
    "ticket": "88",
    "kind": "missing",
    "sku": "ring",
    "qty": "1",
    "detail": "empty",
    "wish": "refund",
}


def typed(play: Play, tracker: str = "item-issue", **cells: str) -> Outcome:
    """A row typed by hand."""
    place = {"id": EventId(f"typed-{len(play.cases)}"), "account": SHEET, "place": TAB, "at": play.now}
    return play.happen(RowTyped(**place, desk="mhj", tracker=tracker, row=7, cells=cells))


def test_a_typed_row_is_a_case_and_the_supplier_is_not_asked(play: Play) -> None:
    """It has the tracker's owner, the sheet as its reporter, and what the bot writes in every row."""
    outcome = typed(play, **TYPED)
    case = play.last
    assert (case.status, case.owner, case.reporter, case.source) == ("Open", "bowen", "sheet", "sheet")
    assert (case.requested_at, case.values["kind"], case.values["wish"]) == (None, "Missing", "Refund")
    row = written(outcome)
    assert (row["status"], row["owner"], row["source"], row["bot_key"]) == (
        "Open",
        "Bowen",
        "sheet",
        outcome.event.id,
    )
    assert not row.keys() & (TYPED.keys() | {"case_id"})
    assert told(outcome) == [
        "Row 7 was typed in the sheet by hand. It is a case now; the supplier was not asked."
    ]


def test_a_row_that_shows_an_id_becomes_that_case(play: Play) -> None:
    """The id was reserved for it and stands in the row; a second time nothing happens."""
    cells = {**TYPED, "case_id": "II-2647-0042"}
    typed(play, **cells)
    assert play.last.id == "II-2647-0042"
    assert typed(play, **cells).is_ignored
    event = RowTyped(
        id=EventId("x"),
        account=SHEET,
        place=TAB,
        at=play.now,
        desk="mhj",
        tracker="item-issue",
        row=2,
        cells=cells,
    )
    assert need_typed(Scene(event, by_sheet(play.desk, SHEET), play.desk, play.now)) == Need(
        case=CaseId("II-2647-0042")
    )


def test_a_typed_row_says_what_is_missing_and_what_cannot_be_read(play: Play) -> None:
    """Photos cannot be typed, so they are not missed; a condition is looked at as in the form."""
    outcome = typed(play, order_no="10430", kind="incorrect", qty="x")
    lines = told(outcome)
    assert lines[1].startswith('Qty affected: I cannot read "x"')
    assert lines[2] == (
        "Still missing: FD ticket, SKU / item, What is wrong, Received instead, Customer wants. "
        "Fill them in on the row or with Update."
    )


def test_a_typed_status_moves_the_new_case(play: Play) -> None:
    """What the row says is believed where its gate is passed; a closed row makes no noise."""
    outcome = typed(play, **TYPED, status="done", resolution="sent", owner="kim")
    assert (play.last.status, play.last.owner, told(outcome)) == ("Done", "kim", [])
    assert not written(outcome).keys() & {"status", "owner"}
    assert written(outcome)["closed_at"] == play.now.isoformat(timespec="seconds")


def test_a_typed_row_keeps_who_logged_it_and_when(play: Play) -> None:
    """A name of the desk is the reporter, a moment of the past is when; anything else is passed over."""
    typed(play, **TYPED, logged_by="Agent 2", logged_at="2026-11-01T09:00:00+00:00")
    assert (play.last.reporter, play.last.opened_at.isoformat()) == ("agent2", "2026-11-01T10:00:00+01:00")
    typed(play, **TYPED, logged_by="Somebody", logged_at="2027-01-01")
    assert (play.last.reporter, play.last.opened_at) == ("sheet", play.now)
    typed(play, **TYPED, logged_at="once")
    assert play.last.opened_at == play.now


def test_a_typed_refund_without_a_name_belongs_to_nobody(play: Play) -> None:
    """Its owner would be who logged it, and the sheet is nobody's."""
    typed(play, "refund", order_no="10430")
    assert play.last.owner is None


def test_a_typed_row_masks_a_card_number(play: Play) -> None:
    """The cell is written over, with the masked words."""
    outcome = typed(play, **{**TYPED, "detail": "card 4111 1111 1111 1111"})
    assert written(outcome)["detail"] == play.last.values["detail"]
    assert "4111" not in repr(outcome.decision)


def test_a_row_of_no_tracker_is_nothing(play: Play) -> None:
    """A declaration that is gone adopts no rows."""
    assert typed(play, "gone", order_no="10430").is_ignored


def test_a_row_without_an_id_to_give_waits(play: Play) -> None:
    """Nothing is filed without an id."""
    event = RowTyped(
        id=EventId("x"),
        account=SHEET,
        place=TAB,
        at=play.now,
        desk="mhj",
        tracker="item-issue",
        row=2,
        cells=TYPED,
    )
    assert decide_typed(Scene(event, by_sheet(play.desk, SHEET), play.desk, play.now)) == NOTHING


@pytest.mark.parametrize(
    ("cells", "complete"),
    [
        (TYPED, True),
        ({**TYPED, "qty": " "}, False),
        ({**TYPED, "qty": "many"}, True),
        ({**TYPED, "kind": "incorrect"}, False),
        ({**TYPED, "kind": "incorrect", "got_instead": "a brooch"}, True),
    ],
)
def test_a_row_is_complete_when_nothing_required_is_blank(
    play: Play, cells: dict[str, str], complete: bool
) -> None:
    """Conditions count as in the form; whether everything can be read is another matter."""
    assert is_complete(play.desk.trackers["item-issue"], play.desk, cells, play.now) is complete


def test_cases_are_kept_as_they_were(play: Play) -> None:
    """Deciding changes no case that it was given."""
    case = log(play, "item-issue")
    before: Case = play.case(case.id)
    values = dict(before.values)
    play.edit_row(case.id, qty="9", status="WIP")
    assert before.values == values
