"""The Web API, called with the stock client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack_manifest import SlackApp
from tests.bot.sandbox.slack_room import Room, button, refusal, room, section

pytestmark = pytest.mark.anyio

SUPPORT = "mhj-support"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


class TestTokens:
    async def test_the_bot_learns_who_it_is(self, r: Room) -> None:
        """auth.test names team and bot user, and the answer's header names the scopes."""
        answer = await r.bot.auth_test()
        state = r.slack.workspace.state
        assert (answer["team_id"], answer["user_id"]) == (r.sandbox.world.team, state.bot_user)
        assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")

    async def test_every_answer_is_dated(self, r: Room) -> None:
        """By the vendor's own clock, which does not move with the sandbox's."""
        r.slack.workspace.date = lambda: 1_795_348_800.0
        answer = await r.bot.auth_test()
        assert answer.headers["date"] == "Sun, 22 Nov 2026 12:00:00 GMT"

    async def test_no_token_a_wrong_one_and_the_other_kind_are_refused(self, r: Room) -> None:
        """Each is refused with Slack's own code."""
        url = f"{r.base}/slack/api/"
        app_token = r.slack.workspace.credentials.app_token
        assert await refusal(AsyncWebClient(None, url).auth_test()) == "not_authed"
        assert await refusal(AsyncWebClient("xoxb-wrong", url).auth_test()) == "invalid_auth"
        assert await refusal(AsyncWebClient(app_token, url).auth_test()) == "not_allowed_token_type"
        wrong = r.bot.apps_connections_open(app_token=r.slack.workspace.credentials.bot_token)
        assert await refusal(wrong) == "not_allowed_token_type"

    async def test_a_missing_scope_is_named(self) -> None:
        """The refusal says which scope is needed and which the token has."""
        async with room(SlackApp(scopes=("channels:read",))) as poor:
            with pytest.raises(SlackApiError) as caught:
                await poor.bot.chat_postMessage(channel=SUPPORT, text="hello")
            answer = caught.value.response
            assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
            assert answer["provided"] == "channels:read"
            asked = poor.bot.conversations_history(channel=poor.channel(SUPPORT))
            assert await refusal(asked) == "missing_scope"

    async def test_an_unknown_method_and_a_broken_body_are_refused(self, r: Room) -> None:
        """Neither is a server error."""
        assert await refusal(r.bot.api_call("files.upload")) == "unknown_method"
        token = {"authorization": f"Bearer {r.bot.token}"}
        for body, error in (
            (b"{", "invalid_json"),
            (b"[1]", "json_not_object"),
            (b"[" * 99999, "invalid_json"),
        ):
            headers = {**token, "content-type": "application/json"}
            answer = await r.http.post("/slack/api/auth.test", content=body, headers=headers)
            assert answer.json()["error"] == error

    async def test_arguments_come_from_query_form_or_json(self, r: Room) -> None:
        """The three ways slack_sdk sends them end in the same message."""
        plain = {"channel": r.channel(SUPPORT), "text": "same"}
        token = {"authorization": f"Bearer {r.bot.token}"}
        await r.http.post("/slack/api/chat.postMessage", params=plain, headers=token)
        await r.http.post("/slack/api/chat.postMessage", data={**plain, "token": r.bot.token or ""})
        await r.http.post("/slack/api/chat.postMessage", json=plain, headers=token)
        assert [message["text"] for message in await r.messages()] == ["same"] * 3


class TestMessages:
    async def test_a_message_is_kept_shown_and_true(self, r: Room) -> None:
        """What was posted is in the history with its metadata, in the transcript, and in the truth log."""
        metadata = {"event_type": "effect", "event_payload": {"key": "k1"}}
        posted = await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="a &amp; b", metadata=metadata)
        read = await r.bot.conversations_history(channel=r.channel(SUPPORT), include_all_metadata=True)
        [kept] = read["messages"]
        assert (kept["ts"], kept["metadata"], kept["bot_id"]) == (
            posted["ts"],
            metadata,
            r.slack.workspace.state.bot_id,
        )
        [shown] = await r.messages()
        assert (shown["text"], shown["raw"], shown["author"]) == ("a & b", "a &amp; b", "bot")
        [true] = r.sandbox.truth.of("slack")
        assert (true["effect"], true["channel"], true["metadata"]) == (
            "chat.postMessage",
            SUPPORT,
            metadata,
        )

    async def test_metadata_stays_hidden_unless_asked_for(self, r: Room) -> None:
        """conversations.history shows metadata only with include_all_metadata."""
        metadata = {"event_type": "effect", "event_payload": {}}
        await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x", metadata=metadata)
        [kept] = (await r.bot.conversations_history(channel=r.channel(SUPPORT)))["messages"]
        assert "metadata" not in kept

    @pytest.mark.parametrize(
        ("more", "error"),
        [
            ({}, "no_text"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"text": "x", "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
            ({"text": "x", "blocks": "{"}, "invalid_blocks_format"),
            ({"text": "x", "blocks": [section("y" * 3000)] * 5}, "msg_blocks_too_long"),
            ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
            ({"text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_schema"),
            (
                {"text": "x", "metadata": {"event_type": "e", "event_payload": {}, "x": 1}},
                "invalid_metadata_format",
            ),
        ],
    )
    async def test_what_slack_refuses_is_refused(self, r: Room, more: dict[str, Any], error: str) -> None:
        """With Slack's code, and nothing is posted."""
        call = r.bot.api_call("chat.postMessage", json={"channel": r.channel(SUPPORT), **more})
        assert (await refusal(call), await r.messages()) == (error, [])

    async def test_the_fault_of_a_block_is_pointed_at(self, r: Room) -> None:
        """The refusal says which limit was passed, and where, as Slack words it."""
        with pytest.raises(SlackApiError) as caught:
            await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x", blocks=[section("y" * 3001)])
        assert caught.value.response["response_metadata"]["messages"] == [
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
        ]

    async def test_channels_the_bot_is_not_in_are_refused(self, r: Room) -> None:
        """A private one is not found, a public one says not_in_channel, an archived one says so."""
        state = r.slack.workspace.state
        private, public = state.named("mhj-chargebacks"), state.named("mhj-finance")
        assert private is not None
        assert public is not None
        for channel in (private, public):
            channel.members.discard(state.bot_user)
        archived = state.named("mhj-leads")
        assert archived is not None
        archived.archived = True
        for ident, error in (
            ("C0NOWHERE", "channel_not_found"),
            (private.id, "channel_not_found"),
            (public.id, "not_in_channel"),
            (archived.id, "is_archived"),
        ):
            assert await refusal(r.bot.chat_postMessage(channel=ident, text="x")) == error
        await r.bot.conversations_join(channel=public.id)
        await r.bot.chat_postMessage(channel=public.id, text="x")

    async def test_a_reply_to_a_reply_joins_the_thread(self, r: Room) -> None:
        """Replies are read back with the message they are under, oldest first; the history shows roots only."""
        here = r.channel(SUPPORT)
        root = await r.bot.chat_postMessage(channel=here, text="root")
        first = await r.bot.chat_postMessage(channel=here, text="first", thread_ts=root["ts"])
        await r.bot.chat_postMessage(channel=here, text="second", thread_ts=first["ts"])
        await r.bot.chat_postMessage(channel=here, text="seen", thread_ts=root["ts"], reply_broadcast=True)
        thread = await r.bot.conversations_replies(channel=here, ts=root["ts"])
        assert [message["text"] for message in thread["messages"]] == ["root", "first", "second", "seen"]
        assert thread["messages"][0]["reply_count"] == 3
        history = await r.bot.conversations_history(channel=here)
        assert [message["text"] for message in history["messages"]] == ["seen", "root"]
        [_, reply, *_] = await r.messages()
        assert reply["thread"] == f"slack:{here}:{root['ts']}"

    async def test_history_is_read_in_pages_and_between_timestamps(self, r: Room) -> None:
        """Newest first; oldest and latest are excluded unless inclusive."""
        here = r.channel(SUPPORT)
        stamps = [(await r.bot.chat_postMessage(channel=here, text=str(n)))["ts"] for n in range(5)]
        assert stamps == sorted(stamps)
        pages = [
            [message["text"] for message in page["messages"]]
            async for page in await r.bot.conversations_history(channel=here, limit=2)
        ]
        assert pages == [["4", "3"], ["2", "1"], ["0"]]
        between = await r.bot.conversations_history(channel=here, oldest=stamps[1], latest=stamps[3])
        assert [message["text"] for message in between["messages"]] == ["2"]
        closed = await r.bot.conversations_history(
            channel=here, oldest=stamps[1], latest=stamps[3], inclusive=True
        )
        assert [message["text"] for message in closed["messages"]] == ["3", "2", "1"]

    async def test_an_update_keeps_what_it_does_not_name(self, r: Room) -> None:
        """Blocks and metadata stay when they are left out, and go when they come empty."""
        here = r.channel(SUPPORT)
        metadata = {"event_type": "effect", "event_payload": {}}
        posted = await r.bot.chat_postMessage(
            channel=here, text="old", blocks=[section("old")], metadata=metadata
        )
        kept = await r.bot.chat_update(channel=here, ts=posted["ts"], text="new")
        assert (kept["message"]["blocks"][0]["text"]["text"], kept["message"]["metadata"]) == (
            "old",
            metadata,
        )
        gone = await r.bot.chat_update(channel=here, ts=posted["ts"], text="new", blocks=[], metadata={})
        assert ("blocks" in gone["message"], "metadata" in gone["message"]) == (False, False)
        [shown] = await r.messages()
        assert (shown["text"], shown["edited"]) == ("new", True)

    async def test_only_the_bots_own_messages_can_be_changed(self, r: Room) -> None:
        """Updating or deleting a person's message, or one that is not there, is refused."""
        here = r.channel(SUPPORT)
        said = await r.post("say", who="agent", place="slack:#mhj-support", text="mine")
        ts = said["message"].rpartition(":")[2]
        assert await refusal(r.bot.chat_update(channel=here, ts=ts, text="x")) == "cant_update_message"
        assert await refusal(r.bot.chat_delete(channel=here, ts=ts)) == "cant_delete_message"
        assert await refusal(r.bot.chat_update(channel=here, ts="1.1", text="x")) == "message_not_found"

    async def test_a_deleted_message_with_replies_leaves_a_tombstone(self, r: Room) -> None:
        """One without replies is gone."""
        here = r.channel(SUPPORT)
        root = await r.bot.chat_postMessage(channel=here, text="root")
        reply = await r.bot.chat_postMessage(channel=here, text="reply", thread_ts=root["ts"])
        await r.bot.chat_delete(channel=here, ts=root["ts"])
        assert [message["text"] for message in await r.messages()] == ["This message was deleted.", "reply"]
        await r.bot.chat_delete(channel=here, ts=reply["ts"])
        assert len(await r.messages()) == 1

    async def test_an_ephemeral_message_is_seen_by_one(self, r: Room) -> None:
        """Nobody else sees it, the history does not know it, and the bot cannot update it."""
        here = r.channel(SUPPORT)
        answer = await r.bot.chat_postEphemeral(channel=here, user=r.user("agent"), text="only you")
        assert [m["visible_to"] for m in await r.messages()] == [["agent"]]
        assert [m["text"] for m in await r.messages(who="agent")] == ["only you"]
        assert await r.messages(who="agent2") == []
        assert (await r.bot.conversations_history(channel=here))["messages"] == []
        update = r.bot.chat_update(channel=here, ts=answer["message_ts"], text="x")
        assert await refusal(update) == "message_not_found"
        outside = r.bot.chat_postEphemeral(channel=here, user=r.user("bowen"), text="x")
        assert await refusal(outside) == "user_not_in_channel"

    async def test_a_permalink_names_channel_and_message(self, r: Room) -> None:
        """And the one of a reply names its thread."""
        here = r.channel(SUPPORT)
        root = await r.bot.chat_postMessage(channel=here, text="root")
        reply = await r.bot.chat_postMessage(channel=here, text="reply", thread_ts=root["ts"])
        link = await r.bot.chat_getPermalink(channel=here, message_ts=reply["ts"])
        assert f"/archives/{here}/p{reply['ts'].replace('.', '')}?thread_ts={root['ts']}" in link["permalink"]

    async def test_the_pace_switch_holds_a_channel_to_a_message_a_second(self, r: Room) -> None:
        """The second one at once is a 429 with Retry-After; another channel is free."""
        await r.post("pace", service="slack", on=True)
        await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="one")
        with pytest.raises(SlackApiError) as caught:
            await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="two")
        answer = caught.value.response
        assert (answer.status_code, answer["error"], answer.headers["retry-after"]) == (
            429,
            "ratelimited",
            "1",
        )
        await r.bot.chat_postMessage(channel=r.channel("mhj-leads"), text="one")
        await r.post("clock", advance="2s")
        await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="two")


class TestPeopleAndPlaces:
    async def test_users_are_told_apart(self, r: Room) -> None:
        """Guests, deactivated and foreign people are marked as Slack marks them."""

        async def info(key: str) -> Any:
            return (await r.bot.users_info(user=r.user(key)))["user"]

        assert (await info("guest"))["is_restricted"] is True
        assert (await info("former"))["deleted"] is True
        assert (await info("foreigner"))["team_id"] != r.sandbox.world.team
        bowen = await info("bowen")
        assert (bowen["tz"], bowen["tz_offset"], bowen["is_bot"]) == ("Asia/Shanghai", 8 * 3600, False)
        assert await refusal(r.bot.users_info(user="U0NOBODY")) == "user_not_found"
        found = await r.bot.users_lookupByEmail(email="kim@example.com")
        assert found["user"]["id"] == r.user("kim")
        members = [user["name"] async for page in await r.bot.users_list(limit=5) for user in page["members"]]
        assert {"kim", "deskbell", "slackbot"} <= set(members)
        assert "foreigner" not in members

    async def test_team_and_bot_are_known_by_their_ids(self, r: Room) -> None:
        """Others are not found."""
        assert (await r.bot.team_info())["team"]["id"] == r.sandbox.world.team
        bot = (await r.bot.bots_info(bot=r.slack.workspace.state.bot_id))["bot"]
        assert bot["user_id"] == r.slack.workspace.state.bot_user
        assert await refusal(r.bot.team_info(team="T0OTHER")) == "team_not_found"
        assert await refusal(r.bot.bots_info(bot="B0OTHER")) == "bot_not_found"
        assert await refusal(r.bot.users_lookupByEmail(email="x@y.z")) == "users_not_found"

    async def test_what_cannot_be_listed_or_joined_is_refused(self, r: Room) -> None:
        """Unknown kinds, bad cursors and limits, private channels, the bot itself."""
        here, private = r.channel(SUPPORT), r.channel("mhj-chargebacks")
        refused = [
            await refusal(r.bot.conversations_list(types="fax")),
            await refusal(r.bot.conversations_history(channel=here, cursor="***")),
            await refusal(r.bot.conversations_history(channel=here, limit=9999)),
            await refusal(r.bot.api_call("conversations.history", params={"channel": here, "limit": "many"})),
            await refusal(r.bot.conversations_history(channel=here, oldest="now")),
            await refusal(r.bot.conversations_replies(channel=here, ts="1.1")),
            await refusal(r.bot.conversations_join(channel=private)),
            await refusal(r.bot.conversations_open(users=[])),
            await refusal(r.bot.conversations_open(users=r.slack.workspace.state.bot_user)),
        ]
        assert refused == [
            "invalid_types",
            "invalid_cursor",
            "invalid_limit",
            "invalid_arguments",
            "invalid_ts_oldest",
            "thread_not_found",
            "method_not_supported_for_channel_type",
            "users_list_not_supplied",
            "cannot_dm_bot",
        ]

    async def test_an_address_needs_its_own_scope(self) -> None:
        """Without users:read.email a profile has no address."""
        async with room(SlackApp(scopes=("users:read",))) as poor:
            user = (await poor.bot.users_info(user=poor.user("kim")))["user"]
            assert "email" not in user["profile"]

    async def test_channels_are_listed_by_kind(self, r: Room) -> None:
        """Public ones for everybody, private ones only where the bot is in."""
        public = (await r.bot.conversations_list(limit=999))["channels"]
        assert {channel["name"] for channel in public} >= {SUPPORT, "mhj-leads"}
        private = (await r.bot.conversations_list(types="private_channel"))["channels"]
        assert [(c["name"], c["is_private"], c["is_member"]) for c in private] == [
            ("mhj-chargebacks", True, True)
        ]
        info = await r.bot.conversations_info(channel=r.channel(SUPPORT))
        assert info["channel"]["is_member"] is True
        members = await r.bot.conversations_members(channel=r.channel("mhj-chargebacks"))
        assert r.user("loise") in members["members"]

    async def test_a_direct_message_is_opened_once(self, r: Room) -> None:
        """Opening it again answers the same one, and a user's id is a place to post to."""
        first = await r.bot.conversations_open(users=r.user("kim"))
        again = await r.bot.conversations_open(users=[r.user("kim")])
        assert (first["channel"]["id"], again["already_open"]) == (again["channel"]["id"], True)
        await r.bot.chat_postMessage(channel=r.user("kim"), text="to you")
        assert [m["text"] for m in await r.messages("slack:@kim")] == ["to you"]
        assert await refusal(r.bot.conversations_open(users=r.user("former"))) == "user_disabled"

    async def test_reactions_are_counted_once(self, r: Room) -> None:
        """A second one by the same user is refused, a missing one cannot be removed."""
        here = r.channel(SUPPORT)
        ts = (await r.bot.chat_postMessage(channel=here, text="x"))["ts"]
        await r.bot.reactions_add(channel=here, timestamp=ts, name="eyes")
        again = r.bot.reactions_add(channel=here, timestamp=ts, name="eyes")
        assert await refusal(again) == "already_reacted"
        got = await r.bot.reactions_get(channel=here, timestamp=ts)
        assert [each["name"] for each in got["message"]["reactions"]] == ["eyes"]
        await r.bot.reactions_remove(channel=here, timestamp=ts, name="eyes")
        gone = r.bot.reactions_remove(channel=here, timestamp=ts, name="eyes")
        assert await refusal(gone) == "no_reaction"
        assert await refusal(r.bot.reactions_add(channel=here, timestamp=ts, name="No!")) == "invalid_name"


async def test_a_button_on_a_message_is_listed_with_what_it_does(r: Room) -> None:
    """Label, action id, value and style are what a script presses by."""
    blocks: list[dict[str, Any]] = [
        {"type": "actions", "elements": [{**button("Done", "done", "II-1"), "style": "primary"}]}
    ]
    await r.bot.chat_postMessage(channel=r.channel(SUPPORT), text="x", blocks=blocks)
    [shown] = await r.messages()
    assert shown["buttons"] == [{"label": "Done", "action_id": "done", "value": "II-1", "style": "primary"}]
