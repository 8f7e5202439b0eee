"""What somebody sees of a form that is asked one question at a time: a message for each place it can stand at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from config.desk import Desk
from config.model import Value, is_filled
from config.texts import text
from config.tracker import Column
from handlers.access import actor_on
from handlers.draft import DUPLICATE
from handlers.form import Question
from handlers.guide import CHANGES, LIFE, SUMMARY, Guide
from handlers.guide_turns import options
from handlers.message import Button, Message
from handlers.place import PersonKey
from handlers.plain import shorten
from handlers.show import day, moment, shown

ACTION = "guide"
"""What every button of a guide is for; its value is the guide's id and what is pressed, with a colon between."""
PAGE = 20
"""Choices under one message: more are not looked through on a phone. Any may be typed."""
VALUES = 2_400
"""Characters of all answers in one message together, which leaves room for their labels: Telegram's messages hold
4,096 (core.telegram.org/bots/api, "sendMessage")."""


def message(guide: Guide, desk: Desk) -> Message:
    """What is shown where the guide stands; among others it rings the one who is asked."""
    question = guide.question
    if question is not None:
        told = _question(guide, question, desk)
    else:
        told = _changes(guide, desk) if guide.at == CHANGES else _summary(guide, desk)
    rung = (guide.person,) if guide.person is not None and not guide.place.direct else ()
    return replace(told, mention=rung)


def _question(guide: Guide, question: Question, desk: Desk) -> Message:
    """One question: what is wrong with its answer so far, how to answer it, and the buttons."""
    value = guide.answers.get(question.key)
    is_begun = bool(set(guide.trail) - {SUMMARY})
    lines = [
        *([] if is_begun else guide.form.intro),
        *guide.notes,
        *([guide.fault] if guide.fault else []),
        _how(guide, question),
        _like(guide, question, desk),
        question.hint,
    ]
    if is_filled(value):
        lines.append(text("guide.now", value=shorten(value_shown(question, value, desk), VALUES // 2)))
    keys = [each.key for each in guide.form.questions]
    number, count = 1 + keys.index(question.key), len(keys)
    is_ours = question.key == DUPLICATE  # no column, so no key that anybody could type
    title = guide.form.title
    return Message(
        title if title == question.label else text("guide.headline", form=title, question=question.label),
        tuple(line for line in lines if line),
        buttons=(*_choices(guide, question, value), *_ways(guide, question, value)),
        footer="" if is_ours else text("guide.footer", key=question.key, number=number, count=count),
        mention=_whom(guide, desk),
    )


def _whom(guide: Guide, desk: Desk) -> tuple[PersonKey, ...]:
    """Among others a question says whom it asks."""
    who = actor_on(desk, guide.account).person
    return () if guide.place.direct or who is None else (who,)


def _how(guide: Guide, question: Question) -> str:
    """How the question is answered here: among others, only a reply is surely meant for the bot."""
    direct = guide.place.direct
    if question.type == "files":
        return text("guide.send_files") if direct else text("guide.reply_files")
    if question.type == "multi":
        return text("guide.several")
    if options(question):
        return text("guide.choose") if direct else text("guide.choose_reply")
    return text("guide.type_it") if direct else text("guide.reply")


def _like(guide: Guide, question: Question, desk: Desk) -> str:
    """What an answer looks like that is written in a certain way."""
    now = guide.expires_at - LIFE
    if question.type == "date":
        return text("guide.like_date", example=day(now.astimezone(ZoneInfo(desk.timezone)).date()))
    if question.type == "datetime":
        return text("guide.like_datetime", example=moment(now, desk))
    return text("guide.like_money") if question.type == "money" else ""


def _choices(guide: Guide, question: Question, value: Value | None) -> list[Button]:
    """The choices on the page that is shown; of several, those that are chosen are ticked."""
    offered = options(question)
    held = value if isinstance(value, tuple) else ()
    buttons = []
    for number in _on_page(guide.page, len(offered)):
        choice, label = offered[number]
        ticked = question.type == "multi" and choice in held
        label = text("guide.ticked", choice=label) if ticked else label
        buttons.append(_button(guide, label, f"choice:{guide.at}:{number}"))
    return [*buttons, *_pages(guide, len(offered))]


def _on_page(page: int, count: int) -> range:
    return range(min(page * PAGE, count), min((page + 1) * PAGE, count))


def _pages(guide: Guide, count: int) -> list[Button]:
    """The ways to the choices before and after the shown ones."""
    buttons = []
    if guide.page:
        buttons.append(_button(guide, text("guide.fewer"), f"page:{guide.at}:{guide.page - 1}"))
    if (guide.page + 1) * PAGE < count:
        buttons.append(_button(guide, text("guide.more"), f"page:{guide.at}:{guide.page + 1}"))
    return buttons


def _ways(guide: Guide, question: Question, value: Value | None) -> list[Button]:
    """The ways on and back."""
    ways = []
    if question.type in ("files", "multi"):
        ways.append(_button(guide, text("guide.next"), f"next:{guide.at}", "primary"))
    elif is_filled(value):
        ways.append(_button(guide, text("guide.keep"), f"next:{guide.at}"))
    if not question.required:
        label = text("guide.leave_empty") if is_filled(value) else text("guide.skip")
        ways.append(_button(guide, label, f"skip:{guide.at}"))
    return [*ways, *_ways_out(guide)]


def _ways_out(guide: Guide) -> list[Button]:
    back = [_button(guide, text("guide.back"), f"back:{guide.at}")] if guide.trail else []
    return [*back, _button(guide, text("guide.cancel"), "cancel")]


def _summary(guide: Guide, desk: Desk) -> Message:
    """Every answer, to be confirmed."""
    submit = guide.form.submit
    buttons = [_button(guide, submit, f"confirm:{SUMMARY}", "primary")]
    if guide.form.questions:
        buttons.append(_button(guide, text("guide.change"), f"changes:{SUMMARY}"))
    buttons.append(_button(guide, text("guide.cancel"), "cancel"))
    return Message(
        text("guide.summary", form=guide.form.title),
        (*guide.form.intro, *guide.notes),
        facts=_facts(guide, guide.form.questions, desk),
        buttons=tuple(buttons),
        footer=text("guide.summary_footer", submit=submit),
        mention=_whom(guide, desk),
    )


def _changes(guide: Guide, desk: Desk) -> Message:
    """A button for every question."""
    questions = guide.form.questions
    page = min(guide.page, max(0, len(questions) - 1) // PAGE)
    guide = replace(guide, page=page)
    here = _on_page(page, len(questions))
    buttons = [_button(guide, questions[number].label, f"change:{guide.at}:{number}") for number in here]
    buttons += _pages(guide, len(questions))
    buttons.append(_button(guide, text("guide.all"), f"summary:{guide.at}"))
    buttons += _ways_out(guide)
    intro = () if guide.trail else guide.form.intro
    facts = _facts(guide, [questions[number] for number in here], desk)
    return Message(
        text("guide.changes", form=guide.form.title),
        (*intro, *guide.notes),
        facts=facts,
        buttons=tuple(buttons),
        mention=_whom(guide, desk),
    )


def _facts(guide: Guide, questions: Sequence[Question], desk: Desk) -> tuple[tuple[str, str], ...]:
    """The answers to these questions; long ones are cut, all are there whole once the form is sent."""
    room = VALUES // max(1, len(questions))
    return tuple(
        (question.label, shorten(value_shown(question, guide.answers.get(question.key), desk), room))
        for question in questions
    )


def value_shown(question: Question, value: Value | None, desk: Desk) -> str:
    """An answer as people read it."""
    if not is_filled(value) or value is None:
        return text("guide.empty")
    if question.type == "files" and isinstance(value, tuple):
        return text("guide.files", count=len(value))
    labels: dict[Value, str] = dict(question.choices)
    if value in labels:
        return labels[value]
    return shown(Column(key="asked", header="asked", type=question.type), value, desk)


def left_behind(before: Guide, after: Guide, desk: Desk) -> Message:
    """What a message says from now on whose question was answered in words: the next one stands below them."""
    question = before.question
    if question is None:
        return line(text("guide.goes_on", form=before.form.title))
    if after.at == question.key:
        goes_on = text("guide.goes_on", form=question.label)
        return line(text("guide.asked_again", question=question.label) if after.fault else goes_on)
    value = shorten(value_shown(question, after.answers.get(question.key), desk), VALUES)
    return line(text("guide.answered", question=question.label, value=value))


def line(sentence: str) -> Message:
    """One sentence in place of a question."""
    return Message(lines=(sentence,))


def _button(guide: Guide, label: str, what: str, style: str = "plain") -> Button:
    return Button(label, ACTION, None, f"{guide.id}:{what}", "primary" if style == "primary" else "plain")
