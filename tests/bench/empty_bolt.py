"""The peer for the socket: a Bolt app whose handler acknowledges and does nothing, as a process of its own."""

from __future__ import annotations

import asyncio
import os

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    """Connect to the sandbox named in the environment and acknowledge `/log` until killed."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, token=os.environ["SLACK_BOT_TOKEN"])

    @app.command("/log")
    async def _(ack: AsyncAck) -> None:
        await ack("done")

    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare


if __name__ == "__main__":
    asyncio.run(main())
