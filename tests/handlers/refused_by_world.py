"""What no store and no platform could take: a decision that breaks one of these is a mistake of the rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.modal import METADATA, metadata
from bot.store.codec import answer_json, case_json, effect_json
from handlers.case import Case
from handlers.decision import Decision
from handlers.effects import Effect, RecordRow, Reply, Say, SendAgain, ShowCard, Whisper
from handlers.form import Form
from handlers.message import Message
from handlers.place import CaseId
from handlers.scene import Scene

MOST_QUESTIONS = 90
MOST_BUTTONS = 25
MOST_INTRO = 8
MOST_VALUE = 1_900
TITLE = 24


def check_decision(decision: Decision, scene: Scene[Any], stored: Mapping[CaseId, Case]) -> None:
    """Fail for a decision that could not be stored, delivered or shown."""
    cases = {**stored, **{case.id: case for case in decision.cases}}
    for case in decision.cases:
        _check_case(case, scene, stored)
    keys = [effect.key for effect in decision.effects if not isinstance(effect, RecordRow)]
    assert len(keys) == len(set(keys)), f"one key for two effects: {keys}"
    for effect in decision.effects:
        _check_effect(effect, cases)
    for line in decision.audit:
        line.what.encode("utf-8")
        assert "\0" not in line.what
    if decision.form is not None:
        assert not decision.cases, (
            "a form opens while a case is stored: which of them does the actor believe?"
        )
        _check_form(decision.form)
    for message in _messages(decision):
        _check_message(message)
    answer_json(decision).encode("utf-8")


def _check_case(case: Case, scene: Scene[Any], stored: Mapping[CaseId, Case]) -> None:
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    assert case.status in flow.states
    assert (case.closed_at is not None) == (case.status in flow.closed), "closed, and its clock runs on"
    assert case.version == (stored[case.id].version if case.id in stored else 0)
    assert case.values.keys() <= {column.key for column in tracker.columns}
    assert (case.acknowledged_at is None) == (case.acknowledged_by is None)
    assert case.opened_at <= case.changed_at <= scene.now
    assert "\\u0000" not in case_json(case)
    case_json(case).encode("utf-8")


def _check_effect(effect: Effect, cases: Mapping[CaseId, Case]) -> None:
    if isinstance(effect, RecordRow):
        assert effect.cells, "a row with nothing to write"
        json.dumps({key: str(value) for key, value in effect.cells.items()}, ensure_ascii=False).encode(
            "utf-8"
        )
        return
    if isinstance(effect, SendAgain):
        assert effect.case in cases, "something is sent again for a case that is not there"
        return
    effect_json(effect).encode("utf-8")
    if isinstance(effect, ShowCard | Say):
        asked = cases[effect.case].requested_at is not None
        assert effect.slot == "home" or asked, "the supplier hears of a case he was not asked about"


def _check_form(form: Form) -> None:
    keys = [question.key for question in form.questions]
    assert len(keys) == len(set(keys))
    assert 0 < len(keys) <= MOST_QUESTIONS
    assert 0 < len(form.title) <= TITLE
    assert 0 < len(form.submit) <= TITLE
    assert form.context.home, "nobody would know where the form was asked for"
    assert len(form.intro) <= MOST_INTRO, "the questions would not fit below"
    assert len(metadata(form.context)) <= METADATA
    for question in form.questions:
        if question.type in {"enum", "multi", "person"}:
            assert 0 < len(question.choices) <= 100


def _check_message(message: Message) -> None:
    assert len(message.buttons) <= MOST_BUTTONS
    for button in message.buttons:
        assert 0 < len(button.label) <= 75
        assert len(button.value) <= MOST_VALUE
    assert any((message.headline, message.lines, message.facts, message.quote)), "a message that says nothing"


def _messages(decision: Decision) -> Iterator[Message]:
    if decision.answer is not None:
        yield decision.answer
    for effect in decision.effects:
        if isinstance(effect, Say | Reply | Whisper):
            yield effect.message
