"""Files and faults of the Web API, with the stock client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.bot.sandbox.slack_room import Room, refusal, room

pytestmark = pytest.mark.anyio

SUPPORT = "mhj-support"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


class TestFiles:
    async def test_an_upload_in_three_steps_is_shared_and_read_back(self, r: Room) -> None:
        """files_upload_v2 shares it in the thread; its private address needs the bot's token."""
        here = r.channel(SUPPORT)
        root = await r.bot.chat_postMessage(channel=here, text="root")
        done = await r.bot.files_upload_v2(
            channel=here,
            filename="card.png",
            content=b"\x89PNG",
            initial_comment="look",
            thread_ts=root["ts"],
        )
        [_, shown] = await r.messages()
        assert (shown["text"], shown["files"][0]["name"], shown["thread"]) == (
            "look",
            "card.png",
            f"slack:{here}:{root['ts']}",
        )
        info = (await r.bot.files_info(file=done["file"]["id"]))["file"]
        assert (info["mimetype"], info["size"]) == ("image/png", 4)
        got = await r.http.get(info["url_private"], headers={"authorization": f"Bearer {r.bot.token}"})
        assert got.content == b"\x89PNG"
        stranger = await r.http.get(info["url_private"])
        assert (stranger.status_code, "signin" in stranger.headers["location"]) == (307, True)

    async def test_a_user_id_is_no_place_for_a_file(self, r: Room) -> None:
        """The last step refuses it: the conversation has to be opened first."""
        call = r.bot.files_upload_v2(channel=r.user("kim"), filename="a.txt", content="text")
        assert await refusal(call) == "invalid_channel"
        direct = await r.bot.conversations_open(users=r.user("kim"))
        await r.bot.files_upload_v2(channel=direct["channel"]["id"], filename="a.txt", content="text")
        [shown] = await r.messages("slack:@kim")
        assert shown["files"][0]["name"] == "a.txt"

    async def test_an_upload_of_another_length_is_refused(self, r: Room) -> None:
        """And a file that was never uploaded cannot be completed."""
        asked = await r.bot.files_getUploadURLExternal(filename="a.txt", length=3)
        assert (await r.http.post(asked["upload_url"], content=b"four")).status_code == 400
        call = r.bot.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "a"}])
        assert await refusal(call) == "file_not_found"


class TestFaults:
    @pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503)])
    async def test_a_fault_refuses_without_applying(self, r: Room, kind: str, status: int) -> None:
        """The caller sees the status, the truth log sees nothing, and the next call is well."""
        await r.post("faults", service="slack", kind=kind, times=1)
        with pytest.raises(SlackApiError) as caught:
            await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x")
        assert (caught.value.response.status_code, r.effects()) == (status, [])
        await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x")

    async def test_a_fault_after_applying_lies_to_the_caller(self, r: Room) -> None:
        """applied-503 says 503 although the message is there."""
        await r.post("faults", service="slack", kind="applied-503", times=1)
        with pytest.raises(SlackApiError) as caught:
            await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x")
        assert (caught.value.response.status_code, r.effects()) == (503, ["chat.postMessage"])

    @pytest.mark.parametrize(("kind", "applied"), [("cut", []), ("applied-cut", ["chat.postMessage"])])
    async def test_a_cut_drops_the_connection(self, r: Room, kind: str, applied: list[str]) -> None:
        """The caller gets no answer at all, applied or not."""
        await r.post("faults", service="slack", kind=kind, times=1)
        with pytest.raises(aiohttp.ClientError):
            await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x")
        assert r.effects() == applied

    async def test_a_slow_call_is_applied_late_and_answered(self, r: Room) -> None:
        """It hangs first, so a caller who gives up does not know."""
        r.slack.workspace.slow_seconds = 0.2
        await r.post("faults", service="slack", kind="slow", times=1)
        await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x")
        assert r.effects() == ["chat.postMessage"]

    async def test_faults_skip_and_count_calls(self, r: Room) -> None:
        """The k-th call fails, the ones before and after do not."""
        await r.post("faults", service="slack", kind="500", times=1, skip=1)
        await r.bot.auth_test()
        assert await refusal(r.bot.auth_test()) == "internal_error"
        await r.bot.auth_test()

    async def test_a_response_url_and_an_upload_can_fail_too(self, r: Room) -> None:
        """They are Slack as well."""
        asked = await r.bot.files_getUploadURLExternal(filename="a.txt", length=3)
        await r.post("faults", service="slack", kind="503", times=2)
        assert (await r.http.post(asked["upload_url"], content=b"abc")).status_code == 503
        assert (await r.http.post("/slack/response/x", json={"text": "x"})).status_code == 503
