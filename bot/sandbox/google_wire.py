"""JSON over the wire: bodies read strictly, answers sent in one piece."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from starlette.responses import JSONResponse, Response

from bot.sandbox.google_errors import JSON, BadRequest


def answer(body: JSON, code: int = 200) -> Response:
    """A JSON answer as Google sends it."""
    return JSONResponse(body, code)


def loaded(body: bytes) -> JSON:
    """The object a body holds; an empty body is an empty object.

    Raises:
        BadRequest: not JSON, not an object, nested beyond reason, or holding half a surrogate pair.
    """
    if not body.strip():
        return {}
    try:
        data: Any = json.loads(body, parse_constant=_no_constant)
        if b"\\ud" in body.lower():
            json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadRequest("Invalid JSON payload received. Unexpected token.") from error
    if not isinstance(data, dict):
        raise BadRequest("Invalid JSON payload received. Expected an object.")
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
