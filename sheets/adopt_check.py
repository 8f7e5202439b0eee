"""Whether a desk's workbooks are as the bot needs them, and what to do where they are not; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.desk import Desk
from config.tracker import Tracker
from sheets import drive
from sheets.client import Client
from sheets.errors import Busy, NotAllowed, NoWorkbook, Trouble, Unreachable
from sheets.header import HeaderMap
from sheets.sight import Ask, see
from sheets.tab import workbook

_SWITCHED_OFF = ("has not been used in project", "it is disabled", "SERVICE_DISABLED", "accessNotConfigured")
"""How Google says that the project has not switched an interface on."""
_INIT = "run `deskbell sheets init`."


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at, whether it is well, and if not what to do about it."""

    what: str
    ok: bool
    cure: str = ""


def check(client: Client, desk: Desk) -> list[Sign]:
    """Look at every workbook of a desk: reached, may be written, tabs and headers in order. Two or three calls each.

    Total: trouble with one workbook is a sign like any other.
    """
    return [sign for document in desk.documents for sign in _workbook(client, desk, document)]


def _workbook(client: Client, desk: Desk, document: str) -> Iterator[Sign]:
    declared = desk.documents[document]
    name = f"{desk.key}: workbook “{declared.title}”"
    if declared.spreadsheet is None:
        yield Sign(
            f"{name} has no id",
            False,
            f"Run `deskbell sheets init` and put the line it tells under [documents.{document}] of desk.toml.",
        )
        return
    trackers = [tracker for tracker in desk.trackers.values() if tracker.document == document]
    try:
        yield from _tabs(client, declared.spreadsheet, trackers, name)
        if drive.may_write(client, declared.spreadsheet):
            yield Sign(f"{name} may be written", True)
        else:
            yield Sign(
                f"{name} is shared with the bot to read only",
                False,
                f"Share it with {client.email} as an editor.",
            )
    except Trouble as trouble:
        yield Sign(f"{name}: {trouble}", False, _cure(trouble, client.email))


def _tabs(client: Client, spreadsheet_id: str, trackers: Sequence[Tracker], name: str) -> Iterator[Sign]:
    book = workbook(client, spreadsheet_id)
    yield Sign(f"{name} reached", True)
    found = {tracker.key: book.sheet_of(tracker) for tracker in trackers}
    titles = {key: str(facts["title"]) for key, facts in found.items() if facts is not None}
    asks = [Ask(title, "rows") for title in titles.values()]
    sights = dict(zip(titles, see(client, spreadsheet_id, asks), strict=True))
    for tracker in trackers:
        if tracker.key in titles:
            yield from _header(f"{name}: tab “{titles[tracker.key]}”", sights[tracker.key].map(tracker))
        else:
            yield Sign(f"{name} has no tab “{tracker.tab}”", False, f"Give the tab its name back, or {_INIT}")


def _header(tab: str, found: HeaderMap) -> Iterator[Sign]:
    if found.complete:
        yield Sign(f"{tab} has its {len(found.columns)} columns", True)
    if found.missing:
        headers = _listed([column.header for column in found.missing])
        yield Sign(f"{tab} has no column {headers}", False, f"Write the header into row 1 again, or {_INIT}")
    if found.duplicated:
        headers = _listed(found.duplicated)
        yield Sign(f"{tab} has the header {headers} more than once", False, "Rename all but one of them.")


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


def _cure(trouble: Trouble, email: str) -> str:
    if isinstance(trouble, NotAllowed | NoWorkbook):
        if any(words in str(trouble) for words in _SWITCHED_OFF):
            return "Switch the Google Sheets API and the Google Drive API on for the account's project."
        if "invalid_grant" in str(trouble):
            return "Make a new key for the account (docs/setup-google.md); if it is new, set this machine's clock."
        return f"Share the workbook with {email} as an editor, and compare its id with desk.toml."
    if isinstance(trouble, Busy | Unreachable):
        return "Run `deskbell doctor` again in a minute."
    return "See docs/setup-google.md."
