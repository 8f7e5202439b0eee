from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import said
from handlers.events import CommandIssued, FileRef, MessagePosted, ReactionAdded
from handlers.place import Account, EventId, Place
from tests.bot.slack.payloads import EARS, NOW, PHOTO, STAMP, event
from tests.bot.slack.test_events import JSON

KIM = Account("slack", "T1", "UKIM")
AT = NOW.replace(microsecond=100)


def test_something_said_in_a_thread() -> None:
    """Words and files of a message, its thread, its own id; the event's id stands for it."""
    heard = said.said(
        event(text="we have it &amp; ship", thread_ts="1.0", files=[PHOTO], subtype="file_share"), EARS, NOW
    )
    assert heard == MessagePosted(
        id=EventId("Ev1"),
        account=KIM,
        place=Place("slack", "C1", "1.0"),
        at=AT,
        text="we have it & ship",
        message=STAMP,
        files=(FileRef("slack", "F1", "ring.jpg", "image/jpeg", 42),),
    )


@pytest.mark.parametrize(
    ("text", "channel", "expected"),
    [
        ("!log item-issue 10423", "C1", ("log", "item-issue 10423")),
        ("  !Log  item-issue\n10423 ", "C1", ("log", "item-issue\n10423")),
        ("!mine", "C1", ("mine", "")),
        ("!help", "C1", ("deskbell", "help")),
        ("log item-issue", "D1", ("log", "item-issue")),
        ("find 10423", "D1", ("find", "10423")),
        ("help", "D1", ("deskbell", "help")),
        ("<@UBOT> log item-issue", "D1", ("log", "item-issue")),
        ("!dnoe new ring sent", "C1", ("deskbell", "dnoe new ring sent")),
        ("logs are here", "D1", ("deskbell", "logs are here")),
        ("good morning", "D1", ("deskbell", "help")),
    ],
)
def test_a_message_that_is_written_as_a_command(text: str, channel: str, expected: tuple[str, str]) -> None:
    """`!word` anywhere, also mistyped; in a direct conversation a known first word, and anything else is help."""
    heard = said.said(event(text=text, channel=channel), EARS, NOW)
    assert isinstance(heard, CommandIssued)
    assert (heard.name, heard.text, heard.message) == (*expected, STAMP)


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("log it please", "C1"),
        ("!logging is on", "C1"),
        ("!wow", "C1"),
        ("ok, !log it", "C1"),
        ("!!!", "C1"),
        ("!important", "C1"),
        ("! look", "C1"),
    ],
)
def test_a_message_that_only_looks_like_a_command(text: str, channel: str) -> None:
    """Ordinary words stay words."""
    heard = said.said(event(text=text, channel=channel), EARS, NOW)
    assert isinstance(heard, MessagePosted)
    assert heard.text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<@UBOT> log item-issue 10423", ("log", "item-issue 10423")),
        ("<@UBOT>: find 10423", ("find", "10423")),
        ("<@UBOT> /log refund", ("log", "refund")),
        ("<@UBOT>", ("deskbell", "")),
        ("<@UBOT> help", ("deskbell", "help")),
        ("<@UBOT> looog it", ("deskbell", "looog it")),
        ("hey <@UBOT> log refund", ("log", "refund")),
    ],
)
def test_a_mention_of_the_bot_is_a_command_once(text: str, expected: tuple[str, str]) -> None:
    """Slack sends two events for a mention: the mention's own is the command, the message's is nothing."""
    heard = said.mention(event("app_mention", text=text), EARS, NOW)
    assert heard is not None
    assert (heard.name, heard.text) == expected
    assert said.said(event(text=text), EARS, NOW) is None


def test_a_mention_in_passing_is_something_said_once() -> None:
    """Talking about the bot is no command, and heard as words by the message's event alone."""
    text = "thanks to <@UBOT> we found it"
    assert said.mention(event("app_mention", text=text), EARS, NOW) is None
    heard = said.said(event(text=text), EARS, NOW)
    assert isinstance(heard, MessagePosted)
    assert heard.text == "thanks to @UBOT we found it"


def test_an_edit_is_never_a_command() -> None:
    """A message edited into a command is heard as an edit; so is one edited into a mention."""
    before, after = (
        {"user": "UKIM", "ts": STAMP, "text": "hm"},
        {"user": "UKIM", "ts": STAMP, "text": "!log refund"},
    )
    heard = said.said(event(subtype="message_changed", message=after, previous_message=before), EARS, NOW)
    assert isinstance(heard, MessagePosted)
    assert (heard.text, heard.edited, heard.message) == ("!log refund", True, STAMP)
    assert said.mention(event("app_mention", text="<@UBOT> log", edited={"user": "UKIM"}), EARS, NOW) is None


def test_a_preview_of_a_link_is_no_edit() -> None:
    """Slack changes a message when it adds a preview: the words are the same, so nobody edited anything."""
    same = {"user": "UKIM", "ts": STAMP, "text": "<https://example.com>"}
    preview = {**same, "attachments": [{"title": "Example"}]}
    assert (
        said.said(event(subtype="message_changed", message=preview, previous_message=same), EARS, NOW) is None
    )


def test_a_deleted_message() -> None:
    """What was deleted is known by its id and its thread."""
    gone = {"user": "UKIM", "ts": STAMP, "text": "no", "thread_ts": "1.0"}
    heard = said.said(event(subtype="message_deleted", deleted_ts=STAMP, previous_message=gone), EARS, NOW)
    assert isinstance(heard, MessagePosted)
    assert (heard.deleted, heard.message, heard.place) == (True, STAMP, Place("slack", "C1", "1.0"))


@pytest.mark.parametrize(
    "facts",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": ""},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
    ],
)
def test_bots_and_notices_say_nothing(facts: dict[str, str]) -> None:
    """Other bots, we ourselves, Slackbot and notices of the channel are nobody's business."""
    assert said.said(event(**{"text": "done", **facts}), EARS, NOW) is None


def test_our_own_edits_and_deletions_say_nothing() -> None:
    """Cards are edited in place all day; those are not words of people."""
    before = {"user": "UBOT", "bot_id": "B1", "ts": STAMP, "text": "Open"}
    changed = {
        "subtype": "message_changed",
        "message": {**before, "text": "Done"},
        "previous_message": before,
    }
    assert said.said(event(**changed), EARS, NOW) is None
    assert said.said(event(subtype="message_deleted", previous_message=before), EARS, NOW) is None


def test_a_person_of_another_workspace_keeps_their_own_team() -> None:
    """In a shared channel a message says whose workspace its author is of."""
    heard = said.said(event(text="hi", user="U9", user_team="T9", team="T1"), EARS, NOW)
    assert heard is not None
    assert heard.account == Account("slack", "T9", "U9")


@pytest.mark.parametrize(("author", "ours"), [("UBOT", True), ("UKIM", False), (None, True)])
def test_whose_message_something_hangs_under_is_known(author: str | None, ours: bool) -> None:
    """Slack names the author of a thread's first message and of what was reacted to."""
    heard = said.said(event(text="hi", thread_ts="1.0", parent_user_id=author), EARS, NOW)
    item = {"type": "message", "channel": "C1", "ts": "1.0"}
    reacted = said.reaction(event("reaction_added", reaction="eyes", item=item, item_user=author), EARS, NOW)
    assert isinstance(heard, MessagePosted)
    assert reacted is not None
    assert (heard.on_ours, reacted.on_ours) == (ours, ours)


def test_a_reaction() -> None:
    """An emoji by its name, on a message by its id."""
    body = event(
        "reaction_added", reaction="white_check_mark", item={"type": "message", "channel": "C1", "ts": "1.0"}
    )
    assert said.reaction(body, EARS, NOW) == ReactionAdded(
        id=EventId("Ev1"),
        account=KIM,
        place=Place("slack", "C1"),
        at=AT,
        emoji="white_check_mark",
        message="1.0",
    )


@pytest.mark.parametrize("facts", [{"user": "UBOT"}, {"item": {"type": "file"}}, {"user": ""}])
def test_a_reaction_of_ours_or_on_something_else_is_nothing(facts: dict[str, Any]) -> None:
    """Only people's reactions on messages count."""
    body = event(
        "reaction_added",
        **{"reaction": "eyes", "item": {"type": "message", "channel": "C1", "ts": "1"}, **facts},
    )
    assert said.reaction(body, EARS, NOW) is None


@given(JSON, JSON, st.sampled_from(["message_changed", "message_deleted", "file_share", None]))
def test_hearing_is_total(one: Any, other: Any, subtype: str | None) -> None:
    """Any JSON in an event gives an event or None, never an error."""
    for body in (
        event(subtype=subtype, message=one, previous_message=other),
        event(subtype=subtype, text=one, ts=other),
        event(subtype=subtype, user=one, channel=other),
        event(subtype=subtype, files=one, item=other, event_ts=one),
        {"event": one, "event_id": other},
    ):
        said.said(body, EARS, NOW)
        said.mention(body, EARS, NOW)
        said.reaction(body, EARS, NOW)
