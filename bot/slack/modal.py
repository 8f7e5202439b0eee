"""A form as a modal, and a sent modal as answers.

`modal(form)` and `answers(view)` are each other's inverse for every value an input can hold. A block's id and
its input's action id are the question's key, so faults find their field and Slack keeps what was typed when a
form is redrawn. What the form is about travels in `private_metadata`: a hint of a client, read back totally.
Source of every limit: docs.slack.dev, "Views" and "Blocks".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.slack import words
from bot.slack.inputs import answer, element, shows
from bot.slack.markup import plain_text
from bot.slack.message import Block, blocks
from config.model import Value
from handlers.events import FileRef, FormContext
from handlers.form import Form, Question
from handlers.message import Message
from handlers.place import CaseId, PersonKey
from handlers.plain import shorten

View = dict[str, Any]
"""A view, as JSON."""

MOST_BLOCKS = 100
TITLE = 24
METADATA = 3_000
LABEL = 2_000
LINE = 3_000


def modal(form: Form) -> View:
    """The view that asks a form's questions: intro first, each fault under its field, other faults on top."""
    keys = {question.key for question in form.questions}
    shown = [_line(sentence) for sentence in form.intro]
    shown += [_fault(fault.sentence) for fault in form.faults if fault.key not in keys]
    for question in form.questions:
        shown += _question(question)
        shown += [_fault(fault.sentence) for fault in form.faults if fault.key == question.key]
    return {
        "type": "modal",
        "callback_id": words.FORM,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "close": plain_text(words.CANCEL, TITLE),
        "private_metadata": metadata(form.context, _files_of(form)),
        "blocks": shown[:MOST_BLOCKS],
    }


def told(message: Message, mentions: Mapping[PersonKey, str], private_metadata: str = "") -> View:
    """The view that shows an answer where a form was; it keeps what the form was about, for its buttons."""
    return {
        "type": "modal",
        "callback_id": words.TOLD,
        "title": plain_text(words.APP, TITLE),
        "close": plain_text(words.CLOSE, TITLE),
        "private_metadata": private_metadata[:METADATA],
        "blocks": blocks(message, mentions)[1],
    }


def _question(question: Question) -> list[Block]:
    attached = question.value if question.type == "files" and isinstance(question.value, tuple) else ()
    block: Block = {
        "type": "input",
        "block_id": question.key,
        "label": plain_text(question.label, LABEL),
        "element": element(question),
        "optional": not question.required or bool(attached),
    }
    if question.hint.strip():
        block["hint"] = plain_text(question.hint, LABEL)
    if question.redraws:
        block["dispatch_action"] = True
    if attached:
        names = ", ".join(FileRef.parse(stored).name for stored in attached)
        return [block, _context(words.ATTACHED.format(names=names))]
    if not shows(question):
        given = ", ".join(question.value) if isinstance(question.value, tuple) else str(question.value)
        return [block, _context(words.YOU_WROTE.format(given=given))]
    return [block]


def _line(sentence: str) -> Block:
    return {"type": "section", "text": plain_text(sentence, LINE)}


def _context(sentence: str) -> Block:
    return {"type": "context", "elements": [plain_text(sentence, LABEL)]}


def _fault(sentence: str) -> Block:
    return _context(f"⚠️ {sentence}")


def _files_of(form: Form) -> dict[str, tuple[str, ...]]:
    return {
        question.key: question.value
        for question in form.questions
        if question.type == "files" and isinstance(question.value, tuple) and question.value
    }


def answers(view: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a sent or open modal: question key to raw answer, None where it was left empty.

    Files that were attached before the form was drawn count as part of the answer. Total.
    """
    given: dict[str, Any] = {}
    for key, inputs in _mapping(_mapping(view, "state"), "values").items():
        for state in inputs.values() if isinstance(inputs, dict) else ():
            given[key] = answer(state) if isinstance(state, dict) else None
    for key, stored in _attached(view.get("private_metadata")).items():
        uploaded = given.get(key)
        later = uploaded if isinstance(uploaded, list) else []
        files = [*map(FileRef.parse, stored), *(file for file in later if isinstance(file, FileRef))]
        given[key] = list({file.id: file for file in files}.values())
    return given


def fields(view: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the questions a view asks, in order: the only places where a fault can be shown."""
    shown = view.get("blocks")
    return tuple(
        str(block["block_id"])
        for block in (shown if isinstance(shown, list) else ())
        if isinstance(block, dict) and block.get("type") == "input" and block.get("block_id")
    )


def metadata(context: FormContext, files: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """What a form is about, as text of at most 3,000 characters; of too much, its longest extra is cut first."""
    facts: dict[str, Any] = {
        "purpose": context.purpose,
        "desk": context.desk,
        "tracker": context.tracker,
        "case": context.case,
        "value": context.value,
        "home": context.home,
        "extra": dict(context.extra),
        "files": dict(files or {}),
    }
    kept = {key: fact for key, fact in facts.items() if fact}
    while (over := len(_json(kept)) - METADATA) > 0 and (shorter := _shortened(kept.get("extra", {}), over)):
        kept["extra"] = shorter
    for dispensable in ("files", "extra", "value"):
        if len(_json(kept)) <= METADATA:
            break
        kept.pop(dispensable, None)
    return _json(kept)


def _shortened(extra: Mapping[str, Value], over: int) -> dict[str, Value]:
    """The extras with their longest text somewhat shorter; empty when there is nothing left to cut."""
    texts = {key: value for key, value in extra.items() if isinstance(value, str) and value}
    if not texts:
        return {}
    longest = max(texts, key=lambda key: len(texts[key]))
    # A control character takes six characters of JSON.
    return {**extra, longest: shorten(texts[longest], len(texts[longest]) - max(1, over // 6))}


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def context(private_metadata: Any) -> FormContext | None:
    """What a form is about, read back; None for anything that is not such a text. Total."""
    facts = _facts(private_metadata)
    named = {key: facts.get(key, "") for key in ("purpose", "desk", "tracker", "case", "value", "home")}
    if not all(isinstance(fact, str) and len(fact) <= METADATA for fact in named.values()):
        return None
    extra = _extra(facts.get("extra", {}))
    if not (named["purpose"] and named["desk"]) or extra is None:
        return None
    return FormContext(
        purpose=named["purpose"],
        desk=named["desk"],
        tracker=named["tracker"],
        case=CaseId(named["case"]) if named["case"] else None,
        value=named["value"],
        home=named["home"],
        extra=extra,
    )


def _facts(private_metadata: Any) -> dict[str, Any]:
    if not isinstance(private_metadata, str) or len(private_metadata) > METADATA:
        return {}
    try:
        facts = json.loads(private_metadata)
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _extra(extra: Any) -> dict[str, Value] | None:
    if not isinstance(extra, dict):
        return None
    read: dict[str, Value] = {}
    for key, value in extra.items():
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            read[key] = tuple(value)
        elif isinstance(value, str | int):
            read[key] = value
        else:
            return None
    return read


def _attached(private_metadata: Any) -> dict[str, list[str]]:
    files = _facts(private_metadata).get("files", {})
    return {
        key: [stored for stored in listed if isinstance(stored, str) and stored.startswith("slack:")]
        for key, listed in (files.items() if isinstance(files, dict) else ())
        if isinstance(listed, list)
    }


def _mapping(outer: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = outer.get(key)
    return inner if isinstance(inner, dict) else {}
