from __future__ import annotations

from typing import Any

import pytest

from tests.bot.sandbox.slack_room import Room, room

pytestmark = pytest.mark.anyio

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "log",
    "title": {"type": "plain_text", "text": "Item issue"},
    "submit": {"type": "plain_text", "text": "Log it"},
    "blocks": [
        {
            "type": "input",
            "block_id": "order_no",
            "label": {"type": "plain_text", "text": "Order #"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}


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
            order = view["state"]["values"]["order_no"]["value"]["value"]
            await client.chat_postMessage(
                channel=r.channel("9408-mhj-support-nl-bowen"),
                text=f"Order {order}",
                blocks=[
                    {"type": "section", "text": {"type": "mrkdwn", "text": f"*Order* {order}"}},
                    {
                        "type": "actions",
                        "elements": [
                            {
                                "type": "button",
                                "action_id": "acknowledge",
                                "text": {"type": "plain_text", "text": "Acknowledge"},
                                "value": "II-1",
                            }
                        ],
                    },
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
            said = await _post(r, "say", who="agent", place="slack:#mhj-support", text="/log item-issue")
            assert said == {"message": None, "acked": True}
            form = (await r.http.get("/sandbox/forms", params={"who": "agent"})).json()["form"]
            assert form["title"] == "Item issue"
            assert await _post(r, "submit", who="agent", values={"Order #": "10423"}) == {}
            place = "slack:#9408-mhj-support-nl-bowen"
            [post] = await _transcript(r, place)
            assert (post["author"], post["text"]) == ("bot", "*Order* 10423")
            assert [button["label"] for button in post["buttons"]] == ["Acknowledge"]
            assert await _post(r, "press", who="bowen", message=post["id"], button="Acknowledge") == {}
            [post] = await _transcript(r, place)
            assert post["text"] == "We have it"
            effects = [entry["effect"] for entry in r.sandbox.truth.of("slack")]
            assert effects == ["views.open", "chat.postMessage", "chat.update"]


async def _post(r: Room, name: str, **body: Any) -> Any:
    answer = await r.http.post(f"/sandbox/{name}", json=body, timeout=15)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _transcript(r: Room, place: str) -> Any:
    return (await r.http.get("/sandbox/transcript", params={"place": place})).json()["messages"]
