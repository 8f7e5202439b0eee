"""What stock clients do not send: bad tokens, bad bodies, masks, quota, faults."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import requests

from bot.sandbox.google_errors import BadRequest
from bot.sandbox.google_mask import merged, parse, pick
from tests.bot.sandbox.google_world import (
    BOOK,
    BOT,
    LEAD,
    STRANGER,
    Server,
    World,
    append_cells,
    data,
    error,
)

SHEET = f"/v4/spreadsheets/{BOOK}"


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic abc", "Bearer", "ünïcode"])
def test_a_call_without_a_live_token_is_401(world: World, header: str | None) -> None:
    """No token, an unknown one, another scheme: unauthenticated, never a 5xx."""
    headers = {"Authorization": header.encode()} if header else {}
    assert error(world.call("GET", SHEET, None, headers=headers))[:2] == (401, "UNAUTHENTICATED")
    assert error(world.call("GET", "/drive/v3/files", None, headers=headers))[:2] == (401, "UNAUTHENTICATED")


def test_an_expired_token_is_401(world: World) -> None:
    """A token lives an hour by the sandbox's clock."""
    headers = {"Authorization": f"Bearer {world.google.accounts.issue(BOT)}"}
    assert world.call("GET", SHEET, None, headers=headers).ok
    world.now += 3600
    assert error(world.call("GET", SHEET, None, headers=headers))[0] == 401


def test_a_token_is_good_for_its_scopes_only(world: World) -> None:
    """A read-only token reads; Sheets' scope does not open Drive."""
    reading = world.google.accounts.issue(BOT, frozenset({"spreadsheets.readonly"}))
    headers = {"Authorization": f"Bearer {reading}"}
    assert world.call("GET", SHEET, None, headers=headers).ok
    refused = world.call("POST", f"{SHEET}:batchUpdate", None, headers=headers, json={})
    assert error(refused) == (403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.")
    assert error(world.call("GET", "/drive/v3/files", None, headers=headers))[0] == 403


def test_a_reader_reads_and_does_not_write(world: World) -> None:
    """Roles are per spreadsheet: none is 403, reader may read, writer may write."""
    assert error(world.call("GET", SHEET, STRANGER)) == (
        403,
        "PERMISSION_DENIED",
        "The caller does not have permission",
    )
    world.google.share(BOOK, STRANGER, "reader")
    assert world.call("GET", SHEET, STRANGER).ok
    assert error(world.batch(append_cells(["x"]), who=STRANGER))[0] == 403
    world.google.share(BOOK, STRANGER, "writer")
    assert world.batch(append_cells(["x"]), who=STRANGER).ok
    world.google.unshare(BOOK, STRANGER)
    assert world.call("GET", SHEET, STRANGER).status_code == 403


def test_an_unknown_spreadsheet_is_404(world: World) -> None:
    """404 before anything else is looked at."""
    missing = (404, "NOT_FOUND", "Requested entity was not found.")
    assert error(world.call("GET", "/v4/spreadsheets/none")) == missing
    assert error(world.call("POST", "/v4/spreadsheets/none:batchUpdate", json={"requests": []})) == missing


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"requests": [NaN]}',
        b'{"requests": "x"}',
        b"[" * 100_000,
        json.dumps({"requests": [append_cells(["\ud800"])]}).encode(),
        json.dumps({"requests": [append_cells([0.5])]}).replace("0.5", "1e999").encode(),
    ],
    ids=["cut", "list", "text", "bytes", "nan", "wrong type", "deep", "half a surrogate", "infinity"],
)
def test_a_body_that_is_no_request_is_400(world: World, body: bytes) -> None:
    """Malformed JSON in all its forms is refused in Google's shape, and nothing happens."""
    headers = {"Content-Type": "application/json"}
    answer = world.call("POST", f"{SHEET}:batchUpdate", data=body, headers=headers)
    assert error(answer)[:2] == (400, "INVALID_ARGUMENT")
    assert world.grid() == []


def test_an_unknown_query_parameter_is_400(world: World) -> None:
    """A misspelt parameter is refused, not ignored."""
    assert error(world.call("GET", SHEET, params={"includeGrid": "true"}))[2] == (
        'Invalid JSON payload received. Unknown name "includeGrid": Cannot bind query parameter. '
        "Field 'includeGrid' could not be found in request message."
    )


def test_an_unknown_path_is_404(world: World) -> None:
    """A method Google does not have."""
    assert world.call("GET", f"{SHEET}/rows").status_code == 404
    assert world.call("POST", f"{SHEET}:explode").status_code == 404


def test_odd_texts_come_back_as_they_went(world: World) -> None:
    """Markup, bidi marks, zero-width and control characters are plain text to a cell."""
    texts = ["<!channel>", "\u202eabc", "a\u200bb", "a\x00b", "=\uff1dx", "😀", "a\r\nb\tc", " x "]
    world.append(texts)
    read = world.call("GET", f"{SHEET}/values/Items").json()
    assert read["values"] == [texts]


def test_a_mask_cuts_the_answer(world: World) -> None:
    """Only the fields asked for are answered."""
    answer = world.call("GET", SHEET, params={"fields": "sheets(properties(sheetId,title)),properties.title"})
    assert answer.json() == {
        "properties": {"title": "Trackers"},
        "sheets": [
            {"properties": {"sheetId": 0, "title": "Items"}},
            {"properties": {"sheetId": 1, "title": "Money box"}},
        ],
    }


def test_cells_are_answered_when_asked_for(world: World) -> None:
    """By includeGridData, or by a mask that names them; only in the ranges asked for."""
    world.append(["a", 2], ["b", 3])
    assert "data" not in world.call("GET", SHEET).json()["sheets"][0]
    params: dict[str, Any] = {
        "ranges": ["Items!A1:B1", "Items!B2"],
        "fields": "sheets.data(startRow,rowData)",
    }
    grids = world.call("GET", SHEET, params=params).json()["sheets"][0]["data"]
    assert [grid.get("startRow") for grid in grids] == [None, 1]
    assert grids[1]["rowData"] == [
        {
            "values": [
                {
                    "userEnteredValue": {"numberValue": 3},
                    "effectiveValue": {"numberValue": 3},
                    "formattedValue": "3",
                }
            ]
        }
    ]
    full = world.call("GET", SHEET, params={"includeGridData": "true"}).json()["sheets"][0]["data"][0]
    assert len(full["rowMetadata"]) == 1000
    assert full["columnMetadata"][0] == {"pixelSize": 100}


def test_a_mask_with_an_unknown_field_is_400(world: World) -> None:
    """A misspelt field is named."""
    assert error(world.call("GET", SHEET, params={"fields": "sheets.property"}))[2] == (
        "Error expanding 'fields' parameter. Cannot find matching fields for path 'property'."
    )


def test_the_quota_is_a_sliding_minute_for_each_user(google_server: Server) -> None:
    """Reads and writes are counted apart, for each user apart, and forgotten after a minute."""
    world = World(google_server, quota=2)
    assert [world.call("GET", SHEET).status_code for _ in range(3)] == [200, 200, 429]
    assert world.append(["a"]).status_code == 200
    assert world.call("GET", SHEET, LEAD).status_code == 200
    code, status, sentence = error(world.call("GET", SHEET))
    assert (code, status) == (429, "RESOURCE_EXHAUSTED")
    assert "Read requests per minute per user" in sentence
    world.now += 60
    assert world.call("GET", SHEET).status_code == 200
    world.close()


@pytest.mark.parametrize(
    ("kind", "code", "applied"),
    [
        ("429", 429, False),
        ("500", 500, False),
        ("503", 503, False),
        ("applied-503", 503, True),
        ("slow", 200, True),
    ],
)
def test_a_fault_spoils_the_answer_and_the_truth_log_knows(
    world: World, kind: str, code: int, applied: bool
) -> None:
    """What was applied is in sheet and truth log, whatever the caller was told."""
    world.faults.switch("sheets", kind, times=1)
    assert world.append(["a"]).status_code == code
    assert (world.grid() == [["a"]]) is applied
    assert (world.truth.entries[-1]["effect"] == "appendCells") is applied
    assert world.append(["b"]).status_code == 200


@pytest.mark.parametrize(("kind", "applied"), [("cut", False), ("applied-cut", True)])
def test_a_cut_drops_the_connection(world: World, kind: str, applied: bool) -> None:
    """The caller gets no answer at all, before or after the write."""
    world.faults.switch("sheets", kind, times=1)
    with pytest.raises(requests.ConnectionError):
        world.append(["a"])
    assert (world.grid() == [["a"]]) is applied


def test_a_fault_of_drive_leaves_sheets_alone(world: World) -> None:
    """Each service has its own line on the switchboard."""
    world.faults.switch("drive", "503", times=1)
    assert world.call("GET", SHEET).ok
    assert error(world.call("GET", "/drive/v3/files"))[:2] == (503, "UNAVAILABLE")
    assert world.call("GET", "/drive/v3/files").ok


def test_a_fault_that_was_refused_anyway_changes_nothing(world: World) -> None:
    """applied-503 on a call Google would refuse is a 503 with nothing applied."""
    world.faults.switch("sheets", "applied-503", times=1)
    before = len(world.truth.entries)
    assert world.batch(append_cells(["x"], sheet_id=9)).status_code == 503
    assert len(world.truth.entries) == before


def test_calls_at_once_lose_no_row(world: World) -> None:
    """Batches that arrive together are carried out one after the other."""
    tokens = [world.google.accounts.issue(BOT) for _ in range(8)]

    def send(number: int) -> None:
        headers = {"Authorization": f"Bearer {tokens[number]}"}
        body = {"requests": [append_cells([f"row {number}"])]}
        requests.post(
            f"{world.base}{SHEET}:batchUpdate", json=body, headers=headers, timeout=10
        ).raise_for_status()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row[0] for row in world.grid()) == [f"row {number}" for number in range(8)]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grant_type": "password"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b"},
    ],
)
def test_a_grant_that_is_none_is_400(world: World, form: dict[str, str]) -> None:
    """The token address refuses in OAuth's shape."""
    answer = world.session.post(f"{world.base}/token", data=form, timeout=10)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "error_description"}


def test_a_workbook_is_made_through_sheets_itself(world: World) -> None:
    """spreadsheets.create makes it with its tabs, owned by the caller."""
    body = {"properties": {"title": "New"}, "sheets": [{"properties": {"title": "One"}}]}
    made = world.call("POST", "/v4/spreadsheets", json=body).json()
    assert [sheet["properties"]["title"] for sheet in made["sheets"]] == ["One"]
    assert world.google.grid(made["spreadsheetId"]) == {"One": []}


def test_a_row_is_read_by_data_filter(world: World) -> None:
    """spreadsheets:getByDataFilter answers the cells in the filter's range."""
    world.append(["a"], ["b"])
    body = {
        "dataFilters": [{"gridRange": {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2}}],
        "includeGridData": True,
    }
    sheets = world.call("POST", f"{SHEET}:getByDataFilter", json=body).json()["sheets"]
    assert sheets[0]["data"][0]["rowData"][0]["values"][0]["formattedValue"] == "b"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", {"a": {}}),
        ("a.b,a.c", {"a": {"b": {}, "c": {}}}),
        ("a/b/c", {"a": {"b": {"c": {}}}}),
        ("a(b,c(d)),e", {"a": {"b": {}, "c": {"d": {}}}, "e": {}}),
        ("a.b,a", {"a": {}}),
        ("a,a.b", {"a": {}}),
        ("a.b(c,d)", {"a": {"b": {"c": {}, "d": {}}}}),
        ("*", {}),
        ("a.*", {"a": {}}),
        ("a(*)", {"a": {}}),
    ],
)
def test_a_mask_is_a_tree(text: str, tree: dict[str, Any]) -> None:
    """Dots, slashes, brackets and stars; the whole field wins over a part of it."""
    assert parse(text) == tree


@pytest.mark.parametrize("text", ["", "a,", ",a", "a..b", "a(", "a(b", "a)", "a b", "a(b)c", "é"])
def test_a_mask_that_does_not_fit_together_is_refused(text: str) -> None:
    """A mask is read whole or not at all."""
    with pytest.raises(BadRequest):
        parse(text)


def test_masks_cut_and_merge() -> None:
    """Picking looks through lists; merging clears what the new value lacks."""
    assert pick({"a": [{"b": 1, "c": 2}], "d": 3}, parse("a.b")) == {"a": [{"b": 1}]}
    old = {"a": {"b": 1, "c": 2}, "d": 3}
    assert merged(old, {"a": {"b": 5}}, parse("a.b,d")) == {"a": {"b": 5, "c": 2}}
    assert merged(old, {}, parse("a(b,c)")) == {"d": 3}


def test_a_plain_cell_is_the_common_case_and_still_checked(world: World) -> None:
    """Texts take a short way through the check of names; whatever else is in the row is looked at."""
    rows = [{"values": [data("x"), {"userEnteredValue": {"text": "y"}}]}]
    answer = world.batch({"appendCells": {"rows": rows, "fields": "*"}})
    assert error(answer)[2] == (
        'Invalid JSON payload received. Unknown name "text" at '
        "'requests[0].append_cells.rows[0].values[1].user_entered_value': Cannot find field."
    )
