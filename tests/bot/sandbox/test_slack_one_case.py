from __future__ import annotations

from typing import Any

import pytest

from tests.bot.sandbox.slack_room import asks, button, modal, room, section

pytestmark = pytest.mark.anyio

MODAL = modal(asks("Order #", {"type": "plain_text_input"}))


async def test_a_command_opens_a_modal_and_its_submission_becomes_a_message() -> None:
    """The whole way of one case through the stock bolt app over Socket Mode."""
    async with room() as r:
        app = r.app()

        @app.command("/log")
        async def log(ack: Any, body: Any, client: Any) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
            await ack()

        @app.view("log")
        async def submitted(ack: Any, view: Any, client: Any) -> None:
            order = view["state"]["values"]["order #"]["value"]["value"]
            await client.chat_postMessage(
                channel=r.channel("9408-mhj-support-nl-bowen"),
                text=f"Order {order}",
                blocks=[
                    section(f"*Order* {order}"),
                    {"type": "actions", "elements": [button("Acknowledge", "acknowledge", "II-1")]},
                ],
            )
            await ack()

        @app.action("acknowledge")
        async def acknowledged(ack: Any, body: Any, client: Any) -> None:
            await client.chat_update(
                channel=body["channel"]["id"], ts=body["message"]["ts"], text="We have it", blocks=[]
            )
            await ack()

        async with r.listening(app):
            said = await r.post("say", who="agent", place="slack:#mhj-support", text="/log item-issue")
            assert said == {"message": None, "acked": True}
            form = await r.form("agent")
            assert form["title"] == "Item issue"
            assert await r.post("submit", who="agent", values={"Order #": "10423"}) == {}
            place = "slack:#9408-mhj-support-nl-bowen"
            [post] = await r.messages(place)
            assert (post["author"], post["text"]) == ("bot", "*Order* 10423")
            assert [button["label"] for button in post["buttons"]] == ["Acknowledge"]
            assert await r.post("press", who="bowen", message=post["id"], button="Acknowledge") == {}
            [post] = await r.messages(place)
            assert post["text"] == "We have it"
            assert r.effects() == ["views.open", "chat.postMessage", "chat.update"]
