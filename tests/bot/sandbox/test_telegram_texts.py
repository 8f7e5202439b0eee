"""Texts on Telegram: HTML read and refused in Telegram's words, what is cleaned, and what is found by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.telegram_entities import covered, length16, tidy, with_found
from bot.sandbox.telegram_html import BadMarkup, parse_html
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.telegram_texts import formatted
from tests.bot.sandbox.telegram_room import BOWEN, telegram_world


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é <b", "Unclosed start tag at byte offset 3"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        (
            "&#xd800;",
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
            "surrogate code units",
        ),
    ],
)
def test_markup_that_does_not_fit_is_refused_in_telegrams_words(html: str, sentence: str) -> None:
    """With the offset in bytes."""
    with pytest.raises(BadMarkup) as refused:
        parse_html(html)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("<b>1</b> &lt;2&gt; &amp; &quot;3&quot;", '1 <2> & "3"', [("bold", 0, 1)]),
        ("😀 <i>x</i>", "😀 x", [("italic", 3, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("&nbsp; &unknown; &", "&nbsp; &unknown; &", []),
        ("&#60;&#x3e;", "<>", []),
        ("<b></b>x", "x", []),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<s>a</s><u>b</u><tg-spoiler>c</tg-spoiler>", "abc",
         [("strikethrough", 0, 1), ("underline", 1, 1), ("spoiler", 2, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", 0, 1)]),
    ],
)  # fmt: skip
def test_tags_become_entities(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    """Counted in UTF-16 code units."""
    plain, found = parse_html(html)
    assert (plain, [(each["type"], each["offset"], each["length"]) for each in found]) == (text, entities)


def test_what_is_escaped_is_shown_as_it_is() -> None:
    """No text a person can type is markup once it is escaped."""
    hostile = '<a href="tg://user?id=7">x</a> & <b>'
    escaped = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(escaped) == (hostile, [])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_escaping(text: str) -> None:
    """Whatever the characters are."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(escaped) == (text, [])


@given(st.text(), st.integers(0, 20), st.integers(0, 20))
def test_cleaning_keeps_entities_inside_the_text(text: str, offset: int, length: int) -> None:
    """Wherever they pointed before."""
    plain, entities = tidy(text, [{"type": "bold", "offset": offset, "length": length}])
    assert plain == plain.strip()
    assert all(each["offset"] + each["length"] <= length16(plain) for each in entities)


def test_telegram_takes_out_what_turns_the_writing_direction() -> None:
    """And control characters, and white space around; an entity keeps covering what it covered."""
    text, entities = tidy(" a\u202eb\x00c \n", [{"type": "bold", "offset": 3, "length": 2}])
    assert (text, covered(text, entities[0])) == ("ab c", "b ")


def _found(text: str, entities: list[Json] | None = None) -> list[tuple[str, str]]:
    return [(each["type"], covered(text, each)) for each in with_found(text, entities or [])]


def test_telegram_finds_commands_mentions_and_links_by_itself() -> None:
    """But not in the middle of words, and not inside code."""
    text = "/log@deskbell_bot item-issue by @bowen, see https://x.example/a?b and kim@example.com #urgent 1/2 a@b"
    assert _found(text) == [
        ("bot_command", "/log@deskbell_bot"),
        ("mention", "@bowen"),
        ("url", "https://x.example/a?b"),
        ("email", "kim@example.com"),
        ("hashtag", "#urgent"),
    ]
    assert _found("@bowen", [{"type": "code", "offset": 0, "length": 6}]) == [("code", "@bowen")]
    assert _found("/log-item x") == [("bot_command", "/log")]


def test_a_link_to_a_user_is_a_mention_of_somebody_known() -> None:
    """And plain text where nobody is; a link to nothing is plain text, too."""
    state = TelegramState(telegram_world())
    html = f'<a href="tg://user?id={BOWEN}">B</a> <a href="tg://user?id=1">N</a> <a href="nowhere">x</a>'
    text, entities = formatted(state, html, "HTML", None)
    assert (text, entities) == (
        "B N x",
        [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": BOWEN}}],
    )
