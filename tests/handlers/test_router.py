"""How an outcome reaches its actor: at once where the platform can, else in words that only they see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import router
from handlers.effects import Reply, Whisper
from handlers.events import ButtonPressed, CommandIssued, FormContext, MessageLogged
from handlers.form import Form
from handlers.message import Button, Link, Message
from handlers.place import CaseId, EventId
from tests.handlers.complete import log
from tests.handlers.play import CSR, DIRECT, SUPPLIER, Outcome, Play, values_of


def told_as(outcome: Outcome) -> str:
    """How the actor was told."""
    if outcome.decision.answer is not None:
        return "at once"
    kinds = [
        type(effect).__name__ for effect in outcome.decision.effects if isinstance(effect, Whisper | Reply)
    ]
    return ", ".join(kinds)


def test_a_slash_command_is_answered_at_once(play: Play) -> None:
    """The platform shows it to its author alone."""
    assert told_as(play.command("agent", "/find 1")) == "at once"


def test_a_typed_command_is_answered_in_a_whisper(play: Play) -> None:
    """Others in the channel may not be allowed to read it."""
    case = log(play, "request")
    outcome = play.command("agent", "/case", play.thread(case.id, "home"), typed=True)
    whisper = next(effect for effect in outcome.decision.effects if isinstance(effect, Whisper))
    assert (whisper.place, whisper.user) == (play.thread(case.id, "home"), "U0AGENT")


def test_in_a_direct_message_it_is_a_reply(play: Play) -> None:
    """Nobody else is there: what was typed there reached us, so we are part of it."""
    assert told_as(play.command("agent", "/find 1", DIRECT, typed=True)) == "Reply"


def test_a_press_in_a_direct_message_is_answered_at_once(play: Play) -> None:
    """It may be one between two people, where the bot cannot post: only the press itself can be answered."""
    case = log(play, "request")
    assert told_as(play.press("agent", "show", case.id, place=DIRECT)) == "at once"
    assert told_as(play.press("agent", "acknowledge", case.id, place=DIRECT)) == "at once"


def test_a_button_is_answered_in_a_whisper(play: Play) -> None:
    """Its message stays for the others."""
    case = log(play, "request")
    assert told_as(play.press("agent", "show", case.id)) == "Whisper"


def test_a_form_knows_where_it_was_asked_for(play: Play) -> None:
    """So that what comes of it is authorised there, and told there."""
    case = log(play, "request")
    for action in ("update", "assign", "send", "answer"):
        form = play.press("agent", action, case.id, "supplier_reply" if action == "answer" else "").form
        assert form.context.home == CSR.key


@pytest.mark.parametrize("action", ["", "unknown", "log_", "deskbell_again"])
def test_a_button_that_is_none_of_ours_is_nothing(play: Play, action: str) -> None:
    """Not an error, and not a word."""
    assert play.press("agent", action, "RQ-2647-0001").is_ignored


def test_a_form_that_is_none_of_ours_is_nothing(play: Play) -> None:
    """Sent and changed."""
    form = Form(FormContext("unknown", "mhj", "request", None, "", CSR.key), "x", "y", ())
    assert (play.submit("agent", form).is_ignored, play.change("agent", form).is_ignored) == (True, True)


@pytest.mark.parametrize("case", [None, "", "II-2647-0001", "x" * 500, "<!channel>"])
@pytest.mark.parametrize("action", ["show", "acknowledge", "move", "update", "answer", "assign", "send"])
def test_a_button_about_no_case_is_refused(play: Play, action: str, case: str | None) -> None:
    """What it carries is a hint of a client."""
    outcome = play.press("agent", action, case)
    assert outcome.is_refused
    assert len(outcome.words) < 200


def test_a_form_whose_case_is_gone_is_refused(play: Play) -> None:
    """The case disappeared while the form was open."""
    case = log(play, "request")
    forms = [play.press("agent", action, case.id).form for action in ("update", "assign", "send")]
    forms.append(play.press("agent", "move", case.id, "Done").form)
    play.cases.clear()
    assert all(play.submit("agent", form).is_refused for form in forms)
    assert play.change("agent", forms[0]).is_ignored


def test_the_door_of_a_form_says_what_is_missing(play: Play) -> None:
    """A typed command whose form cannot open: what is wrong, and a button."""
    outcome = play.command("agent", "/log request 10424 FD-89 hold", typed=True)
    assert outcome.words.splitlines()[0] == "Requests needs a few answers: open the form."
    assert [button.label for button in outcome.buttons] == ["Open the form"]


def test_the_door_of_a_move_names_the_state(play: Play) -> None:
    """And what the case goes from and to."""
    case = log(play, "request")
    outcome = play.command("agent", f"/done {case.id}", typed=True)
    assert outcome.words.splitlines()[:2] == [
        "Done needs a few answers: open the form.",
        f"{case.id} goes from Posted to Done.",
    ]


def test_what_was_typed_comes_along_through_the_door(play: Play) -> None:
    """An update with something wrong in it: nothing has to be typed again."""
    case = log(play, "item-issue")
    door = play.command("agent", f'/update {case.id} tracking=x defect="loose clasp"', typed=True)
    form = play.press_button("agent", door.buttons[0]).form
    assert (values_of(form)["tracking_no"], values_of(form)["defect_tag"]) == ("x", "loose clasp")


@pytest.mark.parametrize("name", ["update", "assign", "done"])
def test_doors_of_case_forms_lead_to_them(play: Play, name: str) -> None:
    """The button behind a typed command opens the form that the slash command would have opened."""
    case = log(play, "request")
    slash = play.command("agent", f"/{name} {case.id}").form
    door = play.command("agent", f"/{name} {case.id}", typed=True)
    assert play.press_button("agent", door.buttons[0]).form == slash


class TestWhereNoFormOpens:
    """Guided events: of a platform whose forms are asked one question at a time."""

    def test_a_form_stays_a_form(self, play: Play) -> None:
        """Typed or not: whoever asks its questions does so without a door to it."""
        outcome = play.happen(replace(_typed(play, "agent", "item-issue"), guided=True))
        assert outcome.form.title == "Item Issue"
        assert outcome.form.context.home == CSR.key

    def test_a_press_there_is_told_for_a_moment(self, play: Play) -> None:
        """What is short and plain; what has more to it, or is longer, is written."""
        case = log(play, "request")
        pressed = _pressed(play, "agent", "acknowledge", case.id)
        assert told_as(play.happen(pressed)) == "at once"
        assert told_as(play.happen(replace(pressed, toast=10))) == "Whisper"
        assert told_as(play.happen(replace(pressed, toast=10, place=DIRECT))) == "Reply"
        shown = replace(pressed, action="show")
        assert told_as(play.happen(shown)) == "Whisper"

    def test_among_suppliers_a_supplier_is_answered_where_he_asked(self, play: Play) -> None:
        """Below his message; the desk there, and he himself elsewhere, in a whisper."""
        for who, place, told in (
            ("bowen", SUPPLIER, Reply),
            ("agent", SUPPLIER, Whisper),
            ("bowen", CSR, Whisper),
        ):
            event = replace(_typed(play, who, "10423"), name="find", place=place, guided=True)
            [effect] = play.happen(event).decision.effects
            assert isinstance(effect, told)
            assert effect.place == (place.in_thread("m7") if told is Reply else place)

    def test_a_refused_message_is_told_in_a_whisper(self, play: Play) -> None:
        """Nothing is shown at once there, and what was to be logged was asked for in front of others."""
        asked = MessageLogged(
            id=EventId("logged"),
            account=play.account("stranger"),
            place=CSR,
            at=play.now,
            text="it is broken",
            link="",
            guided=True,
        )
        assert told_as(play.happen(asked)) == "Whisper"
        assert told_as(play.happen(replace(asked, guided=False))) == "at once"
        mine = replace(asked, account=play.account("agent"))
        assert play.happen(mine).form.context.purpose == "choose"

    def test_an_example_is_a_command_as_it_is_written_there(self, play: Play) -> None:
        """With a slash, although it was a message."""
        told = play.happen(replace(_typed(play, "agent", ""), name="done", guided=True)).words
        assert "/done" in told


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        (Message("Done", ("It is.",)), True),
        (Message(lines=("x" * 200,)), True),
        (Message(lines=("x" * 201,)), False),
        (Message(lines=("😀" * 101,)), False),
        (Message("a" * 100, ("b" * 100,)), False),
        (Message(lines=("x",), quote="said"), False),
        (Message(lines=("x",), facts=(("a", "b"),)), False),
        (Message(lines=("x",), buttons=(Button("a", "show"),)), False),
        (Message(lines=("x",), links=(Link("a", "https://a.example"),)), False),
    ],
)
def test_only_a_few_plain_words_fit_a_moment(message: Message, fits: bool) -> None:
    """As Telegram counts them, in UTF-16 units."""
    assert router.fits_toast(message, 200) is fits


def test_nothing_fits_where_nothing_is_shown_for_a_moment() -> None:
    """Slack has no such thing."""
    assert not router.fits_toast(Message(lines=("x",)), 0)


def _typed(play: Play, who: str, said: str) -> CommandIssued:
    return CommandIssued(
        id=EventId(f"typed:{play.count}:{who}"),
        account=play.account(who),
        place=CSR,
        at=play.now,
        name="log",
        text=said,
        message="m7",
    )


def _pressed(play: Play, who: str, action: str, case: CaseId) -> ButtonPressed:
    return ButtonPressed(
        id=EventId("pressed"),
        account=play.account(who),
        place=CSR,
        at=play.now,
        guided=True,
        action=action,
        case=case,
        toast=200,
    )
