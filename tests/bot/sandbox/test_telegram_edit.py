"""What the Bot API does with what is there already: edits, deletions, reactions, answers to presses, menus."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.sandbox.telegram_room import BOWEN, KIM, OLD, STAFF, SUPPLIER, Room, keyboard, png, room

pytestmark = pytest.mark.anyio
SAME = (
    "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


def number(ident: str) -> int:
    """A message's number in its chat."""
    return int(ident.rpartition(":")[2])


class TestEdit:
    async def test_a_text_is_changed_and_its_keyboard_goes(self, r: Room) -> None:
        """Unless it is given again."""
        sent = await r.say("one", reply_markup=keyboard("Done"))
        where = {"chat_id": SUPPLIER, "message_id": sent["message_id"]}
        kept = await r.api("editMessageText", text="two", reply_markup=keyboard("Done"), **where)
        assert (kept["text"], "reply_markup" in kept, "edit_date" in kept) == ("two", True, True)
        gone = await r.api("editMessageText", text="two", **where)
        assert "reply_markup" not in gone
        assert await r.refused("editMessageText", text="two", **where) == SAME
        again = await r.api("editMessageReplyMarkup", reply_markup=keyboard("Undo"), **where)
        assert again["reply_markup"]["inline_keyboard"][0][0]["text"] == "Undo"
        assert await r.refused("editMessageReplyMarkup", reply_markup=keyboard("Undo"), **where) == SAME
        assert r.effects() == ["sendMessage", "editMessageText", "editMessageText", "editMessageReplyMarkup"]

    async def test_a_caption_is_no_text(self, r: Room) -> None:
        """Each has its own method."""
        photo = await r.api("sendPhoto", {"photo": ("x.png", png())}, chat_id=SUPPLIER, caption="one")
        where = {"chat_id": SUPPLIER, "message_id": photo["message_id"]}
        assert (await r.api("editMessageCaption", caption="two", **where))["caption"] == "two"
        no_text = "400 Bad Request: there is no text in the message to edit"
        assert await r.refused("editMessageText", text="x", **where) == no_text
        where["message_id"] = (await r.say("x"))["message_id"]
        no_caption = "400 Bad Request: there is no caption in the message to edit"
        assert await r.refused("editMessageCaption", caption="x", **where) == no_caption

    async def test_what_cannot_be_edited(self, r: Room) -> None:
        """What is not there, what somebody else wrote, what was deleted."""
        said = number(await r.said("bowen", "mine"))
        edit = {"chat_id": SUPPLIER, "text": "x"}
        missing = "400 Bad Request: message to edit not found"
        assert await r.refused("editMessageText", message_id=99, **edit) == missing
        assert await r.refused("editMessageText", **edit) == missing
        foreign = "400 Bad Request: message can't be edited"
        assert await r.refused("editMessageText", message_id=said, **edit) == foreign
        sent = (await r.say("x"))["message_id"]
        await r.api("deleteMessage", chat_id=SUPPLIER, message_id=sent)
        assert await r.refused("editMessageText", message_id=sent, **edit) == missing
        assert await r.refused("editMessageText", inline_message_id="x", text="x") == (
            "400 Bad Request: MESSAGE_ID_INVALID"
        )


class TestDelete:
    async def test_an_administrator_deletes_everything_for_two_days(self, r: Room) -> None:
        """A member its own messages alone; what is gone keeps its place in the transcript."""
        said = await r.said("bowen", "typo")
        assert await r.api("deleteMessage", chat_id=SUPPLIER, message_id=number(said)) is True
        missing = "400 Bad Request: message to delete not found"
        assert await r.refused("deleteMessage", chat_id=SUPPLIER, message_id=number(said)) == missing
        shown = (await r.messages())[0]
        assert (shown["id"], shown["deleted"], shown["text"]) == (said, True, "")
        foreign = await r.said("bowen", "mine", "telegram:Old group")
        cannot = "400 Bad Request: message can't be deleted"
        assert await r.refused("deleteMessage", chat_id=OLD, message_id=number(foreign)) == cannot
        sent = await r.say("old")
        await r.post("clock", advance="49h")
        old = {"chat_id": SUPPLIER, "message_id": sent["message_id"]}
        assert await r.refused("deleteMessage", **old) == cannot


class TestReactions:
    async def test_the_bot_reacts_with_one_of_telegrams_emoji(self, r: Room) -> None:
        """The variation selector does not matter; nothing takes it away."""
        said = await r.said("bowen", "hello")
        where = {"chat_id": SUPPLIER, "message_id": number(said)}
        await r.api("setMessageReaction", reaction=[{"type": "emoji", "emoji": "❤️"}], **where)
        assert (await r.messages())[0]["reactions"] == {"❤": ["bot"]}
        refused = {
            "REACTION_INVALID": [{"type": "emoji", "emoji": "✅"}],
            "REACTIONS_TOO_MANY": [{"type": "emoji", "emoji": "👍"}] * 2,
            "expected an Array of ReactionType": {},
        }
        for sentence, reaction in refused.items():
            answer = await r.refused("setMessageReaction", reaction=reaction or {"x": 1}, **where)
            assert answer == f"400 Bad Request: {sentence}"
        await r.api("setMessageReaction", **where)
        assert (await r.messages())[0]["reactions"] == {}
        where["message_id"] = 99
        missing = "400 Bad Request: message to react not found"
        assert await r.refused("setMessageReaction", **where) == missing


class TestPresses:
    async def test_a_press_is_answered_once_and_soon(self, r: Room) -> None:
        """Then the query is too old; so is one that waited for more than a minute."""
        sent = await r.say("Please", reply_markup=keyboard("Done"))
        message = f"telegram:{SUPPLIER}:{sent['message_id']}"
        old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
        for wait in ("0s", "61s"):
            assert (await r.post("press", who="bowen", message=message, button="Done"))["toast"] is None
            query = (await r.updates())[-1]["callback_query"]
            assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == (
                "done", BOWEN, sent["message_id"],
            )  # fmt: skip
            await r.post("clock", advance=wait)
            answer = {"callback_query_id": query["id"], "text": "Thanks"}
            if wait == "0s":
                assert await r.api("answerCallbackQuery", **answer) is True
            assert await r.refused("answerCallbackQuery", **answer) == old
        assert await r.refused("answerCallbackQuery", callback_query_id="1") == old

    async def test_a_toast_has_two_hundred_characters(self, r: Room) -> None:
        """More are refused, and the query waits on."""
        sent = await r.say("Please", reply_markup=keyboard("Done"))
        message = f"telegram:{SUPPLIER}:{sent['message_id']}"
        await r.post("press", who="bowen", message=message, button="Done")
        ident = (await r.updates())[-1]["callback_query"]["id"]
        long = {"callback_query_id": ident, "text": "x" * 201}
        assert await r.refused("answerCallbackQuery", **long) == "400 Bad Request: MESSAGE_TOO_LONG"
        assert await r.api("answerCallbackQuery", callback_query_id=ident) is True


class TestMenus:
    async def test_the_narrowest_menu_is_shown(self, r: Room) -> None:
        """By person and place; what is deleted gives way to the next."""
        scopes: dict[str, dict[str, object]] = {
            "everywhere": {"type": "default"},
            "private": {"type": "all_private_chats"},
            "groups": {"type": "all_group_chats"},
            "admins": {"type": "all_chat_administrators"},
            "here": {"type": "chat", "chat_id": SUPPLIER},
            "mine": {"type": "chat_member", "chat_id": SUPPLIER, "user_id": BOWEN},
        }
        for name, scope in scopes.items():
            commands = [{"command": f"/{name.upper()}", "description": name}]
            assert await r.api("setMyCommands", commands=commands, scope=scope) is True

        def menu(who: str, place: str) -> list[str]:
            return [each["command"] for each in r.telegram.menu(who, place)]

        assert menu("bowen", "NL-Bowen") == ["mine"]
        assert menu("kim", "NL-Bowen") == ["here"]
        assert menu("kim", "Old group") == ["admins"]
        assert menu("bowen", "Old group") == ["groups"]
        assert menu("bowen", "@bowen") == ["private"]
        await r.api("deleteMyCommands", scope=scopes["mine"])
        assert menu("bowen", "NL-Bowen") == ["here"]
        assert (await r.api("getMyCommands", scope=scopes["here"]))[0]["command"] == "here"
        assert await r.api("getMyCommands", language_code="nl") == []

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            ({"commands": "{"}, "can't parse commands JSON object"),
            ({"commands": {}}, "expected an Array of BotCommand"),
            ({"commands": [{"command": "log-item", "description": "x"}]}, "BOT_COMMAND_INVALID"),
            ({"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
            ({"commands": [{"command": "log", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
            ({"commands": [{"command": "log", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
            ({"commands": [{"command": "log", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
            ({"commands": [], "scope": {"type": "moon"}},
             "can't parse BotCommandScope: Unsupported type specified"),
            ({"commands": [], "scope": {"type": "chat", "chat_id": -5}}, "chat not found"),
            ({"commands": [], "scope": {"type": "chat_member", "chat_id": SUPPLIER, "user_id": 5}},
             "user not found"),
        ],
    )  # fmt: skip
    async def test_what_telegram_refuses(self, r: Room, more: dict[str, object], sentence: str) -> None:
        """In its words."""
        assert await r.refused("setMyCommands", **more) == f"400 Bad Request: {sentence}"


async def test_who_is_in_a_chat(r: Room) -> None:
    """Whoever made it, its members, those who are not in it, and the bot."""

    async def status(chat: int, user: int) -> object:
        return (await r.api("getChatMember", chat_id=chat, user_id=user))["status"]

    me = (await r.api("getMe"))["id"]
    assert [await status(SUPPLIER, user) for user in (KIM, BOWEN, me)] == [
        "creator",
        "member",
        "administrator",
    ]
    assert (await status(STAFF, BOWEN), await status(OLD, me)) == ("left", "member")
    nobody = "400 Bad Request: user not found"
    assert await r.refused("getChatMember", chat_id=SUPPLIER, user_id=1) == nobody
    assert [each["user"]["id"] for each in await r.api("getChatAdministrators", chat_id=OLD)] == [KIM]
    private = "400 Bad Request: there are no administrators in the private chat"
    assert await r.refused("getChatAdministrators", chat_id=BOWEN) == private
    cannot = "400 Bad Request: chat member status can't be changed in private chats"
    assert await r.refused("leaveChat", chat_id=BOWEN) == cannot
