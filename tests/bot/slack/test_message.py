from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.people import mhj_world
from bot.sandbox.slack_blocks import MESSAGE_BLOCK_TEXT, message_blocks
from bot.sandbox.slack_ids import Ids
from bot.sandbox.slack_shown import all_mentions, blocks_text
from bot.sandbox.slack_state import Message as Shown
from bot.sandbox.slack_state import SlackState
from bot.slack.message import blocks
from handlers.message import Button, Link, Message
from handlers.place import CaseId, PersonKey

STATE = SlackState(mhj_world())
KIM = STATE.by_handle("kim")
assert KIM is not None
PEOPLE = {PersonKey("kim"): KIM.id}
HOSTILE = f"<!channel> <@{KIM.id}> *bold* _it_ ~no~ `code` :smile: <https://example.com|here> & @here"

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400) | st.just(HOSTILE)
LONG = TEXT | st.builds(lambda text, times: text * times, TEXT, st.integers(1, 60))
MESSAGES = st.builds(
    Message,
    headline=TEXT,
    lines=st.lists(LONG, max_size=8).map(tuple),
    facts=st.lists(st.tuples(TEXT, LONG), max_size=30).map(tuple),
    links=st.lists(st.builds(Link, TEXT, TEXT | st.just("https://example.com/a?b=<c>|d")), max_size=4).map(
        tuple
    ),
    buttons=st.lists(
        st.builds(
            Button,
            label=TEXT,
            action=st.sampled_from(["move", "log"]),
            case=st.none() | TEXT.map(CaseId),
            value=LONG,
            style=st.sampled_from(["plain", "primary", "danger"]),
            confirm=TEXT,
        ),
        max_size=60,
    ).map(tuple),
    below=st.lists(LONG, max_size=8).map(tuple),
    footer=TEXT,
    mention=st.sampled_from([(), (PersonKey("kim"),), (PersonKey("nobody"),)]),
    quote=LONG,
)


def shown(message: Message) -> Shown:
    """A message as the workspace keeps it."""
    text, made = blocks(message, PEOPLE)
    return Shown("C1", "1.0", STATE.bot_user, text, message_blocks(made, Ids(lambda: 0.0)))


@given(MESSAGES)
def test_every_message_is_one_that_slack_takes(message: Message) -> None:
    """Whatever a message holds, Slack refuses none of its blocks, and not their number or length."""
    text, made = blocks(message, PEOPLE)
    assert 1 <= len(made) <= 50
    assert message_blocks(made, Ids(lambda: 0.0))
    assert 1 <= len(text) <= 3_000
    assert MESSAGE_BLOCK_TEXT > 12_000


@given(MESSAGES)
def test_only_the_bot_mentions(message: Message) -> None:
    """Whatever people wrote, those are notified whom the message itself names, and nobody else."""
    expected = ["@kim"] if PersonKey("kim") in message.mention else []
    assert all_mentions(STATE, shown(message)) == expected


def test_words_of_people_show_as_they_were_typed() -> None:
    """Markup, mentions, emoji codes and links of people show as the characters they are, wherever they stand."""
    message = Message("Case", (HOSTILE,), (("Detail", HOSTILE),), footer=HOSTILE, quote=HOSTILE)
    read = blocks_text(STATE, shown(message).blocks)
    assert read == ["Case", HOSTILE, HOSTILE, "*Detail*", HOSTILE, HOSTILE]


def test_no_text_of_people_is_parsed_for_markup() -> None:
    """What is `mrkdwn` holds the bot's own labels, links and mentions only."""
    text, made = blocks(Message("H", (HOSTILE,), (("Detail", HOSTILE),), footer=HOSTILE), {})
    written = json.dumps(made)
    assert written.count("mrkdwn") == 1
    assert '{"type": "mrkdwn", "text": "*Detail*", "verbatim": true}' in written
    assert "<!channel>" not in text
    assert "&lt;!channel&gt;" in text


def test_a_card_reads_well() -> None:
    """Headline, question, facts in two columns, links, buttons and a small closing line, in that order."""
    message = Message(
        headline="II-2647-0001 · Item Issue · Posted",
        lines=("Please solve this.",),
        facts=(("Order #", "10423"), ("SKU / item", "ring-204"), ("What is wrong", "clasp\nbroken")),
        links=(Link("Row", "https://docs.google.com/x"),),
        buttons=(Button("Acknowledge", "acknowledge", CaseId("II-2647-0001"), style="primary"),),
        footer="Logged by Agent, 22 Nov",
        mention=(PersonKey("kim"),),
    )
    text, made = blocks(message, PEOPLE)
    assert [block["type"] for block in made] == [
        "section",
        "header",
        "section",
        "section",
        "section",
        "section",
        "section",
        "actions",
        "context",
    ]
    assert made[0]["text"]["text"] == f"<@{KIM.id}>"  # type: ignore[union-attr]  # asserted above
    assert [field["text"] for field in made[3]["fields"]] == [
        "*Order #*",
        "10423",
        "*SKU / item*",
        "ring-204",
    ]
    assert made[6]["text"]["text"] == "<https://docs.google.com/x|Row>"
    button = made[7]["elements"][0]
    assert (button["action_id"], json.loads(button["value"])) == ("acknowledge:0", {"case": "II-2647-0001"})
    assert text.splitlines()[:3] == [message.headline, "Please solve this.", "Order #: 10423"]


def test_facts_keep_their_order_whatever_their_length() -> None:
    """A long answer stands between the answers before and after it, not behind all the short ones."""
    facts = (("Order #", "10423"), ("What is wrong", "x" * 121), ("Qty", "1"), ("Wish", "Refund"))
    labels = [label for label, _ in facts]
    read = blocks_text(STATE, shown(Message("Case", facts=facts)).blocks)
    assert [line.strip("*") for line in read if line.strip("*") in labels] == labels


def test_what_happened_stands_below_the_facts() -> None:
    """A case is read from the top: what to do, what it is about, then its history."""
    message = Message("Case", ("Please look.",), (("Order #", "10423"),), below=("22 Nov: logged",))
    assert blocks_text(STATE, shown(message).blocks) == [
        "Case", "Please look.", "*Order #*", "10423", "22 Nov: logged",
    ]  # fmt: skip
    assert blocks(message, PEOPLE)[0].splitlines()[-2:] == ["Order #: 10423", "22 Nov: logged"]


def test_one_sentence_is_not_shouted() -> None:
    """A headline that is all there is to say is an ordinary line."""
    assert [block["type"] for block in blocks(Message("There is no such case."), {})[1]] == ["section"]


def test_a_button_that_cannot_be_taken_back_asks_first() -> None:
    """A confirming question becomes Slack's own dialog."""
    button = Button(
        "Submit", "move", CaseId("CB-1"), "Submitted", "danger", "Evidence can be sent once. Send it?"
    )
    element = blocks(Message("Case", buttons=(button,)), {})[1][1]["elements"][0]
    assert element["style"] == "danger"
    assert element["confirm"]["text"]["text"] == "Evidence can be sent once. Send it?"
    assert element["confirm"]["confirm"]["text"] == "Submit"


@pytest.mark.parametrize("value", ["x" * 5_000, '"\n' * 1_500, "\x01" * 900])
def test_a_button_carries_as_much_of_a_long_value_as_fits(value: str) -> None:
    """Slack keeps 2,000 characters for a button: the case is whole, the value is cut at its end."""
    element = blocks(Message("Case", buttons=(Button("Send", "send", CaseId("II-1"), value),)), {})[1][1][
        "elements"
    ][0]
    carried = json.loads(element["value"])
    assert 1_900 < len(element["value"]) <= 2_000
    assert carried["case"] == "II-1"
    assert value.startswith(carried["value"].removesuffix("…").rstrip())


def test_a_link_that_is_none_is_only_its_label() -> None:
    """Links lead to web addresses; anything else is shown as words."""
    assert (
        blocks(Message("H", links=(Link("Row", "javascript:alert(1)"),)), {})[1][1]["text"]["text"] == "Row"
    )


def test_a_long_line_is_split_at_a_blank_and_loses_nothing() -> None:
    """A text over Slack's 3,000 characters goes on in the next section."""
    line = " ".join(f"word{number}" for number in range(700))
    made = blocks(Message(lines=(line,)), {})[1]
    assert len(made) == 2
    assert " ".join(block["text"]["text"] for block in made) == line


def test_what_cannot_fit_at_all_is_cut_visibly() -> None:
    """Of more than Slack takes, the end of the body goes, a line says so, and the buttons stay."""
    button = Button("Done", "move")
    made = blocks(Message("H", tuple("x" * 2_900 for _ in range(9)), buttons=(button,)), {})[1]
    assert made[-2]["text"]["text"] == "…"
    assert made[-1]["type"] == "actions"
