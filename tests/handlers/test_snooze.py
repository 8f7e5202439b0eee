"""What answers a nudge, in whole dialogs: snooze, on it, the proof of a check, and a nudge by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.clock import Clock
from config.desk import Desk
from handlers.effects import Direct
from tests.handlers.complete import log
from tests.handlers.play import SUPPLIER, Play, question_keys

MONDAY = timedelta(days=1)
"""From the Sunday on which a play begins to a day on which people work."""


@pytest.fixture
def request_case(play: Play) -> str:
    """A request to the supplier, on a Monday."""
    play.wait(MONDAY)
    log(play, "request")
    return str(play.last.id)


class TestSnooze:
    @pytest.mark.parametrize(
        ("said", "until"),
        [
            ("4h", "23 Nov 2026, 14:00"),
            ("tomorrow", "24 Nov 2026, 09:00"),
            ("2026-11-25 14:30", "25 Nov 2026, 14:30"),
            ("2026-11-25", "25 Nov 2026, 09:00"),
            ("3d the factory is closed", "26 Nov 2026, 10:00"),
        ],
    )
    def test_it_lasts_as_long_as_was_said(self, play: Play, request_case: str, said: str, until: str) -> None:
        """A length, a word, a moment; a day alone means its morning. The thread and the history say so."""
        outcome = play.command("agent", f"/snooze {request_case} {said}")
        assert outcome.words == f"{request_case} is silent until {until}."
        assert play.heard(request_case, "home")[-1].startswith(f"Agent snoozed this until {until}.")
        assert play.history(request_case)[-1].startswith(f"snoozed it until {until}")
        assert play.case(request_case).watch.snoozed_until is not None

    def test_a_long_one_asks_why_first(self, play: Play, request_case: str) -> None:
        """The form opens with what was said; its answer is stored."""
        outcome = play.command("agent", f"/snooze {request_case} 3d")
        assert outcome.faults == {
            "reason": "From 3 days on, say why: whoever looks for the case will want to know."
        }
        sent = play.submit("agent", outcome.form, reason="the factory is closed")
        assert (sent.faults, play.case(request_case).watch.snoozed_until is None) == ({}, False)

    def test_it_never_passes_a_day_that_is_due(self, play: Play) -> None:
        """Neither by command nor by form; until before that day it may be silent."""
        log(play, "shopify-chargeback")
        case = play.last
        due = play.now + timedelta(days=2)
        play.cases[case.id] = case.with_values(play.now, {"internal_due": due.isoformat()})
        outcome = play.command("loise", f"/snooze {case.id} 3d waiting for photos")
        assert "silence may not pass that" in outcome.faults["until"]
        again = play.submit("loise", outcome.form, until="7d", reason="waiting")
        assert ("until" in again.faults, play.case(case.id).watch.snoozed_until) == (True, None)
        assert play.command("loise", f"/snooze {case.id} 4h").words.endswith(
            "is silent until 22 Nov 2026, 14:00."
        )

    @pytest.mark.parametrize(
        ("answers", "fault"),
        [
            ({"until": ""}, "until"),
            ({"until": "12y"}, "until"),
            ({"until": "other"}, "moment"),
            ({"until": "other", "moment": "when it rains"}, "moment"),
            ({"until": "other", "moment": "2026-11-20 10:00"}, "moment"),
        ],
    )
    def test_what_is_wrong_stands_at_its_question(
        self, play: Play, request_case: str, answers: dict[str, str], fault: str
    ) -> None:
        """Nothing is changed, and what was typed is still there to be mended."""
        form = play.press("agent", "snooze", request_case).form
        assert question_keys(form) == ["until", "reason"]
        form = play.change("agent", form, until="other").form
        assert question_keys(form) == ["until", "moment", "reason"]
        assert list(play.submit("agent", form, **answers).faults) == [fault]
        assert play.case(request_case).watch.snoozed_until is None

    def test_words_that_are_no_time_are_refused_with_a_way_on(self, play: Play, request_case: str) -> None:
        """It says what would do."""
        outcome = play.command("agent", f"/snooze {request_case} soonish")
        assert (outcome.is_refused, "4h, 3d or tomorrow" in outcome.words) == (True, True)

    def test_a_closed_case_is_not_snoozed(self, play: Play, request_case: str) -> None:
        """Nothing rings there."""
        play.command("agent", f"/done {request_case} cancelled it")
        assert play.command("agent", f"/snooze {request_case} 4h").is_refused


class TestNudge:
    def test_whoever_owes_the_next_step_hears(self, play: Play, request_case: str) -> None:
        """The supplier in his thread, with who asked; the history says that he was reminded."""
        outcome = play.command("agent", f"/nudge {request_case}")
        assert outcome.words == f"{request_case}: reminded the supplier."
        assert "Agent asked for this reminder." in play.heard(request_case, "supplier")[-1]
        assert play.history(request_case)[-1] == "reminded the supplier"

    def test_a_person_hears_directly(self, play: Play) -> None:
        """And the thread of the case says so."""
        play.wait(MONDAY)
        log(play, "shopify-chargeback")
        outcome = play.command("kim", f"/nudge {play.last.id}")
        told = [effect.person for effect in outcome.decision.effects if isinstance(effect, Direct)]
        assert told == ["loise"]
        assert len(play.heard(play.last.id, "home")) == 1

    def test_the_cap_of_a_day_counts_these_too(self, play: Play, request_case: str) -> None:
        """The fourth of a day is refused, and the next day begins anew."""
        said = [play.command("agent", f"/nudge {request_case}") for _ in range(4)]
        assert [outcome.is_refused for outcome in said] == [False, False, False, True]
        play.wait(timedelta(days=1))
        assert not play.command("agent", f"/nudge {request_case}").is_refused

    def test_nobody_is_reminded_at_night(self, play: Play, request_case: str) -> None:
        """It says when they work again."""
        play.wait(timedelta(hours=4))
        outcome = play.command("agent", f"/nudge {request_case}")
        assert outcome.words == (
            f"Nobody who would hear of {request_case} works now. They do from 24 Nov 2026, 02:00 on; nobody was"
            " reminded."
        )


class TestChecks:
    def test_still_waiting_needs_a_note_and_counts_anew(self, mhj: Desk) -> None:
        """A reminder is not a check; the note goes to the thread and the history."""
        play = Play(checked(mhj, ()))
        log(play, "request")
        case = str(play.last.id)
        form = play.press("agent", "still_waiting", case, "asked").form
        assert play.submit("agent", form, note=" ").faults == {
            "note": "This is needed before the case can go on."
        }
        play.wait(timedelta(hours=30))
        play.submit("agent", form, note="they look for it")
        running = play.case(case).watch.clock("asked")
        assert running is not None
        assert (running.due - play.now, play.history(case)[-1]) == (
            timedelta(hours=24), "still waits: they look for it",
        )  # fmt: skip

    def test_the_proof_is_the_column_it_writes(self, mhj: Desk) -> None:
        """*Answer* asks for that column; without one it asks for a note."""
        play = Play(checked(mhj, ("supplier_reply",)))
        log(play, "request")
        case = str(play.last.id)
        assert question_keys(play.press("agent", "check", case, "asked").form) == ["supplier_reply"]
        play.desk = checked(mhj, ())
        assert question_keys(play.press("agent", "check", case, "asked").form) == ["note"]

    def test_a_check_that_is_none_is_refused(self, play: Play, request_case: str) -> None:
        """What a client names is a hint."""
        assert play.press("agent", "still_waiting", request_case, "ack").is_refused


def test_on_it_is_said_once(play: Play, request_case: str) -> None:
    """While nothing rings, nobody else hears of it; the one who pressed is thanked."""
    outcome = play.press("bowen", "on_it", request_case, place=SUPPLIER)
    assert (outcome.changed_nothing, "Noted" in outcome.words) == (True, True)
    play.wait(timedelta(days=1))
    heard = len(play.heard(request_case, "home"))
    play.press("agent", "on_it", request_case)
    play.press("bowen", "on_it", request_case, place=SUPPLIER)
    assert play.heard(request_case, "home")[heard:] == ["Bowen is on it."]


def checked(desk: Desk, writes: tuple[str, ...]) -> Desk:
    """The desk with a recurring check on requests."""
    check = Clock(key="asked", every="24h", calendar="always", ladder="owner", ask="Asked?", writes=writes)
    request = desk.trackers["request"].model_copy(update={"clocks": (check,)})
    return desk.model_copy(update={"trackers": {**desk.trackers, "request": request}})
