from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.files import FILE_MAX, FileUnfit
from bot.slack.chat import SlackChat
from handlers.events import FileRef
from handlers.message import Button, Message
from handlers.place import CaseId, PersonKey, Place
from handlers.ports import Chat, File
from tests.bot.slack.room import CSR, SUPPLIER, Room, room

pytestmark = pytest.mark.anyio

CARD = Message(
    "II-2647-0001 · Posted", ("Please solve this.",), (("Order #", "10423"),), mention=(PersonKey("bowen"),)
)
SINCE = datetime.now(UTC) - timedelta(minutes=1)


def chat(r: Room) -> SlackChat:
    """The worker's side of the room's workspace."""
    return SlackChat(r.slack, {PersonKey("bowen"): r.user("bowen")})


def fits(worker: SlackChat) -> Chat:
    """The adapter has the shape the worker expects; mypy says so."""
    return worker


async def test_a_post_has_a_link_mentions_whom_it_names_and_can_be_edited() -> None:
    """A post in a channel and a reply in its thread; the card is then changed in place."""
    async with room() as r:
        worker, place = chat(r), Place("slack", r.channel(SUPPLIER))
        assert fits(worker) is worker
        posted = await worker.post(place, CARD, "II-1/supplier")
        assert posted.link.endswith(f"/archives/{place.channel}/p{posted.message.replace('.', '')}")
        reply = await worker.post(place.in_thread(posted.message), Message(lines=("A word.",)), "II-1/say")
        assert "thread_ts=" in reply.link
        await worker.edit(place, posted.message, Message("II-2647-0001 · Acknowledged"), "II-1/supplier")
        card, word = await r.transcript(f"slack:#{SUPPLIER}")
        assert (card["text"], word["text"]) == ("II-2647-0001 · Acknowledged", "A word.")
        first = r.sandbox.truth.of("slack")[0]
        assert (first["mentions"], first["metadata"]["event_payload"]) == (
            ["@bowen"],
            {"key": "II-1/supplier"},
        )


@pytest.mark.parametrize("kind", ["applied-503", "applied-cut"])
async def test_a_post_whose_answer_was_lost_is_found_by_its_key(kind: str) -> None:
    """The call failed and yet landed: the key tells, in a channel and in a thread, and no other key does."""
    async with room() as r:
        worker, place = chat(r), Place("slack", r.channel(SUPPLIER))
        root = await worker.post(place, CARD, "root")
        for where in (place, place.in_thread(root.message)):
            r.sandbox.faults.switch("slack", kind, times=1)
            with pytest.raises((SlackApiError, aiohttp.ClientError)):
                await worker.post(where, Message("Doubtful"), "II-1/doubtful")
            found = await worker.find(where, "II-1/doubtful", SINCE)
            assert found is not None
            assert r.sandbox.truth.of("slack")[-1]["ts"] == found.message
            assert await worker.find(where, "II-1/other", SINCE) is None


async def test_a_post_that_never_landed_is_not_found() -> None:
    """A cut before the call arrived leaves nothing, and nothing of somebody else's counts."""
    async with room() as r, r.listening():
        worker, place = chat(r), Place("slack", r.channel())
        await r.say("II-1/cut")
        r.sandbox.faults.switch("slack", "cut", times=1)
        with pytest.raises(aiohttp.ClientError):
            await worker.post(place, CARD, "II-1/cut")
        assert await worker.find(place, "II-1/cut", SINCE) is None


async def test_a_post_is_found_beyond_the_first_page() -> None:
    """Many messages later it is still there."""
    async with room() as r:
        worker, place = chat(r), Place("slack", r.channel())
        posted = await worker.post(place, CARD, "first")
        for number in range(230):
            await r.slack.web.chat_postMessage(channel=place.channel, text=f"{number}")
        assert await worker.find(place, "first", SINCE) == posted


async def test_a_whisper_is_for_one_and_a_direct_word_too() -> None:
    """In a thread only one person sees it; a direct conversation is the same one every time."""
    async with room() as r:
        worker = chat(r)
        root = await worker.post(Place("slack", r.channel()), CARD, "root")
        await worker.whisper(Place("slack", r.channel(), root.message), r.user("agent"), Message("For you."))
        told = (await r.transcript())[-1]
        assert (told["text"], told["visible_to"]) == ("For you.", ["agent"])
        direct = await worker.direct(r.user("kim"))
        assert direct == await worker.direct(r.user("kim"))
        assert direct.direct
        await worker.post(direct, Message("Rings."), "kim/1")
        assert (await r.told("slack:@kim"))["text"] == "Rings."


async def test_files_are_fetched_and_passed_on_once() -> None:
    """What an agent sent arrives in the supplier's thread under its own name, and its key can be looked up."""
    async with room() as r, r.listening():
        worker = chat(r)
        await r.do("upload", who="agent", place=f"slack:#{CSR}", name="ring.jpg", base64="cGljdHVyZQ==")
        [ref] = r.program.heard[0].files
        file = await worker.fetch(ref)
        assert file == File("ring.jpg", "image/jpeg", b"picture")
        root = await worker.post(Place("slack", r.channel(SUPPLIER)), CARD, "root")
        thread = Place("slack", r.channel(SUPPLIER), root.message)
        assert not await worker.has_files(thread, "II-1/photos", SINCE)
        await worker.upload(thread, [file, File("box.png", "image/png", b"box")], "II-1/photos")
        assert await worker.has_files(thread, "II-1/photos", SINCE)
        assert not await worker.has_files(thread, "II-1/other", SINCE)
        shared = r.sandbox.truth.of("slack")[-1]
        assert (shared["files"], shared["thread_ts"]) == (["ring.jpg", "box.png"], root.message)


async def test_a_file_is_passed_on_under_the_name_it_was_taken_in_by() -> None:
    """Slack still knows the name it was sent under; the one we keep is scrubbed and is the one we pass on."""
    async with room() as r, r.listening():
        photo = "visa 4111 1111 1111 1111.jpg"
        await r.do("upload", who="agent", place=f"slack:#{CSR}", name=photo, base64="cGljdHVyZQ==")
        [ref] = r.program.heard[0].files
        assert ref.name == "visa [card ••••1111].jpg"
        assert (await chat(r).fetch(ref)).name == ref.name


async def test_no_files_are_no_upload() -> None:
    """Nothing to pass on is nothing to do; an empty file is one that Slack refuses."""
    async with room() as r:
        await chat(r).upload(Place("slack", r.channel()), [File("empty", "text/plain", b"")], "key")
        assert r.effects() == []


async def test_a_file_that_is_gone_or_too_large_is_unfit() -> None:
    """A sign-in page, a missing file and 20 MB too many are said as what they are."""
    async with room() as r, r.listening():
        worker = chat(r)
        await r.do("upload", who="agent", place=f"slack:#{CSR}", name="ring.jpg", base64="cGljdHVyZQ==")
        [ref] = r.program.heard[0].files
        with pytest.raises(SlackApiError, match="file_not_found"):
            await worker.fetch(FileRef("slack", "F0NONE", "x"))
        upload = r.emulator.workspace.state.files[ref.id]
        upload.content = b"x" * (FILE_MAX + 1)
        with pytest.raises(FileUnfit, match="larger than 20 MB"):
            await worker.fetch(ref)
        upload.content = None
        with pytest.raises(FileUnfit, match="cannot be read any more"):
            await worker.fetch(ref)


async def test_our_token_goes_only_where_slack_keeps_files() -> None:
    """A file may name any address; the token is sent to Slack's file host alone."""
    async with room() as r:
        worker = chat(r)
        assert worker._is_ours(f"{r.slack.api_url}files/x")
        assert not worker._is_ours("http://127.0.0.1:1/x")
        assert not worker._is_ours("https://files.slack.com/x")
        r.slack.api_url = "https://slack.com/api/"
        assert worker._is_ours("https://files.slack.com/files-pri/T1-F1/x")
        for url in (
            "http://files.slack.com/x",
            "https://files.slack.com.example.com/x",
            "https://evil/x",
            "",
        ):
            assert not worker._is_ours(url)


async def test_nothing_unfolds() -> None:
    """Links in a post show no preview: what stands there is what the bot wrote."""
    async with room() as r:
        sent: list[Any] = []

        async def seen(_: Any, __: Any, params: aiohttp.TraceRequestChunkSentParams) -> None:
            sent.append(params.chunk)

        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(seen)
        async with aiohttp.ClientSession(trace_configs=[trace]) as session:
            r.slack.web.session = session
            button = Button("Acknowledge", "acknowledge", CaseId("II-1"))
            await chat(r).post(Place("slack", r.channel()), Message("Case", buttons=(button,)), "k")
        assert b'"unfurl_links": false' in sent[0]
        assert b'"unfurl_media": false' in sent[0]
