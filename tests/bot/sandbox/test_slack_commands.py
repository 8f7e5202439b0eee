"""Commands, response URLs, buttons and shortcuts, into a stock bolt app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.slack_manifest import SlackApp, app_from
from tests.bot.sandbox.slack_room import Room, button, modal, options, room, section

pytestmark = pytest.mark.anyio

SUPPORT = "slack:#mhj-support"
LEADS = "slack:#mhj-leads"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


class TestCommands:
    async def test_a_command_is_sent_as_slack_sends_it(self, r: Room) -> None:
        """Words after the command encoded, names untouched; the answer at once is for one person."""
        app = r.app()
        bodies: list[dict[str, Any]] = []

        @app.command("/log")
        async def log(ack: Any, body: dict[str, Any]) -> None:
            bodies.append(body)
            await ack(text="done", blocks=[section("*done*")])

        async with r.listening(app):
            said = await r.post(
                "say", who="agent", place=SUPPORT, text='/log item-issue "a & b" @kim\nsecond line'
            )
        assert bodies[0]["text"] == 'item-issue "a &amp; b" @kim\nsecond line'
        assert (bodies[0]["command"], bodies[0]["user_id"], bodies[0]["channel_name"]) == (
            "/log",
            r.user("agent"),
            "mhj-support",
        )
        [shown] = await r.messages()
        assert (shown["text"], shown["visible_to"], said) == (
            "*done*",
            ["agent"],
            {"message": None, "acked": True},
        )

    async def test_a_command_can_answer_for_everybody(self, r: Room) -> None:
        """With response_type in_channel."""
        app = r.app()

        @app.command("/log")
        async def log(ack: Any) -> None:
            await ack(text="all of you", response_type="in_channel")

        async with r.listening(app):
            await r.post("say", who="agent", place=SUPPORT, text="/log")
        [shown] = await r.messages()
        assert (shown["text"], shown["visible_to"]) == ("all of you", None)

    async def test_commands_do_not_run_in_threads(self, r: Room) -> None:
        """Slack refuses them there before the bot hears anything."""
        root = (await r.post("say", who="agent", place=SUPPORT, text="root"))["message"]
        refused = await r.refused("say", who="agent", place=SUPPORT, text="/log", thread=root)
        assert refused == (409, "/log is not supported in threads. Sorry!")

    async def test_a_bot_that_is_away_is_seen_to_be(self, r: Room) -> None:
        """The person is told by Slackbot, the script by a refusal."""
        status, sentence = await r.refused("say", who="agent", place=SUPPORT, text="/log")
        [shown] = await r.messages()
        assert (status, "did not answer" in sentence) == (424, True)
        assert (shown["author"], shown["visible_to"]) == ("slackbot", ["agent"])

    async def test_an_undeclared_command_is_not_delivered(self) -> None:
        """When a manifest says which commands there are."""
        manifest = {
            "oauth_config": {"scopes": {"bot": ["commands"]}},
            "features": {"slash_commands": [{"command": "/log"}]},
        }
        async with room(app_from(manifest)) as r:
            status, sentence = await r.refused("say", who="agent", place=SUPPORT, text="/lgo")
            assert (status, sentence) == (404, "/lgo is not a valid command; the app has /log")


class TestResponseUrls:
    async def test_a_response_url_answers_five_times_in_thirty_minutes(self, r: Room) -> None:
        """The sixth is refused, and so is the first after half an hour."""
        app = r.app()
        urls: list[str] = []

        @app.command("/log")
        async def log(ack: Any, respond: Any, body: dict[str, Any]) -> None:
            urls.append(body["response_url"])
            await respond(text="by and by")
            await ack()

        async with r.listening(app):
            await r.post("say", who="agent", place=SUPPORT, text="/log")
            await r.post("say", who="agent", place=SUPPORT, text="/log")
        spent = [(await r.http.post(urls[0], json={"text": "x"})).status_code for _ in range(5)]
        assert spent == [200, 200, 200, 200, 404]
        await r.post("clock", advance="31m")
        assert (await r.http.post(urls[1], json={"text": "x"})).status_code == 404
        assert all(message["visible_to"] == ["agent"] for message in await r.messages())

    async def test_the_original_is_replaced_or_deleted(self, r: Room) -> None:
        """Also where only one person sees it, which chat.update cannot do."""
        app = r.app()

        @app.action("go")
        async def go(ack: Any, respond: Any, payload: dict[str, Any]) -> None:
            if payload["value"] == "replace":
                await respond(text="replaced", replace_original=True, blocks=[_buttons("delete")])
            else:
                await respond(delete_original=True)
            await ack()

        async with r.listening(app):
            await r.bot.chat_postEphemeral(
                channel=r.channel("mhj-support"), user=r.user("agent"), text="x", blocks=[_buttons("replace")]
            )
            [message] = await r.messages()
            await r.post("press", who="agent", message=message["id"], button="Go")
            [again] = await r.messages()
            assert (again["id"], again["buttons"][0]["value"]) == (message["id"], "delete")
            await r.post("press", who="agent", message=message["id"], button="go")
        assert await r.messages() == []


def _buttons(value: str) -> dict[str, Any]:
    return {"type": "actions", "elements": [button("Go", "go", value)]}


class TestPressing:
    async def test_what_is_not_there_cannot_be_pressed(self, r: Room) -> None:
        """The refusal says what there is; who does not see a message cannot press on it."""
        blocks = [{"type": "actions", "elements": [button("Done", "done"), button("Assign", "assign")]}]
        await r.bot.chat_postMessage(channel=r.channel("mhj-chargebacks"), text="x", blocks=blocks)
        [message] = await r.messages("slack:#mhj-chargebacks")
        refused = await r.refused("press", who="kim", message=message["id"], button="Undo")
        assert refused == (404, "the message has no button 'Undo'; it has Done, Assign")
        status, _ = await r.refused("press", who="agent", message=message["id"], button="Done")
        assert status == 404
        status, _ = await r.refused("press", who="kim", message="slack:C0:1.1", button="Done")
        assert status == 404

    async def test_of_several_alike_the_value_decides(self, r: Room) -> None:
        """And a menu's entry is chosen by its label."""
        app = r.app()
        pressed: list[str] = []

        @app.action("open")
        async def opened(ack: Any, payload: dict[str, Any]) -> None:
            pressed.append(payload["value"])
            await ack()

        @app.action("pick")
        async def picked(ack: Any, payload: dict[str, Any], body: dict[str, Any]) -> None:
            assert body["state"]["values"]["menu"]["pick"]["selected_option"] == payload["selected_option"]
            pressed.append(payload["selected_option"]["value"])
            await ack()

        menu = {"type": "static_select", "action_id": "pick", "options": options("Snooze", "Hold")}
        blocks = [
            {"type": "actions", "elements": [button("Open", "open", "II-1")]},
            {"type": "actions", "elements": [button("Open", "open", "II-2")]},
            {"type": "actions", "block_id": "menu", "elements": [menu]},
        ]
        async with r.listening(app):
            await r.bot.chat_postMessage(channel=r.channel("mhj-support"), text="x", blocks=blocks)
            [message] = await r.messages()
            for more in ({"button": "open"}, {"button": "Open", "value": "II-2"}, {"button": "II-2"}):
                await r.post("press", who="agent", message=message["id"], **more)
            await r.post("press", who="agent", message=message["id"], button="Hold")
            await r.post("press", who="agent", message=message["id"], button="pick", value="Snooze")
        assert pressed == ["II-1", "II-2", "II-2", "hold", "snooze"]

    async def test_a_message_shortcut_brings_the_message(self) -> None:
        """Chosen by what the menu calls it; one that no manifest names is not there."""
        app_settings = SlackApp(shortcuts={"Log this message…": "log_message"})
        async with room(app_settings) as r:
            app = r.app()
            texts: list[str] = []

            @app.shortcut("log_message")
            async def log(ack: Any, shortcut: dict[str, Any]) -> None:
                texts.append(shortcut["message"]["text"])
                await ack()

            @app.event("message")
            async def message() -> None:
                pass

            async with r.listening(app):
                said = (await r.post("say", who="kim", place=SUPPORT, text="it broke"))["message"]
                await r.post("shortcut", who="agent", message=said, name="Log this message…")
                status, _ = await r.refused("shortcut", who="agent", message=said, name="Other")
            assert (texts, status) == (["it broke"], 404)

    async def test_buttons_of_a_form_and_of_the_home_tab_are_pressed_without_a_message(self, r: Room) -> None:
        """The form on the screen comes first; a trigger from it may push another."""
        app = r.app()
        where: list[str] = []

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any], client: Any) -> None:
            where.append(body["view"]["type"])
            if body["view"]["type"] == "modal":
                await client.views_push(trigger_id=body["trigger_id"], view=modal(section("second")))
            await ack()

        async with r.listening(app):
            nothing = await r.refused("press", who="agent", button="Go")
            home = {"type": "home", "blocks": [_buttons("home")]}
            await r.bot.views_publish(user_id=r.user("agent"), view=home)
            await r.post("press", who="agent", button="Go")
            trigger = r.slack.workspace.views.trigger(r.user("agent"))
            await r.bot.views_open(trigger_id=trigger, view=modal(_buttons("modal")))
            await r.post("press", who="agent", button="Go")
        assert (nothing[0], where) == (409, ["home", "modal"])
        assert (await r.form("agent"))["texts"] == ["second"]

    async def test_a_global_shortcut_has_a_trigger_and_no_message(self, r: Room) -> None:
        """It can open a form from anywhere."""
        app = r.app()

        @app.global_shortcut("log")
        async def log(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
            await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(section("first")))
            await ack()

        async with r.listening(app):
            await r.post("shortcut", who="kim", name="log")
        assert (await r.form("kim"))["texts"] == ["first"]

    async def test_a_bot_that_does_not_acknowledge_in_time_has_failed(self, r: Room) -> None:
        """Nothing is repeated, and a late answer changes nothing."""
        r.slack.workspace.sockets.ack_seconds = 0.05
        app = r.app()
        calls: list[str] = []

        @app.command("/log")
        async def log(ack: Any, body: dict[str, Any]) -> None:
            calls.append(body["text"])
            await asyncio.sleep(0.1)
            await ack(text="too late")

        async with r.listening(app):
            status, _ = await r.refused("say", who="agent", place=SUPPORT, text="/log x")
            await asyncio.sleep(0.1)
        shown = [(message["author"], message["text"]) for message in await r.messages()]
        assert (status, calls) == (424, ["x"])
        assert shown == [("slackbot", '/log failed with the error "operation_timeout"')]
