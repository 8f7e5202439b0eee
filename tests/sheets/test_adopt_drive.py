"""Workbooks that the declaration has no id for: made once, put where people see them, found again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from bot.sandbox.google_files import FOLDER as FOLDER_TYPE
from bot.sandbox.google_files import SPREADSHEET, File
from sheets import drive
from sheets.adopt import init
from sheets.errors import NotAllowed, Unreachable
from tests.bot.sandbox.google_world import BOT, LEAD, Server
from tests.sheets.adopting import HEADERS, Bureau, desk, tracker

DESK = desk(tracker(), book=None)


@pytest.fixture
def bureau(google_server: Server) -> Iterator[Bureau]:
    """A Google without the desk's workbook."""
    bureau = Bureau.on(google_server)
    yield bureau
    bureau.close()


def books(bureau: Bureau) -> list[File]:
    """The workbooks that are the bot's own."""
    held = bureau.google.files.files.values()
    return [file for file in held if file.mime == SPREADSHEET and file.app_properties]


def shelf(bureau: Bureau, role: str = "writer") -> File:
    """A folder of the lead's with the name that counts, shared with the bot."""
    folder = bureau.google.files.add(drive.SHELF, FOLDER_TYPE, LEAD)
    folder.grant("user", role, BOT)
    return folder


def test_a_workbook_is_made_once(bureau: Bureau) -> None:
    """A repeat finds it by the bot's own property, whatever people call it, and says its id again."""
    shelf(bureau)
    first = init(bureau.client, DESK)
    (book,) = books(bureau)
    book.name = "Something else"
    second = init(bureau.client, DESK)
    line = (
        "The book: put this line under [documents.book] of the desk.toml of shop: "
        f'spreadsheet = "{book.file_id}"'
    )
    assert first[:2] == ["The book: new workbook in the folder Deskbell", line]
    assert (second, len(books(bureau))) == ([line], 1)
    assert bureau.google.grid(book.file_id) == {"Items": [HEADERS]}


def test_its_id_in_the_declaration_ends_it(bureau: Bureau) -> None:
    """With the line in desk.toml there is nothing left to say."""
    shelf(bureau)
    told = " ".join(init(bureau.client, DESK))
    found = re.search(r'spreadsheet = "(\w+)"', told)
    assert found is not None
    assert init(bureau.client, desk(tracker(), book=found[1])) == []


def test_it_is_put_where_people_see_it(bureau: Bureau) -> None:
    """A workbook that only the bot can open is said to be one, and moves once there is a folder for it."""
    told = init(bureau.client, DESK)
    assert told[0] == "The book: new workbook in the bot's own Drive"
    assert "nobody but bot@sandbox.iam.gserviceaccount.com can open it" in told[1]
    folder = shelf(bureau)
    again = init(bureau.client, DESK)
    assert again[0] == "The book: put into the folder Deskbell"
    assert [file.parents for file in books(bureau)] == [[folder.file_id]]
    assert len(init(bureau.client, DESK)) == 1


def test_a_shared_drive_serves_as_well(bureau: Bureau) -> None:
    """A folder in a shared drive holds the workbook, which then belongs to the drive."""
    bureau.google.files.shared_drive("0Ateam", "Team", {BOT: "fileOrganizer"})
    folder = bureau.google.files.add(drive.SHELF, FOLDER_TYPE, LEAD, ["0Ateam"])
    init(bureau.client, DESK)
    (book,) = books(bureau)
    assert (book.drive_id, book.parents) == ("0Ateam", [folder.file_id])
    assert len(init(bureau.client, DESK)) == 1


def test_a_dry_run_makes_no_workbook(bureau: Bureau) -> None:
    """It says what would be made, down to the tabs."""
    before = bureau.effects()
    told = init(bureau.client, DESK, dry_run=True)
    assert [line for line in told if "nobody but" not in line] == [
        "The book: new workbook in the bot's own Drive",
        "The book: new tab “Items” with 21 columns",
    ]
    assert (bureau.effects(), bureau.writes()) == (before, 0)


def test_a_dry_run_moves_nothing(bureau: Bureau) -> None:
    """Not even a workbook that waits for its folder."""
    init(bureau.client, DESK)
    shelf(bureau)
    before = bureau.effects()
    assert init(bureau.client, DESK, dry_run=True)[0] == "The book: put into the folder Deskbell"
    assert bureau.effects() == before


def test_one_that_was_made_without_an_answer_is_found(bureau: Bureau) -> None:
    """Google made it and the answer was lost: the repeat makes no second."""
    shelf(bureau)
    bureau.world.faults.switch("drive", "applied-cut", times=1, skip=1)
    with pytest.raises(Unreachable):
        init(bureau.client, DESK)
    init(bureau.client, DESK)
    assert len(books(bureau)) == 1


def test_quotes_in_a_key_stay_in_it(bureau: Bureau) -> None:
    """A document's key is looked for as it is, whatever it is made of."""
    odd = desk(tracker(document="o'ne \\ two"), **{"o'ne \\ two": None})
    shelf(bureau)
    init(bureau.client, odd)
    init(bureau.client, odd)
    assert [file.app_properties for file in books(bureau)] == [{"deskbell": "shop/o'ne \\ two"}]


def test_the_folder_of_a_shared_drive_comes_first(bureau: Bureau) -> None:
    """Of two folders with the name, the one that can always hold the bot's files is taken."""
    shelf(bureau)
    bureau.google.files.shared_drive("0Ateam", "Team", {BOT: "fileOrganizer"})
    bureau.google.files.add(drive.SHELF, FOLDER_TYPE, LEAD, ["0Ateam"])
    init(bureau.client, DESK)
    assert [file.drive_id for file in books(bureau)] == ["0Ateam"]


def test_an_account_without_storage(google_server: Server, bureau: Bureau) -> None:
    """Google's newer accounts own nothing: the sentence says the two ways out."""
    said = "The user's Drive storage quota has been exceeded."
    inner = google_server.app

    async def files(request: Request) -> JSONResponse:
        if request.method == "GET":
            return JSONResponse({"files": []})
        errors = [{"domain": "usageLimits", "reason": "storageQuotaExceeded", "message": said}]
        return JSONResponse({"error": {"code": 403, "message": said, "errors": errors}}, 403)

    route = Route("/google/drive/v3/files", files, methods=["GET", "POST"])
    google_server.app = Starlette(routes=[route, Mount("/", inner)])
    with pytest.raises(drive.NoStorage, match=f"shared drive and give {BOT} the role") as caught:
        init(bureau.client, DESK)
    assert not caught.value.doubtful


def test_another_refusal_stays_what_it_is(google_server: Server, bureau: Bureau) -> None:
    """An interface that is switched off has nothing to do with storage."""
    inner = google_server.app

    async def files(request: Request) -> JSONResponse:
        error = {"code": 403, "message": "Google Drive API has not been used in project 1 before"}
        return JSONResponse({"files": []}) if request.method == "GET" else JSONResponse({"error": error}, 403)

    route = Route("/google/drive/v3/files", files, methods=["GET", "POST"])
    google_server.app = Starlette(routes=[route, Mount("/", inner)])
    with pytest.raises(NotAllowed, match="Drive API has not been used"):
        init(bureau.client, DESK)
