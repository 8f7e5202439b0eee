"""Guided questions answered by a script: found, answered in order, asked again, confirmed or cancelled."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bot.sandbox.telegram_room import BOWEN, FORUM, GROUP, Room, keyboard, png, room

pytestmark = pytest.mark.anyio
PRIVATE = "telegram:@bowen"


class Guide:
    """A small bot that asks: order (a number), kind (choices), photos (may be skipped), then sums up."""

    def __init__(self, r: Room, *, edits: bool = False) -> None:
        self.r = r
        self.edits = edits
        self.step = -1
        self.answers: list[str] = []
        self.message: dict[str, Any] | None = None

    async def __call__(self, update: Any) -> None:
        """Take an update and ask on."""
        query = update.get("callback_query")
        message = query["message"] if query else update["message"]
        answer = query["data"] if query else message.get("text") or "files"
        if query:
            await self.r.api("answerCallbackQuery", callback_query_id=query["id"])
        reason = self._take(answer)
        if self.step in range(4):
            await self._ask(message, reason)
        else:
            await self._tell(message, "Logged 0001" if self.step == 4 else "Cancelled", "")

    def _take(self, answer: str) -> str:
        if answer == "cancel":
            self.step = 9
        elif self.step == 0 and not answer.isdecimal():
            return "That is no number. "
        else:
            self.answers.append(answer)
            self.step += 1
        return ""

    async def _ask(self, message: Any, reason: str) -> None:
        text, markup = [
            ("Order number?", keyboard("Cancel")),
            ("Kind?", keyboard("Broken", "Missing", "Back", "Cancel")),
            ("Photos?", keyboard("Skip", "Back", "Cancel")),
            ("Order number: 10388\nKind: Broken\nLog it?", keyboard("Log it", "Back", "Cancel")),
        ][self.step]
        await self._tell(message, reason + text, markup)

    async def _tell(self, message: Any, text: str, markup: str) -> None:
        chat = {"chat_id": message["chat"]["id"], "text": text, "reply_markup": markup}
        if self.edits and self.message is not None:
            self.message = await self.r.api("editMessageText", message_id=self.message["message_id"], **chat)
            return
        thread = message.get("message_thread_id") if message.get("is_topic_message") else 0
        more = {"message_thread_id": thread, "reply_parameters": {"message_id": message["message_id"]}}
        self.message = await self.r.api("sendMessage", **chat, **more)


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox in which Bowen has started the bot."""
    async with room() as started:
        await started.said("bowen", "/start", PRIVATE)
        await started.updates()
        started.telegram.room.grace_seconds = 0.05
        yield started


async def test_an_open_question_is_shown_as_the_form(r: Room) -> None:
    """A script that asks for the form somebody has open gets the question with its buttons."""
    guide = Guide(r, edits=False)
    async with r.polling(guide):
        await r.said("bowen", "/log", PRIVATE)
        await r.telegram.room.until(lambda: r.telegram.question("bowen"), 5)
    form = (await r.http.get("/sandbox/forms", params={"who": "bowen"})).json()["form"]
    assert form["author"] == "bot"
    assert "cancel" in [button["label"].casefold() for button in form["buttons"]]


@pytest.mark.parametrize("edits", [False, True])
@pytest.mark.parametrize("place", [PRIVATE, GROUP])
async def test_a_form_is_answered_by_its_questions(r: Room, place: str, *, edits: bool) -> None:
    """Choices are pressed, the rest is said, what is not given is skipped, the summary is confirmed."""
    guide = Guide(r, edits=edits)
    async with r.polling(guide):
        await r.said("bowen", "/log", place)
        assert await r.post("submit", who="bowen", values={"kind": "broken", "order number": 10388}) == {}
    assert guide.answers == ["/log", "10388", "broken", "skip", "log it"]
    assert (await r.http.get("/sandbox/forms", params={"who": "bowen"})).json() == {"form": None}


async def test_files_answer_a_question(r: Room) -> None:
    """As an upload."""
    guide = Guide(r)
    picture = {"name": "a.png", "base64": base64.b64encode(png()).decode()}
    values = {"order number": 10388, "kind": "Broken", "photos": [picture]}
    async with r.polling(guide):
        await r.said("bowen", "/log", PRIVATE)
        assert await r.post("submit", who="bowen", values=values) == {}
    assert guide.answers == ["/log", "10388", "broken", "files", "log it"]


async def test_a_question_that_is_asked_again_is_an_error(r: Room) -> None:
    """In the bot's words; it stays open, and can be answered rightly."""
    guide = Guide(r)
    async with r.polling(guide):
        await r.said("bowen", "/log", PRIVATE)
        refused = await r.post("submit", who="bowen", values={"order number": "ten", "kind": "Broken"})
        assert refused == {"errors": {"order number": "That is no number. Order number?"}}
        again = {"order number": "10388", "kind": "Broken"}
        assert await r.post("fill", who="bowen", values=again) == {}
        assert guide.step == 3
        assert await r.post("submit", who="bowen", values={}) == {}
    assert guide.answers[-1] == "log it"


async def test_questions_in_a_topic_are_answered_there(r: Room) -> None:
    """And not in the group's other topics."""
    guide = Guide(r)
    place = f"{FORUM}/Returns"
    async with r.polling(guide):
        await r.said("kim", "/log", place)
        assert await r.post("submit", who="kim", values={"order number": 1, "kind": "Missing"}) == {}
    topics = {message["topic"] for message in await r.messages(FORUM)}
    assert (guide.answers[-1], topics) == ("log it", {"Returns"})


async def test_a_question_is_pressed_and_cancelled_without_its_message(r: Room) -> None:
    """Where nothing is open there is nothing to press, to answer or to close."""
    for name, body in (("press", {"button": "x"}), ("submit", {"values": {}}), ("close", {})):
        status, _ = await r.denied(name, who="bowen", **body)
        # Where nobody asks anything it is the first platform that says so.
        assert status == 404
    guide = Guide(r)
    async with r.polling(guide):
        await r.said("bowen", "/log", PRIVATE)
        await r.said("bowen", "10388", PRIVATE)
        await r.telegram.room.until(lambda: guide.step == 1 or None, 3)
        await r.post("press", who="bowen", button="missing")
        await r.post("close", who="bowen")
    assert (guide.answers, guide.step) == (["/log", "10388", "missing"], 9)
    assert [(message["author"], message["text"]) for message in await r.messages(PRIVATE)][-1] == (
        "bot",
        "Cancelled",
    )


async def test_values_that_nothing_asks_for_are_said_to_be_left(r: Room) -> None:
    """Although the form was confirmed."""
    guide = Guide(r)
    values = {"order number": 10388, "kind": "Broken", "colour": "red"}
    async with r.polling(guide):
        await r.said("bowen", "/log", PRIVATE)
        status, sentence = await r.denied("submit", who="bowen", values=values)
    assert (status, sentence) == (400, "nothing was asked that colour answers")


async def test_a_bot_that_is_silent_is_said_to_be(r: Room) -> None:
    """A file must be one, too."""
    await r.say("Order number?", BOWEN, reply_markup=json.loads(keyboard("Cancel")))
    assert (await r.denied("submit", who="bowen", values={"order number": 1}))[0] == 424
    wrong = {"order number": [{"name": "x"}]}
    assert (await r.denied("submit", who="bowen", values=wrong))[0] == 400


async def test_a_form_that_goes_on_in_private_is_answered_there(r: Room) -> None:
    """What is begun in a group, and asked in the chat with the bot, is the form that is open for that person."""
    guide = Guide(r)

    async def elsewhere(update: Any) -> None:
        """Say in the group that it goes on in private, and ask there."""
        message = update.get("message")
        if message is not None and message["chat"]["type"] != "private":
            replied = {"message_id": message["message_id"]}
            await r.say("I ask you in private.", message["chat"]["id"], reply_parameters=replied)
            message["chat"], message["message_id"] = {"id": BOWEN, "type": "private"}, 1
        await guide(update)

    async with r.polling(elsewhere):
        await r.said("bowen", "/log", GROUP)
        assert await r.post("submit", who="bowen", values={"order number": 10388, "kind": "Missing"}) == {}
    assert guide.answers == ["/log", "10388", "missing", "skip", "log it"]


async def test_what_was_not_asked_is_changed_at_the_summary(r: Room) -> None:
    """A form that held an answer from the start does not ask for it; the value given is put in its place."""
    pressed: list[str] = []

    async def holding(update: Any) -> None:
        """A summary at once, which offers to change the amount and the currency."""
        query = update.get("callback_query")
        pressed.append(query["data"] if query else update["message"]["text"])
        text, markup = {
            "change…": ("Change what?", keyboard("Amount of all", "Currency used", "Back", "Cancel")),
            "amount of all": ("amount=", keyboard("Keep it", "Cancel")),
            "currency used": ("currency_key=", keyboard("Keep it", "Cancel")),
            "log it": ("Logged.", ""),
        }.get(pressed[-1].casefold(), ("Right?", keyboard("Log it", "Change…", "Cancel")))
        await r.say(text, BOWEN, **({"reply_markup": json.loads(markup)} if markup else {}))

    async with r.polling(holding):
        await r.said("bowen", "/log", PRIVATE)
        assert await r.post("submit", who="bowen", values={"currency_key": "USD"}) == {}
    assert pressed == ["/log", "change…", "currency used", "USD", "log it"]


async def test_a_question_with_a_key_of_its_own_takes_no_other_value(r: Room) -> None:
    """What is needed and was not given is an error under its own key; the question stays open."""
    said: list[str] = []

    async def asking(update: Any) -> None:
        """One question after the other, each with its key."""
        said.append(update["message"]["text"])
        text = "What is wrong?\n\ndetail= · 1 of 2" if len(said) == 1 else "What came?\n\ngot= · 2 of 2"
        await r.say(text, BOWEN, reply_markup=json.loads(keyboard("Back", "Cancel")))

    async with r.polling(asking):
        await r.said("bowen", "/log", PRIVATE)
        answered = await r.post("submit", who="bowen", values={"got": "ring-8"})
    assert answered == {"errors": {"detail": "What is wrong?\n\ndetail= · 1 of 2"}}
    assert said == ["/log"]
