"""Drive's files: what each is called, where it lies, and who may do what with it."""

from __future__ import annotations

import hashlib
import itertools
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.sandbox.google_errors import JSON, GoogleError

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")
"""What a person may do with a file, the least first; each may all that stands before it."""
SERVICE_ACCOUNTS = ".gserviceaccount.com"
"""How the addresses end that have no storage of their own."""


@dataclass
class File:
    """One file, folder or spreadsheet; `content` is None for what has no bytes of its own."""

    file_id: str
    name: str
    mime: str
    created: float
    modified: float
    parents: list[str] = field(default_factory=list)
    app_properties: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    description: str = ""
    trashed: bool = False
    drive_id: str = ""
    content: bytes | None = None
    permissions: list[JSON] = field(default_factory=list)

    def grant(self, kind: str, role: str, address: str = "") -> JSON:
        """Give somebody a role, in place of the one they had; safe to repeat."""
        number = (
            "anyoneWithLink" if kind == "anyone" else str(10**9 + zlib.crc32(f"{kind}:{address}".encode()))
        )
        permission: JSON = {"kind": "drive#permission", "id": number, "type": kind, "role": role}
        if kind == "domain":
            permission["domain"] = address
        elif kind != "anyone":
            permission["emailAddress"] = address
        self.permissions = [item for item in self.permissions if item["id"] != number] + [permission]
        return permission

    def json(self) -> JSON:
        """All the sandbox knows of the file, as Drive's `File`."""
        owners = [item["emailAddress"] for item in self.permissions if item["role"] == "owner"]
        answer: JSON = {
            "kind": "drive#file",
            "id": self.file_id,
            "name": self.name,
            "mimeType": self.mime,
            "createdTime": stamp(self.created),
            "modifiedTime": stamp(self.modified),
            "trashed": self.trashed,
            "parents": self.parents,
            "appProperties": self.app_properties,
            "properties": self.properties,
            "description": self.description,
            "driveId": self.drive_id,
            "owners": [{"kind": "drive#user", "emailAddress": owner} for owner in owners],
            "permissions": self.permissions,
            "shared": len(self.permissions) > 1,
            "webViewLink": f"https://drive.google.com/file/d/{self.file_id}/view",
        }
        if self.content is not None:
            answer["size"] = str(len(self.content))
            answer["md5Checksum"] = hashlib.md5(self.content, usedforsecurity=False).hexdigest()
        return {name: value for name, value in answer.items() if value not in ("", [], {})}


def stamp(seconds: float) -> str:
    """A moment as Drive writes it: RFC 3339 with milliseconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def missing(file_id: str) -> GoogleError:
    """404: no such file, or none that this caller may know of."""
    return GoogleError(404, f"File not found: {file_id}.", reason="notFound")


@dataclass
class SharedDrive:
    """A shared drive: its members hold a role on everything in it, and nobody's storage is used."""

    drive_id: str
    name: str
    members: dict[str, str]


@dataclass
class Files:
    """Every file of the sandbox's Drive, and the shared drives."""

    clock: Callable[[], float]
    files: dict[str, File] = field(default_factory=dict)
    drives: dict[str, SharedDrive] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def new_id(self) -> str:
        """An id as long as Google's, in order, so that a run repeats."""
        return f"1Sandbox{next(self._numbers):036d}"

    def add(self, name: str, mime: str, owner: str, parents: Iterable[str] = (), file_id: str = "") -> File:
        """Put an empty file there, owned by `owner`, or by the shared drive it lies in."""
        now = self.clock()
        file = File(file_id or self.new_id(), name, mime, now, now, list(parents))
        file.drive_id = self.drive_of(file.parents)
        if not file.drive_id:
            file.grant("user", "owner", owner)
        self.files[file.file_id] = file
        return file

    def drive_of(self, parents: Iterable[str]) -> str:
        """The shared drive in which these parents lie; empty for a person's own Drive."""
        for parent in parents:
            if parent in self.drives:
                return parent
            if parent in self.files and self.files[parent].drive_id:
                return self.files[parent].drive_id
        return ""

    def shared_drive(self, drive_id: str, name: str, members: Mapping[str, str]) -> None:
        """Make a shared drive, or give it these members (address to role) instead of those it had."""
        self.drives[drive_id] = SharedDrive(drive_id, name, dict(members))

    def role(self, file: File, who: str) -> str:
        """The strongest role somebody has on a file; empty for none."""
        domain = who.rpartition("@")[2]
        mine = [
            item["role"]
            for item in file.permissions
            if item["type"] == "anyone" or item.get("emailAddress") == who or item.get("domain") == domain
        ]
        if file.drive_id:
            mine.append(self.drives[file.drive_id].members.get(who, ""))
        return max((role for role in mine if role), key=ROLES.index, default="")

    def may(self, file: File, who: str, role: str) -> bool:
        """Whether somebody has at least this role on a file."""
        held = self.role(file, who)
        return bool(held) and ROLES.index(held) >= ROLES.index(role)

    def visible(self, file_id: str, who: str) -> File:
        """The file, for somebody who may read it.

        Raises:
            GoogleError: 404, also where it exists and is not his to see.
        """
        file = self.files.get(file_id)
        if file is None or not self.may(file, who, "reader"):
            raise missing(file_id)
        return file

    def writable(self, file_id: str, who: str, role: str = "writer") -> File:
        """The file, for somebody who may change it.

        Raises:
            GoogleError: 404 where he may not even read it, 403 where he may only do that.
        """
        file = self.visible(file_id, who)
        if not self.may(file, who, role):
            raise GoogleError(
                403,
                "The user does not have sufficient permissions for this file.",
                reason="insufficientFilePermissions",
            )
        return file
