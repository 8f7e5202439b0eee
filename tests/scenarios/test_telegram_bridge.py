"""One case in two chats: logged by an agent on Slack, asked of Bowen in his group on Telegram, and back."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.scenarios.room import Logged, Room, Seen

pytestmark = pytest.mark.anyio


def under(case: Logged) -> list[Seen]:
    """What stands under the request, by whomever, directly or as an answer to an answer."""
    found = {case.request.id}
    shown = []
    for message in case.room.seen("supplier"):
        if message.thread in found:
            found.add(message.id)
            shown.append(message)
    return shown


async def test_the_request_is_a_message_in_his_group_and_nothing_else_is(mixed: Room) -> None:
    """Logged on Slack: a card there, a row, and one message with buttons where the supplier is."""
    before = len(mixed.seen("supplier"))
    case = await mixed.logged()
    assert case.request.id.startswith("telegram:")
    assert len(mixed.seen("supplier")) == before + 1
    assert ("box was empty" in case.request.text, "88" in case.request.text) == (True, False)
    assert {"Acknowledge", "In progress"} <= set(case.request.buttons)
    assert (case.row["Status"], case.card.id.startswith("slack:")) == ("Posted", True)


@pytest.mark.parametrize("way", ["button", "word", "reaction"])
async def test_he_acknowledges_and_every_place_shows_it_once(mixed: Room, way: str) -> None:
    """By button, by word, by reaction: card, request, thread and row move at once."""
    case = await mixed.logged()
    if way == "button":
        await mixed.press("bowen", case.request.id, "Acknowledge")
    elif way == "word":
        await mixed.say("bowen", "supplier", "ok", case.request.id)
    else:
        await mixed.react("bowen", case.request.id, "👍")
    assert case.row["Status"] == "Acknowledged"
    assert "Acknowledged" in case.card.text
    assert "Acknowledged" in case.request.text
    assert "Acknowledge" not in case.request.buttons
    assert len([line for line in case.home if "Bowen" in line and "acknowledged" in line]) == 1


async def test_two_acknowledgements_from_two_chats_at_once_are_one(mixed: Room) -> None:
    """Bowen in a private chat and Kim, whose case it is, in his group: one wins, both are told, the desk hears once."""
    case = await mixed.logged()
    await mixed.say("agent", "csr", f"/assign {case.ident} kim")
    await mixed.say("bowen", "telegram:@bowen", "/start")
    await mixed.say("bowen", "telegram:@bowen", f"/case {case.ident}")
    shown = mixed.seen("telegram:@bowen")[-1]
    await asyncio.gather(
        mixed.press("bowen", shown.id, "Acknowledge"), mixed.press("kim", case.request.id, "Acknowledge")
    )
    toasts = [str(entry["toast"]) for entry in mixed.sandbox.truth.of("telegram") if "toast" in entry]
    told = sorted("already" in toast for toast in toasts if case.ident in toast)
    assert (told, case.row["Status"]) == ([False, True], "Acknowledged")
    assert len([line for line in case.home if "acknowledged" in line]) == 1


async def test_a_button_and_a_word_and_a_reaction_at_once_are_one(mixed: Room) -> None:
    """Whatever order they are heard in."""
    case = await mixed.logged()
    await asyncio.gather(
        mixed.press("bowen", case.request.id, "Acknowledge"),
        mixed.react("bowen", case.request.id, "👍"),
        mixed.say("bowen", "supplier", "noted", case.request.id),
    )
    assert case.row["Status"] == "Acknowledged"
    assert len([line for line in case.home if "acknowledged" in line]) == 1


async def test_what_he_says_stands_in_the_home_thread_with_his_name(mixed: Room) -> None:
    """A reply to the request, and a reply to that one; nothing that is said beside it."""
    case = await mixed.logged()
    first = await mixed.say("bowen", "supplier", "We have two left", case.request.id)
    await mixed.say("bowen", "supplier", "and one is on its way", first["message"])
    await mixed.say("bowen", "supplier", "What a fine day")
    said = [line for line in case.home if "Bowen" in line]
    assert [text in "\n".join(said) for text in ("We have two left", "and one is on its way", "a fine day")] == [
        True, True, False,
    ]  # fmt: skip


async def test_his_photo_and_his_document_reach_the_home_thread(mixed: Room) -> None:
    """One picture with a caption, and an album as one answer."""
    case = await mixed.logged()
    await mixed.send("bowen", "supplier", "clasp.png", text="This is the clasp", thread=case.request.id)
    await mixed.send("bowen", "supplier", "box.png", "bag.png", thread=case.request.id)

    def files() -> list[str]:
        return [
            name for message in mixed.seen("csr") if message.thread == case.card.id for name in message.files
        ]

    await mixed.until(lambda: len(files()) >= 3)
    await mixed.settle()
    assert len(files()) == 3
    assert any("This is the clasp" in line for line in case.home)
    assert len([line for line in case.home if "Bowen" in line]) <= 4


async def test_what_the_desk_sends_is_a_reply_to_the_request(mixed: Room) -> None:
    """*Send to supplier* crosses; what is said at home does not."""
    case = await mixed.logged()
    await mixed.say("agent", "csr", "The customer is angry", case.card.id)
    await mixed.press("agent", case.card.id, "Send to supplier")
    form = mixed.form("agent")
    assert form is not None
    (label,) = [
        field["label"]
        for field in form["fields"]
        if field["type"] in ("text", "longtext", "plain_text_input")
    ][:1]
    await mixed.fill("agent", {label: "Please look at the clasp"})
    told = under(case)
    assert [("the clasp" in message.text, message.thread) for message in told] == [(True, case.request.id)]
    assert "angry" not in "\n".join(message.text for message in mixed.seen("supplier"))


async def test_an_edit_is_shown_as_one(mixed: Room) -> None:
    """What he changed stands in the home thread as changed."""
    case = await mixed.logged()
    said = await mixed.say("bowen", "supplier", "We have two left", case.request.id)
    await mixed.edit("bowen", said["message"], "We have three left")
    assert case.home[-2:] == [
        "Bowen replied:\nWe have two left", "Bowen changed a message to:\nWe have three left",
    ]  # fmt: skip


async def test_an_edited_command_logs_nothing_more(mixed: Room) -> None:
    """A command is one when it is sent, and never again."""
    order = mixed.order()
    said = await mixed.say("bowen", "supplier", f"/log out-of-stock {order} ring-204 1 notes='sold out'")
    tab = ("report_issue", "Out of Stock")
    assert mixed.row(order, *tab)["Logged by"] == "Bowen"
    await mixed.edit("bowen", said["message"], f"/log out-of-stock {order}9 ring-204 1 notes='sold out'")
    assert [row["Order #"] for row in mixed.rows(*tab) if row["Order #"].startswith(order)] == [order]


async def test_a_reply_to_a_message_that_is_gone_is_only_words(mixed: Room) -> None:
    """Nothing breaks, and the next reply to the request arrives."""
    case = await mixed.logged()
    said = await mixed.say("bowen", "supplier", "first", case.request.id)
    await mixed.control.delete("bowen", said["message"])
    await mixed.say("bowen", "supplier", "second", said["message"])
    await mixed.say("bowen", "supplier", "third", case.request.id)
    assert "third" in "\n".join(case.home)


HOSTILE = [
    "<b>bold</b> & <a href='tg://user?id=7000001'>x</a>",
    "\u202eevil\u202c \u200bzero\u200b *_~`[x](http://x.example)",
    "@agent /log refund 1 https://evil.example " + "word " * 1200,
]


@pytest.mark.parametrize("words", HOSTILE, ids=["markup", "invisible", "long"])
async def test_hostile_words_are_shown_as_words(mixed: Room, words: str) -> None:
    """Said by an agent, read in the group: no markup, no mention, no command; nothing is held up."""
    order = mixed.order()
    quoted = words.replace('"', "'").replace("\n", " ")
    await mixed.say("agent", "csr", "/log item-issue")
    faults = await mixed.fill(
        "agent",
        {"Order #": order, "FD ticket": "FD-88", "Issue": "Missing", "SKU / item": "ring-204",
         "Qty affected": "1", "What is wrong": quoted[:2900], "Customer wants": "Refund"},
    )  # fmt: skip
    assert faults == {}
    request = mixed.post("supplier", mixed.row(order)["Case ID"])
    message = next(
        each
        for each in mixed.control.transcript(mixed.place("supplier"), None)["messages"]
        if each["id"] == request.id
    )
    kinds = {entity["type"] for entity in message["entities"]}
    assert kinds & {"mention", "text_mention", "text_link", "bot_command", "url"} == set()
    assert [mark in request.text for mark in ("\u202e", "\u200b")] == [False, False]


async def test_bowen_has_his_own_list(mixed: Room) -> None:
    """`/mine` in his group is answered there, as everybody in it is the supplier."""
    case = await mixed.logged()
    before = {message.id for message in mixed.seen("supplier")}
    await mixed.say("bowen", "supplier", "/mine")
    (answer,) = [m for m in mixed.seen("supplier") if m.id not in before and m.author == "bot"]
    assert ("cases are with you" in answer.text, answer.thread is None) == (True, False)
    assert case.order not in "\n".join(message.text for message in mixed.seen("telegram:@bowen"))


async def test_an_account_is_linked_by_a_code_that_went_to_slack(mixed: Room) -> None:
    """Somebody unknown on Telegram says that he is Bram; the code is in Bram's Slack, and then he is Bram."""
    chat = "telegram:@stranger"
    await mixed.say("stranger", chat, "/start")
    await mixed.say("stranger", chat, "/mine")
    assert "I do not know you" in mixed.seen(chat)[-1].text
    await mixed.say("stranger", chat, "/link Bram")
    code = re.search(r"\d{3} \d{3}", mixed.seen("slack:@bram")[-1].text)
    assert code is not None
    await mixed.say("stranger", chat, f"/link {code[0]}")
    assert "you are Bram" in mixed.seen(chat)[-1].text
    await mixed.say("stranger", chat, "/mine")
    assert "I do not know you" not in mixed.seen(chat)[-1].text
    await mixed.say("bram", "slack:@bram", "/deskbell link off")
    await mixed.say("stranger", chat, "/mine")
    assert "I do not know you" in mixed.seen(chat)[-1].text
