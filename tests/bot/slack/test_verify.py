"""The verifier accepts exactly what Slack signs, and raises nothing but `Unverified`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.slack.verify import AGE_MAX, BODY_MAX, Unverified, sign, verify

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SECRET = "not-a-real-signing-secret"
BODY = b"token=x&command=%2Flog&text=item-issue+10423"

HEADER = st.none() | st.text(st.characters()) | st.from_regex(r"v0=[0-9a-f]{64}") | st.integers().map(str)


def test_what_slack_signs_is_accepted() -> None:
    """A body signed by Slack's own library passes."""
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=STAMP, body=BODY)
    verify(BODY, STAMP, signature, SECRET, NOW)


@given(st.binary(), st.text(st.characters(codec="utf-8"), min_size=1), st.integers(-300, 300))
def test_every_signed_body_is_accepted_while_fresh(body: bytes, secret: str, age: int) -> None:
    """Any bytes, also those that are no UTF-8, within five minutes either way."""
    stamp = str(int(NOW.timestamp()) + age)
    verify(body, stamp, sign(body, stamp, secret), secret, NOW)


@given(st.binary(max_size=200), HEADER, HEADER, st.sampled_from([SECRET, ""]))
def test_nothing_but_unverified_is_raised(
    body: bytes, timestamp: str | None, signature: str | None, secret: str
) -> None:
    """Arbitrary bytes and headers are refused with a reason, never with another error."""
    with pytest.raises(Unverified):
        verify(body, timestamp, signature, secret, NOW)


@given(st.binary(min_size=1), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_refused(body: bytes, at: int, flip: int) -> None:
    """The signature covers every byte of the body."""
    changed = bytearray(body)
    changed[at % len(body)] ^= flip
    with pytest.raises(Unverified) as refused:
        verify(bytes(changed), STAMP, sign(body, STAMP, SECRET), SECRET, NOW)
    assert refused.value.reason == "bad_signature"


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        (str(int((NOW - AGE_MAX - timedelta(seconds=1)).timestamp())), "stale"),
        (str(int((NOW + AGE_MAX + timedelta(seconds=1)).timestamp())), "stale"),
        ("1", "stale"),
        (None, "bad_timestamp"),
        ("", "bad_timestamp"),
        ("soon", "bad_timestamp"),
        (f"-{STAMP}", "bad_timestamp"),
        (f"0{STAMP}", "bad_timestamp"),
        (f" {STAMP}", "bad_timestamp"),
        (f"{STAMP}\n", "bad_timestamp"),
        (f"{STAMP}.0", "bad_timestamp"),
        ("9" * 5_000, "bad_timestamp"),
        ("１７９４８２１４００", "bad_timestamp"),
        ("nan", "bad_timestamp"),
        ("1e9", "bad_timestamp"),
        ("\udc80", "bad_timestamp"),
    ],
)
def test_an_old_or_malformed_timestamp_is_refused(stamp: str | None, reason: str) -> None:
    """Also when the signature over it is right."""
    with pytest.raises(Unverified) as refused:
        verify(BODY, stamp, sign(BODY, stamp or "", SECRET), SECRET, NOW)
    assert refused.value.reason == reason


GOOD = sign(BODY, STAMP, SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "v0=",
        GOOD[3:],
        GOOD.upper(),
        f"v1{GOOD[2:]}",
        f"{GOOD} ",
        f"{GOOD}\n",
        GOOD[:-1],
        "v0=é",
        "v0=\udc80",
    ],
)
def test_a_malformed_signature_is_refused(signature: str | None) -> None:
    """Only `v0=` and 64 lower-case hex digits are even compared."""
    with pytest.raises(Unverified) as refused:
        verify(BODY, STAMP, signature, SECRET, NOW)
    assert refused.value.reason == "bad_signature"


def test_another_secret_is_refused() -> None:
    """The signature of another app proves nothing."""
    with pytest.raises(Unverified) as refused:
        verify(BODY, STAMP, sign(BODY, STAMP, "another"), SECRET, NOW)
    assert refused.value.reason == "bad_signature"


def test_no_secret_refuses_everything() -> None:
    """A forgotten setting closes the door instead of opening it."""
    with pytest.raises(Unverified) as refused:
        verify(BODY, STAMP, sign(BODY, STAMP, ""), "", NOW)
    assert refused.value.reason == "no_secret"


def test_a_body_over_the_limit_is_refused_before_it_is_hashed() -> None:
    """One byte over a mebibyte is too much; a mebibyte is not."""
    largest = b"x" * BODY_MAX
    verify(largest, STAMP, sign(largest, STAMP, SECRET), SECRET, NOW)
    with pytest.raises(Unverified) as refused:
        verify(largest + b"x", STAMP, "v0=", SECRET, NOW)
    assert refused.value.reason == "body_too_large"


def test_the_error_holds_nothing_of_the_request() -> None:
    """Neither its text nor its context repeats a header or the body."""
    with pytest.raises(Unverified) as refused:
        verify(BODY, "secret-looking-header", None, SECRET, NOW)
    assert (str(refused.value), refused.value.__context__) == ("bad_timestamp", None)
