"""Checks of flows: that their states exist, can be reached and left, and that their gates can be passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.desk import Desk
from config.errors import DeclarationFault, in_desk, in_tracker
from config.flow import Flow
from config.nearest import did_you_mean
from config.tracker import Tracker


def unknown_states(desk: Desk) -> Iterator[DeclarationFault]:
    """Everything a flow says is about its own states."""
    for name, flow in desk.flows.items():
        for key, state in _named(flow):
            if state not in flow.states:
                sentence = f'"{state}" is no state of this flow.{did_you_mean(state, flow.states)}'
                yield in_desk(desk.key, f"flows.{name}.{key}", sentence)
        for state in sorted({one for one in flow.states if flow.states.count(one) > 1}):
            yield in_desk(desk.key, f"flows.{name}.states", f'"{state}" is there twice')


def unknown_words(desk: Desk) -> Iterator[DeclarationFault]:
    """Words are declared for states that some flow of the desk has."""
    known = {state for flow in desk.flows.values() for state in flow.states}
    for state in desk.status_words:
        if state not in known:
            sentence = f'"{state}" is no state of any flow of this desk.{did_you_mean(state, known)}'
            yield in_desk(desk.key, f"status_words.{state}", sentence)


def unreachable_states(desk: Desk) -> Iterator[DeclarationFault]:
    """Every state can be reached from the first."""
    for name, flow in desk.flows.items():
        reached, ahead = {flow.initial}, [flow.initial]
        while ahead:
            new = [state for state in flow.moves.get(ahead.pop(), ()) if state not in reached]
            reached.update(new)
            ahead.extend(new)
        for state in flow.states:
            if state not in reached:
                yield in_desk(desk.key, f"flows.{name}.states", f'no move leads to "{state}"')


def dead_ends(desk: Desk) -> Iterator[DeclarationFault]:
    """Every state that is not closed can be left."""
    for name, flow in desk.flows.items():
        for state in flow.states:
            if state not in flow.closed and not set(flow.moves.get(state, ())) - {state}:
                sentence = f'no move leads out of "{state}", and it is not closed'
                yield in_desk(desk.key, f"flows.{name}.moves", sentence)


def closing_states(desk: Desk) -> Iterator[DeclarationFault]:
    """A flow closes somewhere else than where it starts, and `done` is one of its closed states."""
    for name, flow in desk.flows.items():
        if not flow.closed:
            yield in_desk(desk.key, f"flows.{name}.closed", "is empty, so no case would ever be over")
        if flow.initial in flow.closed:
            sentence = f'"{flow.initial}" is where cases start, so they would be over at once'
            yield in_desk(desk.key, f"flows.{name}.closed", sentence)
        if flow.done is not None and flow.closed and flow.done not in flow.closed:
            yield in_desk(desk.key, f"flows.{name}.done", f'"{flow.done}" is not one of the closed states')


def unknown_states_of_trackers(desk: Desk) -> Iterator[DeclarationFault]:
    """A tracker names states of its own flow."""
    for tracker, flow in _with_flows(desk):
        named = [(f"owner_by_state.{state}", state) for state in tracker.owner_by_state]
        named += [(f"move_by.{state}", state) for state in tracker.move_by]
        named += [(f"need.{state}", state) for state in tracker.need]
        if tracker.supplier_post is not None:
            named.append(("supplier_post.from_state", tracker.supplier_post.from_state))
        for key, state in named:
            if state not in flow.states:
                near = did_you_mean(state, flow.states)
                sentence = f'"{state}" is no state of the flow "{tracker.flow}".{near}'
                yield in_tracker(desk.key, tracker.key, key, sentence)


def gates(desk: Desk) -> Iterator[DeclarationFault]:
    """A column that a state needs is one of the tracker's, and somebody is asked for it or it is computed."""
    for tracker, flow in _with_flows(desk):
        columns = {column.key: column for column in tracker.columns}
        own = [("columns", state, needed) for state, needed in flow.need.items()]
        own += [(f"need.{state}", state, needed) for state, needed in tracker.need.items()]
        for where, state, needed in own:
            for key in needed:
                gate = f'"{state}" of the flow "{tracker.flow}" needs "{key}"'
                if key not in columns:
                    sentence = f"{gate}, which is no column here.{did_you_mean(key, columns)}"
                    yield in_tracker(desk.key, tracker.key, where, sentence)
                elif columns[key].step == "system" and tracker.computes is None:
                    sentence = f"{gate}, but nobody is asked for it and nothing computes it"
                    yield in_tracker(desk.key, tracker.key, f"columns.{key}.step", sentence)


def _named(flow: Flow) -> Iterator[tuple[str, str]]:
    """Every state that a flow names besides its list of states, with the key it is named under."""
    yield from _each("closed", flow.closed)
    yield from _each("one_way", flow.one_way)
    yield from _each("supplier_moves", flow.supplier_moves)
    yield from _each("need", flow.need)
    yield from _each("moves", flow.moves)
    for start, ends in flow.moves.items():
        yield from _each(f"moves.{start}", ends)
    for key, state in (("posted", flow.posted), ("acknowledged", flow.acknowledged), ("done", flow.done)):
        if state is not None:
            yield key, state


def _each(key: str, states: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((key, state) for state in states)


def _with_flows(desk: Desk) -> Iterator[tuple[Tracker, Flow]]:
    """The desk's trackers with their flows, where they have one."""
    for tracker in desk.trackers.values():
        if tracker.flow in desk.flows:
            yield tracker, desk.flows[tracker.flow]
