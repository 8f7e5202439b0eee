"""What people write where, and what of it reaches a stock bolt app."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.slack_manifest import SlackApp
from tests.bot.sandbox.slack_room import Room, room

pytestmark = pytest.mark.anyio

SUPPORT = "slack:#mhj-support"
LEADS = "slack:#mhj-leads"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


class TestMessages:
    async def test_a_message_reaches_the_bot_as_slack_sends_it(self, r: Room) -> None:
        """Encoded text, blocks, channel kind and team; a mention comes a second time as app_mention."""
        app = r.app()
        heard: list[dict[str, Any]] = []

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event)

        @app.event("app_mention")
        async def mention(event: dict[str, Any]) -> None:
            heard.append(event)

        async with r.listening(app):
            said = await r.post("say", who="agent", place=SUPPORT, text="@deskbell log <a> & @kim")
        me = r.slack.workspace.state.bot_user
        assert {event["type"] for event in heard} == {"message", "app_mention"}
        event = next(event for event in heard if event["type"] == "message")
        assert event["text"] == f"<@{me}> log &lt;a&gt; &amp; <@{r.user('kim')}>"
        assert (event["channel_type"], event["user"], event["team"]) == (
            "channel",
            r.user("agent"),
            r.sandbox.world.team,
        )
        assert (said["message"], event["blocks"][0]["type"]) == (
            f"slack:{event['channel']}:{event['ts']}",
            "rich_text",
        )

    async def test_the_bot_hears_only_where_it_is_and_what_it_may(self) -> None:
        """Not in a channel it was not invited to, and not without the scope."""
        scopes = ("channels:history", "im:history", "chat:write")
        async with room(SlackApp(scopes=scopes)) as r:
            leads = r.slack.workspace.state.named("mhj-leads")
            assert leads is not None
            leads.members.discard(r.slack.workspace.state.bot_user)
            app = r.app()
            heard: list[str] = []

            @app.event("message")
            async def message(event: dict[str, Any]) -> None:
                heard.append(event["text"])

            async with r.listening(app):
                for who, place in (("lead", LEADS), ("kim", "slack:#mhj-chargebacks"), ("kim", "slack:@kim")):
                    await r.post("say", who=who, place=place, text=place[-3:])
            assert heard == ["kim"]

    async def test_changes_and_deletions_are_events(self, r: Room) -> None:
        """The bot hears of its own edits as message_changed and message_deleted, if it cares to."""
        app = r.app(ignoring_self_events_enabled=False)
        heard: list[tuple[str, bool]] = []

        @app.event({"type": "message", "subtype": "message_changed"})
        async def changed(event: dict[str, Any]) -> None:
            heard.append((event["message"]["text"], event["previous_message"]["text"] == "old"))

        @app.event({"type": "message", "subtype": "message_deleted"})
        async def deleted(event: dict[str, Any]) -> None:
            heard.append((event["previous_message"]["text"], "deleted_ts" in event))

        @app.event("message")
        async def message() -> None:
            pass

        async with r.listening(app):
            posted = await r.bot.chat_postMessage(channel=r.channel("mhj-support"), text="old")
            await r.bot.chat_update(channel=posted["channel"], ts=posted["ts"], text="new")
            await r.bot.chat_delete(channel=posted["channel"], ts=posted["ts"])
            await r.post("settle")
        assert heard == [("new", True), ("new", True)]

    async def test_people_change_and_take_back_their_own_words(self, r: Room) -> None:
        """The bot hears both; nobody changes what another wrote."""
        app = r.app()
        heard: list[str | None] = []

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event.get("subtype"))

        async with r.listening(app):
            said = (await r.post("say", who="agent", place=SUPPORT, text="one"))["message"]
            status, _ = await r.refused("edit", who="kim", message=said, text="two")
            await r.post("edit", who="agent", message=said, text="two")
            [shown] = await r.messages()
            await r.post("delete", who="agent", message=said)
        assert (status, shown["text"], await r.messages()) == (403, "two", [])
        assert heard == [None, "message_changed", "message_deleted"]

    async def test_what_is_not_valid_unicode_is_carried_all_the_same(self, r: Room) -> None:
        """NUL, half a surrogate pair, marks that turn text around: the bot gets them, the sandbox stands."""
        app = r.app()
        heard: list[str] = []

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event["text"])

        @app.command("/log")
        async def log(ack: Any, body: dict[str, Any], client: Any) -> None:
            heard.append(body["text"])
            await client.chat_postMessage(channel=body["channel_id"], text=body["text"])
            await ack()

        nasty = "a\x00b\ud800c\u202ed\u200b"
        async with r.listening(app):
            await r.post("say", who="agent", place=SUPPORT, text=nasty)
            await r.post("say", who="agent", place=SUPPORT, text=f"/log {nasty}")
        assert heard == [nasty, nasty]
        assert [message["text"] for message in await r.messages()] == [nasty, nasty]

    async def test_reactions_are_events(self, r: Room) -> None:
        """With the message they are on; nobody reacts twice alike."""
        app = r.app()
        heard: list[tuple[str, str]] = []

        @app.event("reaction_added")
        async def added(event: dict[str, Any]) -> None:
            heard.append((event["reaction"], event["item"]["ts"]))

        async with r.listening(app):
            posted = await r.bot.chat_postMessage(channel=r.channel("mhj-support"), text="x")
            [message] = await r.messages()
            await r.post("react", who="agent", message=message["id"], emoji=":eyes:")
            status, _ = await r.refused("react", who="agent", message=message["id"], emoji="eyes")
        [shown] = await r.messages()
        assert (heard, status, shown["reactions"]) == ([("eyes", posted["ts"])], 409, {"eyes": ["agent"]})

    async def test_a_file_comes_with_its_message(self, r: Room) -> None:
        """The bot hears file_share and can fetch the bytes; the page can, too."""
        app = r.app()
        heard: list[dict[str, Any]] = []

        @app.event({"type": "message", "subtype": "file_share"})
        async def shared(event: dict[str, Any]) -> None:
            heard.append(event)

        async with r.listening(app):
            data = base64.b64encode(b"photo").decode()
            sent = await r.post("upload", who="agent", place=SUPPORT, name="ring.jpg", base64=data)
        [file] = heard[0]["files"]
        got = await r.http.get(file["url_private"], headers={"authorization": f"Bearer {r.bot.token}"})
        page = await r.http.get("/sandbox/file", params={"id": sent["files"][0]})
        assert (file["name"], got.content, page.content) == ("ring.jpg", b"photo", b"photo")
        assert page.headers["content-type"] == "image/jpeg"

    async def test_threads_are_named_by_message(self, r: Room) -> None:
        """A reply stands under its message, also when it answers a reply."""
        root = (await r.post("say", who="agent", place=SUPPORT, text="root"))["message"]
        reply = await r.post("say", who="kim", place=SUPPORT, text="reply", thread=root)
        await r.post("say", who="agent", place=SUPPORT, text="again", thread=reply["message"])
        assert [message["thread"] for message in await r.messages()] == [None, root, root]


class TestPlaces:
    @pytest.mark.parametrize(
        ("who", "place", "status"),
        [
            ("agent", "slack:#nowhere", 404),
            ("agent", "slack:#mhj-chargebacks", 403),
            ("guest", LEADS, 403),
            ("foreigner", LEADS, 403),
            ("agent", "slack:@kim", 403),
            ("nobody", SUPPORT, 404),
            ("agent", "telegram:NL", 404),
            ("agent", "mhj-support", 404),
        ],
    )
    async def test_people_write_where_they_may(self, r: Room, who: str, place: str, status: int) -> None:
        """Elsewhere the sandbox says why not."""
        got, sentence = await r.refused("say", who=who, place=place, text="x")
        assert (got, bool(sentence)) == (status, True)

    async def test_a_member_walks_into_a_public_channel(self, r: Room) -> None:
        """And the bot hears of it."""
        app = r.app()
        joined: list[str] = []

        @app.event("member_joined_channel")
        async def member(event: dict[str, Any]) -> None:
            joined.append(event["user"])

        @app.event("message")
        async def message() -> None:
            pass

        async with r.listening(app):
            await r.post("say", who="stranger", place=LEADS, text="hello")
            await r.post("settle")
        assert joined == [r.user("stranger")]

    async def test_a_foreigner_and_a_former_colleague_reach_the_bot_as_who_they_are(self, r: Room) -> None:
        """What they send carries their own team, so that the bot can refuse it."""
        app = r.app()
        teams: list[tuple[str, str]] = []

        @app.command("/log")
        async def log(ack: Any, body: dict[str, Any]) -> None:
            teams.append((body["user_name"], body["team_id"]))
            await ack()

        async with r.listening(app):
            for who in ("foreigner", "former"):
                await r.post("say", who=who, place=SUPPORT, text="/log")
        here = r.sandbox.world.team
        assert [(name, team == here) for name, team in teams] == [("foreigner", False), ("former", True)]
