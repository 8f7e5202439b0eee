"""Slack's text: encoded as a client does it, read as a person does, and who is pinged."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.people import mhj_world
from bot.sandbox.slack_shown import all_mentions, visible_text
from bot.sandbox.slack_state import Message, SlackState
from bot.sandbox.slack_text import mentions, rich_text, shown, typed

STATE = SlackState(mhj_world(), lambda: 1_700_000_000.0)
KIM = STATE.world.person("kim").id
SUPPORT = STATE.named("mhj-support")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("@kim look", f"<@{KIM}> look"),
        ("(@kim), @kim.", f"(<@{KIM}>), <@{KIM}>."),
        ("kim@example.com @nobody", "kim@example.com @nobody"),
        ("@channel @here @everyone", "<!channel> <!here> <!everyone>"),
        (f"<@{KIM}> <!channel>", f"&lt;@{KIM}&gt; &lt;!channel&gt;"),
        ("see https://example.com/a?b=1&c=2 now", "see <https://example.com/a?b=1&amp;c=2> now"),
        ("#mhj-support #nowhere", f"<#{SUPPORT.id if SUPPORT else ''}|mhj-support> #nowhere"),
        ("=IMPORTXML(1)", "=IMPORTXML(1)"),
        ("", ""),
    ],
)
def test_what_is_typed_is_sent_as_a_client_sends_it(written: str, sent: str) -> None:
    """Names become entities, typed entities become plain text."""
    assert typed(STATE, written) == sent


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        (f"<@{KIM}> and <@U0NOBODY|ghost> and <@U0NOBODY>", "@kim and @ghost and @U0NOBODY"),
        ("<!channel> <!here|here> <!subteam^S1|@team>", "@channel @here @team"),
        ("<https://example.com|the row> <https://example.com>", "the row https://example.com"),
        (
            "<mailto:kim@example.com|kim@example.com> <mailto:kim@example.com>",
            "kim@example.com kim@example.com",
        ),
        ("<!date^1700000000^{date}|then> <!date^1700000000^{date}>", "then 2023-11-14T22:13:20+00:00"),
        ("*bold* _it_", "*bold* _it_"),
    ],
)
def test_what_is_sent_reads_as_on_the_screen(sent: str, read: str) -> None:
    """Labels and names stand for ids and addresses."""
    assert shown(STATE, sent) == read


@pytest.mark.parametrize(
    ("sent", "pinged"),
    [
        (f"<@{KIM}> <!channel>", ["@kim", "@channel"]),
        (f"&lt;@{KIM}&gt; &lt;!channel&gt; @kim @channel", []),
        ("<@U0NOBODY> <!date^1^x|y> <https://x|@kim>", []),
        ("<!subteam^S1|@team> <!everyone>", ["@subteam", "@everyone"]),
    ],
)
def test_only_entities_ping(sent: str, pinged: list[str]) -> None:
    """Bare names and escaped entities notify nobody."""
    assert mentions(STATE, sent) == pinged


def test_bare_names_ping_when_asked_to() -> None:
    """With link_names, people and channels; in parsed text, the special ones only."""
    assert mentions(STATE, "@kim @channel @nobody", link_names=True) == ["@kim", "@channel"]
    assert mentions(STATE, "@kim @channel", parsed=True) == ["@channel"]


BLOCKS: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"type": "section", "text": {"type": "mrkdwn", "text": f"<@{KIM}>"}}, "@kim", ["@kim"]),
    ({"type": "section", "text": {"type": "plain_text", "text": f"<@{KIM}>"}}, f"<@{KIM}>", []),
    ({"type": "section", "text": {"type": "mrkdwn", "text": "@here"}}, "@here", ["@here"]),
    ({"type": "section", "text": {"type": "mrkdwn", "text": "@here", "verbatim": True}}, "@here", []),
    (
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "a"}, {"type": "plain_text", "text": "b"}]},
        "a\nb",
        [],
    ),
    ({"type": "context", "elements": [{"type": "mrkdwn", "text": "<!channel>"}]}, "@channel", ["@channel"]),
    ({"type": "header", "text": {"type": "plain_text", "text": "@channel &amp; co"}}, "@channel & co", []),
    ({"type": "divider"}, "text", []),
    (
        rich_text(STATE, f"hi <@{KIM}> <!here> <https://x|y> a &amp; b"),
        "hi @kim @here y a & b",
        ["@kim", "@here"],
    ),
    ({"type": "image", "alt_text": "a card", "image_url": "http://x"}, "a card", []),
]


@pytest.mark.parametrize(("block", "text", "pinged"), BLOCKS)
def test_blocks_are_read_and_ping_like_text(block: dict[str, Any], text: str, pinged: list[str]) -> None:
    """A message shows its blocks where they say something, else its text; both may ping."""
    message = Message(SUPPORT.id if SUPPORT else "", "1.1", KIM, "text", blocks=[block])
    assert (visible_text(STATE, message), all_mentions(STATE, message)) == (text, pinged)


def test_the_fallback_text_pings_too() -> None:
    """A mention that only the text has counts, as does one in an attachment."""
    message = Message("C", "1.1", KIM, "<!channel>", blocks=[{"type": "divider"}])
    assert all_mentions(STATE, message) == ["@channel"]
    attached = Message("C", "1.1", KIM, "x", attachments=[{"text": f"<@{KIM}>"}])
    assert all_mentions(STATE, attached) == ["@kim"]
