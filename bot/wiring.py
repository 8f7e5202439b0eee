"""The only place where parts meet: settings in, a house of wired parts out. Everything else is given what it uses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import SystemRandom

from slack_sdk.web.async_client import AsyncWebClient

from bot import reconcile
from bot.adoption import Adoption
from bot.clock import clock
from bot.clock import now as machine_now
from bot.intake import Intake
from bot.known import known_cells
from bot.pace import Pace
from bot.reconcile import Reconciler
from bot.slack.chat import SlackChat
from bot.slack.client import Slack
from bot.slack.listen import Listener
from bot.store import embedded
from bot.store.store import Store
from bot.telegram.address import address
from bot.telegram.chat import TelegramChat
from bot.telegram.client import Telegram
from bot.telegram.listen import Listener as TelegramListener
from bot.telegram.message import Rung
from bot.telegram.pace import Paces
from bot.worker import Outside, Worker
from config.desk import Desk
from config.load import load_desks
from config.settings import Settings
from handlers.card import card
from handlers.place import PersonKey
from handlers.ports import Chat, Clock
from sheets.client import Client, open_client
from sheets.errors import NotAllowed, NoWorkbook
from sheets.gateway import Gateway


@dataclass(frozen=True, slots=True)
class House:
    """What every process has: the declarations, the store, the intake, and the moment it is."""

    settings: Settings
    desks: Mapping[str, Desk]
    store: Store
    intake: Intake
    now: Clock


def database(settings: Settings) -> str:
    """The database's URL: the configured one, or the embedded server, started unless it runs already."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    settings.data.mkdir(parents=True, exist_ok=True)
    return embedded.start(settings.data)


@asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[House]:
    """The parts every process shares, closed with the block. The database must be migrated.

    Raises:
        DeclarationsRefused: a desk cannot be used.
        psycopg.OperationalError: the database cannot be reached.
    """
    desks = load_desks(settings.desks)
    now = clock()
    async with Store.open(database(settings)) as store:
        yield House(settings, desks, store, Intake(store, desks, now), now)


async def slack_of(settings: Settings) -> Slack | None:
    """The workspace's Web API; None without a bot token. The caller closes it."""
    if settings.slack_bot_token is None:
        return None
    return await Slack.open(
        settings.slack_bot_token.get_secret_value(), settings.slack_api_url or AsyncWebClient.BASE_URL
    )


async def telegram_of(settings: Settings) -> Telegram | None:
    """The bot's API; None without a bot token. The caller closes it."""
    if settings.telegram_bot_token is None:
        return None
    return await Telegram.open(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)


def listener_of(home: House, slack: Slack) -> Listener:
    """What Slack's payloads come in through."""
    people = slack_people(home.desks)
    return Listener(slack, home.intake.receive, home.now, people=people, names=slack_names(home.desks))


def telegram_listener_of(home: House, telegram: Telegram) -> TelegramListener:
    """What Telegram's updates come in through."""
    names = {str(rung.user): rung.name for rung in telegram_people(home.desks).values()}
    receive = Adoption(home.store, home.desks, home.intake, home.now, address).receive
    return TelegramListener(telegram, home.store, receive, home.now, names=names)


def worker_of(
    home: House,
    slack: Slack | None,
    pace: Pace | None = None,
    telegram: Telegram | None = None,
    paces: Paces | None = None,
) -> Worker:
    """What carries out everything that was decided; `pace` is that of flushes, `paces` that of Telegram's chats."""
    chats: dict[str, Chat] = {}
    if slack is not None:
        chats["slack"] = SlackChat(slack, slack_people(home.desks))
    if telegram is not None:
        people = telegram_people(home.desks)
        chats["telegram"] = TelegramChat(telegram, home.store, people, home.now, paces or Paces(machine_now))
    gateways: dict[tuple[str, str], Gateway] = {}

    def book(desk: Desk, document: str) -> Gateway:
        # A flush and a look take turns at a workbook, so they share what the gateway knows of its tabs.
        key = (desk.key, document)
        if key not in gateways or gateways[key].is_retired:
            gateways[key] = gateway_of(home.settings, desk, document)
        return gateways[key]

    worker = Worker(home.store, home.desks, Outside(chats, book, card), home.intake, home.now, pace=pace)
    looks = Reconciler(home.store, home.desks, book, home.intake, home.now, SystemRandom().random)
    reconcile.register(home.store.app, looks)
    return worker


def gateway_of(settings: Settings, desk: Desk, document: str) -> Gateway:
    """The door to one workbook, with connections of its own.

    Raises:
        NotAllowed: no service account is configured.
        NoWorkbook: the declaration names no spreadsheet.
    """
    spreadsheet = desk.documents[document].spreadsheet
    if spreadsheet is None:
        raise NoWorkbook
    names = {key: person.name for key, person in desk.people.items()}
    return Gateway(spreadsheet, client_of(settings), names, known_cells(database(settings), desk))


def client_of(settings: Settings) -> Client:
    """A client for Google with connections of its own: one for each thread.

    Raises:
        NotAllowed: no service account is configured, or its key cannot be read.
    """
    if settings.google_credentials is None:
        raise NotAllowed("GOOGLE_CREDENTIALS is not set")
    return open_client(settings.google_credentials.get_secret_value(), settings.google_api_url)


def slack_people(desks: Mapping[str, Desk]) -> dict[PersonKey, str]:
    """Person to Slack user id: the only ones a message can mention."""
    return {
        PersonKey(key): person.slack
        for desk in desks.values()
        for key, person in desk.people.items()
        if person.slack
    }


def slack_names(desks: Mapping[str, Desk]) -> dict[str, str]:
    """Slack user id to what the desk calls the person."""
    return {
        person.slack: person.name
        for desk in desks.values()
        for person in desk.people.values()
        if person.slack
    }


def telegram_people(desks: Mapping[str, Desk]) -> dict[PersonKey, Rung]:
    """Person to Telegram account: the only ones a message can mention."""
    return {
        PersonKey(key): Rung(int(person.telegram), person.name)
        for desk in desks.values()
        for key, person in desk.people.items()
        if person.telegram
    }
