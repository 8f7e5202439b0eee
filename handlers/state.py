"""`/done`, a *Move* button, a move's form: different ways to ask for the same move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from config.flow import Flow
from config.texts import text
from config.tracker import Column, Tracker
from handlers.access import may_fill, sees_as_supplier
from handlers.ask import Answers, read_answers, twice_faults, typed
from handlers.carried import unpacked
from handlers.case import Case
from handlers.choices import fold
from handlers.command import Word, words
from handlers.decision import Decision
from handlers.echo import echo
from handlers.events import ButtonPressed, CommandIssued, FormSubmitted
from handlers.form import Fault
from handlers.gate import asked_at, finish, gate, is_missing
from handlers.keyed import Keyed, left_over
from handlers.move import barred, move_case, overtaken
from handlers.move_form import Move, move_form
from handlers.named import after_case, no_case
from handlers.reading import Reading
from handlers.refuse import not_found, refuse
from handlers.scene import Need, Scene
from handlers.seen import seen_case

BESIDE = "\n"
"""Stands between the state that a button names and the words it carries."""


def decide_done(scene: Scene[CommandIssued]) -> Decision:
    """`/done II-2647-0001 [what the gate asks]`: close the case, with its last word filled in if it is said."""
    case = seen_case(scene)
    if case is None:
        return no_case(scene)
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    state, said = _end(flow, after_case(scene.event.text))
    if state is None:
        ends, example = " / ".join(flow.closed), f"/done {case.id} {flow.closed[0].lower()}"
        return refuse(text("move.which_end", case=case.id, ends=ends, example=example), case.id)
    return _toward(scene, case, state, said)


def _toward(scene: Scene[Any], case: Case, state: str, said: Sequence[Word]) -> Decision:
    """Move a case with what was said on the way; what is wrong with that is asked in the form, which holds it."""
    tracker = scene.desk.trackers[case.tracker]
    flow = scene.desk.flow_of(tracker)
    if barred(scene, case, state):
        return move_case(scene, case, Move(state, {}))
    known = _known_columns(scene, case)
    raw, unknown, twice = _given(flow, tracker, case, state, said, known)
    columns = [column for column in known if column.key in raw]
    answers = read_answers(columns, raw, Reading(scene.desk, scene.now))
    faults = (*answers.faults, *twice_faults(twice))
    if faults or unknown:
        filled = case.with_values(scene.now, {**answers.values, **typed(raw, faults)})
        notes = (Fault("", left_over(" ".join(unknown))),) if unknown else ()
        wanted = {*raw, *(column.key for column in gate(flow, tracker, case.values, state))}
        asked = [column for column in known if column.key in wanted and column.step != "system"]
        if not asked:
            return refuse(text("move.asks_nothing", state=state, words=echo(" ".join(unknown))), case.id)
        return Decision(form=move_form(scene, filled, state, asked, (*faults, *notes)))
    return move_case(scene, case, Move(state, answers.values, masked=answers.masked))


def _known_columns(scene: Scene[Any], case: Case) -> tuple[Column, ...]:
    """The columns that may be named and shown to this actor: for a supplier those that he fills in himself."""
    desk, tracker = scene.desk, scene.desk.trackers[case.tracker]
    if not sees_as_supplier(scene.actor, desk, tracker):
        return tracker.columns
    return tuple(
        column for column in tracker.columns if may_fill(scene.actor, desk, tracker, case, column) is None
    )


def _end(flow: Flow, said: Sequence[Word]) -> tuple[str | None, Sequence[Word]]:
    """The state "done" means, and what follows; where a flow can end in several ways, its name comes first."""
    if (state := finish(flow)) is not None:
        return state, said
    if said and said[0].key is None:
        named = [end for end in flow.closed if fold(end) == fold(said[0].value)]
        return next(iter(named), None), said[1:]
    return None, said


def _given(
    flow: Flow, tracker: Tracker, case: Case, state: str, said: Sequence[Word], known: Sequence[Column]
) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """Named answers by their keys, the other words as what the gate asks; the words that fit nowhere; the doubled.

    A gate that is open already is answered anew: what was said last counts.
    """
    waiting = gate(flow, tracker, case.values, state) or asked_at(flow, tracker, state, case.values)
    asked = [column for column in waiting if column in known]
    keyed, loose = Keyed(known), []
    for word in said:
        # What is no key of the tracker may be part of the last word on the case.
        if word.key is None or keyed.take(word) is None:
            loose.append(str(word))
    raw = keyed.given
    target = _text_column([column for column in asked if column.key not in raw])
    if loose and target is not None:
        raw[target.key] = " ".join(loose)
        loose = []
    return raw, loose, keyed.twice


def _text_column(asked: Sequence[Column]) -> Column | None:
    """The column that bare words answer: one of text if there is one, else the first that is asked."""
    asked = [column for column in asked if column.step != "system"]
    texts = [column for column in asked if column.type in {"text", "longtext"}]
    return next(iter([*texts, *asked]), None)


def decide_button(scene: Scene[ButtonPressed]) -> Decision:
    """A button that names a state; behind a typed command it carries the words that were typed."""
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.case)
    state, _, rest = scene.event.value.partition(BESIDE)
    said = words(unpacked(rest)[0])
    if said and finish(scene.desk.flow_of(scene.desk.trackers[case.tracker])) is None:
        said = said[1:]
    return _toward(scene, case, state, said) if said else move_case(scene, case, Move(state, {}))


def need_button(scene: Scene[ButtonPressed]) -> Need:
    """The case the button names."""
    return Need(case=scene.event.case)


def need_form(scene: Scene[FormSubmitted]) -> Need:
    """The case the form is about."""
    return Need(case=scene.event.form.case)


def decide_form(scene: Scene[FormSubmitted]) -> Decision:
    """The form of a gate was sent: the same move again, with its columns filled in.

    What stands in the way is said on the form where that can be: what was typed is never lost.
    """
    case = seen_case(scene)
    if case is None:
        return not_found(scene.event.form.case)
    tracker = scene.desk.trackers[case.tracker]
    state = scene.event.form.value
    columns = [column for column in tracker.columns if column.key in scene.event.answers]
    answers = read_answers(columns, scene.event.answers, Reading(scene.desk, scene.now))
    if faults := (*answers.faults, *_missing(scene, case, columns, answers)):
        return Decision(faults=faults)
    if columns and (sentence := overtaken(scene, case, state)):
        return Decision(faults=(Fault(columns[0].key, sentence),))
    return move_case(scene, case, Move(state, answers.values, confirmed=True, masked=answers.masked))


def _missing(scene: Scene[Any], case: Case, columns: Sequence[Column], answers: Answers) -> list[Fault]:
    """A fault on every question of the form that the gate still waits for."""
    tracker = scene.desk.trackers[case.tracker]
    known = {**case.values, **answers.values}
    asked = asked_at(scene.desk.flow_of(tracker), tracker, scene.event.form.value, known)
    wrong = {fault.key for fault in answers.faults}
    return [
        Fault(column.key, text("fault.must_be_yes" if column.type == "bool" else "fault.required"))
        for column in columns
        if column in asked
        and column.key not in wrong
        and (column.key in answers.emptied or is_missing(known, column))
    ]
