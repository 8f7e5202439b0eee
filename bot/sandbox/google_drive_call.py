"""One call of Drive, and the shapes of its answers."""

from __future__ import annotations

from typing import Any, NamedTuple

from starlette.datastructures import QueryParams
from starlette.responses import Response

from bot.sandbox.google_errors import JSON, BadRequest, GoogleError
from bot.sandbox.google_files import File, missing
from bot.sandbox.google_mask import Mask, parse, pick
from bot.sandbox.google_query import wrong
from bot.sandbox.google_store import Store
from bot.sandbox.google_wire import answer, loaded

_FILE_FIELDS = frozenset(
    """
    appProperties capabilities createdTime description driveId explicitlyTrashed exportLinks fileExtension
    fullFileExtension headRevisionId iconLink id kind lastModifyingUser md5Checksum mimeType modifiedByMe
    modifiedByMeTime modifiedTime name originalFilename ownedByMe owners parents permissionIds permissions
    properties quotaBytesUsed resourceKey sha1Checksum sha256Checksum shared sharedWithMeTime size spaces starred
    thumbnailLink trashed trashedTime version viewedByMe webContentLink webViewLink writersCanShare
    """.split()
)
"""The fields of a `File` that may be asked for; of many the sandbox has none to give."""


class DriveCall(NamedTuple):
    """One call, its caller known: the store, who, the parts of the path, the query, and the body as it came."""

    store: Store
    who: str
    parts: tuple[str, ...]
    params: QueryParams
    content_type: str
    body: bytes

    def flag(self, name: str) -> bool:
        """A yes or no of the query; no when absent."""
        return self.params.get(name, "false").lower() in ("true", "1")

    def json(self, allowed: frozenset[str]) -> JSON:
        """The body as an object with no other names than these.

        Raises:
            BadRequest: not an object, or with a name Drive does not know there.
        """
        return only(loaded(self.body), allowed)

    def file(self, role: str = "reader") -> File:
        """The file in the path, for a caller who has at least this role.

        Raises:
            GoogleError: 404, 403; 404 as well for a shared drive's file without `supportsAllDrives`.
        """
        files = self.store.files
        file = files.visible(self.parts[0], self.who)
        if file.drive_id and not self.flag("supportsAllDrives"):
            raise missing(file.file_id)
        return file if role == "reader" else files.writable(file.file_id, self.who, role)

    def record(self, effect: str, file: File, **facts: Any) -> None:
        """Write an applied effect into the truth log."""
        self.store.truth.record(
            "drive", effect, file=file.file_id, name=file.name, mime=file.mime, by=self.who, **facts
        )


def seen(call: DriveCall, file: File) -> JSON:
    """A file as the caller sees it: what it is, and what he may do with it."""
    may_edit = call.store.files.may(file, call.who, "writer")
    return {**file.json(), "capabilities": {"canEdit": may_edit}}


def only(body: JSON, allowed: frozenset[str]) -> JSON:
    """The body, if it has no other names than these.

    Raises:
        BadRequest: with the first name that is not known.
    """
    for name in body:
        if name not in allowed:
            raise BadRequest(f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')
    return body


def selected(value: JSON, fields: str) -> JSON:
    """An answer cut to `fields`.

    Raises:
        GoogleError: 400, the mask cannot be read.
    """
    result: JSON = pick(value, _fields(fields))
    return result


def _fields(fields: str) -> Mask:
    try:
        return parse(fields)
    except BadRequest as error:
        raise _invalid_selection(fields) from error


def _invalid_selection(fields: str) -> GoogleError:
    return GoogleError(400, f"Invalid field selection {fields}", reason="invalidParameter")


def file_answer(call: DriveCall, file: File) -> Response:
    """One file; id, name and type unless `fields` asks for others.

    Raises:
        GoogleError: 400, `fields` names what a file does not have.
    """
    fields = call.params.get("fields", "kind,id,name,mimeType")
    _check_file_fields(_fields(fields))
    return answer(selected(seen(call, file), fields))


def _check_file_fields(mask: Mask) -> None:
    for name in mask:
        if name not in _FILE_FIELDS:
            raise _invalid_selection(name)


def listed(call: DriveCall, kind: str, name: str, items: list[JSON], page_size: int) -> Response:
    """One page of a list, with the token of the next; items in short unless `fields` asks for more.

    Raises:
        GoogleError: 400, `fields`, `pageSize` or `pageToken` is wrong.
    """
    size, start = call.params.get("pageSize", str(page_size)), call.params.get("pageToken") or "0"
    if not (size.isascii() and size.isdigit() and 1 <= int(size) <= 1000):
        raise wrong("pageSize")
    if not (start.isascii() and start.isdigit()):
        raise wrong("pageToken")
    end = int(start) + int(size)
    page: JSON = {"kind": kind, name: items[int(start) : end]}
    if end < len(items):
        page["nextPageToken"] = str(end)
    short = {"files": "kind,id,name,mimeType", "permissions": "kind,id,type,role"}[name]
    fields = call.params.get("fields") or f"kind,nextPageToken,incompleteSearch,{name}({short})"
    if name == "files":
        _check_file_fields(_fields(fields).get("files", {}))
    return answer(selected(page, fields))
