from __future__ import annotations

from datetime import datetime, timedelta

from bot.holds import Holds, Wait
from tests.bot.desks import NOON


class Hands:
    """A clock whose hands are moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """The moment the hands show."""
        return self.now

    def move(self, seconds: float) -> None:
        """Move the hands on."""
        self.now += timedelta(seconds=seconds)


def wait(seconds: float, reason: str | None = None) -> Wait:
    """A wait of so many seconds."""
    return Wait(timedelta(seconds=seconds), reason)


def test_everybody_gets_a_turn_a_second_apart() -> None:
    """Three effects for a held channel come back one after the other, not all at once."""
    hands = Hands()
    holds = Holds(hands)
    holds.hold("slack:C1", timedelta(seconds=5))
    assert [holds.turn(key, "slack", "slack:C1") for key in "abc"] == [wait(5), wait(6), wait(7)]
    hands.move(5)
    assert [holds.turn(key, "slack", "slack:C1") for key in "abc"] == [None, wait(1), wait(2)]


def test_a_turn_is_kept_however_often_it_is_asked_for() -> None:
    """Asking early does not push one's own turn away."""
    hands = Hands()
    holds = Holds(hands)
    holds.hold("slack:C1", timedelta(seconds=5))
    hands.move(1)
    assert [holds.turn("a", "slack:C1") for _ in range(3)] == [wait(4)] * 3


def test_another_channel_is_free() -> None:
    """A limit holds back its own channel only."""
    holds = Holds(Hands())
    holds.hold("slack:C1", timedelta(seconds=5))
    assert holds.turn("a", "slack", "slack:C2") is None


def test_after_its_time_a_limit_is_forgotten() -> None:
    """Nobody waits any more, and nothing is kept."""
    hands = Hands()
    holds = Holds(hands)
    holds.hold("slack:C1", timedelta(seconds=5))
    hands.move(6)
    assert [holds.turn("a", "slack:C1"), holds.turn("b", "slack:C1")] == [None, None]


def test_what_waits_for_a_person_is_released_for_all() -> None:
    """The first success frees everybody; a mere limit is not freed by a success elsewhere."""
    holds = Holds(Hands())
    holds.hold("slack", timedelta(seconds=60), "The token is refused.")
    holds.hold("slack:C1", timedelta(seconds=5))
    assert holds.turn("a", "slack", "slack:C1") == wait(60, "The token is refused.")
    assert [holds.release("slack", "slack:C1"), holds.release("slack")] == [True, False]
    assert holds.turn("a", "slack", "slack:C1") == wait(5)
