"""Drive's permissions: who may do what with a file, seen, given and taken away."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from bot.sandbox.google_drive_call import DriveCall, listed, selected
from bot.sandbox.google_errors import JSON, GoogleError
from bot.sandbox.google_files import ROLES, File
from bot.sandbox.google_wire import answer

_SETTABLE = frozenset(
    {
        *("kind", "type", "role", "emailAddress", "domain", "allowFileDiscovery", "withLink", "pendingOwner"),
        *("expirationTime", "view"),
    }
)
_SHORT = "kind,id,type,role"


def _list(call: DriveCall) -> Response:
    return listed(call, "drive#permissionList", "permissions", call.file().permissions, 100)


def _create(call: DriveCall) -> Response:
    """Share a file; whoever may write it may share it."""
    file = call.file("writer")
    body = call.json(_SETTABLE)
    kind, role = body.get("type") or "", body.get("role") or ""
    address = body.get("domain" if kind == "domain" else "emailAddress") or ""
    if kind not in ("user", "group", "domain", "anyone") or role not in ROLES:
        raise GoogleError(400, "The permission type or role field is required.", reason="required")
    if kind != "anyone" and not address:
        raise GoogleError(400, "The permission's address is required.", reason="invalidSharingRequest")
    if role == "owner" and not call.flag("transferOwnership"):
        raise GoogleError(
            403,
            "The transferOwnership parameter must be enabled when the permission role is 'owner'.",
            reason="forbidden",
        )
    permission = file.grant(kind, role, address)
    call.record("permissions.create", file, who=address or kind, role=role)
    return answer(selected(permission, call.params.get("fields", _SHORT)))


def _found(call: DriveCall, file: File) -> JSON:
    for item in file.permissions:
        if item["id"] == call.parts[1]:
            return item
    raise GoogleError(404, f"Permission not found: {call.parts[1]}.", reason="notFound")


def _get(call: DriveCall) -> Response:
    return answer(selected(_found(call, call.file()), call.params.get("fields", _SHORT)))


def _update(call: DriveCall) -> Response:
    """Give a permission another role; ownership passes only when asked for by `transferOwnership`."""
    file = call.file("writer")
    item = _found(call, file)
    role = call.json(_SETTABLE).get("role") or item["role"]
    if role not in ROLES or (role == "owner" and not call.flag("transferOwnership")):
        raise GoogleError(403, "The role cannot be set without transferOwnership.", reason="forbidden")
    if role == "owner":
        for other in file.permissions:
            other["role"] = "writer" if other["role"] == "owner" else other["role"]
    item["role"] = role
    call.record("permissions.update", file, who=item.get("emailAddress", item["type"]), role=role)
    return answer(selected(item, call.params.get("fields", _SHORT)))


def _delete(call: DriveCall) -> Response:
    """Take a permission away; the owner's stays, but anybody may take his own."""
    file = call.file()
    item = _found(call, file)
    if item.get("emailAddress") != call.who:
        call.file("writer")
    if item["role"] == "owner":
        raise GoogleError(403, "The owner of a file cannot be removed.", reason="forbidden")
    file.permissions.remove(item)
    call.record("permissions.delete", file, who=item.get("emailAddress", item["type"]))
    return Response(status_code=204)


_PATH = "files/([^/:?]+)/permissions"
PERMISSIONS: tuple[tuple[str, str, Callable[[DriveCall], Response]], ...] = (
    ("GET", _PATH, _list),
    ("POST", _PATH, _create),
    ("GET", f"{_PATH}/([^/:?]+)", _get),
    ("PATCH", f"{_PATH}/([^/:?]+)", _update),
    ("DELETE", f"{_PATH}/([^/:?]+)", _delete),
)
"""Every method of permissions that the sandbox plays."""
