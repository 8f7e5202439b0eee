"""What Google answers when it will not: the code, the status word and the sentence, in Google's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

JSON = dict[str, Any]
"""One JSON object as it came over the wire, or as it will go."""

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
_FAULT_SENTENCES = {
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}


class GoogleError(Exception):
    """A call Google refuses: `code` is the HTTP status, `reason` is Drive's word for it where it has one."""

    def __init__(
        self, code: int, message: str, *, reason: str = "", details: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        self.details = details

    def body(self) -> JSON:
        """The JSON body of the answer: `{"error": {code, message, status, …}}`."""
        error: JSON = {"code": self.code, "message": self.message}
        if self.reason:
            error["errors"] = [{"message": self.message, "domain": "global", "reason": self.reason}]
        else:
            error["status"] = _STATUS.get(self.code, "UNKNOWN")
        if self.details:
            error["details"] = [dict(detail) for detail in self.details]
        return {"error": error}


class BadRequest(GoogleError):
    """400: the request is understood and wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(400, message)


def faulted(code: int) -> GoogleError:
    """The refusal that a switched-on fault plays."""
    return GoogleError(code, _FAULT_SENTENCES[code])


def unauthenticated(missing: bool) -> GoogleError:
    """401: no bearer token came along, or one that is unknown or expired."""
    if missing:
        return GoogleError(401, "Request is missing required authentication credential.")
    return GoogleError(401, "Request had invalid authentication credentials.")


def forbidden() -> GoogleError:
    """403: this caller may not do that with this spreadsheet."""
    return GoogleError(403, "The caller does not have permission")


def out_of_scope() -> GoogleError:
    """403: the token was issued for other scopes than this method needs."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
    }
    return GoogleError(403, "Request had insufficient authentication scopes.", details=[detail])


def not_found() -> GoogleError:
    """404: there is no such spreadsheet."""
    return GoogleError(404, "Requested entity was not found.")


def over_quota(kind: str) -> GoogleError:
    """429: more than the quota's reads or writes (`kind`) within a minute by one user."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {"quota_limit": f"{kind}RequestsPerMinutePerUser", "service": "sheets.googleapis.com"},
    }
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' "
        "of service 'sheets.googleapis.com' for consumer 'project_number:1'."
    )
    return GoogleError(429, message, details=[detail])


def unplayed(kind: str) -> GoogleError:
    """501: Google knows this request, the sandbox does not play it."""
    return GoogleError(501, f"The sandbox does not play '{kind}'.")
