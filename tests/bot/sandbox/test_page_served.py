"""The page and the vendors on one port: who answers what."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import httpx
import pytest

from bot.sandbox.app import Sandbox, sandbox_app
from bot.sandbox.page import TITLE, with_page
from bot.sandbox.page_pulse import Pulse
from bot.sandbox.people import mhj_world
from bot.sandbox.server import Server

pytestmark = pytest.mark.anyio


async def test_the_page_takes_only_what_no_vendor_takes() -> None:
    """`/` is the page; the vendors and `/sandbox` answer as without it; a page can be made once a process."""
    sandbox = Sandbox(mhj_world())
    app = sandbox_app(sandbox)
    with_page(app, sandbox, sandbox.google)
    server = Server(app)
    sandbox.at(server.base)
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.base, verify=False, timeout=20) as http:
            page = await http.get("/")
            linked = await http.get("/", params={"message": "slack:C0NONE:1.000000", "as": "bowen"})
            slack = await http.post("/slack/api/auth.test")
            google = await http.get("/google/v4/spreadsheets/none")
            state = await http.get("/sandbox/state")
            nothing = await http.get("/nothing/here")
        found = [each.status_code for each in (page, linked, slack, google, state, nothing)]
        assert found == [200, 200, 200, 401, 200, 404]
        assert TITLE in page.text
        assert slack.json() == {"ok": False, "error": "not_authed"}
        assert sorted(state.json()["workbooks"]) == sorted(book.key for book in sandbox.world.workbooks)
    finally:
        await server.stop()


def test_the_button_kills_only_the_bot() -> None:
    """The process whose id the sandbox tells is ended the hard way; where there is none, nothing is."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    sandbox = Sandbox(mhj_world(), bot=lambda: {"pid": child.pid if child.poll() is None else None})
    pulse = Pulse(sandbox.control)
    assert pulse.kill() == child.pid
    assert child.wait(10) == -signal.SIGKILL
    assert pulse.kill() is None
    assert os.getpid() != child.pid
    assert child.stdin is not None
    child.stdin.close()


async def test_a_bot_without_an_address_has_no_queue_age() -> None:
    """Where the sandbox runs no bot, nothing is asked and nothing is claimed."""
    pulse = Pulse(Sandbox(mhj_world()).control)
    await pulse.look()
    assert (pulse.looks, pulse.known().pid, pulse.known().age) == (0, None, None)
