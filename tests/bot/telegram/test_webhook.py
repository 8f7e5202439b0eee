"""The webhook: nothing unproven has an effect, and nothing proven is sent for ever."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.store import Store
from bot.telegram.unheard import NotTaken
from bot.telegram.webhook import BODY_MAX, HEADER, PATH, Webhook, is_proven, readable
from bot.web import web
from tests.bot.telegram.room import heard
from tests.bot.telegram.test_polling import until
from tests.database import clone

SECRET = "s3cret_token"
UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1_790_000_000,
        "text": "/find 10423",
        "chat": {"id": -100123, "type": "supergroup", "title": "x"},
        "from": {"id": 5, "is_bot": False, "first_name": "Kim"},
    },
}
anyio = pytest.mark.anyio


def client(webhook: Webhook) -> httpx.AsyncClient:
    """A client of the web process with this webhook."""
    transport = httpx.ASGITransport(app=web({}, routes=[webhook.route()]))
    return httpx.AsyncClient(transport=transport, base_url="http://bot")


class Taken:
    """A listener's `take` that remembers."""

    def __init__(self, *, away: bool = False) -> None:
        self.updates: list[Any] = []
        self.away = away

    async def __call__(self, update: Any) -> None:
        """Remember, or fail."""
        if self.away:
            raise NotTaken("OperationalError")
        self.updates.append(update)


@anyio
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(HEADER, "")],
        [(HEADER, SECRET[:-1])],
        [(HEADER, SECRET.upper())],
        [(HEADER, SECRET + " x")],
        [(HEADER, SECRET), (HEADER, SECRET)],
        [(HEADER, SECRET), (HEADER, "other")],
        [(HEADER, "s3cret_tokén")],
    ],
)
async def test_a_forged_update_has_no_effect(headers: list[tuple[str, str]]) -> None:
    """Without the secret, once and whole, the answer is 401 and nothing is read."""
    take = Taken()
    raw = [(name.encode(), value.encode()) for name, value in headers]
    async with client(Webhook(take, SECRET)) as http:
        answer = await http.post(PATH, content=json.dumps(UPDATE), headers=raw)
    assert (answer.status_code, answer.content, take.updates) == (401, b"", [])


@anyio
async def test_without_a_secret_of_ours_nothing_is_proven() -> None:
    """A forgotten secret refuses everything, an empty header included."""
    take = Taken()
    async with client(Webhook(take, "")) as http:
        assert (await http.post(PATH, json=UPDATE, headers={HEADER: ""})).status_code == 401
    assert take.updates == []


@anyio
async def test_a_proven_update_is_taken_before_it_is_answered() -> None:
    """200 says that it is committed; 503 that nothing was, so that it comes again."""
    take = Taken()
    async with client(Webhook(take, SECRET)) as http:
        assert (await http.post(PATH, json=UPDATE, headers={HEADER: SECRET})).status_code == 200
        take.away = True
        assert (await http.post(PATH, json=UPDATE, headers={HEADER: SECRET})).status_code == 503
        assert (await http.get(PATH, headers={HEADER: SECRET})).status_code == 405
    assert take.updates == [UPDATE]


@anyio
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"update_id": "7"}',
        b'{"update_id": 7, "message": 5}',
        b'{"update_id": 7, "message": {"chat": {"id": "x"}}}',
        b'{"update_id": 7, "callback_query": {"id": 5}}',
        b'{"update_id": true, "message": {}}',
        b" " * (BODY_MAX + 1),
    ],
)
async def test_a_malformed_update_is_put_aside(store: Store, body: bytes) -> None:
    """What is proven and makes no sense is a line in the quarantine and a 200: it must not come again."""
    async with heard(store) as here, client(Webhook(here.listener.take, SECRET)) as http:
        answer = await http.post(PATH, content=body, headers={HEADER: SECRET})
        async with store.pool.connection() as connection:
            rows = await (await connection.execute("SELECT platform, reason FROM quarantine")).fetchall()
        assert answer.status_code == 200
        assert rows == [{"platform": "telegram", "reason": "malformed"}]
        assert here.ledger.asked == []


@anyio
async def test_a_kind_we_did_not_ask_for_is_nothing(store: Store) -> None:
    """A sound update of another kind is answered and forgotten."""
    async with heard(store) as here, client(Webhook(here.listener.take, SECRET)) as http:
        other = {"update_id": 9, "poll": {"id": "1"}}
        assert (await http.post(PATH, json=other, headers={HEADER: SECRET})).status_code == 200
        assert here.ledger.asked == []


@anyio
async def test_a_replayed_update_is_decided_once(store: Store) -> None:
    """The event's id is the same, so the intake knows it."""
    async with heard(store) as here, client(Webhook(here.listener.take, SECRET)) as http:
        for _ in range(4):
            await http.post(PATH, json=UPDATE, headers={HEADER: SECRET})
        assert here.ledger.asked == ["tg:-100123:1"] * 4
        assert len(here.ledger.events) == 1


@anyio
async def test_without_a_database_an_update_comes_again(server: str) -> None:
    """While nothing can be committed, a sound update is a 503."""
    with clone(server) as url:
        async with Store.open(url) as store, heard(store) as here:
            here.ledger.failing = 1
            async with client(Webhook(here.listener.take, SECRET)) as http:
                answers = [
                    (await http.post(PATH, json=UPDATE, headers={HEADER: SECRET})).status_code
                    for _ in range(2)
                ]
            assert answers == [503, 200]


@anyio
async def test_telegram_is_told_where_to_deliver(store: Store) -> None:
    """The address, the secret, the kinds of updates; tried until it works."""
    async with heard(store) as here:
        webhook = Webhook(here.listener.take, SECRET)
        assert webhook.trouble() != ""
        await here.room.post("faults", service="telegram", kind="503", times=1)
        task = asyncio.ensure_future(webhook.announce(here.telegram.bot, "http://127.0.0.1:9/"))
        await until(lambda: webhook.trouble() == "")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        told = here.room.telegram.room
        assert (told.webhook.url, told.webhook.secret) == (f"http://127.0.0.1:9{PATH}", SECRET)
        assert "message_reaction" in told.updates.allowed
        told.webhook.unset()


@given(st.lists(st.text(), max_size=3), st.text())
def test_comparing_secrets_is_total(secrets: list[str], secret: str) -> None:
    """Whatever is sent, a request is proven or not."""
    assert is_proven(secrets, secret) == (bool(secret) and secrets == [secret])


@given(st.binary())
def test_reading_a_body_is_total(body: bytes) -> None:
    """Any bytes are JSON or nothing."""
    readable(body)
