"""What the Bot API does with what a bot sends: text, files, albums, keyboards, replies and topics."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from tests.bot.sandbox.telegram_room import (
    BOWEN,
    FORMER,
    FORUM,
    GROUP,
    OLD,
    RETURNS,
    STAFF,
    SUPPLIER,
    Room,
    keyboard,
    png,
    room,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


class TestDoor:
    async def test_a_token_that_is_wrong_or_none(self, r: Room) -> None:
        """401 for one that could be one, 404 for anything else, 404 for a method there is not."""
        wrong = await r.http.get(f"/telegram/bot{r.token[:-1]}z/getMe")
        assert (wrong.status_code, wrong.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
        assert (await r.http.get("/telegram/botx/getMe")).json()["description"] == "Not Found"
        assert await r.refused("getNothing") == "404 Not Found: method not found"

    async def test_parameters_come_in_every_way(self, r: Room) -> None:
        """Query, form, multipart and JSON, merged; names of methods in any case."""
        url = f"/telegram/bot{r.token}/SENDMESSAGE?chat_id={SUPPLIER}"
        for more in ({"data": {"text": "a"}}, {"json": {"text": "b"}}, {"files": {"text": (None, "c")}}):
            assert (await r.http.post(url, **more)).json()["ok"] is True
        await r.http.get(url + "&text=d")
        assert [message["text"] for message in await r.messages()] == ["a", "b", "c", "d"]

    async def test_a_body_that_is_no_json(self, r: Room) -> None:
        """Is refused, however deep, and so is half a surrogate pair."""
        url = f"/telegram/bot{r.token}/sendMessage"
        headers = {"content-type": "application/json"}
        for body in ("{", "[" * 100_000, "[]"):
            answer = await r.http.post(url, content=body, headers=headers)
            assert (answer.status_code, answer.json()["error_code"]) == (400, 400)
        half = json.dumps({"chat_id": SUPPLIER, "text": "\ud800"})
        answer = await r.http.post(url, content=half, headers=headers)
        assert answer.json()["description"] == "Bad Request: strings must be encoded in UTF-8"

    async def test_too_large_an_upload(self, r: Room) -> None:
        """413 above fifty megabytes."""
        large = {"document": ("x.bin", b"x" * (50 * 1024 * 1024 + 1))}
        assert await r.refused("sendDocument", large, chat_id=SUPPLIER) == "413 Request Entity Too Large"


class TestText:
    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            ({"text": ""}, "message text is empty"),
            ({"text": " \n"}, "text must be non-empty"),
            ({"text": "x" * 4097}, "message is too long"),
            ({"text": "é" * 20_000}, "text is too long"),
            ({"text": "<b>x", "parse_mode": "HTML"},
             "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
            ({"text": "x", "parse_mode": "wiki"}, "unsupported parse_mode"),
            ({"text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
            ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
            ({"text": "x", "reply_parameters": "{"}, "can't parse reply parameters JSON object"),
            ({"text": "x", "message_thread_id": 99}, "message thread not found"),
            ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
            ({"text": "x", "reply_markup": []}, "object expected as reply markup"),
            ({"text": "x", "reply_markup": keyboard("x", x="é" * 33)}, "BUTTON_DATA_INVALID"),
            ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
             "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
            ({"text": "x", "reply_markup": {"inline_keyboard": [{"text": "x"}]}},
             'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
            ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "url": "no url"}]]}},
             "inline keyboard button URL 'no url' is invalid: Wrong HTTP URL"),
            ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 101]}},
             "reply markup is too long"),
            ({"text": "x", "link_preview_options": "{"}, "can't parse link preview options JSON object"),
            ({"text": "x", "entities": [{"type": "bold"}]},
             "can't parse MessageEntity: Can't find field \"offset\""),
        ],
    )  # fmt: skip
    async def test_what_telegram_refuses(self, r: Room, more: dict[str, object], sentence: str) -> None:
        """In its words; nothing is said and nothing is true."""
        assert await r.refused("sendMessage", chat_id=SUPPLIER, **more) == f"400 Bad Request: {sentence}"
        assert (await r.messages(), r.effects()) == ([], [])

    async def test_a_text_may_be_as_long_with_more_tags(self, r: Room) -> None:
        """4096 are counted after the tags are gone."""
        sent = await r.say("<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
        assert (len(sent["text"]), sent["entities"][0]["length"]) == (4096, 4096)

    async def test_the_truth_knows_what_was_sent(self, r: Room) -> None:
        """Where, what, to what it replies, and whom it notifies."""
        first = await r.said("bowen", "hello")
        markup = json.loads(keyboard("Done"))
        sent = await r.say(
            "@bowen <b>1001</b> by @nobody",
            parse_mode="HTML",
            reply_markup=markup,
            reply_parameters={"message_id": int(first.rpartition(":")[2])},
            disable_notification=True,
            link_preview_options={"is_disabled": True},
        )
        assert sent["link_preview_options"] == {"is_disabled": True}
        entry = r.sandbox.truth.of("telegram")[-1]
        kept = ("effect", "chat", "chat_id", "text", "reply_to", "buttons", "mentions", "silent")
        assert {key: entry[key] for key in kept} == {
            "effect": "sendMessage",
            "chat": GROUP,
            "chat_id": SUPPLIER,
            "text": "@bowen 1001 by @nobody",
            "reply_to": first,
            "buttons": [{"label": "Done", "value": "done"}],
            "mentions": ["@bowen"],
            "silent": True,
        }

    async def test_a_reply_may_do_without(self, r: Room) -> None:
        """With `allow_sending_without_reply`, in either form."""
        for more in (
            {"reply_parameters": {"message_id": 9, "allow_sending_without_reply": True}},
            {"reply_to_message_id": 9, "allow_sending_without_reply": True},
        ):
            assert "reply_to_message" not in await r.say("x", **more)

    async def test_entities_may_be_given(self, r: Room) -> None:
        """Those Telegram finds by itself are ignored."""
        given = [{"type": "bold", "offset": 0, "length": 1}, {"type": "mention", "offset": 0, "length": 1}]
        assert (await r.say("x y", entities=given))["entities"] == [given[0]]


class TestWhere:
    async def test_a_chat_that_is_none(self, r: Room) -> None:
        """No id, another's id, a name."""
        assert await r.refused("sendMessage", text="x") == "400 Bad Request: chat_id is empty"
        for chat in (-5, "@nowhere", "x"):
            assert await r.refused("sendMessage", chat_id=chat, text="x") == "400 Bad Request: chat not found"

    async def test_a_person_must_have_started_the_bot(self, r: Room) -> None:
        """Then may block it, and may be gone."""
        say = {"chat_id": BOWEN, "text": "x"}
        closed = "403 Forbidden: bot can't initiate conversation with a user"
        assert await r.refused("sendMessage", **say) == closed
        assert await r.refused("getChat", chat_id=BOWEN) == "400 Bad Request: chat not found"
        await r.said("bowen", "/start", "telegram:@bowen")
        assert (await r.say("hello", BOWEN))["chat"]["type"] == "private"
        await r.post("group", place="telegram:@bowen", act="block")
        assert await r.refused("sendMessage", **say) == "403 Forbidden: bot was blocked by the user"
        await r.said("bowen", "/start", "telegram:@bowen")
        assert (await r.say("again", BOWEN))["text"] == "again"
        assert (
            await r.refused("sendMessage", chat_id=FORMER, text="x") == "403 Forbidden: user is deactivated"
        )

    async def test_a_group_may_throw_the_bot_out(self, r: Room) -> None:
        """In the words for groups and for supergroups; who left is no member."""
        await r.post("group", place=GROUP, act="kick")
        kicked = "403 Forbidden: bot was kicked from the supergroup chat"
        assert await r.refused("sendMessage", chat_id=SUPPLIER, text="x") == kicked
        await r.post("group", place="telegram:Old group", act="kick")
        kicked = "403 Forbidden: bot was kicked from the group chat"
        assert await r.refused("sendMessage", chat_id=OLD, text="x") == kicked
        await r.api("leaveChat", chat_id=STAFF)
        left = "403 Forbidden: bot is not a member of the supergroup chat"
        assert await r.refused("sendMessage", chat_id=STAFF, text="x") == left

    async def test_a_group_becomes_a_supergroup(self, r: Room) -> None:
        """The old id says where it went; the new one works, and its place is the same."""
        made = await r.post("group", place="telegram:Old group", act="migrate")
        answer = (await r.call("sendMessage", chat_id=OLD, text="x")).json()
        assert (answer["description"], answer["parameters"]) == (
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": made["chat_id"]},
        )
        await r.say("moved", made["chat_id"])
        texts = [message["text"] for message in await r.messages("telegram:Old group")]
        assert texts == ["The group became a supergroup"] * 2 + ["moved"]


class TestTopics:
    async def test_a_message_in_a_topic_says_so(self, r: Room) -> None:
        """And without a reply it replies to what opened the topic; a reply stays in its topic."""
        sent = await r.say("here", STAFF, message_thread_id=RETURNS)
        assert (sent["message_thread_id"], sent["is_topic_message"]) == (RETURNS, True)
        assert sent["reply_to_message"]["forum_topic_created"]["name"] == "Returns"
        reply = await r.say("there", STAFF, reply_parameters={"message_id": sent["message_id"]})
        assert (reply["message_thread_id"], reply["is_topic_message"]) == (RETURNS, True)
        general = await r.say("all", STAFF)
        assert "message_thread_id" not in general
        shown = await r.messages(f"{FORUM}/Returns")
        assert [(each["text"], each["thread"], each["topic"]) for each in shown[1:]] == [
            ("here", None, "Returns"),
            ("there", f"telegram:{STAFF}:{sent['message_id']}", "Returns"),
        ]

    async def test_a_reply_elsewhere_has_a_thread_but_is_in_no_topic(self, r: Room) -> None:
        """What python programmers trip over: `message_thread_id` alone does not mean a topic."""
        first = await r.say("root")
        second = await r.say("reply", reply_parameters={"message_id": first["message_id"]})
        third = await r.say("reply to it", reply_parameters={"message_id": second["message_id"]})
        assert [m["message_thread_id"] for m in (second, third)] == [first["message_id"]] * 2
        assert "is_topic_message" not in third

    async def test_topics_are_made_in_forums_only(self, r: Room) -> None:
        """By an administrator, with a name; a closed one is closed to members."""
        made = await r.api("createForumTopic", chat_id=STAFF, name="Refunds")
        assert (await r.messages(f"{FORUM}/Refunds"))[0]["service"] is True
        refused = {
            "the chat is not a forum": {"chat_id": SUPPLIER, "name": "x"},
            "TOPIC_TITLE_EMPTY": {"chat_id": STAFF, "name": " "},
            "TOPIC_TITLE_TOO_LONG": {"chat_id": STAFF, "name": "x" * 129},
        }
        for sentence, more in refused.items():
            assert await r.refused("createForumTopic", **more) == f"400 Bad Request: {sentence}"
        await r.post("group", place=f"{FORUM}/Refunds", act="close_topic")
        await r.post("group", place=FORUM, act="demote")
        into = {"chat_id": STAFF, "text": "x", "message_thread_id": made["message_thread_id"]}
        assert await r.refused("sendMessage", **into) == "400 Bad Request: TOPIC_CLOSED"
        rights = "400 Bad Request: not enough rights to create a topic"
        assert await r.refused("createForumTopic", chat_id=STAFF, name="x") == rights


class TestFiles:
    @pytest.mark.parametrize(
        ("method", "files", "more", "sentence"),
        [
            ("sendPhoto", None, {}, "there is no photo in the request"),
            ("sendDocument", None, {}, "there is no document in the request"),
            ("sendPhoto", {"photo": ("x.png", b"no picture")}, {}, "IMAGE_PROCESS_FAILED"),
            ("sendPhoto", {"photo": ("x.png", png(1, 21))}, {}, "PHOTO_INVALID_DIMENSIONS"),
            ("sendPhoto", {"photo": ("x.png", png() + b"x" * 10 * 1024 * 1024)}, {}, "too big for a photo"),
            ("sendDocument", {"document": ("x", b"")}, {}, "file must be non-empty"),
            ("sendPhoto", None, {"photo": "http://127.0.0.1/x.png"}, "failed to get HTTP URL content"),
            ("sendPhoto", None, {"photo": "attach://y"}, "there is no file in the request with this name"),
            ("sendPhoto", None, {"photo": "AgX"},
             "wrong remote file identifier specified: Wrong string length"),
            ("sendPhoto", {"photo": ("x.png", png())}, {"caption": "x" * 1025}, "message caption is too long"),
        ],
    )  # fmt: skip
    async def test_what_telegram_refuses(
        self, r: Room, method: str, files: object, more: dict[str, object], sentence: str
    ) -> None:
        """In its words."""
        assert await r.refused(method, files, chat_id=SUPPLIER, **more) == f"400 Bad Request: {sentence}"

    async def test_a_file_is_downloaded_by_its_path(self, r: Room) -> None:
        """The small size of a photo, too; with the bot's token alone."""
        sent = await r.api("sendPhoto", {"photo": ("x.png", png(640, 320))}, chat_id=SUPPLIER)
        assert [(size["width"], size["height"]) for size in sent["photo"]] == [(320, 160), (640, 320)]
        for size in sent["photo"]:
            facts = await r.api("getFile", file_id=size["file_id"])
            answer = await r.http.get(f"/telegram/file/bot{r.token}/{facts['file_path']}")
            assert answer.content == png(640, 320)
        wrong = await r.http.get(f"/telegram/file/bot{r.token[:-1]}z/{facts['file_path']}")
        assert wrong.status_code == 401
        assert (await r.http.get(f"/telegram/file/bot{r.token}/photos/none.jpg")).status_code == 404
        assert await r.refused("getFile", file_id="none") == "400 Bad Request: invalid file_id"

    async def test_what_a_bot_may_not_download(self, r: Room) -> None:
        """More than twenty megabytes, although it can be sent."""
        large = {"document": ("x.bin", b"x" * (20 * 1024 * 1024 + 1))}
        sent = await r.api("sendDocument", large, chat_id=SUPPLIER)
        file = sent["document"]["file_id"]
        assert await r.refused("getFile", file_id=file) == "400 Bad Request: file is too big"
        as_photo = "400 Bad Request: can't use file of type Document as Photo"
        assert await r.refused("sendPhoto", chat_id=SUPPLIER, photo=file) == as_photo

    async def test_an_album_is_several_messages(self, r: Room) -> None:
        """From two to ten of a kind, attached by their names, without a keyboard."""
        attached = {name: (f"{name}.png", png()) for name in "ab"}
        media = [{"type": "photo", "media": f"attach://{name}", "caption": name} for name in "ab"]
        sent = await r.api("sendMediaGroup", attached, chat_id=SUPPLIER, media=media)
        assert len({message["media_group_id"] for message in sent}) == 1
        assert [each["files"] for each in r.sandbox.truth.of("telegram")] == [["a.png"], ["b.png"]]
        document = {"type": "document", "media": "attach://b"}
        refused = {
            "not enough messages to send as an album": media[:1],
            "too many messages to send as an album": media * 6,
            "Document can't be mixed with other media types": [media[0], document],
            "can't parse InputMedia: media not found": [media[0], {"type": "photo"}],
            "expected an Array of InputMedia": {},
        }
        for sentence, wrong in refused.items():
            answer = await r.refused("sendMediaGroup", attached, chat_id=SUPPLIER, media=wrong)
            assert answer == f"400 Bad Request: {sentence}"


async def test_a_chat_action_leaves_nothing(r: Room) -> None:
    """But must be one."""
    assert await r.api("sendChatAction", chat_id=SUPPLIER, action="typing") is True
    wrong = "400 Bad Request: wrong parameter action in request"
    assert await r.refused("sendChatAction", chat_id=SUPPLIER, action="dancing") == wrong
    assert r.effects() == []


class TestPace:
    async def test_twenty_a_minute_to_a_group(self, r: Room) -> None:
        """Then `retry_after`; another group goes on, and so does this one when the minute is over."""
        await r.post("pace", service="telegram", on=True)
        for number in range(20):
            await r.say(str(number))
        answer = await r.call("sendMessage", chat_id=SUPPLIER, text="x")
        wait = answer.json()["parameters"]["retry_after"]
        assert (answer.status_code, 50 <= wait <= 60) == (429, True)
        assert answer.json()["description"] == f"Too Many Requests: retry after {wait}"
        await r.post("clock", advance="2s")
        await r.say("elsewhere", STAFF)
        await r.post("clock", advance="60s")
        await r.say("again")
        assert len(r.effects()) == 22

    async def test_an_album_counts_every_photo(self, r: Room) -> None:
        """Ten and ten are twenty."""
        await r.post("pace", service="telegram", on=True)
        attached = {"a": ("a.png", png())}
        media = [{"type": "photo", "media": "attach://a"}] * 10
        for _ in range(2):
            await r.api("sendMediaGroup", attached, chat_id=SUPPLIER, media=media)
        assert (await r.refused("sendMessage", chat_id=SUPPLIER, text="x")).startswith("429 Too Many")

    async def test_thirty_a_second_overall(self, r: Room) -> None:
        """Whichever chats they are for."""
        await r.post("pace", service="telegram", on=True)
        r.telegram.room.state.now = lambda: 1_700_000_000.0
        for number in range(30):
            await r.say(str(number), (SUPPLIER, STAFF)[number % 2])
        refused = await r.refused("sendMessage", chat_id=OLD, text="x")
        assert refused == "429 Too Many Requests: retry after 1"
