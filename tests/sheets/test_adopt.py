from __future__ import annotations

from collections.abc import Iterator

import pytest

from config.load import DESKS, load_desks
from config.tracker import SYSTEM_COLUMNS, VISIBLE_SYSTEM_COLUMNS
from sheets.adopt import init
from sheets.adopt_look import AMBER, BLUE, INK
from sheets.adopt_marks import WARNING
from sheets.batch import RowWrite
from sheets.errors import NotAllowed, Unreachable
from sheets.gateway import Gateway
from sheets.header import all_columns
from sheets.tab import MARK
from tests.bot.sandbox.google_world import BOT, LEAD, Server
from tests.sheets.adopting import CHOICES, FLOW, HEADERS, Bureau, desk, tracker

OWN = len(HEADERS) - len(SYSTEM_COLUMNS)
"""Where the bot's columns begin on a tab that `init` made."""


@pytest.fixture
def bureau(google_server: Server) -> Iterator[Bureau]:
    """A Google in which a desk's workbooks can be made."""
    bureau = Bureau.on(google_server)
    yield bureau
    bureau.close()


@pytest.fixture
def made(bureau: Bureau) -> Bureau:
    """A new workbook after `init`, with one tab."""
    bureau.workbook()
    bureau.settle(desk(tracker(), book="book"))
    return bureau


def test_a_new_workbook_gets_its_tabs(bureau: Bureau) -> None:
    """The blank tab of a new workbook becomes the first tracker's, the others are added; headers as declared."""
    bureau.workbook()
    told = bureau.settle(desk(tracker(), tracker("money", "Money box"), book="book"))
    assert bureau.titles() == ["Items", "Money box"]
    assert [bureau.header(title) for title in bureau.titles()] == [HEADERS, HEADERS]
    assert told == [
        "The book: time zone Europe/Amsterdam instead of Europe/London",
        "The book: tab “Sheet1” becomes “Items” with 21 columns",
        "The book: new tab “Money box” with 21 columns",
    ]


def test_one_read_and_one_write_at_most(bureau: Bureau) -> None:
    """A workbook that is in order costs one call; one whose tabs are there, two."""
    bureau.workbook(Items=[["Order #"]], Money_box=[["Order #"]])
    wanted = desk(tracker(), tracker("money", "Money box"), book="book")
    calls = []
    for _ in range(2):
        before = bureau.client.calls
        init(bureau.client, wanted)
        calls.append(bureau.client.calls - before)
    # The third call of the first run looks whether anything stands to the right of the headers.
    assert calls == [3, 1]


def test_the_header_stays_in_sight(made: Bureau) -> None:
    """The header is frozen, bold and grey, and a filter covers it all."""
    tab = made.tab()
    assert tab.look["gridProperties"]["frozenRowCount"] == 1
    assert all((cell.format or {})["textFormat"]["bold"] for cell in tab.rows[0])
    assert tab.filter == {
        "range": {"sheetId": 0, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": 21}
    }


def test_choices_and_states_are_drop_downs(made: Bureau) -> None:
    """Columns with choices and the status offer them, and let other values in."""
    rules = {header: made.column(header).rule for header in HEADERS if made.column(header).rule}
    offered = {
        header: [item["userEnteredValue"] for item in (rule or {})["condition"]["values"]]
        for header, rule in rules.items()
    }
    assert offered == {"Issue": list(CHOICES["kind"]), "Status": list(FLOW.states)}
    assert [(rule or {})["strict"] for rule in rules.values()] == [False, False]


def test_columns_are_formatted_by_their_type(made: Bureau) -> None:
    """Amounts, dates and moments are numbers that read as such, codes stay the text they are, down to the last row."""
    last = made.tab().row_count - 1
    patterns = {
        header: (made.column(header, last).format or {})["numberFormat"]["pattern"]
        for header in ("Order #", "Amount", "Received on", "Case ID", "Next check")
    }
    assert patterns == {
        "Order #": "@",
        "Amount": "#,##0.00",
        "Received on": "yyyy-mm-dd",
        "Case ID": "@",
        "Next check": "yyyy-mm-dd hh:mm",
    }
    assert made.column("What is wrong").format is None


def test_the_bots_own_columns_are_apart(made: Bureau) -> None:
    """One warning covers them, and those that nobody needs to see are hidden."""
    (protected,) = made.tab().protected
    assert {**protected, "protectedRangeId": 0} == {
        "protectedRangeId": 0,
        "range": {"sheetId": 0, "startColumnIndex": OWN, "endColumnIndex": len(HEADERS)},
        "description": WARNING,
        "warningOnly": True,
    }
    hidden = {index for index, size in made.tab().sizes["COLUMNS"].items() if size.get("hiddenByUser")}
    assert hidden == {
        OWN + index for index, column in enumerate(SYSTEM_COLUMNS) if column.key not in VISIBLE_SYSTEM_COLUMNS
    }


def test_states_have_discreet_colours(made: Bureau) -> None:
    """What waits is amber, what is under way is blue, a closed row is grey; a new case has no colour."""
    looks = {
        rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"]: rule["booleanRule"]["format"]
        for rule in made.tab().rules
    }
    assert {
        value: (look.get("backgroundColor") or look["textFormat"]["foregroundColor"])
        for value, look in looks.items()
    } == {
        "Posted": AMBER,
        "Acknowledged": BLUE,
        "Waiting customer": AMBER,
        '=$G2="Done"': INK,
        '=$G2="Cancelled"': INK,
    }
    assert made.at("Status") == 6


def test_the_zone_and_the_mark_are_the_desks(made: Bureau) -> None:
    """The workbook counts time as the desk does, and the tab carries its tracker's key."""
    book = made.google.books["book"]
    assert book.properties["timeZone"] == "Europe/Amsterdam"
    assert [(item["metadataKey"], item["metadataValue"]) for item in book.metadata] == [(MARK, "items")]


def test_cases_can_be_logged_at_once(made: Bureau) -> None:
    """The gateway finds everything where it needs it, and its rows look like the tab."""
    gateway = Gateway("book", made.client)
    values = {"case_id": "II-1", "order_no": "10423", "amount": "12.50", "status": "Open"}
    flushed = gateway.flush([RowWrite(1, tracker(), "II-1", values, new=True)])
    assert [place.row for place in flushed.landed] == [2]
    assert made.google.grid("book")["Items"][1][:3] == ["10423", "", "12.50"]
    assert made.settle(desk(tracker(), book="book")) == []


def test_a_dry_run_says_the_same_and_does_nothing(bureau: Bureau) -> None:
    """What is told beforehand is what is done afterwards."""
    bureau.workbook(Money_box=[["Order No", "mine"]])
    wanted = desk(tracker(), tracker("money", "Money box"), book="book")
    before = bureau.effects()
    told = init(bureau.client, wanted, dry_run=True)
    assert (bureau.effects(), bureau.writes()) == (before, 0)
    assert init(bureau.client, wanted) == told


def test_a_write_whose_answer_was_lost_is_not_made_twice(bureau: Bureau) -> None:
    """A repeat looks what is there, and there it is."""
    bureau.workbook()
    wanted = desk(tracker(), book="book")
    bureau.world.faults.switch("sheets", "applied-503", times=1, skip=3)  # Three reads come before it.
    with pytest.raises(Unreachable) as caught:
        init(bureau.client, wanted)
    assert caught.value.doubtful
    before = bureau.effects()
    assert (init(bureau.client, wanted), bureau.effects()) == ([], before)


def test_a_workbook_to_read_only_is_refused_whole(bureau: Bureau) -> None:
    """Nothing is half done where the bot may not write."""
    bureau.workbook()
    bureau.google.share("book", BOT, "reader")
    with pytest.raises(NotAllowed, match="permission"):
        init(bureau.client, desk(tracker(), book="book"))
    assert (bureau.titles(), bureau.header("Sheet1")) == (["Sheet1"], [])


def test_the_desk_that_comes_with_deskbell(bureau: Bureau) -> None:
    """Every workbook of MHJ is made in one go, and a second run has nothing to send."""
    mhj = load_desks(DESKS)["mhj"]
    for document in mhj.documents.values():
        assert document.spreadsheet is not None
        bureau.google.create(document.spreadsheet, document.title, LEAD)
        bureau.google.share(document.spreadsheet, BOT)
    bureau.settle(mhj)
    for each in mhj.trackers.values():
        book = mhj.documents[each.document].spreadsheet or ""
        assert bureau.header(each.tab, book) == [column.header for column in all_columns(each)]


def test_a_workbook_without_trackers_is_left_alone(bureau: Bureau) -> None:
    """A document that no tracker is kept in is not even looked at."""
    bureau.workbook("spare")
    assert (init(bureau.client, desk(spare="spare")), bureau.client.calls) == ([], 0)


def test_a_new_tab_takes_an_id_that_is_free(bureau: Bureau) -> None:
    """A tab made by `init` and renamed by somebody who took its mark away keeps its id; the new one gets the next."""
    bureau.workbook(Other=[["mine"]])
    bureau.settle(desk(tracker(), book="book"))
    first = bureau.tab().sheet_id
    bureau.google.rename_tab("book", "Items", "Old items", LEAD)
    bureau.google.books["book"].metadata.clear()
    bureau.settle(desk(tracker(), book="book"))
    assert (bureau.titles(), bureau.tab().sheet_id) == (["Other", "Old items", "Items"], first + 1)
