"""JSON answers that can say everything a person can type, half a surrogate pair included."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse


class AsciiJSON(JSONResponse):
    """JSON in ASCII with escapes: Starlette's own answer fails on what is not valid Unicode."""

    def render(self, content: Any) -> bytes:
        """The body."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")
