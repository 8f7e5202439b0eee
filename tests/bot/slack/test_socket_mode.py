from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.socket_mode import SocketMode
from handlers.decision import Decision
from handlers.message import Message
from tests.bot.slack.room import room
from tests.bot.slack.test_listen import saying

pytestmark = pytest.mark.anyio


async def test_the_last_frame_is_known() -> None:
    """A socket that hears nothing has no last frame; Slack's greeting is the first."""
    before = datetime.now(UTC)
    async with room() as r:
        token = r.emulator.workspace.credentials.app_token
        idle = SocketMode(r.listener.app, r.slack, token)
        assert idle.last_frame is None
        await idle.stop()
        async with r.listening() as socket:
            await r.say("hello")
            assert socket.last_frame is not None
            assert before <= socket.last_frame <= datetime.now(UTC)


async def test_it_comes_back_when_slack_asks_it_to() -> None:
    """Slack refreshes connections every few hours; what is said afterwards arrives."""
    async with room() as r, r.listening():
        await r.emulator.workspace.sockets.disconnect("refresh_requested")
        await r.emulator.workspace.sockets.arrived.wait()
        await r.say("still there?")
        assert [event.text for event in r.program.heard] == ["still there?"]


async def test_it_comes_back_when_the_connection_just_ends() -> None:
    """Without a word from Slack, too."""
    async with room() as r, r.listening():
        sockets = r.emulator.workspace.sockets
        sockets.arrived.clear()
        await sockets.sockets[0].connection.close()
        await sockets.arrived.wait()
        await r.say("still there?")
        assert [event.text for event in r.program.heard] == ["still there?"]


async def test_stopping_finishes_what_is_under_way() -> None:
    """A command that is being committed when the process is told to end is committed and answered."""
    async with room(saying(CommandIssued=Decision(answer=Message("Logged.")))) as r:
        r.program.gate.clear()
        async with r.listening() as socket:
            said = asyncio.ensure_future(r.say("/log"))
            await r.program.called.wait()
            stopping = asyncio.ensure_future(socket.stop())
            await asyncio.sleep(0)
            assert not stopping.done()
            r.program.gate.set()
            await stopping
            assert (await said)["acked"] is True
            assert (await r.told())["text"] == "Logged."


async def test_stopping_does_not_wait_for_ever() -> None:
    """What cannot be finished in time is left to Slack, which delivers it again."""
    async with room() as r:
        r.program.gate.clear()
        async with r.listening() as socket:
            said = asyncio.ensure_future(r.say("hello"))
            await r.program.called.wait()
            await socket.stop(timedelta(milliseconds=50))
            assert r.program.heard == []
            r.program.gate.set()
            said.cancel()


async def test_stopping_twice_is_stopping_once() -> None:
    """The second time there is nothing to do."""
    async with room() as r, r.listening() as socket:
        await socket.stop()
        await socket.stop()
