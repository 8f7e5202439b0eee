"""A likely duplicate is shown before it is filed; whoever may not see it never learns of it."""

from __future__ import annotations

import pytest

from tests.handlers.complete import ANSWERS, PHOTO, log
from tests.handlers.play import CSR, SUPPLIER, Outcome, Play, question_keys

ADD = "add:II-2647-0001"


def again(play: Play, who: str = "agent2", **other: object) -> Outcome:
    """The usual item issue sent once more by somebody else."""
    form = play.command(who, "/log item-issue").form
    return play.submit(who, form, **{**ANSWERS["item-issue"], **other})


def test_a_second_case_for_the_same_thing_is_shown_first(play: Play) -> None:
    """The form comes back, with everything in it and the question what to do."""
    first = log(play, "item-issue")
    outcome = again(play)
    choices = outcome.form.questions[0].choices
    assert [value for value, _ in choices] == [f"open:{first.id}", f"add:{first.id}", "anyway"]
    assert outcome.form.intro[0].startswith(f"{first.id} is already open for this.")
    assert len(play.cases) == 1


def test_the_same_on_one_line_opens_the_form_with_the_question(play: Play) -> None:
    """A complete line is not filed either."""
    line = '/log item-issue 10423 FD-88 missing ring-204 1 "gone" refund'
    play.command("agent", line)
    outcome = play.command("agent2", line)
    assert (question_keys(outcome.form)[0], len(play.cases)) == ("_duplicate", 1)


@pytest.mark.parametrize(
    "other", [{"order_no": "99999"}, {"sku": "ring-205"}, {"kind": "Misfit"}, {"sku": "ring 204"}]
)
def test_another_thing_is_no_duplicate(play: Play, other: dict[str, str]) -> None:
    """Order, item and kind together make it the same."""
    log(play, "item-issue")
    again(play, **other)
    assert len(play.cases) == 2


def test_spelling_does_not_make_it_another_thing(play: Play) -> None:
    """Case and blanks do not matter."""
    log(play, "item-issue")
    assert question_keys(again(play, order_no="#10423", sku="RING-204 ").form)[0] == "_duplicate"


def test_a_closed_case_is_no_duplicate(play: Play) -> None:
    """What is done may happen again."""
    case = log(play, "item-issue")
    play.command("agent", f"/done {case.id} new ring sent")
    again(play)
    assert len(play.cases) == 2


def test_log_anyway_files_it(play: Play) -> None:
    """The reporter decides."""
    log(play, "item-issue")
    play.submit("agent2", again(play).form, _duplicate="anyway")
    assert sorted(play.cases) == ["II-2647-0001", "II-2647-0002"]


def test_opening_it_shows_the_case_and_files_nothing(play: Play) -> None:
    """Its card and the link to its thread; nothing is logged or added."""
    log(play, "item-issue")
    sent = play.submit("agent2", again(play).form, _duplicate="open:II-2647-0001")
    assert (sent.changed_nothing, len(play.cases)) == (True, 1)
    assert all(said in sent.words for said in ("II-2647-0001", "https://chat.example/II-2647-0001/home"))


def test_the_question_must_be_answered(play: Play) -> None:
    """Sent without an answer, the form comes back."""
    log(play, "item-issue")
    assert question_keys(play.submit("agent2", again(play).form).form)[0] == "_duplicate"


def test_adding_fills_empty_columns_and_says_the_rest(play: Play) -> None:
    """What the case already says stays; what differs is told in its thread, with the new photo."""
    log(play, "item-issue")
    other = {"received_on": "2026-11-20", "detail": "stone lost, too", "wish": "Refund"}
    sent = play.submit("agent2", again(play, **other).form, _duplicate=ADD)
    case = play.case("II-2647-0001")
    assert (case.values["received_on"], case.values["detail"], case.values["wish"]) == (
        "2026-11-20",
        "clasp broken",
        "Reshipment",
    )
    told = play.heard(case.id, "home")[-1]
    assert all(said in told for said in ("Agent 2 added", "stone lost, too", "Customer wants: Refund"))
    assert (sent.words, len(play.cases)) == (
        "Added to II-2647-0001.\nThread of the case https://chat.example/II-2647-0001/home",
        1,
    )
    assert play.rows[case.id]["received_on"] == "2026-11-20"


def test_adding_puts_new_photos_beside_the_old(play: Play) -> None:
    """Both photos are on the case, and only the new one is put into the threads."""
    log(play, "item-issue")
    count = len(play.said)
    new = "slack:F2/stone.jpg"
    play.submit("agent2", again(play, photos=[PHOTO, new]).form, _duplicate=ADD)
    assert play.case("II-2647-0001").values["photos"] == ("slack:F0PHOTO/clasp.jpg", new)
    assert [(say.slot, [file.id for file in say.files]) for say in play.said[count:] if say.files] == [
        ("home", ["F2"]),
        ("supplier", ["F2"]),
    ]


def test_adding_what_is_there_already_changes_nothing(play: Play) -> None:
    """The very same report twice is one report."""
    log(play, "item-issue")
    sent = play.submit("agent2", again(play).form, _duplicate=ADD)
    assert (sent.changed_nothing, "nothing was changed" in sent.words) == (True, True)


def test_what_was_said_is_not_told_to_the_supplier(play: Play) -> None:
    """The addition is said at home; the supplier sees the columns that are his on his card, and no words."""
    log(play, "item-issue")
    play.submit("agent2", again(play, detail="secret of the house").form, _duplicate=ADD)
    assert "secret of the house" not in "\n".join(play.heard("II-2647-0001", "supplier"))


def test_a_choice_of_another_case_is_not_followed(play: Play) -> None:
    """The case to add to comes back from a client: one that is no duplicate of this is never touched."""
    other = log(play, "item-issue", order_no="77777")
    before = play.case(other.id)
    form = play.command("agent2", "/log item-issue").form
    play.submit("agent2", form, **ANSWERS["item-issue"], _duplicate=f"add:{other.id}")
    assert (play.case(other.id), len(play.cases)) == (before, 2)


def test_a_choice_that_lost_its_duplicate_is_filed(play: Play) -> None:
    """Mended to another order while the question stood, it is simply a new case."""
    log(play, "item-issue")
    play.submit("agent2", again(play).form, order_no="10999", _duplicate=ADD)
    assert play.last.values["order_no"] == "10999"


def test_a_supplier_never_learns_of_a_case_he_was_not_asked_about(play: Play) -> None:
    """Kim has the same order open: Bowen's report is filed as if there were none."""
    form = play.command("kim", "/log out-of-stock", CSR).form
    play.submit("kim", form, **ANSWERS["out-of-stock"])
    mine = play.command("bowen", "/log out-of-stock 10428 ring-206 2", SUPPLIER)
    assert (len(play.cases), "0001" in mine.words) == (2, False)


def test_a_supplier_is_shown_his_own_duplicate_without_the_rest(play: Play) -> None:
    """What he logged himself he may add to; the line says nothing he does not see."""
    log(play, "out-of-stock", variant="size 52")
    outcome = play.command("bowen", "/log out-of-stock 10428 ring-206 3", SUPPLIER)
    assert outcome.form.intro[1].startswith(
        "OS-2647-0001 · Out of Stock · Open · 10428 · ring-206 · 22 Nov 2026, "
    )
    assert "Kim" not in outcome.form.intro[1]
