"""Guided questions answered by a script: the open one's answer is pressed or said, until none is left."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from bot.sandbox.control_errors import Refused, silent
from bot.sandbox.telegram_asked import CANCELLING, fresh, labelled, labels, newest, question, speaks
from bot.sandbox.telegram_pressing import press
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import TelegramRoom, place_of
from bot.sandbox.telegram_speaking import say, upload
from bot.sandbox.telegram_state import Message, User

Act = Callable[[], Awaitable[Json]]
"""One thing a person does."""
MOST_STEPS = 60
KEY = re.compile(r"^(\w+)= · \d", re.MULTILINE)
"""How a question says which key its answer has on one line."""
SKIPPING, CHANGING = ("skip",), ("change",)
KEEPING = ("keep", *SKIPPING)
NEXT = ("done", "next", "continue")
LEAVING = ("back", "edit", *CHANGING, *CANCELLING, *SKIPPING, *NEXT)
"""Words in the labels of buttons that do not confirm."""


@dataclass
class _Answers:
    """What is still to be answered, and what was."""

    left: Json
    used: list[str] = field(default_factory=list)

    def key_of(self, asked: Message) -> str | None:
        """The value a question is for: its key stands in the question, the longest one that does."""
        text = asked.text.casefold()
        fitting = [key for key in self.left if key.casefold() in text]
        return max(fitting, key=len, default=None)

    def about(self, asked: Message) -> str:
        """The answered question that is asked again, by its key."""
        text = asked.text.casefold()
        return max([key for key in self.used if key.casefold() in text], key=len, default="")

    def sums_up(self, asked: Message) -> bool:
        """Whether a message repeats several answered questions, as a summary does, or offers to change them."""
        text = asked.text.casefold()
        return bool(labelled(asked, CHANGING)) or sum(key.casefold() in text for key in self.used) > 1


def _patience(room: TelegramRoom) -> float:
    """How many seconds a script waits for the next question: it is sent by a worker, which may have more to do."""
    return 4 * room.patience_seconds


async def submit(room: TelegramRoom, user: User, values: Json, *, confirm: bool = True) -> Json:
    """Answer the open questions in their order, and confirm.

    A value is for the question in whose text its key stands, else for the next one that cannot be skipped. The button
    whose label is the value is pressed; else the value is said, and a file or a list of files `{"name", "base64"}`
    sent. Of a list every part is answered, then the button that goes on is pressed. What was not asked because the
    form held an answer from the start is changed at the summary. A question that says its own key takes no other's
    value: where it is needed and has none, it is an error as in a form.

    Returns:
        `{}`, or `{"errors": {key: the bot's words}}` where a question is asked again; it stays open.

    Raises:
        Refused: no question is open, the bot was silent, or values were left over.
    """
    answers = _Answers(dict(values))
    asked = await room.until(lambda: fresh(room, user), _patience(room)) or question(room, user)
    if asked is None:
        raise Refused(f"{user.person} has no question open", 409)
    for _ in range(MOST_STEPS):
        if answers.left and labelled(asked, CHANGING):
            asked = await _reopened(room, user, asked, next(iter(answers.left)))
        key = None if answers.sums_up(asked) else answers.key_of(asked)
        named = _named(asked)
        key = key if key is not None or named else _in_order(asked, answers)
        confirming = key is None and not labelled(asked, SKIPPING)
        if confirming and not confirm:
            return {}
        if confirming and named:
            return {"errors": {named: asked.text}}
        faces = labels(asked)
        await _step(room, user, asked, key, answers)
        following = question(room, user)
        if following is None or (confirming and not labelled(following, CANCELLING)):
            break
        if confirming or (
            key is not None and key.casefold() in following.text.casefold() and labels(following) == faces
        ):
            return {"errors": {key or answers.about(following): following.text}}
        asked = following
    if answers.left:
        raise Refused(f"nothing was asked that {', '.join(answers.left)} answers")
    return {}


def _named(asked: Message) -> str:
    """The key a question says it is for, as `order_no= · 1 of 8` does; empty where it says none."""
    found = KEY.search(asked.text)
    return found[1] if found is not None else ""


async def _reopened(room: TelegramRoom, user: User, summary: Message, key: str) -> Message:
    """The question of a key, reached by what a summary offers to change; else the summary, as it was."""
    tried: set[str] = set()
    while opening := labelled(summary, CHANGING):
        await _acted(room, user, summary, partial(press, room, user, summary.ident, opening[0]))
        menu = question(room, user) or summary
        ahead = {label for label in labels(menu) if not speaks(label, LEAVING)} - tried
        nearest = max(
            ahead, key=lambda label: SequenceMatcher(None, label.casefold(), key.casefold()).ratio()
        )
        tried.add(nearest)
        await _acted(room, user, menu, partial(press, room, user, menu.ident, nearest))
        asked = question(room, user) or menu
        if key.casefold() in asked.text.casefold() and not labelled(asked, CHANGING):
            return asked
        if keeping := labelled(asked, KEEPING):
            await _acted(room, user, asked, partial(press, room, user, asked.ident, keeping[0]))
        summary = question(room, user) or asked
        if ahead == {nearest}:
            break
    return summary


def _in_order(asked: Message, answers: _Answers) -> str | None:
    """The next value for a question that names none, unless it can be skipped or sums up."""
    if answers.sums_up(asked) or labelled(asked, SKIPPING):
        return None
    return next(iter(answers.left), None)


async def _step(room: TelegramRoom, user: User, asked: Message, key: str | None, answers: _Answers) -> None:
    """Answer one question and wait until the bot said something more."""
    acts: list[Act] = [partial(_go_on, room, user, asked)]
    if key is not None:
        answers.used.append(key)
        acts = _acts(room, user, asked, answers.left.pop(key))
    for act in acts[:-1]:
        # What a photo or a choice of several led to is looked at before going on, as a person would.
        await _acted(room, user, asked, act)
        await room.until(lambda: question(room, user), room.grace_seconds)
    if not await _acted(room, user, asked, acts[-1]):
        raise silent("answering", _patience(room))
    # Where something is left to answer, a question is on its way.
    seconds = room.patience_seconds if answers.left else room.grace_seconds
    await room.until(lambda: question(room, user), seconds)


async def _acted(room: TelegramRoom, user: User, asked: Message, act: Act) -> bool:
    """Do one thing; whether the bot said something more in time."""
    seen = newest(room, user) or asked
    before = seen.touched
    await act()

    def moved() -> bool | None:
        said = newest(room, user)
        return True if said is not seen or seen.touched > before else None

    return await room.until(moved, _patience(room)) is not None


async def _go_on(room: TelegramRoom, user: User, asked: Message, words: tuple[str, ...] = SKIPPING) -> Json:
    """Press the button that skips a question or goes on, else the one that confirms a summary."""
    asked = question(room, user) or asked
    going_on = labelled(asked, words) or [label for label in labels(asked) if not speaks(label, LEAVING)]
    if not going_on:
        raise Refused(f"nothing answers “{asked.text}”")
    return await press(room, user, asked.ident, going_on[0])


def _acts(room: TelegramRoom, user: User, asked: Message, value: Any) -> list[Act]:
    """What gives one question its answer, in order."""
    chat = room.state.chats[asked.chat]
    place = place_of(chat).partition(":")[2] + (f"/{asked.thread}" if asked.is_topic else "")
    thread = asked.ident if chat.kind != "private" else None
    parts = value if isinstance(value, list) else [value]
    files = [_file(part) for part in parts if isinstance(part, dict)]
    made: list[Act] = [partial(upload, room, user, place, thread, files)] if files else []
    for part in [str(part) for part in parts if not isinstance(part, dict)]:
        label = next((label for label in labels(asked) if label.casefold() == part.casefold()), None)
        if label is not None:
            made.append(partial(press, room, user, asked.ident, label))
        else:
            made.append(partial(say, room, user, place, part, thread))
    if isinstance(value, list) and labelled(asked, NEXT):
        made.append(partial(_go_on, room, user, asked, NEXT))
    return made or [partial(_go_on, room, user, asked)]


def _file(part: Json) -> tuple[str, bytes]:
    try:
        return str(part["name"]), base64.b64decode(part["base64"], validate=True)
    except (KeyError, ValueError, binascii.Error):
        raise Refused('a file is {"name": …, "base64": …}') from None


async def close(room: TelegramRoom, user: User) -> Json:
    """Press the button that cancels the open question.

    Raises:
        Refused: no question is open, or it cannot be cancelled.
    """
    asked = question(room, user)
    cancelling = labelled(asked, CANCELLING) if asked is not None else []
    if asked is None or not cancelling:
        raise Refused(f"{user.person} has no question open that can be cancelled", 409)
    await press(room, user, asked.ident, cancelling[0])
    return {}
