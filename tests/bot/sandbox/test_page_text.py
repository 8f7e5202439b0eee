"""What the page makes of Slack's texts: nothing that somebody wrote becomes a tag."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.page_text import Run, mrkdwn, rich, text_of
from bot.sandbox.people import mhj_world
from bot.sandbox.slack_state import SlackState

STATE = SlackState(mhj_world())
KIM = mhj_world().person("kim").id


def html(text: str) -> str:
    """All of a text's HTML, links without their addresses."""
    return "".join(run.html for run in mrkdwn(STATE, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <s>gone</s>"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
        ("a\nb", "a<br>b"),
        ("&gt; quoted\nnot", "<blockquote>quoted</blockquote>not"),
        ("`*code*`", "<code>*code*</code>"),
        ("```\n<tag> &amp;\n```", "<pre>&lt;tag&gt; &amp;</pre>"),
        (":white_check_mark: done :nobody_knows:", "✅ done :nobody_knows:"),
        ("&lt;b&gt; &amp; Q", "&lt;b&gt; &amp; Q"),
    ],
)
def test_markup_shows_as_slack_shows_it(text: str, expected: str) -> None:
    """The few marks that Slack knows become tags; everything else is the text it is."""
    assert html(text) == expected


def test_ids_show_as_names() -> None:
    """A mention is read by name, also when the user is unknown."""
    assert html(f"<@{KIM}> <!channel>") == (
        '<span class="mention">@kim</span> <span class="mention">@channel</span>'
    )


def test_links_are_kept_apart() -> None:
    """A link is a run of its own, with its address as it is and its label escaped."""
    assert mrkdwn(STATE, "see <https://a.example/?x=1&amp;y=2|the &lt;row&gt;> now") == [
        Run("see "),
        Run("the &lt;row&gt;", "https://a.example/?x=1&y=2"),
        Run(" now"),
    ]


def test_only_web_addresses_are_links() -> None:
    """What looks like a script's address is shown and leads nowhere."""
    assert [run.url for run in mrkdwn(STATE, "<javascript:alert(1)|x>")] == [""]


@given(st.text(alphabet="<>&\"'`*_~\n\x00ab/=! ", max_size=60))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    """Whatever somebody writes, the only tags are the page's own."""
    import re  # noqa: PLC0415

    own = r"</?(strong|em|s|code|pre|br|blockquote|span)( class=\"mention\")?>"
    assert re.search(r"<", re.sub(own, "", html(text))) is None


def test_plain_text_is_never_markup() -> None:
    """A plain_text object shows its stars and angle brackets."""
    runs = text_of(STATE, {"type": "plain_text", "text": "*a* &lt;b&gt;"})
    assert runs == [Run("*a* &lt;b&gt;")]


def test_rich_text_is_quoted_and_styled() -> None:
    """Quotes and styles of rich text become the page's own tags around escaped text."""
    words = {"type": "text", "text": "<i>no</i>", "style": {"bold": True}}
    quote = {"type": "rich_text_quote", "elements": [words, {"type": "user", "user_id": KIM}]}
    assert rich(STATE, quote) == [
        Run(
            '<blockquote><strong>&lt;i&gt;no&lt;/i&gt;</strong><span class="mention">@kim</span></blockquote>'
        )
    ]
