from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.http import readable
from bot.slack.verify import BODY_MAX, sign
from handlers.decision import Decision
from handlers.events import CommandIssued, FormSubmitted
from tests.bot.slack.payloads import command, event
from tests.bot.slack.room import Room, room
from tests.bot.slack.test_listen import FORM, saying

pytestmark = pytest.mark.anyio

FORM_TYPE = "application/x-www-form-urlencoded"
Headers = Mapping[str, str] | list[tuple[str, str]]


def proof(r: Room, body: bytes, at: datetime | None = None) -> dict[str, str]:
    """The headers that Slack would send with a body."""
    stamp = str(int((at or datetime.now(UTC)).timestamp()))
    signature = sign(body, stamp, r.emulator.workspace.credentials.signing_secret)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": signature, "content-type": FORM_TYPE}


async def post(base: str, body: bytes, headers: Headers, path: str = "/slack/events") -> httpx.Response:
    """A request to our own routes."""
    async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
        return await client.post(path, content=body, headers=headers)


COMMAND = urlencode(command()).encode()


async def test_everything_works_over_signed_http() -> None:
    """A command, its form and the sent form, each at its own path, as over a socket."""
    async with room(saying(CommandIssued=Decision(form=FORM))) as r, r.serving():
        await r.say("/log item-issue")
        assert await r.do("submit", who="agent", values={"Order #": "10423", "Issue": "Broken"}) == {}
        await r.say("and a word")
        kinds = [type(heard).__name__ for heard in r.program.heard]
        assert kinds == ["CommandIssued", "FormChanged", "FormSubmitted", "MessagePosted"]
        assert isinstance(r.program.heard[2], FormSubmitted)
        assert isinstance(r.program.heard[0], CommandIssued)


async def test_slack_is_answered_its_challenge() -> None:
    """Slack tries a request URL before it uses it."""
    async with room() as r, r.serving() as base:
        delivery = r.emulator.request_urls(f"{base}/slack/events")
        assert delivery is not None
        await delivery.verify()
        await delivery.stop()


async def test_a_request_that_is_not_proven_is_refused_and_does_nothing() -> None:
    """Forged, replayed, doubled, unsigned, malformed and oversized requests: 401, empty, no effect, at every path."""
    async with room() as r, r.serving() as base:
        good = proof(r, COMMAND)
        old = proof(r, COMMAND, datetime.now(UTC) - timedelta(minutes=6))
        bad: list[tuple[bytes, Headers]] = [
            (COMMAND, {"content-type": FORM_TYPE}),
            (COMMAND + b"&x=1", good),
            (COMMAND, old),
            (COMMAND, {**good, "x-slack-signature": "v0=" + "0" * 64}),
            (COMMAND, {**good, "x-slack-request-timestamp": "soon"}),
            (COMMAND, {**good, "x-slack-request-timestamp": "²"}),
            (COMMAND, [*good.items(), ("x-slack-signature", good["x-slack-signature"])]),
            (b"x" * (BODY_MAX + 1), proof(r, b"x" * (BODY_MAX + 1))),
        ]
        for body, headers in bad:
            sent = [(name, value.encode()) for name, value in dict(headers).items()]
            doubled = headers if isinstance(headers, list) else sent
            for path in ("/slack/events", "/slack/commands", "/slack/interactive"):
                answer = await post(base, body, doubled, path)  # type: ignore[arg-type]  # bytes are headers, too
                assert (answer.status_code, answer.content) == (401, b"")
        assert r.program.heard == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe", FORM_TYPE),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"payload=" + b"[" * 100_000, FORM_TYPE),
        (b"payload=7", FORM_TYPE),
        (b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A%5B%5D%7D", FORM_TYPE),
        (json.dumps({"type": "event_callback", "event": []}).encode(), "application/json"),
        (json.dumps({"type": ["event_callback"], "event": {}}).encode(), "application/json"),
        (json.dumps({"type": "view_submission", "view": "V1"}).encode(), "application/json"),
        (json.dumps({"type": "event_callback", "event": {"type": {}}}).encode(), "application/json"),
        (b"&".join(b"a=1" for _ in range(300)), FORM_TYPE),
    ],
)
async def test_a_signed_request_that_cannot_be_read_is_refused(body: bytes, content_type: str) -> None:
    """Even with Slack's signature: no error of ours, no effect."""
    async with room() as r, r.serving() as base:
        answer = await post(base, body, {**proof(r, body), "content-type": content_type})
        assert (answer.status_code, answer.content) == (401, b"")
        assert r.program.heard == []


async def test_a_signed_request_of_no_known_kind_is_no_error_of_ours() -> None:
    """Payloads of features we do not use are answered, not stumbled over."""
    async with room() as r, r.serving() as base:
        for payload in (
            {"type": "block_suggestion", "action_id": "a"},
            {"type": "dialog_submission"},
            {"type": "x"},
            {},
        ):
            body = urlencode({"payload": json.dumps(payload)}).encode()
            assert (await post(base, body, proof(r, body))).status_code < 500
        assert r.program.heard == []


async def test_what_could_not_be_committed_is_asked_for_again() -> None:
    """503 makes Slack send an event again; a command is told in words, because it is not repeated."""
    async with room() as r, r.serving() as base:
        r.program.away = True
        said = json.dumps(event(text="hi")).encode()
        answer = await post(base, said, {**proof(r, said), "content-type": "application/json"})
        assert (answer.status_code, answer.content) == (503, b"")
        answer = await post(base, COMMAND, proof(r, COMMAND))
        assert answer.status_code == 200
        assert answer.json()["text"].startswith("I cannot reach my records")


async def test_a_body_that_never_ends_is_not_read_to_its_end() -> None:
    """More than a megabyte is refused while it comes, before anything is kept."""
    async with room() as r, r.serving() as base:

        async def endless() -> Any:
            for _ in range(40):
                yield b"x" * 65_536

        async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
            answer = await client.post("/slack/events", content=endless(), headers=proof(r, b""))
        assert answer.status_code == 401
        assert r.program.heard == []


@given(st.binary(max_size=200), st.sampled_from(["application/json", FORM_TYPE, "", "text/plain"]))
def test_reading_a_body_is_total(body: bytes, content_type: str) -> None:
    """Any bytes give a payload or None, never an error."""
    assert isinstance(readable(body, content_type), dict | None)
