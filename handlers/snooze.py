"""`/snooze` and the *Snooze* button: a case is silent for a while, as far as its days allow."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from config.calendar import LENGTH
from config.texts import text
from config.tracker import Column
from handlers.access import may_speak_for_desk
from handlers.answers import LONG_LIMIT
from handlers.ask import form_of
from handlers.card import line
from handlers.case import Case
from handlers.choices import Unfit
from handlers.clocks import wind
from handlers.decision import Audit, Decision
from handlers.effects import Say
from handlers.events import ButtonPressed, CommandIssued, FormChanged, FormContext, FormSubmitted
from handlers.form import Fault, Form, Question
from handlers.measures import moment as read_moment
from handlers.message import Message
from handlers.named import after_case, no_case
from handlers.plain import plain
from handlers.reading import Reading
from handlers.refuse import not_found, refuse
from handlers.scene import Scene
from handlers.scrub import scrub
from handlers.seen import seen_case
from handlers.show import moment
from handlers.silence import CHOICES, MORNING, TOMORROW, refused_snooze, snooze_end, snoozed

UNTIL, MOMENT, REASON = "until", "moment", "reason"
OTHER = "other"
"""The choice of a moment of one's own."""
_AT = Column(key=MOMENT, header=MOMENT, type="datetime")
_HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def decide_command(scene: Scene[CommandIssued]) -> Decision:
    """`/snooze II-2647-0001 4h`, `tomorrow`, `2026-11-27 14:00`, with the reason behind it; alone it is the form."""
    case = seen_case(scene)
    if case is None:
        return no_case(scene)
    if refusal := _may_not(scene, case):
        return refusal
    said = [str(word) for word in after_case(scene.event.text)]
    if not said:
        return Decision(form=_form(scene, case))
    # An hour behind the day belongs to it.
    parts = 2 if len(said) > 1 and _HOUR.fullmatch(said[1]) else 1
    given, reason = " ".join(said[:parts]), " ".join(said[parts:])
    until = _until(scene, given)
    if isinstance(until, str):
        return refuse(until, case.id)
    fault = _fault(scene, case, until, reason)
    if fault is None:
        return _snoozed(scene, case, until, reason)
    shown = {UNTIL: given if given in CHOICES else OTHER, MOMENT: "" if given in CHOICES else given}
    return Decision(form=_form(scene, case, {**shown, REASON: reason}, (fault,)))


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """*Snooze* was pressed."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    return _may_not(scene, case) or Decision(form=_form(scene, case))


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """The form was sent."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.form.case)
    if refusal := _may_not(scene, case):
        return refusal
    answers = _answers(scene)
    if answers.get(UNTIL) == OTHER and MOMENT not in answers:
        return Decision(form=_form(scene, case, answers))
    choice, reason = answers.get(UNTIL, ""), answers.get(REASON, "")
    key = MOMENT if choice == OTHER else UNTIL
    given = answers.get(key, "")
    if not given or (key == UNTIL and given not in CHOICES):
        return Decision(faults=(Fault(key, text("fault.required")),))
    until = _until(scene, given)
    if isinstance(until, str):
        return Decision(faults=(Fault(key, until),))
    fault = _fault(scene, case, until, reason)
    if fault is not None:
        return Decision(faults=(fault if fault.key == REASON else replace(fault, key=key),))
    return _snoozed(scene, case, until, reason)


def decide_changed(scene: Scene[FormChanged]) -> Decision:
    """How long was chosen in the open form: a moment of one's own is asked for."""
    case = seen_case(scene)
    if case is None or _may_not(scene, case):
        return Decision()
    return Decision(form=_form(scene, case, _answers(scene)))


def _answers(scene: Scene[FormSubmitted] | Scene[FormChanged]) -> dict[str, str]:
    return {key: plain(str(value or "")).strip() for key, value in scene.event.answers.items()}


def _may_not(scene: Scene[Any], case: Case) -> Decision | None:
    tracker = scene.desk.trackers[case.tracker]
    refusal = may_speak_for_desk(scene.actor, scene.desk, tracker, case)
    if refusal is not None:
        return refuse(refusal, case.id)
    if case.status in scene.desk.flow_of(tracker).closed:
        return refuse(text("snooze.closed", case=case.id, status=case.status), case.id)
    return None


def _until(scene: Scene[Any], given: str) -> datetime | str:
    """Until when somebody means, or the sentence that says what is wrong with it; a day alone means its morning."""
    given = given.casefold()
    if given == TOMORROW or re.fullmatch(LENGTH, given):
        return snooze_end(scene.desk, given, scene.now)
    try:
        at = datetime.fromisoformat(read_moment(_AT, given, Reading(scene.desk, scene.now)))
    except Unfit as unfit:
        return text("snooze.when", why=str(unfit))
    has_hour = any(_HOUR.fullmatch(word) for word in re.split(r"[ t]", given))
    return at if has_hour or at.time() != time.min else at.replace(hour=MORNING.hour)


def _fault(scene: Scene[Any], case: Case, until: datetime, reason: str) -> Fault | None:
    """What stands in the way, at the question it is about."""
    watch = wind(scene.desk, case, case.watch, scene.now, case)
    if len(reason) > LONG_LIMIT:
        return Fault(REASON, text("fault.too_long", limit=LONG_LIMIT))
    if scrub(reason).must_ask:
        return Fault(REASON, text("fault.secret"))
    sentence = refused_snooze(scene.desk, case, watch, until, reason, scene.now)
    if sentence is None:
        return None
    is_reason = refused_snooze(scene.desk, case, watch, until, "given", scene.now) is None
    return Fault(REASON if is_reason else UNTIL, sentence)


def _snoozed(scene: Scene[Any], case: Case, until: datetime, reason: str) -> Decision:
    watch = wind(scene.desk, case, case.watch, scene.now, case)
    after = replace(case, watch=snoozed(scene.desk, case, watch, until))
    at, why = moment(until, scene.desk), scrub(plain(reason)).text
    told = Message(lines=(text("snooze.told", who=scene.actor.name, until=at),), quote=why)
    history = text("history.snoozed", until=at, why=why) if why else text("history.snoozed_bare", until=at)
    answer = Message(lines=(text("snooze.done", case=case.id, until=at),))
    return Decision(
        (after,),
        (Say(f"{scene.event.id}:told", case.id, "home", told),),
        (Audit("snoozed", case.id, history),),
        answer if isinstance(scene.event, CommandIssued) else None,
    )


def _form(
    scene: Scene[Any], case: Case, shown: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Form:
    shown = shown or {}
    labels = {
        "1h": text("snooze.one_hour"),
        "4h": text("snooze.four_hours"),
        TOMORROW: text("snooze.tomorrow"),
        "3d": text("snooze.three_days"),
        "7d": text("snooze.seven_days"),
    }
    choices = (*((choice, labels[choice]) for choice in CHOICES), (OTHER, text("snooze.another")))
    chosen, reason_from = shown.get(UNTIL) or None, scene.desk.reminders.snooze_reason_from
    questions = [Question(UNTIL, text("snooze.until"), "enum", True, choices, value=chosen, redraws=True)]
    if chosen == OTHER:
        hint, value = text("snooze.moment_hint"), shown.get(MOMENT) or None
        questions.append(Question(MOMENT, text("snooze.moment"), "text", True, hint=hint, value=value))
    hint, value = text("snooze.reason_hint", length=reason_from), shown.get(REASON) or None
    questions.append(Question(REASON, text("snooze.reason"), "longtext", hint=hint, value=value))
    context = FormContext("snooze", scene.desk.key, case.tracker, case.id)
    title, intro = text("snooze.form_title", case=case.id), (line(case, scene.desk),)
    return form_of(context, title, text("snooze.submit"), questions, intro, faults)
