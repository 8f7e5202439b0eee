"""What somebody says or presses while a form is asked one question at a time: each is a turn of the guide."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column
from handlers.answers import Answer, read_answer, read_files
from handlers.choices import Unfit, choose, fold
from handlers.events import FileRef
from handlers.form import Question
from handlers.guide import CHANGES, CHOSEN, SUMMARY, Guide, go, put, settle, wrong
from handlers.plain import plain
from handlers.reading import Reading

MOST_FILES = 30
"""Files of one answer: three albums."""
COMMANDS = frozenset({"skip", "back", "cancel"})
"""Commands that mean something to an open form."""
WORDS: Mapping[str, str] = {"skip": "skip", "-": "skip", "back": "back", "cancel": "cancel"}
AT_SEVERAL: Mapping[str, str] = {"next": "next", "done": "next", "ready": "next"}
AT_SUMMARY: Mapping[str, str] = {
    "confirm": "confirm", "yes": "confirm", "ok": "confirm", "change": "changes", "change…": "changes",
}  # fmt: skip
"""Words that stand for the buttons, in any case; where they are also one of the choices, they are that choice."""
_KEYED = re.compile(r"\s*([a-z_][a-z0-9_]*)\s*=(.*)", re.DOTALL | re.IGNORECASE)
_PRESSED = re.compile(r"([a-z]+)(?::([^:]*))?(?::([0-9]{1,4}))?")
Then = Literal["ask", "check", "send", "cancel", "stale"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of the guide, and what follows.

    `ask`: show where it stands. `check`: an answer was settled, so other questions may come or go; then go on. `send`:
    everything is confirmed. `cancel`: its person wants no more of it. `stale`: what was pressed is not asked any more.
    """

    guide: Guide
    then: Then = "ask"


# --- what is said ---


def said(guide: Guide, words: str, files: Sequence[FileRef], reading: Reading) -> Turn:
    """Somebody wrote something, or sent files: the answer, a word for a button, or neither."""
    if files:
        guide = _with_files(guide, files)
        if not plain(words) or guide.question is None or guide.question.type == "files":
            return Turn(guide)
    words = words.strip()
    question = guide.question
    if question is None:
        return _said_between(guide, words, reading)
    keyed = _KEYED.fullmatch(words)
    if keyed and keyed[1].casefold() == question.key:
        words = keyed[2]
    return _answer(guide, question, words, reading)


def _answer(guide: Guide, question: Question, words: str, reading: Reading) -> Turn:
    """The words as the answer to a question, or as a button of it."""
    meant = fold(words) or words.strip()
    known = {**WORDS, **(AT_SEVERAL if question.type in ("files", "multi") else {})}
    if meant in known and meant not in {fold(label) for pair in question.choices for label in pair}:
        return turn(guide, known[meant])
    if question.type == "files":
        return Turn(wrong(guide, question.key, text("guide.only_files")))
    try:
        answer = read(guide, question, words, reading)
    except Unfit as unfit:
        return Turn(wrong(guide, question.key, str(unfit)))
    if answer is None:
        return Turn(wrong(guide, question.key, text("fault.required")))
    settled = settle(guide, question.key, answer.value)
    return Turn(_told_masked(settled, answer), "check")


def _told_masked(guide: Guide, answer: Answer) -> Guide:
    return replace(guide, notes=(text("answer.masked"),)) if answer.masked else guide


def _said_between(guide: Guide, words: str, reading: Reading) -> Turn:
    """Words at the summary or at the list: a button, an answer by its key, or the question to be changed."""
    meant = fold(words)
    known = {**WORDS, **AT_SUMMARY, fold(guide.form.submit): "confirm"}
    keyed = _KEYED.fullmatch(words)
    if keyed and (question := guide.about(keyed[1].casefold())) is not None:
        return _answer(go(guide, question.key), question, keyed[2], reading)
    if meant in known:
        return turn(guide, known[meant])
    names = {name: each.key for each in guide.form.questions for name in (each.label, each.key)}
    try:
        return Turn(go(guide, choose(words, names)))
    except Unfit:
        return Turn(replace(guide, notes=(text("guide.press_one"),)))


def _with_files(guide: Guide, files: Sequence[FileRef]) -> Guide:
    """The guide with files put to the question that takes them, wherever it stands."""
    asked = guide.question
    takes = [each for each in guide.form.questions if each.type == "files"]
    question = asked if asked is not None and asked.type == "files" else next(iter(takes), None)
    if question is None:
        return replace(guide, notes=(text("guide.no_files"),))
    before = guide.answers.get(question.key)
    held = before if isinstance(before, tuple) else ()
    known = {FileRef.parse(each).id for each in held}
    fresh = [each for each in read_files(files) if FileRef.parse(each).id not in known]
    kept = (*held, *fresh)[:MOST_FILES]
    is_asked = question is asked
    added = put(guide, question.key, kept) if is_asked else settle(guide, question.key, kept)
    if len(kept) < len(held) + len(fresh):
        return replace(added, notes=(text("guide.most_files", most=MOST_FILES),))
    return added if is_asked else replace(added, notes=(text("guide.files_kept", question=question.label),))


def read(guide: Guide, question: Question, words: str, reading: Reading) -> Answer | None:
    """An answer as it is kept, so that it can be read again at any time; None for an empty one.

    Raises:
        Unfit: with the sentence that says what is wrong and what would do.
    """
    if question.type in CHOSEN and question.choices:
        given = plain(words)
        by_word = {word: value for value, label in question.choices for word in (value, label)}
        return Answer(choose(given, by_word)) if given else None
    tracker = reading.desk.trackers.get(guide.form.context.tracker)
    columns = [column for column in tracker.columns if column.key == question.key] if tracker else []
    return read_answer(
        next(iter(columns), Column(key="asked", header="asked", type=question.type)), words, reading
    )


# --- what is pressed, or commanded ---


def options(question: Question) -> tuple[tuple[Value, str], ...]:
    """What a question offers to press: value and label; nothing where its answer is typed or sent."""
    if question.type == "bool":
        return ((True, text("card.yes")), (False, text("card.no")))
    return question.choices if question.type in ("enum", "person", "multi") else ()


def turn(guide: Guide, name: str) -> Turn:
    """A button, or the command or word for it, where the guide stands."""
    ways: Mapping[str, Callable[[Guide], Turn]] = {
        "skip": _skip,
        "next": _next,
        "back": _back,
        "confirm": _confirm,
        "changes": lambda guide: Turn(go(_quiet(guide), CHANGES)) if guide.form.questions else Turn(guide),
        "summary": lambda guide: Turn(go(_quiet(guide), SUMMARY)),
        "cancel": lambda guide: Turn(guide, "cancel"),
    }
    return ways[name](guide) if name in ways else Turn(guide, "stale")


def pressed(guide: Guide, what: str) -> Turn:
    """A button of the guide's message; one that belongs to an earlier question changes nothing."""
    found = _PRESSED.fullmatch(what)
    if found is None:
        return Turn(guide, "stale")
    name, stop, number = found[1], found[2], int(found[3] or 0)
    if name == "cancel":
        return turn(guide, name)
    if stop != guide.at:
        return Turn(guide, "stale")
    if name == "page":
        return Turn(replace(_quiet(guide), page=number))
    if name == "choice" and (question := guide.question) is not None:
        return _chosen(guide, question, number)
    if name == "change" and guide.at == CHANGES and number < len(guide.form.questions):
        return Turn(go(_quiet(guide), guide.form.questions[number].key))
    return turn(guide, name)


def _chosen(guide: Guide, question: Question, number: int) -> Turn:
    """One of the choices was pressed: the answer, or where several may be chosen, one more or one less."""
    offered = options(question)
    if number >= len(offered):
        return Turn(guide, "stale")
    value = offered[number][0]
    if question.type != "multi":
        return Turn(settle(guide, question.key, value), "check")
    before = guide.answers.get(question.key)
    held = before if isinstance(before, tuple) else ()
    after = tuple(each for each in held if each != value) if value in held else (*held, str(value))
    return Turn(put(guide, question.key, after or None))


def _quiet(guide: Guide) -> Guide:
    return replace(guide, notes=())


def _skip(guide: Guide) -> Turn:
    question = guide.question
    if question is None:
        return Turn(replace(guide, notes=(text("guide.press_one"),)))
    if question.required:
        return Turn(wrong(guide, question.key, text("fault.required")))
    return Turn(settle(guide, question.key, None), "check")


def _next(guide: Guide) -> Turn:
    """Go on with the answer that is there."""
    question = guide.question
    if question is None:
        return Turn(guide, "stale")
    value = guide.answers.get(question.key)
    if not is_filled(value) and question.required:
        sentence = text("guide.no_files_yet" if question.type == "files" else "fault.required")
        return Turn(wrong(guide, question.key, sentence))
    kept = settle(guide, question.key, value if is_filled(value) else None)
    return Turn(replace(kept, touched=guide.touched), "check")


def _back(guide: Guide) -> Turn:
    """To where it was before; an answer that was given stays until another one is."""
    guide = _quiet(guide)
    if guide.trail:
        return Turn(replace(guide, at=guide.trail[-1], trail=guide.trail[:-1], page=0, quick=False))
    return Turn(replace(guide, notes=(text("guide.first"),)))


def _confirm(guide: Guide) -> Turn:
    if guide.at != SUMMARY:
        return Turn(guide, "stale")
    if guide.left:
        return Turn(go(_quiet(guide), guide.left[0]))
    return Turn(_quiet(guide), "send")
