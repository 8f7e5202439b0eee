"""Block Kit's composition objects: options, groups of them, confirmations, filters.

Source of every limit: docs.slack.dev, "Composition objects".
"""

from __future__ import annotations

from bot.sandbox.slack_schema import Spec, flag, items, obj, one_of, plain, string, text

CONFIRM = Spec(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    required=("title", "text", "confirm", "deny"),
)
OPTION = Spec(
    {"text": text(75), "value": string(150, 1), "description": text(75), "url": string(3000)},
    required=("text", "value"),
)
GROUP = Spec({"label": plain(75), "options": items(obj(OPTION), 100)}, required=("label", "options"))
FILTER = Spec(
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    }
)
