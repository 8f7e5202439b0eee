"""The methods of Drive v3: files found, read, made, changed and deleted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import unquote

from starlette.responses import Response

from bot.sandbox.google_drive_call import DriveCall, file_answer, listed, seen, selected
from bot.sandbox.google_errors import GoogleError, unplayed
from bot.sandbox.google_files import SPREADSHEET, File, missing
from bot.sandbox.google_permissions import PERMISSIONS
from bot.sandbox.google_query import question, wrong
from bot.sandbox.google_upload import SETTABLE, create, place, settle, upload
from bot.sandbox.google_wire import answer

__all__ = ["DriveCall", "drive"]


def drive(call: DriveCall, verb: str, raw_path: str, uploads: bool) -> Response:
    """Answer one call of Drive; `raw_path` is what stands behind `/drive/v3/`, still percent-encoded.

    Raises:
        GoogleError: in Drive's shape, with its reason.
    """
    for method_verb, path, act in UPLOADS if uploads else METHODS:
        match = re.fullmatch(path, raw_path)
        if match and verb == method_verb:
            parts = tuple(unquote(part) for part in match.groups())
            with call.store.lock:
                return act(call._replace(parts=parts))
    raise GoogleError(404, "Not Found", reason="notFound")


def _list(call: DriveCall) -> Response:
    """The files this caller may see that answer to `q`, newest change first unless told otherwise."""
    asked = question(call.params["q"]) if call.params.get("q") else None
    shared = call.flag("includeItemsFromAllDrives") and call.flag("supportsAllDrives")
    drive_id = call.params.get("driveId", "")
    found = [
        file
        for file in call.store.files.files.values()
        if call.store.files.may(file, call.who, "reader")
        and (shared or not file.drive_id)
        and (not drive_id or file.drive_id == drive_id)
        and (asked is None or asked(file))
    ]
    _order(found, call.params.get("orderBy") or "modifiedTime desc")
    return listed(call, "drive#fileList", "files", [seen(call, file) for file in found], 100)


def _order(files: list[File], order: str) -> None:
    keys: dict[str, Callable[[File], object]] = {
        "name": lambda file: file.name.casefold(),
        "createdTime": lambda file: file.created,
        "modifiedTime": lambda file: file.modified,
    }
    for part in reversed([part.split() for part in order.split(",")]):
        if not part or part[0] not in keys or part[1:] not in ([], ["desc"]):
            raise wrong("orderBy")
        files.sort(key=keys[part[0]], reverse=len(part) > 1)  # type: ignore[arg-type]  # Numbers or texts.


def _get(call: DriveCall) -> Response:
    file = call.file()
    if call.params.get("alt") != "media":
        return file_answer(call, file)
    if file.content is None:
        raise GoogleError(
            403,
            "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
            reason="fileNotDownloadable",
        )
    return Response(file.content, media_type=file.mime)


def _export(call: DriveCall) -> Response:
    """A spreadsheet's first tab as CSV, the one format the sandbox plays."""
    file = call.file()
    if file.mime != SPREADSHEET or call.params.get("mimeType") != "text/csv":
        raise unplayed(f"export as {call.params.get('mimeType')}")
    text = io.StringIO()
    csv.writer(text).writerows(next(iter(call.store.grid(file.file_id).values())))
    return Response(text.getvalue().encode(), media_type="text/csv")


def _update(call: DriveCall) -> Response:
    """Change a file's name, properties, bin or folder; a spreadsheet's name is its title too."""
    file = call.file("writer")
    body = call.json(SETTABLE)
    added = [item for item in call.params.get("addParents", "").split(",") if item]
    removed = call.params.get("removeParents", "").split(",")
    if added or removed != [""]:
        place(call, added)
        file.parents = [item for item in file.parents if item not in removed] + added
    settle(call, file, body)
    file.modified = call.store.clock()
    call.record("files.update", file, changed=sorted(body))
    return file_answer(call, file)


def _delete(call: DriveCall) -> Response:
    """Delete for ever; only an owner may, or an organizer of the shared drive."""
    held = call.file()
    file = call.file("organizer" if held.drive_id else "owner")
    del call.store.files.files[file.file_id]
    call.store.books.pop(file.file_id, None)
    call.record("files.delete", file)
    return Response(status_code=204)


def _copy(call: DriveCall) -> Response:
    """Copy a spreadsheet with all its tabs, or a file with its content; the copy is the caller's."""
    source = call.file()
    body = call.json(SETTABLE)
    parents = body.get("parents") or []
    place(call, parents)
    if source.mime == SPREADSHEET:
        name = body.get("name") or f"Copy of {source.name}"
        twin = call.store.books[source.file_id].copy()
        made = call.store.create("", name, call.who, parents=parents)
        twin.spreadsheet_id, twin.properties = made.spreadsheet_id, {**twin.properties, "title": name}
        call.store.books[made.spreadsheet_id] = twin
        file = call.store.files.files[made.spreadsheet_id]
    else:
        file = call.store.files.add(body.get("name") or source.name, source.mime, call.who, parents)
        file.content = source.content
    call.record("files.copy", file, source=source.file_id)
    return file_answer(call, file)


def _about(call: DriveCall) -> Response:
    if not call.params.get("fields"):
        raise GoogleError(400, "The 'fields' parameter is required for this method.", reason="required")
    user = {"kind": "drive#user", "emailAddress": call.who, "displayName": call.who, "me": True}
    return answer(selected({"kind": "drive#about", "user": user}, call.params["fields"]))


def _shared_drive(call: DriveCall) -> Response:
    found = call.store.files.drives.get(call.parts[0])
    if found is None or call.who not in found.members:
        raise GoogleError(404, f"Shared drive not found: {call.parts[0]}", reason="notFound")
    return answer({"kind": "drive#drive", "id": found.drive_id, "name": found.name})


def _create(call: DriveCall) -> Response:
    return file_answer(call, create(call, call.json(SETTABLE), None))


def _replace(call: DriveCall) -> Response:
    """New content for a file that has some."""
    file = call.file("writer")
    if file.content is None:
        raise missing(file.file_id)
    body, content = upload(call)
    settle(call, file, body)
    file.content, file.modified = content, call.store.clock()
    call.record("files.update", file, size=len(content))
    return file_answer(call, file)


def _upload(call: DriveCall) -> Response:
    return file_answer(call, create(call, *upload(call)))


_ID = "([^/:?]+)"
_Act = Callable[[DriveCall], Response]
METHODS: tuple[tuple[str, str, _Act], ...] = (
    ("GET", "files", _list),
    ("POST", "files", _create),
    ("GET", f"files/{_ID}", _get),
    ("PATCH", f"files/{_ID}", _update),
    ("DELETE", f"files/{_ID}", _delete),
    ("GET", f"files/{_ID}/export", _export),
    ("POST", f"files/{_ID}/copy", _copy),
    ("GET", "about", _about),
    ("GET", f"drives/{_ID}", _shared_drive),
    *PERMISSIONS,
)
UPLOADS: tuple[tuple[str, str, _Act], ...] = (
    ("POST", "files", _upload),
    ("PATCH", f"files/{_ID}", _replace),
)
