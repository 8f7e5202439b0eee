"""Slack's refusals as slack_sdk raises them."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse


def refusal(code: str, status: int = 200, headers: Mapping[str, str] | None = None) -> SlackApiError:
    """Slack's answer `{"ok": false, "error": code}`; without a code, an answer whose body is no JSON."""
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": code} if code else {},
        headers=dict(headers or {}),
        status_code=status,
    )
    return SlackApiError(code, response)  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped
