"""Block Kit's limits: what is refused, and that the vendor's own models are not."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk_blocks
from slack_sdk.models import views as sdk_views
from slack_sdk.models.blocks import Block, BlockElement

from bot.sandbox.slack_blocks import BLOCKS, VIEWS, checked_view, message_blocks
from bot.sandbox.slack_elements import ELEMENTS
from bot.sandbox.slack_ids import Ids
from bot.sandbox.slack_refusal import SlackRefusal
from tests.bot.sandbox.slack_room import asks, button, modal, options, section

PLAIN = "plain_text"


def ids() -> Ids:
    """Ids of a clock that stands still."""
    return Ids(lambda: 1_700_000_000.0)


def faults(*blocks: Any) -> list[str]:
    """What a message with these blocks is refused for; empty when it is taken."""
    try:
        message_blocks(list(blocks), ids())
    except SlackRefusal as refusal:
        return refusal.messages or [refusal.error]
    return []


def view_faults(view: Any) -> list[str]:
    """What a modal is refused for."""
    try:
        checked_view(view, ids(), "modal")
    except SlackRefusal as refusal:
        return refusal.messages or [refusal.error]
    return []


def text(length: int, kind: str = PLAIN) -> dict[str, Any]:
    """A text object of so many characters."""
    return {"type": kind, "text": "x" * length}


def actions(*elements: Any) -> dict[str, Any]:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def select(count: int, **more: Any) -> dict[str, Any]:
    """A select with so many options."""
    return {"type": "static_select", "action_id": "s", "options": options(*map(str, range(count))), **more}


def grouped(count: int) -> dict[str, Any]:
    """A select with so many groups of one option."""
    groups = [{"label": text(75), "options": options(str(n))} for n in range(count)]
    return {"type": "static_select", "action_id": "s", "option_groups": groups}


LIMITS: list[tuple[str, Any, Any]] = [
    ("section text", section("x" * 3000), section("x" * 3001)),
    (
        "section fields",
        {"type": "section", "fields": [text(200)] * 10},
        {"type": "section", "fields": [text(1)] * 11},
    ),
    ("field text", {"type": "section", "fields": [text(2000)]}, {"type": "section", "fields": [text(2001)]}),
    ("header", {"type": "header", "text": text(150)}, {"type": "header", "text": text(151)}),
    ("header kind", {"type": "header", "text": text(1)}, {"type": "header", "text": text(1, "mrkdwn")}),
    (
        "context",
        {"type": "context", "elements": [text(1)] * 10},
        {"type": "context", "elements": [text(1)] * 11},
    ),
    (
        "actions",
        actions(*(button("x", f"a{n}") for n in range(25))),
        actions(*(button("x", f"a{n}") for n in range(26))),
    ),
    ("button text", actions(button("x" * 75, "a")), actions(button("x" * 76, "a"))),
    ("button value", actions(button("x", "a", "v" * 2000)), actions(button("x", "a", "v" * 2001))),
    ("action id", actions(button("x", "a" * 255)), actions(button("x", "a" * 256))),
    (
        "action ids differ",
        actions(button("x", "a"), button("x", "b")),
        actions(button("x", "a"), button("x", "a")),
    ),
    (
        "button style",
        actions({**button("x", "a"), "style": "danger"}),
        actions({**button("x", "a"), "style": "blue"}),
    ),
    ("block id", {**section("x"), "block_id": "b" * 255}, {**section("x"), "block_id": "b" * 256}),
    ("options", actions(select(100)), actions(select(101))),
    ("option groups", actions(grouped(100)), actions(grouped(101))),
    ("options or groups", actions(select(1)), actions({"type": "static_select", "action_id": "s"})),
    (
        "initial option",
        actions(select(2, initial_option=options("1")[0])),
        actions(select(2, initial_option=options("9")[0])),
    ),
    ("placeholder", actions(select(1, placeholder=text(150))), actions(select(1, placeholder=text(151)))),
    (
        "overflow",
        actions({"type": "overflow", "options": options(*"abcde")}),
        actions({"type": "overflow", "options": options(*"abcdef")}),
    ),
    (
        "radio buttons",
        actions({"type": "radio_buttons", "options": options(*"abcdefghij")}),
        actions({"type": "radio_buttons", "options": options(*"abcdefghijk")}),
    ),
    (
        "date",
        actions({"type": "datepicker", "initial_date": "2026-01-31"}),
        actions({"type": "datepicker", "initial_date": "31.1.2026"}),
    ),
    (
        "image alt text",
        {"type": "image", "image_url": "http://x", "alt_text": "a" * 2000},
        {"type": "image", "image_url": "http://x"},
    ),
    ("unknown key", section("x"), {**section("x"), "colour": "red"}),
    ("nothing said", section("x"), {"type": "section"}),
    ("empty text", section("x"), section("")),
]


@pytest.mark.parametrize(("name", "fits", "too_much"), LIMITS, ids=[each[0] for each in LIMITS])
def test_a_message_block_is_taken_up_to_its_limit_and_not_past_it(
    name: str, fits: Any, too_much: Any
) -> None:
    """The last thing that fits is taken; the first that does not is refused with one fault or more."""
    assert (faults(fits), faults(too_much) != []) == ([], True), name


def test_a_message_has_fifty_blocks_and_a_view_a_hundred() -> None:
    """One more is refused."""
    divider = {"type": "divider"}
    assert faults(*[divider] * 50) == []
    assert faults(*[divider] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert view_faults(modal(*[divider] * 100)) == []
    assert view_faults(modal(*[divider] * 101)) == [
        "no more than 100 items allowed [json-pointer:/view/blocks]"
    ]


def test_block_ids_differ_within_a_message() -> None:
    """The second use of an id is the fault."""
    one = {**section("x"), "block_id": "b"}
    assert faults(one, one) == ["`b` already exists [json-pointer:/blocks/1/block_id]"]


VIEW_LIMITS: list[tuple[str, Any, Any]] = [
    ("title", {"title": text(24)}, {"title": text(25)}),
    ("submit", {"submit": text(24)}, {"submit": text(25)}),
    ("close", {"close": text(24)}, {"close": text(25)}),
    ("private metadata", {"private_metadata": "x" * 3000}, {"private_metadata": "x" * 3001}),
    ("callback id", {"callback_id": "x" * 255}, {"callback_id": "x" * 256}),
    ("external id", {"external_id": "x" * 255}, {"external_id": "x" * 256}),
    ("submit with inputs", {}, {"submit": None}),
    ("unknown key", {}, {"colour": "red"}),
]


@pytest.mark.parametrize(("name", "fits", "too_much"), VIEW_LIMITS, ids=[each[0] for each in VIEW_LIMITS])
def test_a_modal_is_taken_up_to_its_limit_and_not_past_it(name: str, fits: Any, too_much: Any) -> None:
    """As for blocks, with a modal that has one input."""
    asking = asks("Order", {"type": "plain_text_input"})
    assert (view_faults(modal(asking, **fits)), view_faults(modal(asking, **too_much)) != []) == ([], True), (
        name
    )


INPUTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "plain_text_input", "max_length": 3000}, {"type": "plain_text_input", "max_length": 3001}),
    (
        {"type": "plain_text_input", "min_length": 1, "max_length": 2},
        {"type": "plain_text_input", "min_length": 3, "max_length": 2},
    ),
    ({"type": "number_input", "is_decimal_allowed": True, "min_value": "1"}, {"type": "number_input"}),
    (
        {"type": "number_input", "is_decimal_allowed": False, "initial_value": "5"},
        {"type": "number_input", "is_decimal_allowed": False, "initial_value": "five"},
    ),
    ({"type": "file_input", "max_files": 10}, {"type": "file_input", "max_files": 11}),
    ({"type": "email_text_input"}, {"type": "email_text_input", "placeholder": text(151)}),
    (
        {"type": "url_text_input", "initial_value": "x" * 3000},
        {"type": "url_text_input", "initial_value": "x" * 3001},
    ),
    (
        {"type": "checkboxes", "options": options(*"abcdefghij")},
        {"type": "checkboxes", "options": options(*"abcdefghijk")},
    ),
    ({"type": "multi_static_select", "options": options("a")}, {"type": "multi_static_select"}),
    (
        {"type": "datetimepicker", "initial_date_time": 1_700_000_000},
        {"type": "datetimepicker", "initial_date_time": 17},
    ),
    ({"type": "static_select", "options": options("a")}, {"type": "button", "text": text(1)}),
]


@pytest.mark.parametrize(
    ("fits", "too_much"), INPUTS, ids=[f"{n}-{each[0]['type']}" for n, each in enumerate(INPUTS)]
)
def test_an_input_is_taken_up_to_its_limit_and_not_past_it(fits: Any, too_much: Any) -> None:
    """For every kind of input a modal may hold."""
    assert view_faults(modal(asks("A", fits))) == []
    assert view_faults(modal(asks("A", too_much))) != []


@pytest.mark.parametrize("kind", ["file_input", "number_input", "email_text_input", "url_text_input"])
def test_some_inputs_live_in_modals_only(kind: str) -> None:
    """The same input block is refused in a message."""
    more = {"is_decimal_allowed": False} if kind == "number_input" else {}
    asking = asks("A", {"type": kind, **more})
    assert (view_faults(modal(asking)), faults(asking) != []) == ([], True)


def test_ids_are_given_where_there_are_none() -> None:
    """Every block and element comes back with an id, as from Slack."""
    [block] = message_blocks([actions({"type": "button", "text": text(1)})], ids())
    assert bool(block["block_id"]) is True
    assert bool(block["elements"][0]["action_id"]) is True


def test_plain_text_comes_back_encoded() -> None:
    """A button sent as "A & B" comes back as "A &amp; B", and sent back it stays so."""
    [sent] = message_blocks([actions(button("A & <B>", "a"))], ids())
    [again] = message_blocks([sent], ids())
    labels = [each["elements"][0]["text"]["text"] for each in (sent, again)]
    assert labels == ["A &amp; &lt;B&gt;"] * 2


def test_a_broken_view_is_refused_and_never_breaks_the_emulator() -> None:
    """Whatever stands in the place of a part, a refusal comes back."""
    for junk in (None, 1, "x", [], {}, [1], {"type": "modal"}, {"type": ["modal"]}):
        assert view_faults(junk) != []
        assert view_faults({**modal(), "title": junk}) != []
        assert view_faults(modal({"type": "input", "label": junk, "element": junk})) != []
        assert faults({"type": "actions", "elements": junk}) != []
        assert (faults({**section("x"), "accessory": junk}) == []) == (junk is None)


def _models(parent: type, known: Iterable[str]) -> list[Any]:
    """The vendor's models of blocks or elements that the emulator knows at all."""
    found = [
        model for _, model in inspect.getmembers(sdk_blocks, inspect.isclass) if issubclass(model, parent)
    ]
    return [model for model in found if getattr(model, "type", None) in tuple(known)]


@pytest.mark.parametrize("model", _models(Block, BLOCKS), ids=lambda model: str(model.__name__))
def test_every_key_of_the_vendors_blocks_is_known(model: Any) -> None:
    """The stock models cannot give a block a key that the emulator has never heard of."""
    assert _attributes(model) - {*BLOCKS[model.type].rules, "type"} == set()


@pytest.mark.parametrize("model", _models(BlockElement, ELEMENTS), ids=lambda model: str(model.__name__))
def test_every_key_of_the_vendors_elements_is_known(model: Any) -> None:
    """The same for elements."""
    assert _attributes(model) - {*ELEMENTS[model.type].rules, "type"} == set()


def test_every_key_of_the_vendors_view_is_known() -> None:
    """And for views; what only Slack fills in is left out."""
    filled_by_slack = {
        "id",
        "team_id",
        "bot_id",
        "app_id",
        "root_view_id",
        "previous_view_id",
        "state",
        "hash",
    }
    sent = set(sdk_views.View.attributes) - filled_by_slack
    assert sent - set(VIEWS["modal"].rules) == set()


def _attributes(model: Any) -> set[str]:
    attributes = model.attributes
    if isinstance(attributes, property):
        return set(inspect.signature(model.__init__).parameters) - {"self", "others", "_"}
    return set(attributes)
