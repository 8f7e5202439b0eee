"""Proofs of items: photos of an order, kept in the case's thread and counted in its row."""

from __future__ import annotations

from handlers.events import FileRef
from tests.handlers.complete import PHOTO, log
from tests.handlers.play import Play, question_keys

OTHER = FileRef("slack", "F0OTHER", "box.jpg", "image/jpeg", 1000)


def test_photos_are_counted_in_the_row_and_shown_in_the_thread(play: Play) -> None:
    """Whoever logs a proof has it; no album is promised."""
    case = log(play, "proof", photos=[PHOTO, OTHER])
    row = play.rows[case.id]
    assert (case.owner, row["photos"], row["photo_count"], row.get("album_link")) == (
        "agent",
        ("clasp.jpg", "box.jpg"),
        2,
        None,
    )
    assert [[file.name for file in said.files] for said in play.said if said.files] == [
        ["clasp.jpg", "box.jpg"]
    ]


def test_photos_sent_with_the_command_log_it_at_once(play: Play) -> None:
    """In a message with its photos, as people send them."""
    outcome = play.command("agent", "!log photos 10432 broken".removeprefix("!"), typed=True, files=(PHOTO,))
    assert (play.last.id in outcome.words, play.last.values["photo_count"]) == (True, 1)


def test_more_photos_raise_the_count(play: Play) -> None:
    """A second proof of the order is offered to be added to the first; nothing is doubled."""
    case = log(play, "proof")
    again = play.command("lead", "log proof 10432 broken", typed=True, files=(OTHER,))
    form = play.press_button("lead", again.buttons[0]).form
    sent = play.submit("lead", form)
    assert question_keys(sent.form)[0] == "_duplicate"
    play.submit("lead", sent.form, _duplicate=f"add:{case.id}")
    assert (play.case(case.id).values["photo_count"], play.rows[case.id]["photo_count"], len(play.cases)) == (
        2,
        2,
        1,
    )


def test_a_proof_that_names_its_item_issue_is_no_duplicate_any_more(play: Play) -> None:
    """The next photos of the order may be about something else."""
    case = log(play, "proof")
    play.command("agent", f"/update {case.id} linked_case=II-2647-0001")
    log(play, "proof")
    assert len(play.cases) == 2


def test_the_link_of_an_album_comes_in_by_hand(play: Play) -> None:
    """Typed in the row, it is the case's; the count stays the bot's own."""
    case = log(play, "proof")
    link = "https://photos.app.goo.gl/abc"
    play.edit_row(case.id, album_link=link, photo_count="9")
    after = play.case(case.id)
    assert (after.values["album_link"], after.values["photo_count"], play.rows[case.id]["photo_count"]) == (
        link,
        1,
        1,
    )
