from __future__ import annotations

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from sheets.errors import BadRequest, Busy, NotAllowed, NoWorkbook, Trouble, Unreachable, refused, trouble


def answered(status: int, body: str = '{"error": {"message": "No."}}', **headers: str) -> Trouble:
    """The trouble behind an answer to a write."""
    response = requests.Response()
    response.status_code = status
    response._content = body.encode()
    response.headers.update({name.replace("_", "-"): text for name, text in headers.items()})
    return refused(response, writing=True)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, BadRequest),
        (401, NotAllowed),
        (403, NotAllowed),
        (404, NoWorkbook),
        (408, Unreachable),
        (429, Busy),
        (500, Unreachable),
        (501, BadRequest),
        (502, Unreachable),
        (503, Unreachable),
        (504, Unreachable),
    ],
)
def test_each_answer_has_its_cause(status: int, expected: type[Trouble]) -> None:
    """The class of a trouble says what to do about it."""
    assert type(answered(status)) is expected


@pytest.mark.parametrize("writing", [True, False])
def test_a_write_without_a_clear_answer_is_doubtful_and_a_read_is_not(writing: bool) -> None:
    """Only what changes something needs looking after."""
    response = requests.Response()
    response.status_code = 503
    assert refused(response, writing=writing).doubtful is writing


def test_the_quota_names_its_time_when_google_does() -> None:
    """Sheets sends none; where there is one it is taken, in seconds. Drive says 403 for the same thing."""
    named = answered(429, Retry_After="7")
    silent = answered(429)
    drive = answered(403, '{"error": {"errors": [{"reason": "rateLimitExceeded"}]}}')
    assert [found.retry_after for found in (named, silent, drive) if isinstance(found, Busy)] == [
        7.0,
        None,
        None,
    ]


def test_a_connection_that_was_never_made_leaves_no_doubt() -> None:
    """Refused at the door: nothing was carried out. Cut later: perhaps."""
    pool, connection = HTTPConnectionPool("127.0.0.1", 1), HTTPConnection("127.0.0.1", 1)
    refused = requests.ConnectionError(MaxRetryError(pool, "/", NewConnectionError(connection, "refused")))
    causes = [refused, requests.ConnectTimeout(), requests.ConnectionError("aborted"), requests.ReadTimeout()]
    found = [trouble(cause, writing=True) for cause in causes]
    assert [each.doubtful for each in found if each] == [False, False, True, True]


def test_a_refused_key_is_not_allowed_and_a_dead_token_service_unreachable() -> None:
    """A key that Google refuses is for a person; a token service that is down passes by itself."""
    refused = RefreshError("invalid_grant")  # type: ignore[no-untyped-call]  # google-auth has no types here.
    down = RefreshError("down", retryable=True)  # type: ignore[no-untyped-call]  # The same.
    cut = TransportError("cut")  # type: ignore[no-untyped-call]  # The same.
    assert [type(trouble(each, writing=True)) for each in (refused, down, cut)] == [
        NotAllowed,
        Unreachable,
        Unreachable,
    ]


def test_what_is_not_googles_is_left_alone() -> None:
    """A fault of our own is not dressed up as a vendor's."""
    assert trouble(KeyError("x"), writing=True) is None
    busy = Busy()
    assert trouble(busy, writing=True) is busy


def test_a_refusal_repeats_what_google_says_in_one_line() -> None:
    """Long or broken bodies make no long sentences."""
    assert "No. Really." in str(answered(400, '{"error": {"message": "No.\\n Really."}}'))
    for strange in ("<html>", '{"error": "invalid"}', "[]", '{"error": {}}'):
        assert "answer 400" in str(answered(400, strange))
