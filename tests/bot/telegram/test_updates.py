"""Updates become events: what a person wrote, pressed or reacted with, in the house's own words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram import envelope, updates
from bot.telegram.attached import files
from bot.telegram.spoken import words
from bot.telegram.updates import Ears, events
from bot.telegram.words import COMMANDS
from handlers import router
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FileRef,
    MessageLogged,
    MessagePosted,
    ReactionAdded,
)
from handlers.place import Account, EventId, Place

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SENT = 1_793_600_000
BOT = 900
EARS = Ears(BOT, "desk_bot", {"5": "Kim", "6": "Bowen"})
KIM = {"id": 5, "is_bot": False, "first_name": "K"}
BOWEN = {"id": 6, "is_bot": False, "first_name": "B"}
OURS = {"id": BOT, "is_bot": True, "first_name": "Deskbell"}
GROUP = {"id": -1001234, "type": "supergroup", "title": "NL"}
PRIVATE = {"id": 5, "type": "private", "first_name": "K"}


def message(text: str = "", chat: dict[str, Any] = GROUP, **more: Any) -> dict[str, Any]:
    """A message of Kim's."""
    words_of_it = {"text": text} if text else {}
    return {"message_id": 10, "date": SENT, "from": KIM, "chat": chat, **words_of_it, **more}


def one(kind: str = "message", /, **body: Any) -> Any:
    """The event of an update of this kind; None where it is nobody's business."""
    found = events({"update_id": 1, kind: body}, EARS, NOW)
    assert len(found) <= 1
    return found[0] if found else None


def said(text: str, chat: dict[str, Any] = GROUP, **more: Any) -> Any:
    """The event of a message of Kim's."""
    return one(**message(text, chat, **more))


# --- commands ---


@pytest.mark.parametrize(
    ("text", "chat", "command"),
    [
        ("/find 10423", GROUP, ("find", "10423")),
        ("/Find@Desk_Bot 10423", GROUP, ("find", "10423")),
        (
            "/log item-issue order_no=1 text=“two\nlines”",
            GROUP,
            ("log", "item-issue order_no=1 text=“two\nlines”"),
        ),
        ("/log\nitem-issue", GROUP, ("log", "item-issue")),
        ("/log-item 1", GROUP, ("log-item", "1")),
        ("/dnoe 1", GROUP, ("dnoe", "1")),
        ("/weather@desk_bot", GROUP, ("weather", "")),
        ("/weather", PRIVATE, ("weather", "")),
        ("@desk_bot find 10423", GROUP, ("find", "10423")),
        ("@desk_bot", GROUP, ("help", "")),
        ("@desk_bot: what can you do", GROUP, ("help", "")),
        ("/start", PRIVATE, ("help", "")),
        ("/start hello", PRIVATE, ("help", "")),
        ("/start link", PRIVATE, ("link", "")),
        ("/start link_off", PRIVATE, ("link", "")),
        ("/start done_MHJ-1", PRIVATE, ("help", "")),
        ("/cancel", GROUP, ("cancel", "")),
    ],
)
def test_a_command_is_read_as_it_was_typed(text: str, chat: dict[str, Any], command: tuple[str, str]) -> None:
    """With or without our name, in any case; lines and quotes stay, and a wrong name is asked about."""
    event = said(text, chat)
    assert isinstance(event, CommandIssued)
    assert (event.name, event.text) == command


@pytest.mark.parametrize(
    "text", ["/find@other_bot 10423", "/weather", "@other_bot find 1", "10/find", "find 1"]
)
def test_in_a_group_what_is_for_others_is_no_command(text: str) -> None:
    """Another bot's command, one that is like none of ours, and words are only said."""
    assert isinstance(said(text), MessagePosted)


def test_a_command_says_who_where_and_when() -> None:
    """The account by its id, the chat, the message's own moment and id; its answers are durable and guided."""
    assert said("/find 1") == CommandIssued(
        id=EventId("tg:-1001234:10"),
        account=Account("telegram", "", "5"),
        place=Place("telegram", "-1001234"),
        at=datetime.fromtimestamp(SENT, UTC),
        guided=True,
        name="find",
        text="1",
        message="10",
    )


def test_a_command_stands_in_a_caption() -> None:
    """A photo with `/log …` under it logs with the photo."""
    photo = [{"file_id": "small", "width": 90, "height": 90}, {"file_id": "big", "width": 900, "height": 900}]
    event = said("", caption="/log item-issue", photo=photo)
    assert isinstance(event, CommandIssued)
    assert (event.name, event.text) == ("log", "item-issue")
    assert event.files == (FileRef("telegram", "big", "photo-10.jpg", "image/jpeg"),)


def test_what_was_forwarded_commands_nothing() -> None:
    """Whoever forwards a command has not given one."""
    assert isinstance(said("/done II-2611-0001", forward_origin={"type": "user"}), MessagePosted)


def test_an_edited_command_is_no_command() -> None:
    """What was carried out once is never carried out again."""
    event = one("edited_message", **message("/log item-issue", edit_date=SENT + 60))
    assert isinstance(event, MessagePosted)
    assert event.id.startswith(f"tg:-1001234:10:edit:{SENT + 60}:")
    assert (event.edited, event.message) == (True, "10")
    assert event.at == datetime.fromtimestamp(SENT + 60, UTC)


def test_two_edits_within_a_second_are_two() -> None:
    """Telegram counts in seconds, and the last words are the ones that count."""
    once, again, other = (
        one("edited_message", **message(text, edit_date=SENT + 1)).id for text in ("a", "a", "b")
    )
    assert once == again != other


def test_every_command_of_the_house_is_known() -> None:
    """In a group a command that is not known would be taken for another bot's."""
    assert set(router.COMMANDS) <= set(COMMANDS)


# --- places ---


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({}, Place("telegram", "-1001234")),
        ({"message_thread_id": 42, "is_topic_message": True}, Place("telegram", "-1001234:42")),
        ({"message_thread_id": 42}, Place("telegram", "-1001234")),
        ({"chat": PRIVATE}, Place("telegram", "5", direct=True)),
        ({"chat": PRIVATE, "reply_to_message": message("x", PRIVATE)}, Place("telegram", "5", direct=True)),
        ({"reply_to_message": message("x", message_id=7)}, Place("telegram", "-1001234", "7")),
        (
            {
                "message_thread_id": 42,
                "is_topic_message": True,
                "reply_to_message": {"message_id": 42, "forum_topic_created": {"name": "Returns"}},
            },
            Place("telegram", "-1001234:42"),
        ),
        (
            {"message_thread_id": 42, "is_topic_message": True, "reply_to_message": {"message_id": 50}},
            Place("telegram", "-1001234:42", "50"),
        ),
    ],
)
def test_a_place_is_a_chat_a_topic_and_what_is_answered(more: dict[str, Any], place: Place) -> None:
    """A topic is part of the channel; in it, what answers nothing answers the notice that made it."""
    event = one(**{**message("hello"), **more})
    assert (event.place, event.place.direct) == (place, place.direct)


@pytest.mark.parametrize(("author", "ours"), [(OURS, True), (BOWEN, False), (None, True)])
def test_a_reply_says_whose_message_it_answers(author: dict[str, Any] | None, ours: bool) -> None:
    """A reply to one of the desk's people may not belong to a post of ours."""
    answered = {"message_id": 7, **({"from": author} if author else {})}
    event = said("ok", reply_to_message=answered)
    assert isinstance(event, MessagePosted)
    assert (event.reply_to, event.on_ours) == ("7", ours)


@pytest.mark.parametrize(
    "more",
    [
        {"from": {**KIM, "is_bot": True}},
        {"from": None},
        {"from": {"id": 777000, "is_bot": False}},
        {"sender_chat": {"id": -1001234, "type": "supergroup"}},
        {"from": {"id": "5", "is_bot": False}},
        {"from": {"id": 5}},
        {"text": ""},
        {"text": "", "new_chat_members": [BOWEN]},
        {"chat": {"id": None}},
    ],
)
def test_what_nobody_wrote_is_nobodys_business(more: dict[str, Any]) -> None:
    """Bots, channels, anonymous administrators, Telegram itself, and the notices of a chat."""
    assert one(**{**message("/find 1"), **more}) is None
    assert one("edited_message", **{**message("hello"), **more}) is None


# --- logging a message ---


def test_a_bare_log_under_somebodys_message_logs_it() -> None:
    """The message's words, its link and its files; a topic is part of the link."""
    answered = message("it is broken", message_id=7, document={"file_id": "f1", "file_name": "a.pdf"})
    answered["from"] = BOWEN
    event = said("/log", reply_to_message=answered, message_thread_id=42, is_topic_message=True)
    assert isinstance(event, MessageLogged)
    assert (event.text, event.link) == ("it is broken", "https://t.me/c/1234/42/7")
    assert [file.name for file in event.files] == ["a.pdf"]
    assert event.place == Place("telegram", "-1001234:42", "7")


def test_a_log_that_names_its_tracker_takes_somebodys_message_along() -> None:
    """It stays a command, with the message's words, its link and its files."""
    answered = message("it is broken", message_id=7, document={"file_id": "f1", "file_name": "a.pdf"})
    answered["from"] = BOWEN
    event = said("/log item-issue 10423", reply_to_message=answered)
    assert isinstance(event, CommandIssued)
    assert (event.text, event.about, event.link) == (
        "item-issue 10423",
        "it is broken",
        "https://t.me/c/1234/7",
    )
    assert [file.name for file in event.files] == ["a.pdf"]


@pytest.mark.parametrize("text", ["/log item-issue", "/log"])
def test_a_log_under_the_bots_own_words_is_only_a_command(text: str) -> None:
    """A card is no message to be logged."""
    event = said(text, reply_to_message={**message("card", message_id=7), "from": OURS})
    assert isinstance(event, CommandIssued)
    assert (event.about, event.link) == ("", "")


def test_a_group_without_addresses_gives_no_link() -> None:
    """Telegram has addresses for messages in supergroups only."""
    answered = {**message("broken", message_id=7), "from": BOWEN}
    event = said("/log", {"id": -1234, "type": "group"}, reply_to_message=answered)
    assert isinstance(event, MessageLogged)
    assert event.link == ""


# --- words and files ---


@pytest.mark.parametrize(
    ("text", "entities", "read"),
    [
        ("“quoted” — as it is", [], "“quoted” — as it is"),
        ("😀 ask Bo now", [{"type": "text_mention", "offset": 7, "length": 2, "user": BOWEN}], "😀 ask @Bowen now"),
        ("ask Zed", [{"type": "text_mention", "offset": 4, "length": 3, "user": {"id": 99}}], "ask Zed"),
        ("see here", [{"type": "text_link", "offset": 4, "length": 4, "url": "https://a.b/c"}], "see here (https://a.b/c)"),
        ("a.b/c", [{"type": "text_link", "offset": 0, "length": 5, "url": "https://a.b/c/"}], "a.b/c"),
        ("x", [{"type": "text_link", "offset": 0, "length": 9, "url": "https://a"}], "x"),
    ],
)  # fmt: skip
def test_words_are_read_with_what_stands_behind_them(
    text: str, entities: list[dict[str, Any]], read: str
) -> None:
    """A mention of somebody without a username is their name on the desk, a link keeps its address."""
    assert words({"text": text, "entities": entities}, EARS.names) == read
    assert words({"caption": text, "caption_entities": entities}, EARS.names) == read


@pytest.mark.parametrize(
    ("body", "file"),
    [
        (
            {"document": {"file_id": "d", "file_name": "a\u202eb.pdf", "mime_type": "application/pdf", "file_size": 9}},
            FileRef("telegram", "d", "ab.pdf", "application/pdf", 9),
        ),
        ({"document": {"file_id": "d"}}, FileRef("telegram", "d", "document")),
        ({"voice": {"file_id": "v"}}, FileRef("telegram", "v", "voice.ogg", "audio/ogg")),
        (
            {"animation": {"file_id": "a"}, "document": {"file_id": "a", "file_name": "x.mp4"}},
            FileRef("telegram", "a", "animation.mp4", "video/mp4"),
        ),
    ],
)  # fmt: skip
def test_a_file_is_a_reference(body: dict[str, Any], file: FileRef) -> None:
    """Its id, a name that can be shown, its type and size."""
    assert files({"message_id": 10, **body}) == (file,)


@pytest.mark.parametrize(
    "body", [{}, {"photo": []}, {"photo": [{"file_id": ""}]}, {"document": {"file_id": "a b"}}, {"photo": 5}]
)
def test_what_is_no_file_is_passed_over(body: dict[str, Any]) -> None:
    """An id that is none cannot be fetched."""
    assert files(body) == ()


def test_a_sticker_is_its_emoji() -> None:
    """Somebody who answers with a thumb has said so."""
    event = said("", sticker={"file_id": "s", "emoji": "👍"})
    assert isinstance(event, MessagePosted)
    assert event.text == "👍"


# --- presses and reactions ---


def test_a_press_has_the_id_of_what_it_means() -> None:
    """The press is known by its query, and may be answered by a toast."""
    event = one("callback_query", id="q1", data="opaque", message=message(""), **{"from": BOWEN})
    assert event == ButtonPressed(
        id=EventId("tg:press:q1"),
        account=Account("telegram", "", "6"),
        place=Place("telegram", "-1001234"),
        at=NOW,
        guided=True,
        action=updates.PRESS,
        value="opaque",
        message="10",
        toast=200,
    )


@pytest.mark.parametrize("broken", [{"id": ""}, {"from": OURS}, {"message": {}}, {"message": None}])
def test_a_press_that_lacks_something_is_nothing(broken: dict[str, Any]) -> None:
    """One under a message of nowhere, or of no person."""
    whole = {"id": "q1", "data": "x", "message": message(""), "from": BOWEN}
    assert one("callback_query", **{**whole, **broken}) is None


def reacted(before: list[str], after: list[str], **more: Any) -> list[Any]:
    """The events of a reaction of Bowen's on message 10."""

    def types(emoji: list[str]) -> list[dict[str, str]]:
        return [{"type": "emoji", "emoji": each} for each in emoji]

    body = {
        "chat": GROUP, "message_id": 10, "user": BOWEN, "date": SENT,
        "old_reaction": types(before), "new_reaction": types(after), **more,
    }  # fmt: skip
    return list(events({"update_id": 1, "message_reaction": body}, EARS, NOW))


def test_a_reaction_is_what_was_added() -> None:
    """Its id holds who, when and which; what stays and what goes is nothing."""
    (event,) = reacted(["👀"], ["👀", "👍"])
    assert isinstance(event, ReactionAdded)
    assert (event.id, event.emoji, event.message) == (f"tg:-1001234:10:6:{SENT}:👍", "👍", "10")
    assert (event.account.user, event.place, event.guided) == ("6", Place("telegram", "-1001234"), True)
    assert reacted(["👍"], []) == []
    assert [each.emoji for each in reacted([], ["👍", "👀"])] == ["👍", "👀"]


@pytest.mark.parametrize("more", [{"user": None, "actor_chat": GROUP}, {"actor_chat": GROUP}, {"user": OURS}])
def test_nobodys_reaction_is_nothing(more: dict[str, Any]) -> None:
    """Anonymous ones and those of bots."""
    assert reacted([], ["👍"], **more) == []


# --- groups that move, and the rest ---


def test_a_group_that_moves_says_so_twice() -> None:
    """In the old chat and in the new one."""
    old = {"update_id": 1, "message": message("", {"id": -4, "type": "group"}, migrate_to_chat_id=-1004)}
    new = {
        "update_id": 2,
        "message": message("", {"id": -1004, "type": "supergroup"}, migrate_from_chat_id=-4),
    }
    assert envelope.moved(old) == envelope.moved(new) == ("-4", "-1004")
    assert envelope.moved({"update_id": 3, "message": message("hello")}) is None


def test_speaking_to_the_bot_in_private_asks_for_something() -> None:
    """A command without its slash is one; anything else asks for help, under the same id."""
    for text, command in [
        ("find 10423", ("find", "10423")),
        ("hello?", ("help", "")),
        ("dnoe 1", ("deskbell", "dnoe 1")),
    ]:
        event = said(text, PRIVATE)
        assert isinstance(event, MessagePosted)
        asking = updates.asking(event)
        assert (asking.name, asking.text, asking.id) == (*command, event.id)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_KEYS = (
    "message_id", "date", "edit_date", "from", "chat", "text", "caption", "entities", "caption_entities", "photo",
    "document", "sticker", "reply_to_message", "message_thread_id", "is_topic_message", "data", "id", "user",
    "old_reaction", "new_reaction", "migrate_to_chat_id", "sender_chat", "album", "media_group_id", "is_bot", "type",
    "offset", "length", "url", "file_id", "file_name", "emoji", "width", "username", "file_size", "mime_type",
)  # fmt: skip
_TEXTS = st.sampled_from(["/log", "/find@desk_bot 1", "@desk_bot", "text_link", "private", "😀\ud800", "\0"])
_SHAPED = st.recursive(
    _JSON | _TEXTS | st.just(5) | st.just(-1001),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=8),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from((*envelope.ALLOWED, "update_id")), _SHAPED | _JSON, max_size=3))
def test_hearing_is_total(update: dict[str, Any]) -> None:
    """Whatever JSON is called an update, it tells something or nothing."""
    envelope.update_id(update)
    envelope.is_sound(update)
    envelope.moved(update)
    for event in events(update, EARS, NOW):
        assert event.account.user
        if isinstance(event, MessagePosted):
            updates.asking(event)


@given(st.builds(dict, message_id=st.just(10), date=_JSON, chat=st.just(GROUP), caption=_TEXTS, entities=_SHAPED,
                 caption_entities=_SHAPED, photo=_SHAPED, document=_SHAPED, reply_to_message=_SHAPED,
                 message_thread_id=_JSON, is_topic_message=_JSON, **{"from": st.just(KIM)}))  # fmt: skip
def test_hearing_a_person_is_total(body: dict[str, Any]) -> None:
    """The same, for a message that somebody surely wrote."""
    for kind in ("message", "edited_message"):
        events({"update_id": 1, kind: body}, EARS, NOW)
