"""What `deskbell doctor` is told about the sheets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from config.desk import Desk
from sheets.adopt import check, init
from tests.bot.sandbox.google_world import BOT, LEAD, Server
from tests.sheets.adopting import Bureau, desk, tracker

DESK = desk(tracker(), book="book")
NAME = "shop: workbook “The book”"


@pytest.fixture
def bureau(google_server: Server) -> Iterator[Bureau]:
    """A desk's workbook in good order."""
    bureau = Bureau.on(google_server)
    bureau.workbook()
    init(bureau.client, DESK)
    yield bureau
    bureau.close()


def faults(bureau: Bureau, wanted: Desk = DESK) -> list[tuple[str, str]]:
    """What is not well, each with its cure."""
    return [(sign.what, sign.cure) for sign in check(bureau.client, wanted) if not sign.ok]


def test_a_workbook_in_order_is_well(bureau: Bureau) -> None:
    """Reached, tabs and headers there, may be written; and nothing was changed by looking."""
    before = bureau.effects()
    assert [(sign.what, sign.ok, sign.cure) for sign in check(bureau.client, DESK)] == [
        (f"{NAME} reached", True, ""),
        (f"{NAME}: tab “Items” has its 21 columns", True, ""),
        (f"{NAME} may be written", True, ""),
    ]
    assert bureau.effects() == before


def test_a_workbook_that_is_not_shared(bureau: Bureau) -> None:
    """The cure names the address to share it with."""
    bureau.google.unshare("book", BOT)
    ((what, cure),) = faults(bureau)
    assert what.startswith(f"{NAME}: Google refuses the bot's account")
    assert cure == f"Share the workbook with {BOT} as an editor, and compare its id with desk.toml."


def test_a_workbook_that_is_not_there(bureau: Bureau) -> None:
    """An id that Google does not know."""
    ((what, cure),) = faults(bureau, desk(tracker(), book="nowhere"))
    assert what.startswith(f"{NAME}: Google knows no such spreadsheet.")
    assert "desk.toml" in cure


@pytest.mark.parametrize("role", ["reader", "commenter"])
def test_a_workbook_to_read_only(bureau: Bureau, role: str) -> None:
    """It can be seen and not be written."""
    bureau.google.share("book", BOT, role)
    assert faults(bureau) == [
        (f"{NAME} is shared with the bot to read only", f"Share it with {BOT} as an editor.")
    ]


def test_a_workbook_without_an_id(bureau: Bureau) -> None:
    """It has to be made first."""
    ((what, cure),) = faults(bureau, desk(tracker(), book=None))
    assert what == f"{NAME} has no id"
    assert "deskbell sheets init" in cure


def test_a_missing_tab(bureau: Bureau) -> None:
    """A tracker whose tab is gone."""
    assert faults(bureau, desk(tracker(), tracker("money", "Money box"), book="book")) == [
        (f"{NAME} has no tab “Money box”", "Give the tab its name back, or run `deskbell sheets init`.")
    ]


def test_missing_and_doubled_headers(bureau: Bureau) -> None:
    """Somebody typed over a header, and typed another one twice."""
    bureau.google.edit("book", "Items", 1, bureau.at("Amount") + 1, "Order #", LEAD)
    assert faults(bureau) == [
        (
            f"{NAME}: tab “Items” has no column “Amount”",
            "Write the header into row 1 again, or run `deskbell sheets init`.",
        ),
        (f"{NAME}: tab “Items” has the header “Order #” more than once", "Rename all but one of them."),
    ]


def test_google_out_of_reach(bureau: Bureau) -> None:
    """Trouble with one workbook is a sign, and the next one is looked at."""
    bureau.world.faults.switch("sheets", "503", times=1)
    bureau.workbook("other")
    ((what, cure), *rest) = faults(bureau, desk(tracker(), book="book", other="other"))
    assert (what, cure) == (
        f"{NAME}: Google could not be reached (answer 503); the bot tries again by itself.",
        "Run `deskbell doctor` again in a minute.",
    )
    assert rest == []


def test_a_key_that_was_deleted(bureau: Bureau) -> None:
    """Google no longer takes the account's signature: sharing would not help."""
    bureau.google.accounts.keys.clear()
    bureau.google.accounts.tokens.clear()
    ((what, cure),) = faults(bureau)
    assert "invalid_grant" in what
    assert cure.startswith("Make a new key for the account")


def test_an_interface_that_is_switched_off(google_server: Server, bureau: Bureau) -> None:
    """Google says so with the same 403 as for a workbook that is not shared; the cure is another."""
    said = (
        "Google Sheets API has not been used in project 1 before or it is disabled. Enable it by visiting the "
        "console then retry."
    )

    async def off(_request: Request) -> JSONResponse:
        error = {"code": 403, "message": said, "status": "PERMISSION_DENIED"}
        return JSONResponse({"error": error}, 403)

    inner = google_server.app
    google_server.app = Starlette(routes=[Route("/google/v4/{rest:path}", off), Mount("/", inner)])
    ((_, cure),) = faults(bureau)
    assert cure == "Switch the Google Sheets API and the Google Drive API on for the account's project."
