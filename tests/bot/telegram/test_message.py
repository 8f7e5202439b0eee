"""A message as Telegram takes it: whatever people wrote, it is taken, and it shows as the plain text it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.telegram_entities import covered, length16
from bot.sandbox.telegram_keyboard import reply_markup
from bot.sandbox.telegram_refusal import Arguments, Json
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.telegram_texts import message_text
from bot.telegram.entities import MOST_ENTITIES, Words
from bot.telegram.message import TEXT, Rung, drawn, fitted, label
from handlers.message import Button, Link, Message
from handlers.place import CaseId, PersonKey
from handlers.plain import plain
from tests.bot.sandbox.telegram_room import BOWEN, KIM, telegram_world

PEOPLE = {PersonKey("kim"): Rung(KIM, "Kim"), PersonKey("bowen"): Rung(BOWEN, "Bowen")}
HOSTILE = (
    f"<b>bold</b> &amp; <a href='tg://user?id={BOWEN}'>x</a> tg://user?id={BOWEN} @bowen @deskbell_bot /log"
    " /log@deskbell_bot"
    " *b* _i_ `c` https://example.com example.com kim@example.com #refund $ABC 1.2.3.4 (see example.com/a?b=c)."
)
DECEITFUL = "pay\u202e0001\u202c now\u200b, \ud800 \u2066x\u2069 \u0000 \u2028 end"
TEXT_OF_PEOPLE = st.text(max_size=300) | st.sampled_from([HOSTILE, DECEITFUL, "😀" * 50, "e\u0301" * 40])
LONG = TEXT_OF_PEOPLE | st.builds(lambda text, times: text * times, TEXT_OF_PEOPLE, st.integers(1, 60))
MESSAGES = st.builds(
    Message,
    headline=LONG,
    lines=st.lists(LONG, max_size=6).map(tuple),
    facts=st.lists(st.tuples(TEXT_OF_PEOPLE, LONG), max_size=45).map(tuple),
    links=st.lists(
        st.builds(Link, TEXT_OF_PEOPLE, TEXT_OF_PEOPLE | st.just("https://example.com/a?b=<c>|d")),
        max_size=10,
    ).map(tuple),
    buttons=st.lists(
        st.builds(
            Button,
            label=TEXT_OF_PEOPLE,
            action=st.sampled_from(["move", "log"]),
            case=st.none() | st.just(CaseId("II-1")),
            value=TEXT_OF_PEOPLE,
        ),
        max_size=120,
    ).map(tuple),
    below=st.lists(LONG, max_size=6).map(tuple),
    footer=LONG,
    mention=st.sampled_from([(), (PersonKey("kim"),), (PersonKey("nobody"),)]),
    quote=LONG,
)


STATE = TelegramState(telegram_world(), lambda: 0.0)
"""Telegram with Bowen and Kim in it."""


def taken(words: Words) -> tuple[str, list[Json]]:
    """A text as Telegram keeps it, with the entities it found by itself."""
    given_ = [entity.to_dict() for entity in words.entities]
    return message_text(STATE, Arguments({"text": words.text, "entities": given_}))


@given(MESSAGES, st.booleans())
def test_every_message_is_one_that_telegram_takes(message: Message, whole: bool) -> None:
    """Whatever a message holds, no text is empty or too long, no button is refused, and nothing moves an entity."""
    made = drawn(message, PEOPLE, whole=whole)
    assert 1 <= len(made.parts) <= (1 if whole or message.facts else 4)
    for words in made.parts:
        text, _ = taken(words)
        assert text == words.text
        assert length16(text) <= TEXT
        assert len(words.entities) <= MOST_ENTITIES
    rows = [[{"text": label(button), "callback_data": "x" * 22} for button in row] for row in made.rows]
    reply_markup(Arguments({"reply_markup": {"inline_keyboard": rows}}))
    assert sum(len(row) for row in rows) == min(len(message.buttons), 100)


@given(MESSAGES)
def test_only_the_bot_makes_something_of_words(message: Message) -> None:
    """Nobody is rung, nothing can be pressed or opened but what the bot itself wrote."""
    for words in drawn(message, PEOPLE).parts:
        _, entities = taken(words)
        kinds = {entity["type"] for entity in entities}
        assert kinds <= {"bold", "italic", "code", "blockquote", "text_link", "text_mention"}
        rung = [entity["user"]["id"] for entity in entities if entity["type"] == "text_mention"]
        assert rung in ([], [KIM])
        urls = {entity["url"] for entity in entities if entity["type"] == "text_link"}
        assert urls <= {link.url for link in message.links}


@given(LONG)
def test_words_show_as_they_were_typed(said: str) -> None:
    """Of a text that fits not a character is changed, but for what nobody can see."""
    words = fitted(plain(said), 3_000)
    (part,) = drawn(Message("Case", (words,)), PEOPLE, whole=True).parts
    assert taken(part)[0] == (f"Case\n\n{words}" if words else "Case")


@given(LONG)
def test_a_long_text_loses_nothing_over_several_messages(said: str) -> None:
    """What does not fit into one goes on in the next, up to four."""
    words = fitted(plain(said), 12_000)
    parts = drawn(Message(lines=(words,)), PEOPLE).parts
    together = "".join("".join(part.text for part in parts).split())
    assert together == ("".join(words.split()) or "Deskbell")


def test_hostile_words_ring_nobody_wherever_they_stand() -> None:
    """As headline, line, fact, label, quote, link and closing line."""
    message = Message(
        HOSTILE,
        (HOSTILE,),
        ((HOSTILE, HOSTILE),),
        (Link(HOSTILE, "javascript:alert(1)"),),
        (),
        HOSTILE,
        (),
        HOSTILE,
    )
    (words,) = drawn(message, PEOPLE).parts
    text, entities = taken(words)
    assert text.count("@deskbell_bot") >= 5
    assert {entity["type"] for entity in entities} <= {"bold", "italic", "code", "blockquote"}


def test_so_many_tricks_that_entities_run_out_ring_nobody_either() -> None:
    """Telegram takes a hundred; where that is not enough, one covers all the rest."""
    message = Message(
        "Case", (" ".join(f"@user{number}" for number in range(300)),), links=(Link("Row", "https://a.nl"),)
    )
    (words,) = drawn(message, PEOPLE, whole=True).parts
    _, entities = taken(words)
    assert len(words.entities) == MOST_ENTITIES
    assert {entity["type"] for entity in entities} == {"code", "text_link"}


def test_a_card_reads_well() -> None:
    """Who is rung, headline, question, facts one a line, links, and a small closing line, in that order."""
    message = Message(
        headline="II-2647-0001 · Item Issue · Posted",
        lines=("Please solve this.",),
        facts=(("Order #", "10423"), ("What is wrong", "clasp\nbroken")),
        links=(Link("Row", "https://docs.google.com/x"), Link("Thread", "https://t.me/c/1/2")),
        footer="Logged by Agent, 22 Nov",
        mention=(PersonKey("kim"),),
        quote="It broke at once.",
        below=("22 Nov: logged",),
    )
    (words,) = drawn(message, PEOPLE).parts
    text, entities = taken(words)
    assert text.split("\n\n") == [
        "Kim\nII-2647-0001 · Item Issue · Posted",
        "Please solve this.",
        "It broke at once.",
        "Order #: 10423\nWhat is wrong:\nclasp\nbroken",
        "22 Nov: logged",
        "Row · Thread",
        "Logged by Agent, 22 Nov",
    ]
    assert [(entity["type"], covered(text, entity)) for entity in entities] == [
        ("text_mention", "Kim"),
        ("bold", "II-2647-0001 · Item Issue · Posted"),
        ("blockquote", "It broke at once."),
        ("bold", "Order #:"),
        ("bold", "What is wrong:"),
        ("text_link", "Row"),
        ("text_link", "Thread"),
        ("italic", "Logged by Agent, 22 Nov"),
    ]


def test_a_card_is_cut_in_the_middle() -> None:
    """Headline, links, buttons and the closing line stay; a sign says that something is missing."""
    message = Message(
        "Case", facts=tuple((f"Label {number}", "x" * 400) for number in range(30)),
        links=(Link("Row", "https://a.nl"),), buttons=(Button("Done", "move"),), footer="The end", below=("lost",),
    )  # fmt: skip
    made = drawn(message, PEOPLE)
    (words,) = made.parts
    assert words.text.startswith("Case\n\nLabel 0: x")
    assert words.text.endswith("…\n\nRow\n\nThe end")
    assert [button.label for row in made.rows for button in row] == ["Done"]


def test_short_buttons_stand_two_in_a_row() -> None:
    """A long one has a row of its own: on a phone its words would be cut."""
    labels = ["Acknowledge", "Answer", "Done", "A label that is rather long", "Cancel"]
    rows = drawn(Message("Case", buttons=tuple(Button(each, "move") for each in labels)), {}).rows
    assert [[button.label for button in row] for row in rows] == [
        labels[:2],
        labels[2:3],
        labels[3:4],
        labels[4:],
    ]


@pytest.mark.parametrize("alone", [True, False])
def test_one_sentence_is_not_shouted(alone: bool) -> None:
    """A headline that is all there is to say is an ordinary line."""
    (words,) = drawn(Message("There is no such case.", () if alone else ("Look again.",)), {}).parts
    assert [entity.type for entity in words.entities] == ([] if alone else ["bold"])


def test_a_message_of_nothing_visible_is_still_one() -> None:
    """Telegram takes no empty text."""
    assert drawn(Message("\u200b", ("\u202e",)), {}).parts[0].text == "Deskbell"


@pytest.mark.parametrize("long", ["#" * 40_000, "1." * 20_000, "@a" * 20_000, "😀" * 20_000, "a " * 20_000])
def test_long_texts_are_drawn_in_good_time(long: str) -> None:
    """However they are made, the time grows no faster than the text."""
    begun = time.process_time()
    drawn(Message(long, (long,), (), quote=long, footer=long), PEOPLE)
    assert time.process_time() - begun < 5
