"""What a supplier sees: the columns that are declared for him and nothing else, on every road there is."""

from __future__ import annotations

import pytest

from config.desk import Desk
from config.model import Value
from config.tracker import Tracker
from handlers.case import Case
from handlers.place import CaseId, PersonKey
from tests.handlers.complete import log
from tests.handlers.play import NOW, SUPPLIER, Outcome, Play, everything, question_keys, values_of

POSTED = ["item-issue", "request", "reshipment", "out-of-stock"]
"""The trackers that post to a supplier."""


def marked(tracker: Tracker, desk: Desk) -> dict[str, Value]:
    """A value for every column of a tracker that stands nowhere else."""
    values: dict[str, Value] = {}
    for number, column in enumerate(tracker.columns):
        mark = f"mark{number:03}"
        match column.type:
            case "qty":
                values[column.key] = 7_000 + number
            case "money":
                values[column.key] = f"{7_000 + number}.00"
            case "bool":
                continue
            case "enum":
                values[column.key] = desk.choices[str(column.choices)][0]
            case "multi" | "files":
                values[column.key] = (f"slack:F{number}/{mark}",)
            case "date":
                values[column.key] = f"2031-01-{number + 1:02}"
            case "datetime":
                values[column.key] = f"2031-01-{number + 1:02}T10:00+01:00"
            case "person":
                values[column.key] = "bram"
            case _:
                values[column.key] = mark
    return values


def hidden(tracker: Tracker, desk: Desk) -> list[str]:
    """How the values of columns that are not the supplier's would read; choices stand for many columns."""
    sees = tracker.supplier_post.sees if tracker.supplier_post else ()
    values = marked(tracker, desk)
    shown = {str(values[key]) for key in sees if key in values}
    return [
        str(value[0] if isinstance(value, tuple) else value)
        for key, value in values.items()
        if key not in sees and str(value) not in shown and tracker.column(key).type != "enum"
    ]


def filled(play: Play, key: str, status: str, **changes: object) -> Case:
    """A case of a tracker with every column filled in, asked of the supplier."""
    tracker = play.desk.trackers[key]
    case = Case(
        id=CaseId(f"{tracker.prefix}-2647-0001"),
        desk=play.desk.key,
        tracker=key,
        status=status,
        owner=PersonKey("kim"),
        reporter=PersonKey("agent"),
        opened_at=NOW,
        changed_at=NOW,
        source="slack",
        values=marked(tracker, play.desk),
        closed_at=NOW if status in play.desk.flow_of(tracker).closed else None,
        requested_at=NOW,
        home_link="https://home.example/secret",
        row_link="https://row.example/secret",
        **changes,  # type: ignore[arg-type]  # fields of a case
    )
    play.cases[case.id] = case
    for slot in ("home", "supplier"):
        play._show(case.id, slot)  # type: ignore[arg-type]  # one of the two
    return case


def leaks(text: str, tracker: Tracker, desk: Desk) -> list[str]:
    """The hidden values that stand in a text, and links that are not the supplier's."""
    return [value for value in [*hidden(tracker, desk), "row.example", "home.example"] if value in text]


@pytest.mark.parametrize("key", POSTED)
def test_the_request_shows_only_what_he_may_see(play: Play, key: str) -> None:
    """No value of any other column stands in the supplier's post, in any state, nor in its buttons."""
    tracker = play.desk.trackers[key]
    posts = [
        everything(play.card(filled(play, key, state).id, "supplier"))
        for state in play.desk.flow_of(tracker).states
    ]
    assert leaks("\n".join(posts), tracker, play.desk) == []


@pytest.mark.parametrize("key", POSTED)
def test_the_request_shows_all_that_he_may_see(play: Play, key: str) -> None:
    """Every column declared for him is on it, by its header."""
    tracker = play.desk.trackers[key]
    case = filled(play, key, play.desk.flow_of(tracker).initial)
    labels = {label for label, _ in play.card(case.id, "supplier").facts}
    sees = tracker.supplier_post.sees if tracker.supplier_post else ()
    assert labels == {tracker.column(key).header for key in sees}


@pytest.mark.parametrize("key", POSTED)
def test_a_change_tells_him_only_what_he_may_see(play: Play, key: str) -> None:
    """Every column that takes words changes, by command and by hand in the sheet: his thread names his own."""
    tracker = play.desk.trackers[key]
    sees = tracker.supplier_post.sees if tracker.supplier_post else ()
    case = filled(play, key, play.desk.flow_of(tracker).initial)
    words = [column for column in tracker.columns if column.type in {"text", "longtext", "code", "sku"}]
    answers = {column.key: f"new{number}" for number, column in enumerate(words) if column.step != "system"}
    play.command("kim", f"/update {case.id} " + " ".join(f'{name}="{new}"' for name, new in answers.items()))
    play.edit_row(case.id, **{name: f"{new}x" for name, new in answers.items()})
    heard = "\n".join(play.heard(case.id, "supplier"))
    assert (leaks(heard, tracker, play.desk), heard.count("changed the request")) == ([], 2)
    told = {name for name, new in answers.items() if f"{new}x" in heard}
    assert told == {name for name in answers if name in sees}


def roads(play: Play, case: Case) -> list[Outcome]:
    """Everything a supplier can do with a case of his."""
    tracker = play.desk.trackers[case.tracker]
    commands = [f"/case {case.id}", f"/find {case.id}", "/mine", f"/update {case.id}", f"/done {case.id}"]
    commands += [f"/assign {case.id} kim", f"/update {case.id} notes=x", f"/update {case.id} resolution="]
    emptied = " ".join(f"{column.key}=" for column in tracker.columns)
    commands += [f"/done {case.id} {emptied} foo bar", f"/done {case.id} resolution=x {emptied} foo"]
    outcomes = [play.command("bowen", said, SUPPLIER) for said in commands]
    presses = ["show", "acknowledge", "update", "assign", "send"]
    outcomes += [play.press("bowen", action, case.id) for action in presses]
    outcomes += [play.press("bowen", "answer", case.id, column.key) for column in tracker.columns]
    flow = play.desk.flow_of(tracker)
    outcomes += [play.press("bowen", "move", case.id, state) for state in flow.states]
    outcomes += [play.submit("bowen", each.decision.form) for each in outcomes if each.decision.form]
    outcomes += [
        play.say("bowen", case.id, "supplier", word) for word in ("done", "ok", "cancel", "wip", "hello")
    ]
    return outcomes


@pytest.mark.parametrize("key", POSTED)
def test_no_road_shows_him_more(play: Play, key: str) -> None:
    """Commands, buttons, forms and words of the supplier answer with nothing that is not his."""
    tracker = play.desk.trackers[key]
    case = filled(play, key, play.desk.flow_of(tracker).initial, acknowledged_by=None)
    seen = []
    for outcome in roads(play, case):
        form = outcome.decision.form
        seen.append(outcome.words)
        seen.append(f"{form.intro} {values_of(form)} {form.title}" if form else "")
        seen += outcome.faults.values()
    assert leaks("\n".join(seen), tracker, play.desk) == []


@pytest.mark.parametrize("key", POSTED)
def test_nothing_the_desk_does_tells_him_more(play: Play, key: str) -> None:
    """Updates, moves, talk and additions of the desk: what is said under his request has nothing hidden."""
    tracker = play.desk.trackers[key]
    flow = play.desk.flow_of(tracker)
    case = filled(play, key, flow.initial)
    form = play.press("kim", "update", case.id).form
    new = {"resolution": "mark-res", "notes": "mark-note"}
    play.submit("kim", form, **{key: value for key, value in new.items() if key in question_keys(form)})
    for word in ("the customer is angry", "done", "cancel", "wip"):
        play.say("agent", case.id, "home", word)
    for state in flow.states:
        outcome = play.press("kim", "move", case.id, state)
        if outcome.decision.form:
            play.submit("kim", outcome.form)
    said = "\n".join(play.heard(case.id, "supplier"))
    assert leaks(said, tracker, play.desk) == []
    assert "mark-" not in said
    assert "angry" not in said


def test_he_finds_a_case_only_by_what_he_sees(play: Play) -> None:
    """The ticket is not his to know: looking for it must not tell him that it belongs to the case."""
    log(play, "item-issue")
    assert "I found no case for 88" in play.command("bowen", "/find 88", SUPPLIER).words
    assert "1 case for 10423" in play.command("bowen", "/find 10423", SUPPLIER).words


def test_he_does_not_find_what_he_was_not_asked_about(play: Play) -> None:
    """A reshipment that waits for approval is not his yet."""
    case = log(play, "reshipment")
    for said in ("/find 10426", f"/find {case.id}", f"/case {case.id}", "/mine"):
        assert "10426" not in play.command("bowen", said, SUPPLIER).words.replace("case for 10426", "")
    assert play.press("bowen", "show", case.id).words.startswith(
        f"There is no case {case.id} that you may see"
    )


def test_he_sees_what_he_logged_himself(play: Play) -> None:
    """His out-of-stock report is his to look up and to complete before anybody asks him back."""
    case = log(play, "out-of-stock", notes="inner note")
    seen = play.command("bowen", f"/case {case.id}", SUPPLIER)
    assert ("ring-206" in seen.words, "inner note" in seen.words) == (True, False)
    assert "Acknowledge" not in [button.label for button in seen.buttons]
    play.command("bowen", f"/update {case.id} restock=2026-12-24", SUPPLIER)
    assert play.case(case.id).values["restock_eta"] == "2026-12-24"


def test_address_and_name_are_his_only_where_he_ships(mhj: Desk) -> None:
    """Contacts stand in `sees` of the reshipment alone."""
    contacts = {"address", "email", "phone"}
    seen = {
        key
        for key in POSTED
        for column in mhj.trackers[key].columns
        if (post := mhj.trackers[key].supplier_post) and column.key in post.sees and column.type in contacts
    }
    assert seen == {"reshipment"}


def test_a_seat_in_another_channel_is_no_seat_in_this_one(play: Play) -> None:
    """Two suppliers: each sees the cases posted to the channel where he has a seat."""
    people, channels = play.desk.people, play.desk.channels
    bowen = people["bowen"].model_copy(update={"roles": ("supplier", "nl")})
    other = people["bowen"].model_copy(update={"slack": "U0OTHER", "roles": ("supplier", "cn")})
    channel = channels["supplier_nl"].model_copy(update={"roles": ("nl",)})
    play.desk = play.desk.model_copy(
        update={
            "people": {**people, "bowen": bowen, "other": other},
            "channels": {**channels, "supplier_nl": channel},
        }
    )
    case = log(play, "request")
    assert "10424" in play.command("bowen", f"/case {case.id}", SUPPLIER).words
    assert play.command("other", f"/case {case.id}", SUPPLIER).is_refused


def test_the_request_says_what_is_asked_and_by_whom(play: Play) -> None:
    """A person can act on it: question, order, who asks, where to answer."""
    case = log(play, "item-issue")
    card = play.card(case.id, "supplier")
    assert card.headline == f"Item Issue {case.id} · Posted"
    assert card.lines == ("Please look at this and tell us what you can do, and by when.",)
    assert card.footer == "Asked by Agent, MHJ Customer Support. Reply to this message; it reaches the desk."
    assert [button.label for button in card.buttons] == [
        "Acknowledge", "Reship tracking #", "In progress", "Answer", "Done",
    ]  # fmt: skip


def test_a_closed_request_asks_nothing_more(play: Play) -> None:
    """Its state is on it, and there is nothing to press."""
    case = log(play, "request")
    play.command("agent", f"/done {case.id} told")
    card = play.card(case.id, "supplier")
    assert (card.headline, card.lines, card.buttons) == (f"Requests {case.id} · Done", (), ())


def test_structured_answers_have_a_button_each(play: Play) -> None:
    """What is asked of him by a column is one press and one question away, in the supplier's words."""
    case = log(play, "request", kind="Tracking")
    form = play.press_button("bowen", play.button(case.id, "Tracking #", "supplier")).form
    assert (question_keys(form), form.questions[0].required) == (["tracking_no"], True)
    sent = play.submit("bowen", form, tracking_no="3sabc 1234567")
    assert (play.case(case.id).values["tracking_no"], sent.words) == (
        "3SABC1234567",
        f"{case.id} is updated.",
    )
    assert play.heard(case.id, "home")[-1] == "Bowen updated:\nTracking #: 3SABC1234567"


def test_a_wrong_structured_answer_stands_on_its_field(play: Play) -> None:
    """The form stays open."""
    case = log(play, "request", kind="Tracking")
    form = play.press_button("bowen", play.button(case.id, "Tracking #", "supplier")).form
    assert "is not a tracking number" in play.submit("bowen", form, tracking_no="no").faults["tracking_no"]


def test_who_drops_a_request_tells_him(play: Play) -> None:
    """A card that changes is not heard: cancelling and taking up again are said under it."""
    case = log(play, "request")
    form = play.press_button("agent", play.button(case.id, "Cancelled")).form
    play.submit("agent", form, cancel_reason="customer changed her mind")
    play.press_button("agent", play.button(case.id, "Back to Open"))
    assert play.heard(case.id, "supplier") == [
        f"Agent moved {case.id} to Cancelled. Nothing more is needed here.",
        f"Agent took {case.id} up again: it is Posted.",
    ]
