"""Workbooks as files on Google Drive: made, found again, put where people see them, and who may write them.

A workbook that the bot made carries a property of the bot's, so that a repeat finds it instead of making another.
"""

from __future__ import annotations

from dataclasses import dataclass

from sheets.client import Client
from sheets.errors import NotAllowed, Trouble
from sheets.rows import JSON

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
PROPERTY = "deskbell"
"""The key of the property (`appProperties`) whose value is the workbook's label."""
SHELF = "Deskbell"
"""The name of the folder in which new workbooks are put, where people shared one with the bot's account."""
_FIELDS = "files(id,mimeType,parents,driveId,shared,appProperties)"


class NoStorage(Trouble):
    """Google lets a service account own nothing (Drive API guide, "About shared drives"); nothing was made.

    Args:
        email: the account's address.
    """

    def __init__(self, email: str) -> None:
        super().__init__(
            f"Google gives the bot's account no storage. Make a folder named {SHELF} in a shared drive and give "
            f"{email} the role of a content manager there; or make the workbook yourself, share it with that "
            "address as an editor and put its id into desk.toml."
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was found on Drive: the workbook with the label, and the folder for new ones; None where there is none."""

    workbook: str | None = None
    folder: str | None = None
    hidden: bool = False
    """Whether nobody but the bot's account can open the workbook."""


def label(desk: str, document: str) -> str:
    """What a workbook is called in its property. Drive takes 124 bytes for key and value together."""
    return f"{desk}/{document}".encode()[: 124 - len(PROPERTY)].decode("utf-8", "ignore")


def look_up(client: Client, name: str) -> Shelf:
    """Find the workbook with this label and the folder for new ones, in one call.

    Raises:
        Trouble: as every call to Google.
    """
    query = (
        f"trashed = false and ((mimeType = '{SPREADSHEET}' and "
        f"appProperties has {{ key='{PROPERTY}' and value='{_quoted(name)}' }}) "
        f"or (mimeType = '{FOLDER}' and name = '{SHELF}'))"
    )
    params = {"q": query, "orderBy": "createdTime", "includeItemsFromAllDrives": "true", "fields": _FIELDS}
    files: list[JSON] = client.drive("get", "files", params).get("files") or []
    # A shared drive holds what the account makes even where Google gives it no storage of its own.
    folders = sorted((file for file in files if file["mimeType"] == FOLDER), key=_is_personal)
    folder = str(folders[0]["id"]) if folders else None
    for file in files:
        if file["mimeType"] == SPREADSHEET:
            alone = not file.get("shared") and not file.get("driveId")
            return Shelf(str(file["id"]), folder, alone and folder not in (file.get("parents") or []))
    return Shelf(None, folder)


def create(client: Client, title: str, name: str, folder: str | None) -> str:
    """Make an empty workbook with a label, in a folder or in the account's own Drive; its id.

    When no answer comes it may have been made all the same: `look_up` finds it.

    Raises:
        NoStorage: the account can own no files, and the folder is in no shared drive.
        Trouble: as every call to Google.
    """
    body: JSON = {"name": title, "mimeType": SPREADSHEET, "appProperties": {PROPERTY: name}}
    if folder is not None:
        body["parents"] = [folder]
    try:
        return str(client.drive("post", "files", {"fields": "id"}, body)["id"])
    except NotAllowed as refusal:
        if "storage" in str(refusal).casefold():
            raise NoStorage(client.email) from refusal
        raise


def put(client: Client, spreadsheet_id: str, folder: str) -> None:
    """Put a workbook into a folder, so that whoever may open the folder may open it. Safe to repeat.

    Raises:
        Trouble: as every call to Google.
    """
    client.drive("patch", f"files/{spreadsheet_id}", {"addParents": folder, "fields": "id"}, {})


def may_write(client: Client, spreadsheet_id: str) -> bool:
    """Whether the bot's account may change a workbook (Drive API, `File.capabilities.canEdit`).

    Raises:
        Trouble: as every call to Google.
    """
    file = client.drive("get", f"files/{spreadsheet_id}", {"fields": "capabilities(canEdit)"})
    return bool((file.get("capabilities") or {}).get("canEdit"))


def _is_personal(folder: JSON) -> bool:
    return not folder.get("driveId")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
