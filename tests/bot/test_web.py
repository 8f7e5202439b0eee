from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import HEADERS, SLACK_PATHS, Probe, examined, web

pytestmark = pytest.mark.anyio


async def well() -> str:
    """A part that is well."""
    return ""


async def ill() -> str:
    """A part that says what is wrong."""
    return "the oldest job waits for 12 minutes"


async def broken() -> str:
    """A part that cannot even be asked."""
    raise OSError("connection refused at 10.0.0.7")


async def hanging() -> str:
    """A part that never answers."""
    await asyncio.Event().wait()
    return ""


async def echo(request: Request) -> Response:
    """Stands for a vendor's endpoint."""
    return PlainTextResponse(await request.body())


@asynccontextmanager
async def client(
    probes: Mapping[str, Probe] | None = None, registry: CollectorRegistry | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the web process."""
    telegram = Route("/telegram/webhook", echo, methods=["POST"])
    app = web(probes or {}, slack=echo, routes=[telegram], registry=registry or CollectorRegistry())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


async def test_health_is_well_when_every_part_is() -> None:
    """All parts are named, and the status is what a load balancer looks at."""
    async with client({"database": well, "slack": well}) as c:
        answer = await c.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "parts": {"database": "ok", "slack": "ok"}}


async def test_health_says_which_part_is_ill() -> None:
    """One ill part makes the process ill; a part that fails is said to be ill without saying more."""
    async with client({"database": broken, "slack": well, "queue": ill}) as c:
        answer = await c.get("/healthz")
    assert answer.status_code == 503
    parts = {"database": "does not answer", "slack": "ok", "queue": "the oldest job waits for 12 minutes"}
    assert answer.json() == {"status": "ill", "parts": parts}


async def test_a_part_that_hangs_is_ill() -> None:
    """Health is answered in time whatever its parts do."""
    found = await examined({"database": hanging, "slack": well}, seconds=0.01)
    assert found == {"database": "does not answer", "slack": ""}


async def test_metrics_are_prometheus_text() -> None:
    """The registry's figures, in the format Prometheus reads."""
    registry = CollectorRegistry()
    Counter("deskbell_accepted", "Events committed", registry=registry).inc(3)
    async with client(registry=registry) as c:
        answer = await c.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "deskbell_accepted_total 3.0" in answer.text


@pytest.mark.parametrize("path", [*SLACK_PATHS, "/telegram/webhook"])
async def test_vendors_have_their_routes(path: str) -> None:
    """Slack's three request URLs and whatever else is given; POST only."""
    async with client() as c:
        assert (await c.post(path, content=b"hi")).text == "hi"
        wrong = await c.get(path)
    assert (wrong.status_code, wrong.text) == (405, "Not allowed")


async def test_without_signed_http_slack_has_no_routes() -> None:
    """In Socket Mode nothing of Slack is offered."""
    transport = httpx.ASGITransport(web({}, registry=CollectorRegistry()))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as c:
        assert (await c.post("/slack/events")).status_code == 404


@pytest.mark.parametrize("path", ["/", "/docs", "/slack", "/healthz/x", "/.env", "/metrics/"])
async def test_other_paths_are_not_found_in_plain_words(path: str) -> None:
    """No page, no redirect, no hint of what runs here."""
    async with client() as c:
        answer = await c.get(path)
    assert (answer.status_code, answer.text) == (404, "Not found")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/nothing"])
async def test_every_answer_carries_the_headers_of_something_never_rendered(path: str) -> None:
    """Errors included."""
    async with client() as c:
        headers = (await c.get(path)).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
