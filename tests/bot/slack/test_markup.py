from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.markup import escape, fitted, plain_text, read, unescape

PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(PLAIN)
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    """Escaping and unescaping are each other's inverse for every text."""
    assert unescape(escape(text)) == text


@given(PLAIN)
def test_an_escaped_text_reads_as_plain_text(text: str) -> None:
    """What a person types comes back as typed, because Slack escapes what it gives a meaning."""
    assert read(escape(text)) == text


@given(PLAIN, st.integers(1, 60))
def test_a_fitted_text_fits_with_its_escapes(text: str, limit: int) -> None:
    """The cut text is the text's beginning and never longer than the limit once Slack has escaped it."""
    cut = fitted(text, limit)
    assert len(escape(cut)) <= limit
    assert text.startswith(cut.removesuffix("…"))
    assert cut == text or cut.endswith("…") or not cut


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        ("<@U123>", "@Kim"),
        ("<@U123|kim.w>", "@Kim"),
        ("<@U999|loise>", "@loise"),
        ("<@U999>", "@U999"),
        ("<#C1|mhj-support>", "#mhj-support"),
        ("<#C1>", "#C1"),
        ("<!channel>", "@channel"),
        ("<!subteam^S1|@leads>", "@leads"),
        ("<!date^1712345678^{date}|April 5>", "April 5"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com|click here>", "click here (https://example.com)"),
        ("<mailto:kim@example.com|kim@example.com>", "kim@example.com"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("1 < 2", "1 < 2"),
        ("a <b> c", "a <b> c"),
    ],
)
def test_slacks_entities_read_as_a_person_wrote_them(encoded: str, expected: str) -> None:
    """Mentions, channels, links and the three characters become plain text again."""
    assert read(encoded, {"U123": "Kim"}) == expected


def test_an_empty_text_has_something_to_show() -> None:
    """Slack refuses empty text objects, so a dash stands there."""
    assert plain_text(" \n", 10) == {"type": "plain_text", "text": "—", "emoji": False}
