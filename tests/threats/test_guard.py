"""Nobody in who does not belong, and nothing executed or kept that should not be."""

from __future__ import annotations

import pytest
from psycopg import sql

from tests.scenarios.room import ITEM_ISSUE, Room

pytestmark = pytest.mark.anyio
CARD = "4111 1111 1111 1111"
PICTURE = "cGljdHVyZQ=="
"""The content of a file, in base64."""


@pytest.mark.parametrize("who", ["stranger", "guest", "former", "foreigner"])
async def test_nobody_unknown_logs_anything(room: Room, who: str) -> None:
    """An unknown, guest, deactivated or foreign account is told no; nothing is logged, and it is written down."""
    order = room.order()

    await room.say(who, "csr", ITEM_ISSUE.format(order=order))

    with pytest.raises(LookupError):
        room.row(order)
    assert "nothing was done" in room.whispers("csr", who)[-1].text
    async with room.home.store.transaction() as tx:
        found = await (
            await tx.connection.execute(
                "SELECT account FROM audit WHERE action = 'refused' ORDER BY id DESC LIMIT 1"
            )
        ).fetchone()
    assert found is not None
    assert found["account"] == room.sandbox.world.person(who).id


async def test_a_channel_of_no_desk_takes_no_commands(room: Room) -> None:
    """In a channel the desk does not know, a known agent is told where to go."""
    order = room.order()

    await room.say("agent", "random", ITEM_ISSUE.format(order=order))

    with pytest.raises(LookupError):
        room.row(order)
    assert "#mhj-support" in room.whispers("random", "agent")[-1].text


async def test_an_agent_cannot_acknowledge_for_the_supplier(room: Room) -> None:
    """The button refuses everybody but the supplier and the owner, and says who can."""
    case = await room.logged()

    await room.press("agent2", case.request.id, "Acknowledge")

    assert case.row["Status"] == "Posted"
    assert "Bowen" in room.whispers("supplier", "agent2")[-1].text


async def test_the_supplier_can_use_no_agents_commands(room: Room) -> None:
    """Bowen neither logs an item issue nor assigns a case."""
    order = room.order()
    case = await room.logged()

    await room.say("bowen", "supplier", ITEM_ISSUE.format(order=order))
    await room.say("bowen", "supplier", f"/assign {case.ident} kim")

    with pytest.raises(LookupError):
        room.row(order)
    assert case.row["Owner"] == "Bowen"


@pytest.mark.parametrize(
    "text",
    [
        '=IMPORTXML("http://example.com","//a")',
        "+SUM(A1:A9)",
        "-2+3",
        "@SUM(1)",
        "＝cmd",
        "<!channel> <@U0KIM> <http://example.com|click>",
        "*bold* `code` ~gone~ <b>html</b> & co",
    ],
)
async def test_hostile_text_is_stored_and_shown_as_the_text_it_is(room: Room, text: str) -> None:
    """Formulas, mentions and markup stay plain text in the sheet and in every message; nobody is notified."""
    order = room.order()
    await room.say("agent", "csr", "/log item-issue")
    answers = {"Order #": order, "FD ticket": "1", "Issue": "Missing", "SKU / item": "x", "Qty affected": "1"}
    assert await room.fill("agent", {**answers, "What is wrong": text, "Customer wants": "Refund"}) == {}

    row = room.row(order)
    assert row["What is wrong"] == text
    assert all("formulas" not in entry for entry in room.sandbox.truth.of("sheets"))
    for channel in ("csr", "supplier"):
        shown = room.control.transcript(room.place(channel))["messages"]
        [post] = [
            message
            for message in shown
            if row["Case ID"] in message["text"] and not message.get("visible_to")
        ]
        assert text in post["text"]
        assert post["mentions"] == []


async def test_invisible_and_broken_characters_are_taken_out(room: Room) -> None:
    """NUL, bidi and zero-width characters and lone surrogates reach neither the sheet nor the chat."""
    order = room.order()
    await room.say("agent", "csr", "/log item-issue")
    answers = {"Order #": order, "FD ticket": "1", "Issue": "Missing", "SKU / item": "x", "Qty affected": "1"}
    hostile = "a\u202eb\u200bc\x00d\ud800e"
    assert await room.fill("agent", {**answers, "What is wrong": hostile, "Customer wants": "Refund"}) == {}

    assert room.row(order)["What is wrong"] == "abcd\ufffde"


async def test_a_card_number_is_never_kept(room: Room) -> None:
    """Wherever a card number is typed, it is in no table, no cell and no message of the bot."""
    case = await room.logged()
    order = room.order()

    await room.say("agent", "csr", f'/log item-issue {order} FD-1 missing x 1 "card {CARD} was used" refund')
    await room.say("bowen", "supplier", f"customer paid with card {CARD}", thread=case.request.id)
    await room.say("agent", "csr", f"/log {CARD}")
    await room.say("agent", "csr", f"/update {case.ident} detail='visa {CARD}'")

    stored = await _everything(room)
    digits = CARD.replace(" ", "")
    assert CARD not in stored
    assert digits not in stored
    for channel in ("csr", "supplier"):
        assert all(CARD not in message.text for message in room.seen(channel) if message.author == "bot")


async def test_a_card_number_in_a_files_name_is_never_kept(room: Room) -> None:
    """A photo named after the card on it is passed on under a masked name: from a thread, and from a form."""
    case = await room.logged()
    photo = f"visa {CARD}.jpg"
    await room.control.upload("bowen", room.place("supplier"), photo, PICTURE, case.request.id)
    await room.settle()
    order = room.order()
    await room.say("agent", "csr", "/log item-issue")
    answers = {"Order #": order, "FD ticket": "1", "Issue": "Broken", "SKU / item": "x", "Qty affected": "1"}
    photos = [{"name": photo, "base64": PICTURE}]
    more = {"What is wrong": "broken", "Customer wants": "Refund", "Photos": photos}
    assert await room.fill("agent", {**answers, **more}) == {}
    logged = room.row(order)["Case ID"]

    assert CARD not in await _everything(room)
    for channel, thread in (("csr", case.card.id), ("supplier", room.post("supplier", logged).id)):
        passed_on = [
            name
            for message in room.seen(channel)
            if message.author == "bot" and message.thread == thread
            for name in message.files
        ]
        assert passed_on
        assert all("1111 1111" not in name and name.endswith(".jpg") for name in passed_on)


async def _everything(room: Room) -> str:
    """Every row of every table, and every cell of every sheet, as one text."""
    parts = []
    async with room.home.store.transaction() as tx:
        tables = await (
            await tx.connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).fetchall()
        for table in tables:
            every = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table["tablename"]))
            rows = await (await tx.connection.execute(every)).fetchall()
            parts += [str(row) for row in rows]
    parts += [str(room.google.grid(book.id)) for book in room.sandbox.world.workbooks]
    return "\n".join(parts)


async def test_tracking_and_order_numbers_pass(room: Room) -> None:
    """A tracking number that passes every test of a card is kept whole in a tracking column."""
    case = await room.logged()

    await room.press("bowen", case.request.id, "Reship tracking #")
    await room.fill("bowen", {"Reship tracking #": "4111111111111111"})

    assert case.row["Reship tracking #"] == "4111111111111111"


async def test_an_unknown_tracker_is_answered_with_the_nearest(room: Room) -> None:
    """Did you mean: a mistyped tracker or choice names the nearest one."""
    await room.say("agent", "csr", "/log item-isue 1")
    assert "item-issue" in room.whispers("csr", "agent")[-1].text
