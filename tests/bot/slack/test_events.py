from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import events
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FileRef,
    FormChanged,
    FormContext,
    FormSubmitted,
    MessageLogged,
)
from handlers.place import Account, CaseId, EventId, Place
from tests.bot.slack.payloads import EARS, NOW, PHOTO, STAMP, command, press, view

KIM = Account("slack", "T1", "UKIM")
ABOUT = FormContext("log", "mhj", "item-issue", home="slack:C1")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def test_a_slash_command() -> None:
    """The trigger stands for the command; its name has no slash, and its text is plain again."""
    issued = events.command(command(text="item-issue &lt;b&gt; <@UKIM|kim>"), EARS, NOW)
    assert issued == CommandIssued(
        id=EventId("1.2.x"),
        account=KIM,
        place=Place("slack", "C1"),
        at=NOW,
        name="log",
        text="item-issue <b> @Kim",
    )


def test_a_command_in_a_direct_conversation_is_known_as_one() -> None:
    """Ids of direct conversations begin with D; commands are taken there whatever the desk's channels are."""
    issued = events.command(command(channel_id="D1"), EARS, NOW)
    assert issued is not None
    assert issued.place.direct


@pytest.mark.parametrize("missing", ["user_id", "trigger_id"])
def test_a_command_of_nobody_is_no_event(missing: str) -> None:
    """What lacks a person or an id cannot be an event."""
    assert events.command({**command(), missing: ""}, EARS, NOW) is None


def test_a_foreign_team_is_passed_on_as_it_is() -> None:
    """Who is refused is decided inside; the account says where somebody comes from, or that nothing does."""
    foreign = events.command(command(team_id="T9"), EARS, NOW)
    nowhere = events.command({key: value for key, value in command().items() if key != "team_id"}, EARS, NOW)
    assert foreign is not None
    assert nowhere is not None
    assert (foreign.account.team, nowhere.account.team) == ("T9", "")


def test_the_message_shortcut() -> None:
    """The message's words, files and link come along."""
    message = {"ts": STAMP, "text": "ring &amp; box broken", "files": [PHOTO], "thread_ts": "1.0"}
    body = {
        "user": {"id": "UKIM"},
        "team": {"id": "T1"},
        "trigger_id": "1.2.x",
        "channel": {"id": "C1"},
        "message": message,
    }
    assert events.shortcut(body, EARS, NOW, "https://link") == MessageLogged(
        id=EventId("1.2.x"),
        account=KIM,
        place=Place("slack", "C1", "1.0"),
        at=NOW,
        text="ring & box broken",
        link="https://link",
        files=(FileRef("slack", "F1", "ring.jpg", "image/jpeg", 42),),
    )


def test_a_button_under_a_message() -> None:
    """The action's number goes, what it carries are hints, and the press is known by moment, person and action."""
    pressed = events.pressed(press({"value": '{"case":"II-1","value":"Done"}'}), NOW)
    assert pressed == ButtonPressed(
        id=EventId(f"{STAMP}:UKIM:move:2"),
        account=KIM,
        place=Place("slack", "C1", "1.0"),
        at=NOW.replace(microsecond=100),
        action="move",
        case=CaseId("II-1"),
        value="Done",
        message=STAMP,
    )


def test_a_button_under_a_post_with_replies_is_pressed_in_the_channel() -> None:
    """What is answered shows where the post stands, not in its thread, which may be closed."""
    container = {"type": "message", "message_ts": STAMP, "channel_id": "C1", "thread_ts": STAMP}
    pressed = events.pressed(press({"value": "{}"}, container=container), NOW)
    assert pressed is not None
    assert pressed.place == Place("slack", "C1")


def test_a_button_under_an_ephemeral_message_names_no_message() -> None:
    """What only one person sees cannot be looked up by anybody."""
    container = {"type": "message", "message_ts": STAMP, "channel_id": "C1", "is_ephemeral": True}
    pressed = events.pressed(press({"value": "{}"}, container=container), NOW)
    assert pressed is not None
    assert (pressed.message, pressed.place) == (None, Place("slack", "C1"))


@pytest.mark.parametrize("value", ["", "{", "[1]", "[" * 3_000, '{"case": 7, "value": []}'])
def test_a_button_that_carries_nonsense_carries_nothing(value: str) -> None:
    """A client's hints are hints: unreadable ones are none."""
    pressed = events.pressed(press({"value": value}), NOW)
    assert pressed is not None
    assert (pressed.case, pressed.value) == (None, "")


def test_somebody_of_another_workspace_presses_with_their_own_team() -> None:
    """In a shared channel the person's own workspace counts, not the channel's."""
    pressed = events.pressed(press({}, user={"id": "U9", "team_id": "T9"}), NOW)
    assert pressed is not None
    assert pressed.account == Account("slack", "T9", "U9")


def test_a_changed_form_and_a_sent_one() -> None:
    """Both carry what the form is about, where it was asked for, and what it holds."""
    body = press({"type": "static_select", "action_id": "kind"}, view=view())
    changed, sent = events.changed(body, NOW), events.submitted(body, NOW)
    common: dict[str, Any] = {
        "account": KIM,
        "place": Place("slack", "C1"),
        "at": NOW,
        "form": ABOUT,
        "answers": {"order_no": "10423"},
    }
    assert changed == FormChanged(id=EventId(f"changed:V1:{STAMP}"), **common)
    assert sent == FormSubmitted(id=EventId("view:V1:9.abc"), **common)


def test_a_form_about_nothing_is_no_event() -> None:
    """A view whose context cannot be read has no effect."""
    body = press({}, view=view(private_metadata="{"))
    assert (events.changed(body, NOW), events.submitted(body, NOW)) == (None, None)


@pytest.mark.parametrize("text", ['item-issue 10423 "it\'s" <b>', "x" * 5_000, '"' * 4_000, "é\n" * 900])
def test_the_button_that_opens_a_form_issues_its_command_again(text: str) -> None:
    """The command comes back with its text, or with the beginning of a long one, within Slack's 2,000 characters."""
    issued = events.command(command(text=text), EARS, NOW)
    assert issued is not None
    button = events.again_button(issued, "Open")
    value = json.dumps({"value": button.value}, ensure_ascii=False)
    assert len(value) <= 2_000
    again = events.again(press({"action_id": "deskbell_again:0", "value": value}), NOW)
    assert again is not None
    assert (again.name, again.id) == ("log", EventId(f"{STAMP}:UKIM:deskbell_again:0"))
    assert text.startswith(again.text.removesuffix("…"))
    assert len(text) > 600 or again.text == issued.text


def test_a_made_up_command_is_not_issued_again() -> None:
    """The button's value is a client's hint: only our own commands come out of it."""
    value = json.dumps({"value": json.dumps({"name": "drop", "text": "all"})})
    assert events.again(press({"action_id": "deskbell_again:0", "value": value}), NOW) is None


@given(JSON, JSON)
def test_translating_is_total(one: Any, other: Any) -> None:
    """Any JSON in any place of a payload gives an event or None, never an error."""
    wild = one if isinstance(one, dict) else {}
    for body in (
        wild,
        {**command(), "text": one, "team_id": other},
        press({"value": one, "action_ts": other}),
        {**press({}), "actions": one, "user": other},
        {**press({}), "view": one, "container": other},
        {**press({}), "view": view(state=one, private_metadata=other)},
        {**press({}), "view": view(state={"values": {"a": one}}, hash=other)},
        {**press({}), "message": one, "channel": other},
    ):
        events.command(body, EARS, NOW)
        events.shortcut(body, EARS, NOW, "")
        events.pressed(body, NOW)
        events.changed(body, NOW)
        events.submitted(body, NOW)
        events.again(body, NOW)
