"""A form asked one question at a time: what was answered so far, and where its person stands in it.

Where a platform opens no forms, this stands in for one. It is a value, and every turn gives a new one: what people say
and press is read by `handlers.guide_turns`, what they see is in `handlers.guide_shown`, and `bot.guides` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from config.model import Value, is_filled
from handlers.draft import DUPLICATE
from handlers.form import Fault, Form, Question
from handlers.place import Account, PersonKey, Place

SUMMARY, CHANGES = "=summary", "=changes"
"""Where somebody stands when no question is asked: all answers to be confirmed, or the list of what to change. No
question has such a key."""
LIFE = timedelta(hours=24)
"""How long a form that nobody goes on with is kept."""
TRAIL = 50
"""Places that back leads to."""
BY_CHANGE = frozenset({"update"})
"""Forms that show what a case holds already: begun with the question what to change, and only what was answered is
sent, so that nothing goes back to what it was a day before."""
CHOSEN = frozenset({"enum", "person"})
"""Types with one of a list as their answer."""


@dataclass(frozen=True, slots=True)
class Guide:
    """A form on its way through its questions.

    `answers` has every question of the form, as values that can be read again; None where nothing is answered. `at` is
    a question's key, `SUMMARY` or `CHANGES`; `trail` are the places before, the last one last. `settled` are questions
    that need not be asked any more, `touched` those that somebody answered.
    """

    id: str
    account: Account
    place: Place
    form: Form
    at: str
    expires_at: datetime
    answers: Mapping[str, Value | None] = field(default_factory=dict)
    settled: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    trail: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences for the next message alone."""
    page: int = 0
    only_missing: bool = False
    """Its person said the rest on one line: what may be left out is not asked."""
    person: PersonKey | None = None
    """Whom the account stands for, to be rung where others read along."""
    quick: bool = False
    """The answer to the one question that is left sends the form."""
    version: int = 1

    @property
    def question(self) -> Question | None:
        """The question that is asked; None at the summary and at the list of changes."""
        return self.about(self.at)

    def about(self, key: str) -> Question | None:
        """The question of that key, if the form has it."""
        return next((question for question in self.form.questions if question.key == key), None)

    @property
    def fault(self) -> str:
        """What is wrong with the answer to the question that is asked; empty where nothing is."""
        return next((fault.sentence for fault in self.faults if fault.key == self.at), "")

    @property
    def left(self) -> tuple[str, ...]:
        """The questions that are still to be asked, in order."""
        return tuple(each.key for each in self.form.questions if each.key not in self.settled)

    @property
    def given(self) -> dict[str, Value | None]:
        """The answers as a sent form has them: of questions that are asked, and of a change only what was changed."""
        by_change = self.form.context.purpose in BY_CHANGE
        return {
            each.key: self.answers.get(each.key)
            for each in self.form.questions
            if not by_change or each.key in self.touched
        }


def begin(
    form: Form, ident: str, account: Account, place: Place, now: datetime, held: Mapping[str, Value]
) -> Guide:
    """A form at its first question: faulted and missing ones are asked, what is known stands in the summary.

    Args:
        form: what is to be asked.
        ident: the guide's own id, without colons.
        account: who is asked; nobody else answers.
        place: where, without a thread.
        now: the moment.
        held: what the form's case holds already; empty where there is none yet.
    """
    keys = {question.key for question in form.questions}
    faults = tuple(fault for fault in form.faults if fault.key in keys)
    wrong = {fault.key for fault in faults}
    bare = _bare(replace(form, faults=()))
    answers = {each.key: None if each.key in wrong else each.value for each in form.questions}
    touched = frozenset(key for key, value in answers.items() if is_filled(value) and held.get(key) != value)
    is_said = bool(wrong) or DUPLICATE in keys
    guide = Guide(
        ident, account, place, bare, SUMMARY, now + LIFE, answers, touched=touched, faults=faults,
        only_missing=is_said,
        notes=tuple(fault.sentence for fault in form.faults if fault.key not in keys),
    )  # fmt: skip
    known = frozenset(keys) if form.context.purpose in BY_CHANGE else _known(guide, form.questions)
    guide = replace(guide, settled=known - wrong)
    if len(keys) == 1 and (form.questions[0].type in CHOSEN or not touched):
        # Whoever asks for a form of one question wants to answer it, whatever its case holds.
        guide = replace(guide, settled=frozenset())
    at = next(iter(guide.left), CHANGES if form.context.purpose in BY_CHANGE and keys else SUMMARY)
    guide = replace(guide, at=at)
    return _alone(guide) if len(keys) == 1 or DUPLICATE in keys else guide


def _bare(form: Form) -> Form:
    """The form without the answers in it: a guide keeps them once."""
    return replace(form, questions=tuple(replace(question, value=None) for question in form.questions))


def _known(guide: Guide, questions: Iterable[Question]) -> frozenset[str]:
    """Those of these questions that need not be asked: answered, or not needed where only that is asked."""
    few = guide.only_missing or guide.form.context.purpose in BY_CHANGE
    return frozenset(
        each.key
        for each in questions
        if is_filled(guide.answers.get(each.key)) or (few and not each.required)
    )


def _alone(guide: Guide) -> Guide:
    """The guide, sent by the next answer where that is the only one left and is chosen from a list; never a move."""
    last = [each for each in guide.form.questions if each.key in guide.left]
    is_chosen = len(last) == 1 and last[0].type in CHOSEN and bool(last[0].choices)
    return replace(guide, quick=is_chosen and guide.form.context.purpose != "move")


def settle(guide: Guide, key: str, value: Value | None) -> Guide:
    """The guide with this answer to one of its questions, which is not asked again."""
    return replace(
        guide,
        answers={**guide.answers, key: value},
        settled=guide.settled | {key},
        touched=guide.touched | {key},
        faults=tuple(fault for fault in guide.faults if fault.key != key),
        notes=(),
    )


def put(guide: Guide, key: str, value: Value | None) -> Guide:
    """The guide with this answer so far: its question stays where it is."""
    return replace(settle(guide, key, value), settled=guide.settled - {key})


def wrong(guide: Guide, key: str, sentence: str) -> Guide:
    """The guide that asks again, with the reason."""
    others = tuple(fault for fault in guide.faults if fault.key != key)
    return replace(guide, faults=(*others, Fault(key, sentence)), notes=())


def go(guide: Guide, stop: str) -> Guide:
    """The guide at another question, at the summary, or at the list; back leads to where it was."""
    trail = guide.trail if stop == guide.at else (*guide.trail, guide.at)[-TRAIL:]
    return replace(guide, at=stop, trail=trail, page=0)


def onward(guide: Guide) -> Guide:
    """The guide at the next question that is left, or at the summary."""
    stop = next(iter(guide.left), SUMMARY)
    return replace(go(guide, stop), quick=guide.quick and stop == SUMMARY)


def redrawn(guide: Guide, form: Form) -> Guide:
    """The guide after an answer that showed or hid other questions: answers to hidden ones are dropped."""
    keys = {question.key for question in form.questions}
    new = tuple(question for question in form.questions if question.key not in guide.answers)
    answers = {each.key: guide.answers.get(each.key, each.value) for each in form.questions}
    guide = replace(
        guide,
        form=replace(guide.form, questions=_bare(form).questions),
        answers=answers,
        touched=guide.touched & keys,
        trail=tuple(stop for stop in guide.trail if stop in keys or stop in (SUMMARY, CHANGES)),
        faults=tuple(fault for fault in guide.faults if fault.key in keys),
        at=guide.at if guide.at in keys or guide.at in (SUMMARY, CHANGES) else SUMMARY,
    )
    return replace(guide, settled=(guide.settled & keys) | _known(guide, new))


def refused(guide: Guide, faults: Iterable[Fault]) -> Guide:
    """The guide whose sent form came back with faults: their questions are asked again, other faults are said."""
    faults = tuple(faults)
    keys = {question.key for question in guide.form.questions}
    bad = {fault.key for fault in faults} & keys
    guide = replace(
        guide,
        faults=tuple(fault for fault in faults if fault.key in keys),
        notes=tuple(fault.sentence for fault in faults if fault.key not in keys),
        settled=guide.settled - bad,
        quick=False,
        page=0,
    )
    return replace(guide, at=next(iter(guide.left), SUMMARY), trail=(SUMMARY,) if guide.left else ())


def asked_more(guide: Guide, form: Form) -> Guide:
    """The guide whose sent form came back as another one: what it asks besides, and what is wrong with it."""
    asked = redrawn(replace(guide, only_missing=True), form)
    asked = replace(asked, form=replace(asked.form, intro=form.intro, submit=form.submit, title=form.title))
    return _alone(refused(asked, form.faults))


def is_well_formed(guide: Guide) -> bool:
    """Whether everything in the guide is about questions that its form asks; a stored one that is not is ended."""
    keys = {question.key for question in guide.form.questions}
    stops = keys | {SUMMARY, CHANGES}
    inside = guide.settled <= keys and guide.touched <= keys and {fault.key for fault in guide.faults} <= keys
    return inside and set(guide.answers) == keys and {guide.at, *guide.trail} <= stops
