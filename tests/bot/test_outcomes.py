from __future__ import annotations

from datetime import timedelta

import aiohttp
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest as Refused
from telegram.error import (
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

import bot.telegram  # noqa: F401  # with it, python-telegram-bot tells times as such
from bot.files import FileUnfit
from bot.outcomes import (
    LONGEST_WAIT,
    MOST_FAILURES,
    MOST_SURPRISES,
    SETTLE,
    SLACK,
    GiveUp,
    Gone,
    MaybeSent,
    NotDeliverable,
    NothingSent,
    Pause,
    Retry,
    backoff,
    outcome,
)
from sheets.errors import BadRequest, Busy, NotAllowed, NoWorkbook, Unreachable
from tests.bot.refusals import refusal


def judge(error: BaseException, failures: int = 0) -> object:
    """What follows, with no jitter at all."""
    return outcome(error, failures, lambda: 0.0)


@pytest.mark.parametrize(
    ("error", "after", "doubtful", "counts"),
    [
        (refusal("ratelimited", 429, {"Retry-After": "7"}), 7, False, False),
        (refusal("ratelimited", 429), 1, False, False),
        (refusal("", 429, {"retry-after": "2"}), 2, False, False),
        (refusal("internal_error"), 0, True, True),
        (refusal("fatal_error"), 0, True, True),
        (refusal("", 503), 0, True, True),
        (refusal("", 500), 0, True, True),
        (aiohttp.ServerDisconnectedError(), 0, True, True),
        (aiohttp.ClientPayloadError(), 0, True, True),
        (ConnectionResetError(), 0, True, True),
        (TimeoutError(), 10, True, True),
        (aiohttp.SocketTimeoutError(), 10, True, True),
        (aiohttp.ConnectionTimeoutError(), 0, False, True),
        (Busy(20), 20, False, False),
        (Busy(), 5, False, False),
        (Busy(600), 60, False, False),
        (Unreachable("cut", doubtful=True), 0, True, True),
        (Unreachable("ReadTimeout", doubtful=True), 10, True, True),
        (Unreachable("the token service", doubtful=False), 0, False, True),
        (RuntimeError("bug"), 0, True, True),
    ],
    ids=str,
)  # fmt: skip
def test_what_passes_is_tried_again(error: Exception, after: int, doubtful: bool, counts: bool) -> None:
    """Trouble that ends by itself: when to come back, whether to look first, whether it counts as a failure."""
    verdict = judge(error)
    assert isinstance(verdict, Retry)
    assert (verdict.after, verdict.doubtful, verdict.counts) == (timedelta(seconds=after), doubtful, counts)


@pytest.mark.parametrize(
    ("error", "expected", "whole"),
    [
        (refusal("invalid_auth"), Pause, True),
        (refusal("token_revoked"), Pause, True),
        (refusal("missing_scope"), Pause, True),
        (refusal("channel_not_found"), Pause, False),
        (refusal("not_in_channel"), Pause, False),
        (refusal("is_archived"), Pause, False),
        (refusal("msg_too_long"), GiveUp, None),
        (refusal("user_not_found"), GiveUp, None),
        (refusal("a_word_of_next_year"), GiveUp, None),
        (refusal("", 400), GiveUp, None),
        (refusal("message_not_found"), Gone, None),
        (NotDeliverable("no post"), GiveUp, None),
        (NotAllowed("The caller does not have permission"), Pause, True),
        (NoWorkbook(), Pause, True),
        (BadRequest("Invalid requests[0]"), Pause, True),
    ],
    ids=str,
)
def test_what_does_not_pass_is_seen_by_a_person(error: Exception, expected: type, whole: bool | None) -> None:
    """Trouble that somebody has to put right waits or is given up, and the reason is a sentence."""
    verdict = judge(error)
    assert isinstance(verdict, expected)
    assert getattr(verdict, "whole", None) is whole


def test_the_limit_ends_in_a_dead_letter() -> None:
    """After so many failures a person has to see it; a surprise is seen much sooner; a queue never counts."""
    cut, bug, busy = aiohttp.ServerDisconnectedError(), RuntimeError("bug"), refusal("ratelimited", 429)
    verdicts = [
        type(judge(error, failures))
        for error, failures in (
            (cut, MOST_FAILURES - 2), (cut, MOST_FAILURES - 1),
            (bug, MOST_SURPRISES - 2), (bug, MOST_SURPRISES - 1),
            (busy, 10 * MOST_FAILURES),
        )
    ]  # fmt: skip
    assert verdicts == [Retry, GiveUp, Retry, GiveUp, Retry]


@given(st.integers(min_value=0, max_value=10_000), st.floats(min_value=0, max_value=1))
def test_waits_are_jittered_and_bounded(failures: int, share: float) -> None:
    """Any wait lies between nothing and the ceiling of its try, and no ceiling is above the longest wait."""
    wait, ceiling = backoff(failures, lambda: share), backoff(failures, lambda: 1.0)
    assert timedelta() <= wait <= ceiling <= LONGEST_WAIT


def test_ceilings_double() -> None:
    """1, 2, 4, 8, 16 seconds, and then the longest wait."""
    seconds = [backoff(failures, lambda: 1.0).total_seconds() for failures in range(7)]
    assert seconds == [1, 2, 4, 8, 16, 30, 30]


def test_everything_is_done_within_a_minute_after_a_vendor_is_back() -> None:
    """The bar: the longest wait, and the look that has to come after it, fit into sixty seconds."""
    assert (LONGEST_WAIT + SETTLE).total_seconds() < 60


def test_every_reason_is_a_sentence_for_people() -> None:
    """No class names, no codes with underscores, and it ends like a sentence."""
    reasons = {verdict.reason for verdict in SLACK.values()}
    assert [
        reason for reason in reasons if "_" in reason or "Error" in reason or not reason.endswith(".")
    ] == []


def test_a_file_that_cannot_be_passed_on_is_given_up_at_once() -> None:
    """Fetching it again would not help, and the reason is the file's own."""
    assert judge(FileUnfit("a.mov is larger than 20 MB")) == GiveUp("a.mov is larger than 20 MB")


def network(cause: Exception) -> NetworkError:
    """What python-telegram-bot makes of an error on the way to Telegram."""
    error = TimedOut() if isinstance(cause, httpx.TimeoutException) else NetworkError("httpx")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "after", "doubtful", "counts"),
    [
        (RetryAfter(timedelta(seconds=7)), 7, False, False),
        (RetryAfter(timedelta(days=7)), 3_600, False, False),
        (ChatMigrated(-100), 0, False, True),
        (network(httpx.ConnectError("refused")), 0, False, True),
        (network(httpx.ConnectTimeout("away")), 0, False, True),
        (network(httpx.PoolTimeout("busy")), 0, False, True),
        (network(httpx.ReadTimeout("silent")), 10, True, True),
        (network(httpx.RemoteProtocolError("cut")), 0, True, True),
        (NetworkError("Bad Gateway"), 0, True, True),
        (TelegramError("Invalid server response"), 0, True, True),
    ],
    ids=repr,
)  # fmt: skip
def test_what_passes_at_telegram_is_tried_again(
    error: Exception, after: int, doubtful: bool, counts: bool
) -> None:
    """Only a refusal, and a connection that was never made, leave no doubt that nothing arrived."""
    verdict = judge(error)
    assert isinstance(verdict, Retry)
    assert (verdict.after, verdict.doubtful, verdict.counts) == (timedelta(seconds=after), doubtful, counts)


@pytest.mark.parametrize(
    ("error", "expected", "whole"),
    [
        (InvalidToken(), Pause, True),
        (Refused("Bad Request: chat not found"), Pause, False),
        (Refused("Bad Request: not enough rights to send text messages to the chat"), Pause, False),
        (Refused("Bad Request: TOPIC_CLOSED"), Pause, False),
        (Refused("Bad Request: message thread not found"), Pause, False),
        (Refused("Bad Request: message to edit not found"), Gone, None),
        (Refused("Bad Request: message can't be edited"), Gone, None),
        (Refused("Bad Request: message is too long"), GiveUp, None),
        (Refused("Bad Request: BUTTON_DATA_INVALID"), GiveUp, None),
        (NetworkError("Request Entity Too Large"), GiveUp, None),
        (Forbidden("Forbidden: bot was blocked by the user"), GiveUp, None),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), GiveUp, None),
    ],
    ids=str,
)
def test_what_does_not_pass_at_telegram_is_given_up_or_waits_for_somebody(
    error: Exception, expected: type, whole: bool | None
) -> None:
    """A token holds back everything on Telegram, a group's own trouble that group; the rest is a dead letter."""
    verdict = judge(error)
    assert isinstance(verdict, expected)
    assert getattr(verdict, "whole", None) is whole


def test_what_may_have_been_sent_waits_for_a_persons_word() -> None:
    """It is given up on, and marked as doubtful."""
    assert judge(MaybeSent("maybe")) == GiveUp("maybe", in_doubt=True)
    assert judge(NotDeliverable("no")) == GiveUp("no", in_doubt=False)


def test_trouble_with_what_is_to_be_passed_on_is_no_doubt_and_holds_nobody_else() -> None:
    """A file that cannot be had from its own platform just now is asked for again; one that is gone is given up."""

    def judged(cause: Exception) -> object:
        error = NothingSent()
        error.__cause__ = cause
        return judge(error)

    for cause in (refusal("invalid_auth"), refusal("ratelimited", 429), TimeoutError(), NetworkError("cut")):
        verdict = judged(cause)
        assert isinstance(verdict, Retry)
        assert (verdict.doubtful, verdict.counts) == (False, True)
    assert judged(FileUnfit("a.mov is larger than 20 MB")) == GiveUp("a.mov is larger than 20 MB")
