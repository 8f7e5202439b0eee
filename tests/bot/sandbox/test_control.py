"""`/sandbox` over HTTP: what it answers, and how it says no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bot.sandbox.slack_room import Room, room

pytestmark = pytest.mark.anyio

SUPPORT = "slack:#mhj-support"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


async def test_the_state_names_everything_a_script_needs(r: Room) -> None:
    """People, places, channels by key, workbooks, addresses, clock and bot."""
    state = (await r.http.get("/sandbox/state")).json()
    assert {"agent", "agent2", "lead", "kim", "loise", "bram", "bowen", "stranger"} <= set(state["people"])
    assert state["channels"]["csr"] == SUPPORT
    assert {SUPPORT, "slack:@kim"} <= set(state["places"])
    assert "bowen" in state["members"][state["channels"]["supplier"]]
    assert state["workbooks"]["report_issue"] == r.sandbox.world.workbooks[0].id
    assert state["urls"]["slack"] == f"{r.base}/slack/api/"
    assert state["urls"]["google"] == f"{r.base}/google"
    assert (state["clock"]["offset"], state["bot"]) == (0.0, {"pid": None})


async def test_every_place_of_the_state_can_be_read(r: Room) -> None:
    """An empty transcript where nothing was said."""
    state = (await r.http.get("/sandbox/state")).json()
    assert [await r.messages(place) for place in state["places"]] == [[] for _ in state["places"]]


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("say", {"who": "agent", "text": "x"}, "place is missing"),
        ("say", {"who": "agent", "place": SUPPORT, "text": 1}, "text must be text, not 1"),
        ("say", {"who": "agent", "place": SUPPORT, "text": " "}, "a message has a text"),
        (
            "say",
            {"who": "agent", "place": SUPPORT, "txt": "x"},
            "unknown: txt; it takes who, place, text, thread",
        ),
        ("submit", {"who": "agent", "values": []}, "values must be an object, not []"),
        (
            "upload",
            {"who": "agent", "place": SUPPORT, "name": "a", "base64": "*"},
            "base64 is not valid base64",
        ),
        ("upload", {"who": "agent", "place": SUPPORT, "name": "a"}, "base64 is missing"),
        ("clock", {}, 'say either {"advance": "24h"} or {"set": "2026-01-31T16:30:00+00:00"}'),
        ("clock", {"advance": "soon"}, "'soon' is no span; write 90m, 24h, 3d or 1d 12h"),
        ("faults", {"service": "slack", "kind": "flood"}, "'flood' is not a fault"),
        ("faults", {"service": "slack", "kind": "500", "rate": 2}, "rate 2 is not between 0 and 1"),
        (
            "faults",
            {"service": "slack", "kind": "500", "times": True},
            "times must be a whole number, not True",
        ),
        ("duplicate", {"service": "slack", "times": 5}, "times is from 1 to 4"),
        ("duplicate", {"service": "fax", "times": 2}, "there is no such switch for 'fax'"),
        ("pace", {"service": "slack", "on": "yes"}, "on must be true or false, not 'yes'"),
        ("disconnect", {"service": "slack", "reason": "boredom"}, "'boredom' is not one of"),
        ("crash", {"at": "after-lunch"}, "'after-lunch' is not one of intake-received"),
        ("crash", {"at": "after-commit:0"}, "'0' is no passing"),
        ("grid", {"workbook": "x", "who": "kim"}, "there is no workbook 'x'"),
        (
            "grid",
            {"workbook": "report_issue", "who": "kim", "act": "burn"},
            "'burn' is not one of edit, sort",
        ),
        ("grid", {"workbook": "report_issue", "who": "kim", "tab": "Sheet1"}, "row is missing"),
        ("react", {"who": "agent", "message": "slack:C:1", "emoji": "x"}, "agent sees no message slack:C:1"),
    ],
)
async def test_a_refusal_is_a_sentence(r: Room, name: str, body: dict[str, Any], sentence: str) -> None:
    """With a 4xx, whatever was wrong with the question."""
    answer = await r.http.post(f"/sandbox/{name}", json=body)
    assert (400 <= answer.status_code < 500, sentence in answer.json()["error"]) == (True, True), answer.text


async def test_a_body_that_is_not_a_json_object_is_refused(r: Room) -> None:
    """As a sentence, too."""
    for body in (b"{", b"[1]", b"[" * 100_000, b'"x"'):
        answer = await r.http.post("/sandbox/say", content=body)
        assert (answer.status_code, "JSON" in answer.json()["error"]) == (400, True)
    asked = await r.http.get("/sandbox/transcript", params={"plaice": "x"})
    assert (asked.status_code, asked.json()["error"]) == (400, "unknown: plaice; it takes place, who")


async def test_the_clock_moves_messages_with_it(r: Room) -> None:
    """After a day, a message's timestamp is a day later, and never before an earlier one."""
    channel = r.channel("mhj-support")
    first = float((await r.bot.chat_postMessage(channel=channel, text="x"))["ts"])
    answer = await r.post("clock", advance="24h")
    second = float((await r.bot.chat_postMessage(channel=channel, text="x"))["ts"])
    await r.post("clock", set="2020-01-01T00:00:00")
    third = float((await r.bot.chat_postMessage(channel=channel, text="x"))["ts"])
    assert (answer["offset"], 86_399 < second - first < 86_460, second < third) == (86_400.0, True, True)


async def test_faults_are_switched_on_seen_and_cleared(r: Room) -> None:
    """With what is left of them."""
    on = await r.post("faults", service="slack", kind="503", times=2, skip=1)
    assert on["faults"]["slack"] == {"kind": "503", "times": 2, "rate": None, "skip": 1}
    assert (await r.post("faults", service="slack", kind="none"))["faults"] == {}
    await r.bot.auth_test()


async def test_the_truth_is_read_by_service(r: Room) -> None:
    """In order, numbered."""
    await r.bot.chat_postMessage(channel=r.channel("mhj-support"), text="one")
    await r.bot.chat_postMessage(channel=r.channel("mhj-support"), text="two")
    entries = (await r.http.get("/sandbox/truth", params={"service": "slack"})).json()["entries"]
    assert [(entry["n"], entry["text"]) for entry in entries] == [(1, "one"), (2, "two")]
    assert (await r.http.get("/sandbox/truth", params={"service": "sheets"})).json()["entries"] == []
    later = await r.http.get("/sandbox/truth", params={"after": "1"})
    assert [entry["text"] for entry in later.json()["entries"]] == ["two"]


async def test_the_bot_is_told_where_to_die(r: Room) -> None:
    """At a boundary there is, and only where the bot is a process of the sandbox."""
    told: list[str] = []
    assert await r.refused("crash", at="after-commit") == (409, "the bot is no process of this sandbox")
    r.sandbox.control.on_crash = told.append
    await r.post("crash", at="after-commit:3")
    await r.post("crash", at="")
    assert told == ["after-commit:3", ""]


class TestGrid:
    async def test_a_cell_is_typed_into_by_hand_and_read(self, r: Room) -> None:
        """As the person whose key is given; the truth log says whose hand it was."""
        cell = {"workbook": "report_issue", "who": "kim", "tab": "Sheet1"}
        await r.post("grid", **cell, row=1, column=1, value="Order #")
        await r.post("grid", **cell, row=2, column=1, value=10423)
        grid = (await r.http.get("/sandbox/grid", params={"workbook": "report_issue"})).json()
        assert grid["tabs"] == {"Sheet1": [["Order #"], ["10423"]]}
        entries = r.sandbox.truth.of("sheets")
        assert [entry["by"] for entry in entries] == ["kim@example.com"] * 2

    async def test_people_sort_insert_move_and_rename(self, r: Room) -> None:
        """All that hands do to a sheet."""
        kim = {"workbook": "report_issue", "who": "kim"}
        for row, value in enumerate(("head", "b", "a"), 1):
            await r.post("grid", **kim, tab="Sheet1", row=row, column=1, value=value)
        await r.post("grid", **kim, act="sort", tab="Sheet1", column=1)
        await r.post("grid", **kim, act="insert_row", tab="Sheet1", row=2)
        await r.post("grid", **kim, act="rename_tab", tab="Sheet1", title="Item Issue")
        grid = (await r.http.get("/sandbox/grid", params={"workbook": "report_issue"})).json()
        assert grid["tabs"] == {"Item Issue": [["head"], [], ["a"], ["b"]]}

    async def test_who_may_not_edit_is_refused(self, r: Room) -> None:
        """With Google's own sentence."""
        cell = {"workbook": "report_issue", "tab": "Sheet1", "row": 1, "column": 1, "value": "x"}
        status, _ = await r.refused("grid", who="stranger", **cell)
        assert status == 403
        status, _ = await r.refused("grid", who="kim", **{**cell, "row": 9_999_999})
        assert status == 400

    async def test_the_quota_is_switched_like_a_pace(self, r: Room) -> None:
        """On is Google's sixty a minute."""
        await r.post("pace", service="sheets", on=True)
        assert r.sandbox.google.quota == 60
        await r.post("pace", service="sheets", on=False)
        assert r.sandbox.google.quota is None


async def test_watchers_are_told_what_changed(r: Room) -> None:
    """A place for a message, a workbook for a cell, names for the rest; until they stop watching."""
    told: list[tuple[str, str]] = []
    stop = r.sandbox.control.on_change(lambda service, what: told.append((service, what)))
    await r.bot.chat_postMessage(channel=r.channel("mhj-support"), text="x")
    await r.post("clock", advance="1h")
    await r.post("faults", service="slack", kind="none")
    await r.post("grid", workbook="chargebacks", who="kim", tab="Sheet1", row=1, column=1, value="x")
    stop()
    await r.post("clock", advance="1h")
    book = next(book.id for book in r.sandbox.world.workbooks if book.key == "chargebacks")
    assert told == [("slack", SUPPORT), ("clock", ""), ("faults", ""), ("sheets", book)]


async def test_a_file_nobody_shared_is_not_found(r: Room) -> None:
    """And what somebody shared is never run as a page."""
    missing = await r.http.get("/sandbox/file", params={"id": "F0"})
    assert (missing.status_code, missing.json()["error"]) == (404, "there is no file F0")
    sent = await r.post("upload", who="kim", place="slack:@kim", name="x.html", base64="PGI+")
    page = await r.http.get("/sandbox/file", params={"id": sent["files"][0]})
    assert (page.content, page.headers["content-security-policy"]) == (b"<b>", "sandbox")
