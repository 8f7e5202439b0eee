"""How fast messages are sent, as a clock that is moved by hand shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pace import GROUP, OVERALL, PRIVATE, Paces

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Hand:
    """A clock."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """The moment it is."""
        return self.at


def sent(channels: list[str], messages: int = 1) -> list[tuple[float, str]]:
    """When everything goes that is wanted at once, by chat: each comes back when it was told to."""
    hand = Hand()
    paces = Paces(hand)
    waiting = [(START, str(number), channel) for number, channel in enumerate(channels)]
    gone: list[tuple[float, str]] = []
    while waiting:
        waiting.sort()
        hand.at, key, channel = waiting.pop(0)
        wait = paces.turn(channel, key, messages)
        if wait is None:
            gone.append(((hand.at - START).total_seconds(), channel))
        else:
            waiting.append((hand.at + wait, key, channel))
    return gone


def test_a_group_gets_twenty_messages_a_minute() -> None:
    """The first twenty go at once, the next twenty a minute later, and so on."""
    moments = [at for at, _ in sent(["-1"] * 45)]
    assert [moments.count(at) for at in (0.0, 60.0, 120.0)] == [20, 20, 5]


def test_a_private_chat_gets_one_a_second() -> None:
    """One after the other."""
    assert [at for at, _ in sent(["7"] * 4)] == [0.0, 1.0, 2.0, 3.0]


def test_all_chats_together_get_thirty_a_second() -> None:
    """Whoever is over it goes a second later."""
    moments = [at for at, _ in sent([str(number) for number in range(70)])]
    assert [moments.count(at) for at in (0.0, 1.0, 2.0)] == [30, 30, 10]


def test_a_full_group_holds_back_nobody_else() -> None:
    """Another chat sends at once."""
    assert (0.0, "-2") in sent(["-1"] * 21 + ["-2"])


def test_topics_of_a_group_share_its_limit() -> None:
    """Telegram counts by chat."""
    moments = [at for at, _ in sent(["-1:4"] * 15 + ["-1:5"] * 15)]
    assert moments.count(0.0) == 20


def test_an_album_counts_as_many_messages_as_it_has_files() -> None:
    """Two albums of ten fill a minute; one larger than the limit still goes."""
    assert [at for at, _ in sent(["-1"] * 3, 10)] == [0.0, 0.0, 60.0]
    assert [at for at, _ in sent(["-1"] * 2, 25)] == [0.0, 60.0]


def test_a_change_of_a_message_does_not_wait() -> None:
    """It makes no new one."""
    paces = Paces(Hand())
    assert [paces.turn("-1", str(number), 0) for number in range(50)] == [None] * 50


def test_who_comes_too_soon_keeps_the_turn() -> None:
    """And does not push the others back."""
    hand = Hand()
    paces = Paces(hand)
    paces.turn("7", "a")
    assert [paces.turn("7", "b"), paces.turn("7", "b"), paces.turn("7", "c")] == [
        timedelta(seconds=1),
        timedelta(seconds=1),
        timedelta(seconds=2),
    ]


def test_turns_that_nobody_came_for_are_forgotten() -> None:
    """A worker may hold millions of effects over its life, and none of them for ever."""
    hand = Hand()
    paces = Paces(hand)
    for number in range(60):
        paces.turn("-1", str(number))
    hand.at += timedelta(minutes=10)
    paces.turn("-2", "last")
    assert (len(paces._turns), set(paces._chats)) == (0, {"-2"})  # what it holds is the claim


@given(st.lists(st.sampled_from(["-1", "-2", "7", "8"]), max_size=60))
def test_no_limit_is_ever_passed(channels: list[str]) -> None:
    """Whoever wants to write to whom, all of it goes, and no window holds more than Telegram allows."""
    gone = sent(channels)
    assert sorted(channel for _, channel in gone) == sorted(channels)
    for at, channel in gone:
        for limit, mine in (
            (OVERALL, [then for then, _ in gone]),
            (
                GROUP if channel.startswith("-") else PRIVATE,
                [then for then, other in gone if other == channel],
            ),
        ):
            window = limit.window.total_seconds()
            assert sum(at <= then < at + window for then in mine) <= limit.messages
