"""A bot with a bug in it, made of the real parts wired wrongly: to see that the harness notices.

`python -m tests.faults.broken MODULE --port 0 --data DIR` is the sandbox with that module in the bot's place.
"""

from __future__ import annotations

import asyncio
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from bot import __main__, processes
from bot.doors import listen, vendors
from bot.health import health, serve
from bot.logs import configure
from bot.sandbox.start import play
from bot.slack.chat import SlackChat
from bot.slack.listen import Listener, Receive
from bot.slack.socket_mode import SocketMode
from bot.store import migrate
from bot.wiring import House, database, gateway_of, house, slack_people
from bot.worker import Outside, Worker
from config.desk import Desk
from config.settings import Settings, load_settings
from handlers.card import card
from sheets.gateway import Gateway

Receiving = Callable[[House], Receive]
"""What takes events in; the real one is `home.intake.receive`."""
Sheets = Callable[[Settings, Desk, str], Gateway]
"""What writes a workbook; the real one is `gateway_of`."""


def receiving(home: House) -> Receive:
    """The real intake."""
    return home.intake.receive


async def live(settings: Settings, receiving: Receiving = receiving, sheets: Sheets = gateway_of) -> None:
    """`deskbell run` as far as these tests need it, with another part in one place."""
    await migrate.migrate(database(settings))
    async with house(settings) as home, vendors(settings) as found:
        slack = found.slack
        assert slack is not None
        people = slack_people(home.desks)
        listener = Listener(slack, receiving(home), home.now, people=people)
        assert settings.slack_app_token is not None
        socket = SocketMode(listener.app, slack, settings.slack_app_token.get_secret_value())
        chats = {"slack": SlackChat(slack, people)}
        books: dict[str, Gateway] = {}

        def book(desk: Desk, document: str) -> Gateway:
            if document not in books:
                books[document] = sheets(settings, desk, document)
            return books[document]

        outside = Outside(chats, book, card)
        worker = Worker(home.store, home.desks, outside, home.intake, home.now)
        page = serve(health(home, socket), settings, settings.port)
        await processes._until_stopped([worker.run(), page, listen(socket)], home)


def main(receiving: Receiving = receiving, sheets: Sheets = gateway_of) -> None:
    """`deskbell`, whose `run` has another part in one place; every other command is the real one."""
    warnings.simplefilter("ignore")
    if sys.argv[1:] != ["run"]:
        __main__.main()
        return
    settings = load_settings()
    configure(settings.log_level)
    asyncio.run(live(settings, receiving, sheets))


def sandbox(module: str, data: str) -> int:
    """The sandbox around a broken bot."""
    folder = Path(data)
    return asyncio.run(play(port=0, data=folder, page=False, desk="mhj", cases=False, module=module))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(sandbox(sys.argv[1], sys.argv[sys.argv.index("--data") + 1]))
