"""Whatever people do, in whatever order: gates hold, clocks stop, the sheet shows what the case is."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.desk import Desk
from config.model import is_filled
from config.tracker import Tracker
from handlers.case import Case
from handlers.row import own_cells
from tests.handlers.complete import ANSWERS, LOGGED_BY, log
from tests.handlers.play import Outcome, Play

PEOPLE = ["agent", "lead", "kim", "loise", "bram", "bowen"]
WORDS = ["done", "ok", "cancel", "wip", "hello", "✅", "👍"]
STEP = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(PEOPLE), st.integers(0, 30)),
    st.tuples(st.just("update"), st.sampled_from(PEOPLE), st.integers(0, 30)),
    st.tuples(st.just("empty"), st.sampled_from(PEOPLE), st.integers(0, 30)),
    st.tuples(st.just("home"), st.sampled_from(PEOPLE), st.integers(0, len(WORDS) - 1)),
    st.tuples(st.just("supplier"), st.sampled_from(PEOPLE), st.integers(0, len(WORDS) - 1)),
    st.tuples(st.just("done"), st.sampled_from(PEOPLE), st.just(0)),
    st.tuples(st.just("acknowledge"), st.sampled_from(PEOPLE), st.just(0)),
    st.tuples(st.just("land"), st.just("agent"), st.just(0)),
)
"""One thing somebody does: what, who, and a number that chooses a state, a column or a word."""
GOOD: dict[str, Any] = {
    "text": "some words", "longtext": "some words", "order": "10999", "ticket": "77", "sku": "ring-1", "qty": "3",
    "money": "9.50", "currency": "EUR", "date": "2026-12-01", "datetime": "2026-12-01 10:00", "bool": "yes",
    "tracking": "3SABC1234567", "url": "https://x.example/1", "code": "C-1", "address": "Street 1",
    "network_reason": "10.4", "person": "kim",
}  # fmt: skip


@given(st.sampled_from(sorted(ANSWERS)), st.lists(STEP, max_size=12), st.booleans())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_people_do_breaks_a_case(
    mhj: Desk, key: str, steps: list[tuple[str, str, int]], is_slow: bool
) -> None:
    """After every step the case is sound; see `sound`."""
    play = Play(mhj, is_slow=is_slow)
    log(play, key, LOGGED_BY[key][0])
    if ("home", play.last.id) not in {(slot, ident) for ident, slot in play.posts.values()}:
        play.land()
    for what, who, number in steps:
        before = play.last
        do(play, what, who, number)
        sound(play, before, play.last)


def do(play: Play, what: str, who: str, number: int) -> None:
    """Do one step, and fill in whatever form comes of it as well as can be."""
    case = play.last
    tracker = play.desk.trackers[case.tracker]
    flow = play.desk.flow_of(tracker)
    states = [*flow.moves.get(case.status, ()), *flow.moves.get(case.status, ()), *flow.states]
    column = tracker.columns[number % len(tracker.columns)]
    threads = {slot for ident, slot in play.posts.values() if ident == case.id}
    match what:
        case "move":
            fill(play, who, play.press(who, "move", case.id, states[number % len(states)]))
        case "update" if column.type in GOOD:
            fill(
                play,
                who,
                play.command(
                    who, f'/update {case.id} {column.key}="{GOOD[column.type]}"', play.place_of(who)
                ),
            )
        case "empty":
            play.command(who, f"/update {case.id} {column.key}=", play.place_of(who))
        case "home" | "supplier" if what in threads:
            play.say(who, case.id, what, WORDS[number])  # type: ignore[arg-type]  # one of the two
        case "done":
            fill(play, who, play.command(who, f"/done {case.id} it is over", play.place_of(who)))
        case "acknowledge":
            play.press(who, "acknowledge", case.id)
        case "land":
            play.land()


def fill(play: Play, who: str, outcome: Outcome) -> None:
    """Send the form that opened, if one did, with something good in every field left empty."""
    form = outcome.decision.form
    if form is not None:
        empty = {q.key: GOOD[q.type] for q in form.questions if q.value is None and q.type in GOOD}
        play.submit(who, form, **empty)


def sound(play: Play, before: Case, after: Case) -> None:
    """What holds for every case at every moment."""
    tracker = play.desk.trackers[after.tracker]
    flow = play.desk.flow_of(tracker)
    assert (after.closed_at is not None) == (after.status in flow.closed), "a closed case whose clocks run"
    for key in flow.need.get(after.status, ()):
        assert is_filled(after.values.get(key)), f"{after.status} without {key}"
        if key != "evidence_complete":
            assert after.values[key] is not False, f"{after.status} with {key} not ticked"
    if before.status != after.status:
        assert moves_along(play, tracker, before, after), f"{before.status} to {after.status}"
    assert after.owner in play.desk.people
    if after.requested_at is None:
        assert not [say for say in play.said if say.slot == "supplier"]
    row_is_right(play, after)


def moves_along(play: Play, tracker: Tracker, before: Case, after: Case) -> bool:
    """Whether the flow has the move, or the two it stands for when the post lands late or was posted before."""
    flow = play.desk.flow_of(tracker)
    if flow.may_move(before.status, after.status):
        return True
    middle, post = flow.posted, tracker.supplier_post
    if middle is not None and post is not None and before.post_link and after.status == middle:
        return flow.may_move(before.status, post.from_state) or before.status in flow.closed
    return (
        middle is not None
        and flow.may_move(before.status, middle) | (before.status in flow.closed)
        and (after.status == middle or flow.may_move(middle, after.status))
    )


def row_is_right(play: Play, case: Case) -> None:
    """The row, made of every cell ever written, shows the case: its state, owner, end and all its values."""
    row = play.rows[case.id]
    for key, value in own_cells(case, play.desk).items():
        assert row.get(key, "") == value, f"{key} of the row"
    for column in play.desk.trackers[case.tracker].columns:
        if column.type not in {"files", "person"}:
            assert row.get(column.key, "") == case.values.get(column.key, ""), f"{column.key} of the row"


@given(st.lists(st.tuples(st.sampled_from(["ok", "👍", "seen"]), st.booleans()), max_size=5))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_acknowledgement_counts_once(mhj: Desk, ways: list[tuple[str, bool]]) -> None:
    """However often and however it is said, there is one line of history and one moment."""
    play = Play(mhj)
    case = log(play, "request")
    for word, is_reaction in ways:
        if is_reaction:
            play.react("bowen", case.id, "supplier", "eyes")
        else:
            play.say("bowen", case.id, "supplier", word)
    assert play.history(case.id).count("acknowledged") == min(1, len(ways))
