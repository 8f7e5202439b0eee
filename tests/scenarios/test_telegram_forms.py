"""Forms on Telegram: one question at a time, in private and in a group, to the row on the tracker."""

from __future__ import annotations

import pytest

from tests.scenarios.room import PICTURE, Room, Seen

pytestmark = pytest.mark.anyio
CHAT = "telegram:@agent"
ITEM = {
    "ticket": "FD-88", "kind": "Missing", "sku": "ring-204", "qty": "1", "detail": "box was empty", "wish": "Refund",
}  # fmt: skip
OUT_OF_STOCK = ("report_issue", "Out of Stock")


@pytest.fixture
async def private(mixed: Room) -> Room:
    """The agent has opened a chat with the bot."""
    await mixed.say("agent", CHAT, "/start")
    return mixed


def asked(room: Room, place: str = CHAT) -> Seen:
    """The newest thing that the bot said."""
    return [message for message in room.seen(place) if message.author == "bot"][-1]


async def test_an_agent_logs_from_a_private_chat(private: Room) -> None:
    """Every question answered, the summary confirmed: a row, a card on Slack, a request in Bowen's group."""
    order = private.order()
    await private.say("agent", CHAT, "/log item-issue")
    assert await private.submit("agent", order_no=order, **ITEM) == {}
    row = private.row(order)
    assert (row["Logged by"], row["What is wrong"], row["Status"]) == ("Agent", "box was empty", "Posted")
    assert private.post("csr", row["Case ID"]).id.startswith("slack:")
    assert private.post("supplier", row["Case ID"]).id.startswith("telegram:")
    assert row["Case ID"] in asked(private).text


async def test_bowen_logs_from_his_group(mixed: Room) -> None:
    """His answers are replies to the questions; what others say meanwhile is no answer."""
    order = mixed.order()
    await mixed.say("bowen", "supplier", "/log out-of-stock")
    await mixed.say("kim", "supplier", "10999")
    assert await mixed.submit("bowen", order_no=order, sku="ring-204", qty="1") == {}
    assert mixed.row(order, *OUT_OF_STOCK)["Logged by"] == "Bowen"
    assert "10999" not in [row["Order #"] for row in mixed.rows(*OUT_OF_STOCK)]


async def test_an_album_is_one_answer(private: Room) -> None:
    """Photos of a broken ring, sent together at the question for them, reach the supplier's group."""
    order = private.order()
    photos = [{"name": name, "base64": PICTURE} for name in ("clasp.png", "box.png")]
    await private.say("agent", CHAT, "/log item-issue")
    assert await private.submit("agent", order_no=order, **{**ITEM, "kind": "Broken"}, photos=photos) == {}
    request = private.post("supplier", private.row(order)["Case ID"])

    def files() -> int:
        return sum(len(seen.files) for seen in private.seen("supplier") if seen.thread == request.id)

    await private.until(lambda: files() == 2)


async def test_a_wrong_answer_is_asked_again_with_the_reason(private: Room) -> None:
    """Nothing before it is lost."""
    order = private.order()
    await private.say("agent", CHAT, "/log item-issue")
    await private.control.fill("agent", {"order_no": order, "ticket": "FD-88"})
    await private.settle()
    answers = {key: value for key, value in ITEM.items() if key != "ticket"}
    faults = await private.submit("agent", **{**answers, "qty": "lots"})
    assert "lots is not a quantity" in faults["qty"]
    left = {key: ITEM[key] for key in ("detail", "wish")}
    assert await private.submit("agent", qty="2", **left) == {}
    assert private.row(order)["Qty affected"] == "2"


async def test_what_a_line_says_is_not_asked(private: Room) -> None:
    """A one-line form that lacks an answer asks for that one alone."""
    order = private.order()
    await private.say("agent", CHAT, f'/log item-issue {order} FD-88 missing ring-204 1 "box was empty"')
    assert "wish=" in asked(private).text
    assert await private.submit("agent", wish="Refund") == {}
    assert private.row(order)["Customer wants"] == "Refund"


async def test_a_form_is_left_with_a_word(private: Room) -> None:
    """*Cancel*: nothing is logged, and what is written next answers nothing."""
    await private.say("agent", CHAT, "/log item-issue")
    await private.control.close("agent")
    await private.settle()
    order = private.order()
    await private.say("agent", CHAT, order)
    assert order not in [row["Order #"] for row in private.rows("report_issue", "Item Issue")]


async def test_what_the_supplier_is_asked_is_answered_in_his_group(mixed: Room) -> None:
    """The button of a column of his: one question, its answer on the row."""
    case = await mixed.logged()
    (label,) = [button for button in case.request.buttons if "tracking" in button.casefold()]
    await mixed.press("bowen", case.request.id, label)
    assert await mixed.submit("bowen", tracking_no="3SABCD1234567") == {}
    assert case.row["Reship tracking #"] == "3SABCD1234567"
