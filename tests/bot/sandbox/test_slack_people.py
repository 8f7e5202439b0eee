"""What people do, and what of it reaches a stock bolt app."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.slack_manifest import SlackApp, app_from
from tests.bot.sandbox.slack_room import Room, asks, button, modal, options, room, section

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
            "agent",
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
        assert (shown["author"], shown["visible_to"]) == ("slackbot", "agent")

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
        assert {message["visible_to"] for message in await r.messages()} == {"agent"}

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


class TestSubmitting:
    async def test_every_kind_of_input_is_filled_by_what_a_person_would_say(self, r: Room) -> None:
        """Labels for choices, ISO for dates, names for people and files; the app gets Slack's shapes."""
        app = r.app()
        states: list[dict[str, Any]] = []

        @app.command("/log")
        async def log(ack: Any, body: dict[str, Any], client: Any) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=modal(*_every_input()))
            await ack()

        @app.view("log")
        async def sent(ack: Any, view: dict[str, Any]) -> None:
            states.append(view["state"]["values"])
            await ack()

        @app.event("message")
        async def message() -> None:
            pass

        data = base64.b64encode(b"x").decode()
        async with r.listening(app):
            await r.post("upload", who="agent", place="slack:@agent", name="a.png", base64=data)
            await r.post("say", who="agent", place=SUPPORT, text="/log")
            files = ["a.png", {"name": "b.png", "base64": data}]
            values = {**_VALUES, "Files": files}
            assert await r.post("submit", who="agent", values=values) == {}
        held = {name: entry["value"] for name, entry in states[0].items()}
        assert held["text"]["value"] == "two lines"
        assert held["many lines"]["value"] == "two\nlines"
        assert (held["number"]["value"], held["mail"]["value"], held["url"]["value"]) == (
            "2",
            "a@b.nl",
            "https://x.nl",
        )
        assert held["date"]["selected_date"] == "2026-01-31"
        assert held["time"]["selected_time"] == "16:30"
        assert held["moment"]["selected_date_time"] == 1769873400
        assert held["kind"]["selected_option"]["value"] == "broken"
        assert held["radio"]["selected_option"]["value"] == "missing"
        assert [option["value"] for option in held["flags"]["selected_options"]] == ["broken", "missing"]
        assert [option["value"] for option in held["several"]["selected_options"]] == ["missing"]
        assert held["owner"]["selected_user"] == r.user("kim")
        assert held["place"]["selected_channel"] == r.channel("mhj-leads")
        assert [file["name"] for file in held["files"]["files"]] == ["a.png", "b.png"]
        assert await r.form("agent") is None

    async def test_what_the_client_refuses_never_reaches_the_bot(self, r: Room) -> None:
        """Each fault stands under its input, and the form stays open."""
        trigger = r.slack.workspace.views.trigger(r.user("agent"))
        await r.bot.views_open(trigger_id=trigger, view=modal(*_every_input()))
        values = {
            "Text": "",
            "Number": "two",
            "Mail": "nobody",
            "Url": "x.nl",
            "Kind": "Bent",
            "Date": "31.1.",
            "Many lines": "x" * 3001,
        }
        answer = await r.post("submit", who="agent", values=values)
        assert answer["errors"] == {
            "Text": "Please complete this required field.",
            "Number": "Enter a valid number.",
            "Mail": "Enter a valid email address.",
            "Url": "Enter a valid URL.",
            "Kind": "'Bent' is not offered; choose one of Broken, Missing",
            "Date": "'31.1.' is no date; write it as 2026-01-31",
            "Many lines": "Must be 3000 characters or fewer.",
        }
        form = await r.form("agent")
        assert next(field["error"] for field in form["fields"] if field["label"] == "Number") is not None

    async def test_an_answer_can_bring_the_next_question(self, r: Room) -> None:
        """A select that dispatches tells the bot, which adds an input that the same submit fills."""
        app = r.app()
        states: list[Any] = []
        kind = asks(
            "Kind", {"type": "static_select", "options": options("Hold", "Other")}, dispatch_action=True
        )
        until = asks("Hold until", {"type": "datepicker"})

        @app.action("value")
        async def changed(ack: Any, body: dict[str, Any], client: Any) -> None:
            await ack()
            view = body["view"]
            await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(kind, until))

        @app.view("log")
        async def sent(ack: Any, view: dict[str, Any]) -> None:
            states.append(view["state"]["values"])
            await ack()

        async with r.listening(app):
            trigger = r.slack.workspace.views.trigger(r.user("agent"))
            await r.bot.views_open(trigger_id=trigger, view=modal(kind))
            await r.post("submit", who="agent", values={"Hold until": "2026-02-01", "Kind": "Hold"})
        assert states[0]["kind"]["value"]["selected_option"]["value"] == "hold"
        assert states[0]["hold until"]["value"]["selected_date"] == "2026-02-01"

    async def test_the_bot_answers_a_submission_in_four_ways(self, r: Room) -> None:
        """Errors stay on the form, an update replaces it, a push covers it, clear closes everything."""
        app = r.app()
        order = asks("Order", {"type": "plain_text_input"})

        @app.view("log")
        async def sent(ack: Any, view: dict[str, Any]) -> None:
            match view["state"]["values"]["order"]["value"]["value"]:
                case "errors":
                    await ack(response_action="errors", errors={"order": "No such order."})
                case "update":
                    await ack(response_action="update", view=modal(order, section("updated")))
                case "push":
                    await ack(response_action="push", view=modal(order, section("pushed")))
                case "clear":
                    await ack(response_action="clear")
                case _:
                    await ack(response_action="errors", errors={"nowhere": "x"})

        async with r.listening(app):
            trigger = r.slack.workspace.views.trigger(r.user("agent"))
            await r.bot.views_open(trigger_id=trigger, view=modal(order))
            answers = [await r.post("submit", who="agent", values={"Order": "errors"})]
            assert (await r.form("agent"))["fields"][0]["error"] == "No such order."
            status, _ = await r.refused("submit", who="agent", values={"Order": "nonsense"})
            for word in ("update", "push"):
                answers.append(await r.post("submit", who="agent", values={"order": word}))
                assert (await r.form("agent"))["texts"] == [f"{word}d" if word == "update" else "pushed"]
            answers.append(await r.post("submit", who="agent", values={"Order": "clear"}))
        assert (status, await r.form("agent")) == (424, None)
        assert answers == [{"errors": {"Order": "No such order."}}, {}, {}, {}]

    async def test_a_form_that_is_not_there_is_not_submitted(self, r: Room) -> None:
        """After a little patience, since a modal may still be on its way."""
        r.slack.workspace.form_seconds = 0.05
        assert await r.refused("submit", who="kim", values={}) == (409, "kim has no form open")
        trigger = r.slack.workspace.views.trigger(r.user("agent"))
        await r.bot.views_open(trigger_id=trigger, view=modal(asks("Order", {"type": "plain_text_input"})))
        refused = await r.refused("submit", who="agent", values={"Colour": "red"})
        assert refused == (400, "the form asks for Order, not for Colour")

    async def test_an_external_select_asks_the_bot_for_its_options(self, r: Room) -> None:
        """What was typed goes out as block_suggestion; what comes back is chosen by its label."""
        app = r.app()
        typed: list[str] = []

        @app.options("value")
        async def offer(ack: Any, payload: dict[str, Any]) -> None:
            typed.append(payload["value"])
            await ack(options=options("Ring-204", "Ring-205"))

        @app.view("log")
        async def sent(ack: Any, view: dict[str, Any]) -> None:
            typed.append(view["state"]["values"]["item"]["value"]["selected_option"]["value"])
            await ack()

        async with r.listening(app):
            trigger = r.slack.workspace.views.trigger(r.user("agent"))
            await r.bot.views_open(trigger_id=trigger, view=modal(asks("Item", {"type": "external_select"})))
            await r.post("submit", who="agent", values={"Item": "ring-205"})
        assert typed == ["ring-205", "ring-205"]

    async def test_closing_tells_the_bot_where_it_wants_to_know(self, r: Room) -> None:
        """And a second close finds nothing open."""
        app = r.app()
        closed: list[bool] = []

        @app.view_closed("log")
        async def gone(ack: Any, body: dict[str, Any]) -> None:
            closed.append(body["is_cleared"])
            await ack()

        async with r.listening(app):
            trigger = r.slack.workspace.views.trigger(r.user("agent"))
            await r.bot.views_open(trigger_id=trigger, view=modal(notify_on_close=True))
            await r.post("close", who="agent")
        status, _ = await r.refused("close", who="agent")
        assert (closed, status) == ([False], 409)


_VALUES: dict[str, Any] = {
    "Text": "two\nlines",
    "Many lines": "two\nlines",
    "Number": 2,
    "Mail": "a@b.nl",
    "Url": "https://x.nl",
    "Date": "2026-01-31",
    "Time": "16:30",
    "Moment": "2026-01-31T16:30",
    "Kind": "broken",
    "Radio": "Missing",
    "Flags": ["Broken", "Missing"],
    "Several": "Missing",
    "Owner": "kim",
    "Place": "#mhj-leads",
}


def _every_input() -> list[dict[str, Any]]:
    choices = options("Broken", "Missing")
    kinds: dict[str, dict[str, Any]] = {
        "Text": {"type": "plain_text_input"},
        "Many lines": {"type": "plain_text_input", "multiline": True},
        "Number": {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        "Mail": {"type": "email_text_input"},
        "Url": {"type": "url_text_input"},
        "Date": {"type": "datepicker"},
        "Time": {"type": "timepicker"},
        "Moment": {"type": "datetimepicker"},
        "Kind": {"type": "static_select", "options": choices},
        "Radio": {"type": "radio_buttons", "options": choices},
        "Flags": {"type": "checkboxes", "options": choices},
        "Several": {"type": "multi_static_select", "options": choices},
        "Owner": {"type": "users_select"},
        "Place": {"type": "channels_select"},
        "Files": {"type": "file_input", "filetypes": ["png"]},
    }
    required = ("Text", "Kind", "Date")
    return [asks(label, element, optional=label not in required) for label, element in kinds.items()]
