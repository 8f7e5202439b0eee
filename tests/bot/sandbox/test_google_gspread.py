"""The stock gspread and google-auth work against the emulator."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceAccount
from gspread.utils import ValueInputOption, ValueRenderOption

from tests.bot.sandbox.google_world import BOOK, BOT, LEAD, STRANGER, World

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]


def test_a_service_account_signs_in_with_its_key_file(world: World) -> None:
    """google-auth trades a signed claim for a token at the sandbox's own token address, and it works."""
    key = world.google.accounts.key_file(BOT, f"{world.base}/token")
    client = world.client_with(ServiceAccount.from_service_account_info(key, scopes=SCOPES))
    assert client.open_by_key(BOOK).title == "Trackers"


def test_an_older_key_no_longer_signs_in(world: World) -> None:
    """A claim that another key signed is refused, so a forged key file is no use."""
    old = world.google.accounts.key_file(BOT, f"{world.base}/token")
    world.google.accounts.key_file(BOT, f"{world.base}/token")
    client = world.client_with(ServiceAccount.from_service_account_info(old, scopes=SCOPES))
    with pytest.raises(RefreshError, match="invalid_grant"):
        client.open_by_key(BOOK)


def test_an_unknown_account_does_not_sign_in(world: World) -> None:
    """Only accounts the sandbox made have a key; another's claim is an invalid grant."""
    key = world.google.accounts.key_file(BOT, f"{world.base}/token") | {"client_email": "other@x.example"}
    client = world.client_with(ServiceAccount.from_service_account_info(key, scopes=SCOPES))
    with pytest.raises(RefreshError, match="account not found"):
        client.open_by_key(BOOK)


def test_a_token_that_expired_is_renewed_without_a_word(world: World) -> None:
    """After an hour the token is refused once and google-auth fetches another."""
    key = world.google.accounts.key_file(BOT, f"{world.base}/token")
    book = world.client_with(ServiceAccount.from_service_account_info(key, scopes=SCOPES)).open_by_key(BOOK)
    world.now += 24 * 3600
    assert [tab.title for tab in book.worksheets()] == ["Items", "Money box"]


def test_a_mounted_adapter_redirects_the_stock_client(world: World) -> None:
    """Without touching gspread, an adapter mounted on its session sends it to the sandbox."""

    class Redirecting(requests.adapters.HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            parts, base = urlsplit(request.url or ""), urlsplit(world.base)
            path = base.path + str(parts.path)
            request.url = urlunsplit((base.scheme, base.netloc, path, str(parts.query), ""))
            return super().send(request, *args, **kwargs)

    with AuthorizedSession(Credentials(token=world.google.accounts.issue(BOT))) as session:
        session.mount("https://", Redirecting())
        client = gspread.Client(None, session=session)
        client.open_by_key(BOOK).worksheet("Items").update([["a"]], "A1")
    assert world.grid() == [["a"]]


def test_a_stranger_may_not_open_the_workbook(world: World) -> None:
    """The client turns Google's 403 into PermissionError, its 404 into SpreadsheetNotFound."""
    with pytest.raises(PermissionError):
        world.book(STRANGER)
    with pytest.raises(gspread.SpreadsheetNotFound):
        world.client().open_by_key("nowhere")


def test_a_tab_is_made_renamed_resized_duplicated_and_deleted(world: World) -> None:
    """The client's methods for tabs do what they say."""
    book = world.book()
    tab = book.add_worksheet("New", rows=5, cols=3)
    assert (tab.row_count, tab.col_count) == (5, 3)
    tab.update_title("Newer")
    tab.resize(rows=7)
    tab.freeze(rows=1)
    tab.duplicate(new_sheet_name="Twin")
    book.del_worksheet(book.worksheet("Items"))
    assert [(t.title, t.row_count, t.frozen_row_count) for t in book.worksheets()] == [
        ("Twin", 7, 1),
        ("Money box", 1000, 0),
        ("Newer", 7, 1),
    ]


def test_values_go_in_and_out(world: World) -> None:
    """update, get_all_values, row_values, col_values, cell, find and batch_get agree."""
    tab = world.book().worksheet("Money box")
    tab.update([["id", "sum"], ["II-1", 3.5], ["II-2", True]], "A1")
    assert tab.get_all_values() == [["id", "sum"], ["II-1", "3.5"], ["II-2", "TRUE"]]
    assert tab.col_values(1) == ["id", "II-1", "II-2"]
    assert tab.row_values(2, value_render_option=ValueRenderOption.unformatted) == ["II-1", 3.5]
    found = tab.find("II-2")
    assert found is not None
    assert (found.row, found.col) == (3, 1)
    assert tab.batch_get(["A2:A", "B1"]) == [[["II-1"], ["II-2"]], [["sum"]]]


def test_reading_a_blank_tab_gives_nothing(world: World) -> None:
    """Google leaves `values` out, and gspread makes a row without cells of that."""
    assert world.book().worksheet("Items").get_all_values() == [[]]


def test_what_gspread_hard_codes_as_typed_becomes_a_formula(world: World) -> None:
    """update_acell parses what it is given: the trap the bot must not step into is really there."""
    tab = world.book().worksheet("Items")
    tab.update_acell("A1", '=IMPORTXML("http://x.example","//a")')
    tab.update([["=1+1"]], "A2")
    assert tab.get_all_values() == [["#FORMULA"], ["=1+1"]]
    assert tab.acell("A1", value_render_option=ValueRenderOption.formula).value.startswith("=IMPORTXML")
    assert [entry.get("formulas") for entry in world.truth.of("sheets")[-2:]] == [1, None]


def test_append_row_lands_below_the_table(world: World) -> None:
    """The tutorial's append_row works, and its answer says where."""
    tab = world.book().worksheet("Items")
    tab.update([["id", "name"], ["1", "x"]], "A1")
    answer = tab.append_row(["2", "y"], value_input_option=ValueInputOption.raw)
    assert answer["updates"]["updatedRange"] == "Items!A3:B3"
    assert world.grid() == [["id", "name"], ["1", "x"], ["2", "y"]]


def test_rows_are_inserted_deleted_and_sorted(world: World) -> None:
    """insert_rows, delete_rows and sort do what they say."""
    tab = world.book().worksheet("Items")
    tab.update([["b"], ["c"], ["a"]], "A1")
    tab.insert_rows([["z"]], row=2)
    tab.delete_rows(3)
    tab.sort((1, "des"), range="A1:A3")
    assert world.grid() == [["z"], ["b"], ["a"]]


def test_notes_formats_filters_and_names(world: World) -> None:
    """Notes, colours, the filter, named ranges, validation and protection pass through gspread."""
    book = world.book()
    tab = book.worksheet("Items")
    tab.update_note("B2", "mind this")
    tab.format("A1:B1", {"backgroundColor": {"red": 1}, "textFormat": {"bold": True}})
    tab.set_basic_filter("A1:B5")
    tab.define_named_range("A1:B2", "corner")
    tab.add_protected_range("A1:A5", description="the bot's", warning_only=True, editor_users_emails=[])
    tab.add_validation("B2", gspread.utils.ValidationConditionType.one_of_list, ["a", "b"], strict=True)
    assert tab.get_note("B2") == "mind this"
    assert tab.get_notes() == [[], ["", "mind this"]]
    assert [named["name"] for named in book.list_named_ranges()] == ["corner"]
    assert book.list_protected_ranges(tab.id)[0]["description"] == "the bot's"
    sheet = book.fetch_sheet_metadata({"includeGridData": "true"})["sheets"][0]
    assert sheet["basicFilter"]["range"]["endRowIndex"] == 5
    assert sheet["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"]["textFormat"] == {"bold": True}
    assert sheet["data"][0]["rowData"][1]["values"][1]["dataValidation"]["strict"] is True


def test_clearing_leaves_formats(world: World) -> None:
    """Both clear and batch_clear take values away and nothing else."""
    tab = world.book().worksheet("Items")
    tab.update([["a", "b"], ["c", "d"]], "A1")
    tab.format("A1", {"textFormat": {"bold": True}})
    tab.batch_clear(["A1", "B2"])
    assert world.grid() == [["", "b"], ["c"]]
    tab.clear()
    assert world.grid() == []
    cell = world.google.books[BOOK].tabs[0].cell(0, 0)
    assert cell.format == {"textFormat": {"bold": True}}


def test_a_client_makes_finds_shares_and_deletes_a_workbook(world: World) -> None:
    """The client's Drive side: create, open by title, share, list permissions, delete."""
    client = world.client(LEAD)
    book = client.create("Fresh")
    book.share(BOT, perm_type="user", role="writer", notify=False)
    assert client.open("Fresh").id == book.id
    assert {p["emailAddress"]: p["role"] for p in book.list_permissions()} == {LEAD: "owner", BOT: "writer"}
    assert world.client().open_by_key(book.id).sheet1.title == "Sheet1"
    assert book.remove_permissions(BOT) != []
    with pytest.raises(PermissionError):
        world.client().open_by_key(book.id)
    client.del_spreadsheet(book.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open("Fresh")


def test_a_workbook_is_renamed_on_both_sides(world: World) -> None:
    """A new title is Drive's new name."""
    world.book().update_title("Cases")
    assert [f["name"] for f in world.client().list_spreadsheet_files()] == ["Cases"]
    assert world.client().open_by_key(BOOK).get_lastUpdateTime() == "2026-09-21T14:13:20.000Z"


def test_tabs_with_awkward_titles_are_found(world: World) -> None:
    """Quotes, exclamation marks, slashes, colons, spaces and emoji in a title survive the address."""
    book = world.book()
    for title in ("It's", "a!b", "a/b c", "x:y", "Übersicht 🛎", "A1", "100%", "where?"):
        tab = book.add_worksheet(title, rows=2, cols=2)
        tab.update([[title]], "A1")
        assert tab.get_all_values() == [[title]]
