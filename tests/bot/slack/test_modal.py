from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack_blocks import checked_view
from bot.sandbox.slack_ids import Ids
from bot.sandbox.slack_views import initial_values
from bot.slack.modal import answers, context, fields, metadata, modal, told
from config.desk import Desk
from config.load import load_desks
from config.model import Value
from config.tracker import ColumnType, Tracker
from handlers.ask import choices_of, step_questions
from handlers.events import FileRef, FormContext
from handlers.form import Fault, Form, Question
from handlers.message import Button, Message
from handlers.place import CaseId

CONTEXT = FormContext("log", "mhj", "item-issue", home="slack:C0HOME")
CHOICES = (("Broken", "Broken"), ("a & b", "A & <b>"), ("Missing", "Missing"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
TYPES = st.sampled_from(get_args(ColumnType))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def sent(view: Mapping[str, Any]) -> dict[str, Any]:
    """The view as Slack sends it when somebody opens it and presses its button, touching nothing."""
    shown = checked_view(view, Ids(lambda: 0.0), "modal")
    return {**shown, "state": {"values": initial_values(shown)}}


def form(*questions: Question, faults: tuple[Fault, ...] = (), **about: Any) -> Form:
    """A form that asks these questions."""
    return Form(replace(CONTEXT, **about), "Item Issue", "Log it", questions, (), faults)


def values(kind: str) -> st.SearchStrategy[Value]:  # noqa: C901, PLR0911  # a table of strategies by type
    """Values a column of this type can hold."""
    match kind:
        case "qty":
            return st.integers(1, 10_000)
        case "money":
            return st.decimals(0, 1_000_000, places=2).map(lambda amount: f"{amount:.2f}")
        case "date":
            return st.dates().map(lambda day: day.isoformat())
        case "datetime":
            low, high = datetime(2002, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001  # hypothesis adds the zone
            moments = st.datetimes(low, high, timezones=st.just(UTC))
            return moments.map(lambda moment: moment.isoformat(timespec="seconds"))
        case "bool":
            return st.booleans()
        case "enum" | "person" | "currency" | "country":
            return st.sampled_from([value for value, _ in CHOICES])
        case "multi":
            chosen = st.sets(st.sampled_from([value for value, _ in CHOICES]), min_size=1)
            return chosen.map(lambda some: tuple(value for value, _ in CHOICES if value in some))
        case "email":
            return st.just("kim@example.com")
        case "url" | "album":
            return st.just("https://example.com/a?b=c&d=e")
        case "files":
            names = st.lists(st.sampled_from(["F1/a.jpg", "F2/b & c.png"]), min_size=1, unique=True)
            return names.map(lambda some: tuple(f"slack:{name}" for name in some))
        case _:
            return TEXT.filter(lambda text: bool(text.strip()))


@given(st.data())
def test_a_modal_that_is_sent_untouched_answers_what_it_was_filled_with(data: st.DataObject) -> None:
    """For every type of column: the value put into the form is the answer that comes out of it."""
    kind = data.draw(TYPES)
    value = data.draw(st.none() | values(kind))
    choices = CHOICES if kind in {"enum", "multi", "person", "currency", "country"} else ()
    question = Question("it", "It", kind, data.draw(st.booleans()), choices, "A hint", value)
    answered = answers(sent(modal(form(question))))
    assert answered.keys() == {"it"}
    assert _stored(answered["it"], kind) == value


def _stored(raw: Any, kind: str) -> Value | None:
    """A raw answer in the shape a case stores, as reading it would give."""
    if isinstance(raw, list):
        return tuple(str(part) for part in raw)
    return int(raw) if kind == "qty" and raw is not None else raw


def desks() -> list[tuple[Desk, Tracker]]:
    """Every declared tracker."""
    return [(desk, tracker) for desk in load_desks().values() for tracker in desk.trackers.values()]


@pytest.mark.parametrize(("desk", "tracker"), desks(), ids=lambda part: part.key)
def test_every_form_of_every_declared_tracker_is_one_that_slack_takes(desk: Desk, tracker: Tracker) -> None:
    """Slack's own checks of a view find nothing, for the form of every step with every question asked."""
    for step in ("log", "triage", "supplier", "resolve", "finance"):
        columns = tracker.of_step(step)
        questions = step_questions(columns, desk, tracker, {}, required=True)
        faults = tuple(Fault(column.key, "This is needed.") for column in columns)
        drawn = modal(replace(form(*questions, faults=faults), title=tracker.title[:24]))
        assert fields(sent(drawn)) == tuple(column.key for column in columns)
        for column in columns:
            offered = [value for value, _ in choices_of(column, desk, tracker)]
            assert all(value in json.dumps(drawn, ensure_ascii=False) for value in offered)


@given(
    st.lists(st.builds(Question, TEXT, TEXT, TYPES, st.booleans(), hint=TEXT, value=st.none()
        | TEXT | st.integers() | st.booleans() | st.lists(TEXT, max_size=3).map(tuple),
        choices=st.lists(st.tuples(TEXT, TEXT), max_size=120).map(tuple), redraws=st.booleans()),
        unique_by=lambda question: question.key, max_size=6),
    TEXT, TEXT,
)  # fmt: skip
def test_a_form_with_any_words_in_it_is_one_that_slack_takes(
    questions: list[Question], title: str, sentence: str
) -> None:
    """Labels, hints, choices and values of any length and kind: the view is cut, never refused."""
    named = [replace(question, key=f"k{number}") for number, question in enumerate(questions)]
    faults = (Fault("k0", sentence), Fault("elsewhere", sentence))
    drawn = modal(Form(CONTEXT, title, title, tuple(named), (sentence,), faults))
    assert answers(sent(drawn)).keys() == {question.key for question in named}


def test_an_answer_that_does_not_fit_its_input_is_shown_in_words() -> None:
    """Slack refuses a number input with letters in it, so the modal says what was written."""
    question = Question("qty", "Qty affected", "qty", True, (), "", "a few")
    [asked, note] = modal(form(question))["blocks"]
    assert "initial_value" not in asked["element"]
    assert note["elements"][0]["text"] == "You wrote: a few"


def test_a_fault_stands_under_its_field() -> None:
    """Faults of a redrawn form are read where they are to be put right; others stand on top."""
    one, two = Question("one", "One", "text"), Question("two", "Two", "text")
    blocks = modal(form(one, two, faults=(Fault("one", "Too long."), Fault("", "Ask Kim."))))["blocks"]
    read = [
        block["elements"][0]["text"] if block["type"] == "context" else block["block_id"] for block in blocks
    ]
    assert read == ["⚠️ Ask Kim.", "one", "⚠️ Too long.", "two"]


def test_an_answer_that_shows_others_is_sent_at_once() -> None:
    """Only an input whose answer redraws the form dispatches."""
    plain, watched = Question("a", "A", "text"), Question("b", "B", "enum", False, CHOICES, redraws=True)
    assert [block.get("dispatch_action", False) for block in modal(form(plain, watched))["blocks"]] == [
        False,
        True,
    ]


def test_files_that_are_there_already_count_and_are_named() -> None:
    """A form cannot hold files that came with a message: they travel with it, and uploads join them."""
    question = Question("photos", "Photos", "files", True, value=("slack:F1/a.jpg",))
    view = sent(modal(form(question)))
    assert view["blocks"][1]["elements"][0]["text"] == "Already attached: a.jpg"
    assert view["blocks"][0]["optional"] is True
    uploaded = {"id": "F2", "name": "b.png", "mimetype": "image/png", "size": 7}
    view["state"]["values"]["photos"]["photos"]["files"] = [uploaded, {"id": "F1"}]
    files = answers(view)["photos"]
    assert [file.id for file in files] == ["F1", "F2"]
    assert files[1] == FileRef("slack", "F2", "b.png", "image/png", 7)


def test_more_choices_than_a_select_holds_come_in_groups() -> None:
    """Slack takes 100 options in a list; more are grouped, none is lost."""
    choices = tuple((f"c{number:03}", f"Choice {number:03}") for number in range(250))
    element = modal(form(Question("it", "It", "enum", False, choices, value="c249")))["blocks"][0]["element"]
    groups = element["option_groups"]
    assert [len(group["options"]) for group in groups] == [100, 100, 50]
    assert groups[2]["label"]["text"] == "Choice 200 – Choice 249"
    assert element["initial_option"]["value"] == "c249"


EXTRAS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    TEXT | st.integers(0, 99) | st.booleans() | st.lists(TEXT, max_size=3).map(tuple),
    max_size=3,
)


@given(st.text("xyz", min_size=1, max_size=9), st.none() | TEXT.filter(bool), TEXT, EXTRAS)
def test_what_a_form_is_about_comes_back(
    purpose: str, case: str | None, value: str, extra: dict[str, Value]
) -> None:
    """The context survives its way through the client."""
    about = FormContext(purpose, "mhj", "refund", CaseId(case) if case else None, value, "slack:C1", extra)
    written = metadata(about)
    assert len(written) <= 3_000
    if len(json.dumps(written)) < 2_500:
        assert context(written) == about


def test_a_long_message_is_cut_to_what_a_form_can_carry() -> None:
    """Slack keeps 3,000 characters for us: the longest extra gives way, the rest stays."""
    about = replace(CONTEXT, extra={"said": 'é\n"' * 1_500, "files": ("slack:F1/a.jpg",)})
    back = context(metadata(about))
    assert back is not None
    assert back.extra["files"] == ("slack:F1/a.jpg",)
    assert len(str(back.extra["said"])) > 500


@given(ANYTHING)
def test_hostile_metadata_is_nothing(hostile: Any) -> None:
    """What a client sends back as context is read totally: a context, or None."""
    for text in (hostile, json.dumps(hostile)):
        assert isinstance(context(text), FormContext | None)


@pytest.mark.parametrize(
    "hostile",
    ["", "{", "[" * 5_000, "null", "[]", '{"purpose": 1, "desk": "mhj"}', '{"purpose": "log"}',
     '{"purpose": "log", "desk": "mhj", "extra": {"a": {"b": 1}}}', '{"purpose": "log", "desk": "mhj", "extra": []}'],
)  # fmt: skip
def test_metadata_of_another_shape_is_no_context(hostile: str) -> None:
    """A context that is not whole is none at all."""
    assert context(hostile) is None


@given(ANYTHING, ANYTHING)
def test_reading_answers_is_total(state: Any, private: Any) -> None:
    """Any JSON for a view's state and metadata gives answers, not an error."""
    view = {"state": state, "private_metadata": private if isinstance(private, str) else json.dumps(private)}
    assert isinstance(answers(view), dict)
    assert isinstance(answers({"state": {"values": {"a": {"a": state}}}}), dict)


def test_an_answer_takes_the_place_of_a_form() -> None:
    """The view that shows an answer is one that Slack takes, with its buttons and its context."""
    drawn = told(
        Message("Done", ("II-1 is logged.",), buttons=(Button("Show", "show"),)), {}, metadata(CONTEXT)
    )
    assert context(sent(drawn)["private_metadata"]) == CONTEXT
    assert [block["type"] for block in drawn["blocks"]] == ["header", "section", "actions"]
