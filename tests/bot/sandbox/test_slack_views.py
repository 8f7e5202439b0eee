"""Modals and home tabs, by the stock client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.slack_ids import Ids
from bot.sandbox.slack_views import Views
from tests.bot.sandbox.slack_room import Room, asks, modal, options, refusal, room, section

pytestmark = pytest.mark.anyio

ORDER = asks("Order", {"type": "plain_text_input"})
NOTE = asks("Note", {"type": "plain_text_input", "initial_value": "none"})


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


def trigger(r: Room, view: str | None = None) -> str:
    """A trigger as a command of the agent's would bring it."""
    return r.slack.workspace.views.trigger(r.user("agent"), view)


async def test_a_view_comes_back_as_slack_keeps_it(r: Room) -> None:
    """With id, hash, team and the values its inputs start with."""
    view = (await r.bot.views_open(trigger_id=trigger(r), view=modal(ORDER, NOTE)))["view"]
    assert view["state"]["values"] == {
        "order": {"value": {"type": "plain_text_input", "value": None}},
        "note": {"value": {"type": "plain_text_input", "value": "none"}},
    }
    assert (view["team_id"], view["callback_id"], view["root_view_id"]) == (
        r.sandbox.world.team,
        "log",
        view["id"],
    )
    assert (await r.form("agent"))["id"] == view["id"]


class TestTriggers:
    async def test_a_trigger_is_exchanged_once(self, r: Room) -> None:
        """The second use is refused; a refused view does not use it up."""
        once = trigger(r)
        assert await refusal(r.bot.views_open(trigger_id=once, view={"type": "modal"})) == "invalid_arguments"
        await r.bot.views_open(trigger_id=once, view=modal())
        assert await refusal(r.bot.views_open(trigger_id=once, view=modal())) == "exchanged_trigger_id"
        assert await refusal(r.bot.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"

    def test_a_trigger_lives_three_seconds(self) -> None:
        """After that it is expired, whoever asks."""
        now = [100.0]
        views = Views(Ids(lambda: 1_700_000_000.0), {}, clock=lambda: now[0])
        early, late = views.trigger("U1"), views.trigger("U1")
        now[0] += 3
        views.open(early, modal())
        now[0] += 0.1
        with pytest.raises(Exception, match="expired_trigger_id"):
            views.open(late, modal())


class TestUpdates:
    async def test_an_update_keeps_what_was_filled_in_under_the_same_ids(self, r: Room) -> None:
        """An input that stays keeps its value, a new one starts with its own."""
        view = (await r.bot.views_open(trigger_id=trigger(r), view=modal(ORDER)))["view"]
        await r.post("fill", who="agent", values={"Order": "10423"})
        updated = await r.bot.views_update(view_id=view["id"], view=modal(section("x"), ORDER, NOTE))
        values = updated["view"]["state"]["values"]
        assert (values["order"]["value"]["value"], values["note"]["value"]["value"]) == ("10423", "none")

    async def test_a_stale_hash_is_refused(self, r: Room) -> None:
        """Two updates with the same hash: the second would undo the first."""
        view = (await r.bot.views_open(trigger_id=trigger(r), view=modal(ORDER, external_id="e1")))["view"]
        await r.bot.views_update(external_id="e1", hash=view["hash"], view=modal(NOTE, external_id="e1"))
        stale = r.bot.views_update(view_id=view["id"], hash=view["hash"], view=modal(ORDER))
        assert await refusal(stale) == "hash_conflict"

    async def test_a_closed_view_is_not_found(self, r: Room) -> None:
        """Nor is one that never was."""
        view = (await r.bot.views_open(trigger_id=trigger(r), view=modal(ORDER)))["view"]
        await r.post("close", who="agent")
        assert await refusal(r.bot.views_update(view_id=view["id"], view=modal(ORDER))) == "not_found"
        assert await refusal(r.bot.api_call("views.update", json={"view": modal()})) == "invalid_arguments"

    async def test_an_external_id_is_unique(self, r: Room) -> None:
        """While the view that has it is open."""
        await r.bot.views_open(trigger_id=trigger(r), view=modal(external_id="e1"))
        other = r.slack.workspace.views.trigger(r.user("kim"))
        call = r.bot.views_open(trigger_id=other, view=modal(external_id="e1"))
        assert await refusal(call) == "duplicate_external_id"


async def test_three_views_are_stacked_and_no_more(r: Room) -> None:
    """A push needs a trigger made in the modal; closing shows the one below."""
    root = (await r.bot.views_open(trigger_id=trigger(r), view=modal(ORDER)))["view"]
    outside = r.bot.views_push(trigger_id=trigger(r), view=modal())
    assert await refusal(outside) == "invalid_trigger_id"
    top = root
    for _ in range(2):
        pushed = await r.bot.views_push(trigger_id=trigger(r, top["id"]), view=modal(NOTE))
        assert (pushed["view"]["root_view_id"], pushed["view"]["previous_view_id"]) == (root["id"], top["id"])
        top = pushed["view"]
    fourth = r.bot.views_push(trigger_id=trigger(r, top["id"]), view=modal())
    assert await refusal(fourth) == "push_limit_reached"
    await r.post("close", who="agent")
    assert (await r.form("agent"))["id"] == top["previous_view_id"]


async def test_a_home_tab_is_published_and_shown(r: Room) -> None:
    """The bot hears that it is opened, and what it published is what the person sees."""
    app = r.app()

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Hello")]})

    async with r.listening(app):
        home = await r.post("home", who="kim")
    assert home["view"]["blocks"][0]["text"]["text"] == "Hello"
    assert r.effects() == ["views.publish"]


async def test_the_open_form_is_read_with_its_questions(r: Room) -> None:
    """Label, kind, choices, hint and what is filled in, besides the view itself."""
    kind = asks(
        "Kind",
        {
            "type": "static_select",
            "options": options("Broken", "Missing"),
            "initial_option": options("Broken")[0],
        },
        optional=True,
        hint={"type": "plain_text", "text": "what is wrong"},
    )
    await r.bot.views_open(trigger_id=trigger(r), view=modal(section("*Please*"), kind))
    form = await r.form("agent")
    [field] = form["fields"]
    expected = {
        "label": "Kind",
        "type": "static_select",
        "required": False,
        "choices": ["Broken", "Missing"],
        "hint": "what is wrong",
        "value": "Broken",
        "error": None,
    }
    assert {key: field[key] for key in expected} == expected
    assert (form["texts"], form["submit"], form["view"]["type"]) == (["*Please*"], "Log it", "modal")
    assert await r.form("kim") is None
