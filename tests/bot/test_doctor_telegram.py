"""`deskbell doctor` on Telegram: every fault gives its line and its cure, and nothing but that fault is found."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from bot.doctor_sign import Sign
from bot.doctor_telegram import telegram_signs
from config.desk import Channel, Desk, Person
from config.settings import Settings
from tests.bot.desks import DESK
from tests.bot.sandbox.telegram_room import BOWEN, KIM, STAFF, SUPPLIER, Room, room

pytestmark = pytest.mark.anyio
SETUP = "docs/setup-telegram.md"


@dataclass
class Ward:
    """The small world of Telegram, the settings that lead to it, and a desk on it."""

    room: Room
    settings: Settings
    desk: Desk

    def set(self, **changes: object) -> None:
        """Change settings."""
        self.settings = self.settings.model_copy(update=changes)

    def channel(self, **changes: object) -> None:
        """Change the supplier's channel."""
        changed = self.desk.channels["supplier"].model_copy(update=changes)
        self.desk = self.desk.model_copy(update={"channels": {**self.desk.channels, "supplier": changed}})

    async def signs(self) -> list[Sign]:
        """What the doctor says."""
        return [sign async for sign in telegram_signs(self.settings, {"mhj": self.desk})]

    async def faults(self) -> list[tuple[str, str]]:
        """What the doctor finds wrong, each with its cure."""
        return [(sign.what, sign.cure) for sign in await self.signs() if not sign.is_well]


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    """A desk that nothing is wrong with: a supplier's group, a topic, and people who have opened a chat."""
    people = {
        "kim": Person(name="Kim", roles=("csr",), slack="U1", telegram=KIM),
        "bowen": Person(name="Bowen", roles=("supplier",), telegram=BOWEN),
    }
    channels = {
        "csr": DESK.channels["csr"],
        "supplier": Channel(name="NL-Bowen", place=f"telegram:{SUPPLIER}", kind="supplier"),
        "leads": Channel(name="Returns", place=f"telegram:{STAFF}:4"),
    }
    desk = DESK.model_copy(update={"people": people, "channels": channels})
    async with room() as there:
        for who in ("kim", "bowen"):
            await there.said(who, "/start", f"telegram:@{who}")
        settings = Settings(
            _env_file=None,
            telegram_bot_token=SecretStr(there.token),
            telegram_api_url=f"{there.base}/telegram",
            sandbox=True,
        )
        yield Ward(there, settings, desk)


async def test_a_desk_in_order_is_well(ward: Ward) -> None:
    """Everything that was looked at is named, and nothing was changed."""
    before = list(ward.room.sandbox.truth.entries)
    assert [str(sign) for sign in await ward.signs()] == [
        f"ok     {what}"
        for what in [
            "telegram: signed in as @deskbell_bot",
            "telegram: updates are asked for",
            "mhj: group NL-Bowen",
            "mhj: group Returns",
            "mhj: Kim on Telegram",
            "mhj: Bowen on Telegram",
        ]
    ]
    assert ward.room.sandbox.truth.entries == before


async def test_a_house_without_telegram_hears_nothing_of_it(ward: Ward) -> None:
    """No token and no channel there."""
    ward.set(telegram_bot_token=None)
    assert await ward.faults() == [
        ("telegram: no bot token", f"Set TELEGRAM_BOT_TOKEN ({SETUP}, section 1)."),
    ]
    ward.desk = DESK
    assert await ward.signs() == []


async def test_a_token_that_is_refused(ward: Ward) -> None:
    """Nothing else is looked at."""
    ward.set(telegram_bot_token=SecretStr("1:wrong"))
    (fault,) = await ward.faults()
    assert (fault[0], "wrong" in str(fault)) == ("telegram: the bot token is refused", False)


async def test_telegram_that_cannot_be_reached(ward: Ward) -> None:
    """Said as that, not as a fault of the token's."""
    ward.room.sandbox.faults.switch("telegram", "cut")
    assert [what for what, _ in await ward.faults()] == ["telegram: cannot be reached (NetworkError)"]


@pytest.mark.parametrize(
    ("act", "what"),
    [
        ("kick", "mhj: group NL-Bowen: the bot is not in it"),
        ("demote", "mhj: group NL-Bowen: the bot hears commands and replies to it only, and no reactions"),
    ],
)
async def test_a_seat_that_is_not_enough(ward: Ward, act: str, what: str) -> None:
    """Where the bot was removed, or is no administrator."""
    await ward.room.post("group", place="telegram:NL-Bowen", act=act)
    assert [what for what, _ in await ward.faults()] == [what]


async def test_without_privacy_mode_only_reactions_are_missing(ward: Ward) -> None:
    """A member hears every word then."""
    await ward.room.post("group", place="telegram:NL-Bowen", act="demote")
    await ward.room.post("group", place="telegram:NL-Bowen", act="privacy_off")
    assert await ward.faults() == [
        ("mhj: group NL-Bowen: the bot sees no reactions there",
         "Make the bot an administrator of the group, without any rights."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("telegram:-1009999", "mhj: group NL-Bowen (-1009999) is not found (Chat not found)"),
        (f"telegram:{BOWEN}", f"mhj: group NL-Bowen ({BOWEN}) is no group"),
        (f"telegram:{SUPPLIER}:3", "mhj: group NL-Bowen: the group has no topics"),
        (f"telegram:{STAFF}:99", "mhj: group NL-Bowen: topic 99 is not usable (Message thread not found)"),
    ],
)
async def test_a_place_that_is_not_there(ward: Ward, place: str, what: str) -> None:
    """A wrong id, a person's, a topic where there are none, a topic that is gone."""
    ward.channel(place=place)
    assert [what for what, _ in await ward.faults()] == [what]


async def test_a_group_with_another_id_now(ward: Ward) -> None:
    """Which one is said."""
    made = await ward.room.post("group", place="telegram:Old group", act="migrate")
    ward.channel(place="telegram:-4000001")
    ((what, cure),) = await ward.faults()
    assert (what, str(made["chat_id"]) in cure) == (
        "mhj: group NL-Bowen (-4000001) has become a supergroup with another id", True,
    )  # fmt: skip


async def test_people_who_have_opened_no_chat(ward: Ward) -> None:
    """Wrong for whoever is on Telegram alone, but for a supplier; a word for the others."""
    away = {"telegram": 7_000_009}
    people = {key: person.model_copy(update=away) for key, person in ward.desk.people.items()}
    people["agent"] = Person(name="Agent", roles=("csr",), telegram=7_000_009)
    ward.desk = ward.desk.model_copy(update={"people": people})
    assert [what for what, _ in await ward.faults()] == [
        "mhj: Agent has opened no chat with the bot on Telegram"
    ]
    assert "what is for them alone cannot go there" in str(await ward.signs())


async def test_updates_that_go_elsewhere(ward: Ward) -> None:
    """A webhook that nobody wants, or that goes to another address, or has no secret."""
    url = f"{ward.room.base}/nowhere"
    await ward.room.api("setWebhook", url=f"{url}/telegram", secret_token="s", allowed_updates=[])
    assert [what for what, _ in await ward.faults()] == [
        "telegram: updates go to a webhook, and TELEGRAM_WEBHOOK_URL is not set"
    ]
    ward.set(telegram_webhook_url=url)
    assert [what for what, _ in await ward.faults()] == ["telegram: the webhook has no secret"]
    ward.set(telegram_webhook_secret=SecretStr("s"), telegram_webhook_url="https://elsewhere.example")
    assert [what for what, _ in await ward.faults()] == [
        "telegram: updates do not go to TELEGRAM_WEBHOOK_URL"
    ]
    ward.set(telegram_webhook_url=url)
    faults = [what for what, _ in await ward.faults()]
    assert [what.partition("(")[0] for what in faults] == [
        "telegram: the webhook is not told of message_reaction"
    ]
