"""Forms: filled as a person would, sent, answered."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.bot.sandbox.slack_room import Room, asks, modal, options, room, section

pytestmark = pytest.mark.anyio

SUPPORT = "slack:#mhj-support"
LEADS = "slack:#mhj-leads"


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


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
