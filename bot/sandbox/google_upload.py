"""Files made and filled on Drive: by their description alone, by content alone, or both in one body."""

from __future__ import annotations

import re

from bot.sandbox.google_drive_call import DriveCall, only
from bot.sandbox.google_errors import JSON, BadRequest, GoogleError, unplayed
from bot.sandbox.google_files import SERVICE_ACCOUNTS, SPREADSHEET, File, missing
from bot.sandbox.google_wire import loaded

SETTABLE = frozenset(
    {
        *("id", "name", "mimeType", "parents", "appProperties", "properties", "description", "trashed"),
        *("starred", "writersCanShare", "copyRequiresWriterPermission", "createdTime", "modifiedTime"),
    }
)
"""What the body of files.create and files.update may hold here."""
MAX_PROPERTY = 124
"""Bytes of one property's key and value together, in UTF-8 (Drive guide, "Add custom file properties")."""


def create(call: DriveCall, body: JSON, content: bytes | None) -> File:
    """Make a file, folder or spreadsheet as its description says, with content or without.

    Raises:
        GoogleError: 404 for an unknown folder, 403 for content of a service account without a shared drive,
            409 for an id in use.
    """
    parents = body.get("parents") or []
    drive_id = place(call, parents)
    if content is not None and not drive_id and call.who.endswith(SERVICE_ACCOUNTS):
        raise GoogleError(
            403,
            "Service Accounts do not have storage quota. Leverage shared drives, or use OAuth delegation "
            "instead.",
            reason="storageQuotaExceeded",
        )
    name, mime = body.get("name") or "Untitled", body.get("mimeType") or "application/octet-stream"
    file_id = body.get("id") or ""
    if file_id in call.store.files.files:
        raise GoogleError(409, "A file already exists with the provided ID.", reason="fileIdInUse")
    if mime == SPREADSHEET:
        book = call.store.create(file_id, name, call.who, parents=parents)
        file = call.store.files.files[book.spreadsheet_id]
    else:
        file = call.store.files.add(name, mime, call.who, parents, file_id)
        file.content = content if not mime.startswith("application/vnd.google-apps.") else None
    settle(call, file, {key: value for key, value in body.items() if key not in ("parents", "mimeType")})
    size = {} if content is None else {"size": len(content)}
    call.record("files.create", file, parents=parents, app_properties=file.app_properties, **size)
    return file


def place(call: DriveCall, parents: list[str]) -> str:
    """Check that the caller may put files into these folders; the shared drive they lie in, or empty.

    Raises:
        GoogleError: 404, one is unknown, not his to fill, or in a shared drive without `supportsAllDrives`.
    """
    files = call.store.files
    for parent in parents:
        shared = files.drives.get(parent)
        if shared is not None:
            allowed = shared.members.get(call.who, "reader") not in ("reader", "commenter")
        else:
            allowed = parent == "root" or (
                parent in files.files and files.may(files.files[parent], call.who, "writer")
            )
        if not allowed or (files.drive_of([parent]) and not call.flag("supportsAllDrives")):
            raise missing(parent)
    return files.drive_of(parents)


def settle(call: DriveCall, file: File, body: JSON) -> None:
    """Give a file the name and properties of a body; a property set to null is taken away.

    Raises:
        BadRequest: a property that is no text or too long.
    """
    pairs = [
        (held, key, value)
        for name, held in (("appProperties", file.app_properties), ("properties", file.properties))
        for key, value in (body.get(name) or {}).items()
    ]
    for _, key, value in pairs:
        if value is not None and (not isinstance(value, str) or len((key + value).encode()) > MAX_PROPERTY):
            raise BadRequest(f"The property '{key}' and its value exceed {MAX_PROPERTY} bytes.")
    for held, key, value in pairs:
        held.pop(key, None)
        if value is not None:
            held[key] = value
    file.name = body.get("name") or file.name
    file.description = body.get("description", file.description)
    file.trashed = bool(body.get("trashed", file.trashed))
    book = call.store.books.get(file.file_id)
    if book is not None:
        book.properties = {**book.properties, "title": file.name}


def upload(call: DriveCall) -> tuple[JSON, bytes]:
    """The description and the content of an upload, by `uploadType`.

    Raises:
        GoogleError: 501 for a resumable upload, 400 for a body that is not what its type says.
    """
    kind = call.params.get("uploadType")
    if kind == "media":
        return {"mimeType": call.content_type or "application/octet-stream"}, call.body
    if kind == "resumable":
        raise unplayed("resumable upload")
    if kind != "multipart":
        raise BadRequest(f"Invalid upload type '{kind}'.")
    return _multipart(call)


def _multipart(call: DriveCall) -> tuple[JSON, bytes]:
    """Two parts, in this order: the description as JSON, then the content under its own type."""
    boundary = re.search(r'boundary="?([^";]+)"?', call.content_type)
    if not call.content_type.startswith("multipart/related") or boundary is None:
        raise BadRequest("Bad content type. Please use multipart/related.")
    parts = call.body.split(b"--" + boundary[1].encode())[1:-1]
    if len(parts) != 2:
        raise BadRequest(f"Multipart body has {len(parts)} parts instead of 2.")
    (_, first), (head, content) = (_part(part) for part in parts)
    body = only(loaded(first), SETTABLE)
    mime = re.search(r"(?im)^content-type:\s*([^\r\n]+)", head.decode("latin-1"))
    return {"mimeType": mime[1].strip() if mime else None, **body}, content


def _part(part: bytes) -> tuple[bytes, bytes]:
    """The headers and the content of one part, without the line ends that belong to the boundary."""
    lines = part.removeprefix(b"\r\n").removesuffix(b"\r\n")
    head, _, content = lines.partition(b"\r\n\r\n")
    return head, content
