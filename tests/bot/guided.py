"""People on a platform that opens no forms: what they type and press becomes events, what they are shown is here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.acts import Performer
from bot.deliver import Deliverer
from bot.intake import Intake
from bot.render.facts import Facts
from bot.store.guides import Kept, open_guide
from bot.store.store import Store
from config.desk import Desk, Person
from config.load import load_desks
from handlers.card import card
from handlers.case import Case
from handlers.decision import Decision
from handlers.events import ButtonPressed, CommandIssued, Event, FileRef, MessageLogged, MessagePosted
from handlers.message import Button, Message
from handlers.place import Account, CaseId, EventId, Place
from handlers.ports import File
from tests.bot.chats import FakeChat, Shown
from tests.slack_desk import slack_desks

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STAFF, SUPPLIER = "-1001", "-1002"
ELSEWHERE = "-1009"
TOAST = 200
_IDS = {"agent": 11, "agent2": 12, "lead": 13, "kim": 14, "loise": 15, "bram": 16, "bowen": 21}


def telegram_desk() -> Desk:
    """The MHJ desk with all its people and channels on Telegram."""
    desk = load_desks(slack_desks())["mhj"]
    people = {
        key: Person(name=person.name, roles=person.roles, telegram=_IDS.get(key))
        for key, person in desk.people.items()
    }
    places = {"csr": STAFF, "supplier_nl": SUPPLIER}
    channels = {
        key: channel.model_copy(update={"place": f"telegram:{places.get(key, f'-2{n:03}')}"})
        for n, (key, channel) in enumerate(desk.channels.items())
    }
    return desk.model_copy(update={"people": people, "channels": channels})


class Chat(FakeChat):
    """The platform: a private chat goes by the id of its person."""

    async def direct(self, user: str) -> Place:
        """The private chat with somebody."""
        return Place("telegram", user, direct=True)


@dataclass
class Room:
    """A desk that is used on such a platform: events go in, and everything that follows is delivered at once."""

    store: Store
    desk: Desk = field(default_factory=telegram_desk)
    now: datetime = NOON
    chat: Chat = field(default_factory=Chat)
    ids: Any = field(default_factory=lambda: count(1))
    delivers: bool = True

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process on the same store."""
        desks = {self.desk.key: self.desk}
        self.intake = Intake(self.store, desks, lambda: self.now)
        performer = Performer(desks, {"telegram": self.chat}, card, drawn)
        self.deliverer = Deliverer(self.store, desks, performer, self.intake, lambda: self.now, lambda: 0.0)

    # --- what people do ---

    def command(self, who: str, said: str, channel: str = "", **more: Any) -> CommandIssued:
        """`/log …`, in private or in a group."""
        name, _, rest = said.removeprefix("/").partition(" ")
        return CommandIssued(
            **self._by(who, channel), name=name, text=rest, message=f"c{next(self.ids)}", **more
        )

    def words(
        self, who: str, said: str, channel: str = "", reply_to: str | None = None, **more: Any
    ) -> MessagePosted:
        """Something written, or sent with files."""
        return MessagePosted(
            **self._by(who, channel), text=said, message=f"m{next(self.ids)}", reply_to=reply_to, **more
        )

    def pressed(self, who: str, button: Button, channel: str = "") -> ButtonPressed:
        """A button as it was shown."""
        return ButtonPressed(
            **self._by(who, channel),
            action=button.action,
            case=button.case,
            value=button.value,
            message="1.0",
            toast=TOAST,
        )

    def logged(self, who: str, said: str, channel: str = "", **more: Any) -> MessageLogged:
        """A bare `/log` that answers somebody's message."""
        return MessageLogged(**self._by(who, channel), text=said, link="https://t.me/c/1/2", **more)

    def _by(self, who: str, channel: str) -> dict[str, Any]:
        user = str(_IDS.get(who, 99))
        place = Place("telegram", channel or user, direct=not channel)
        self.now += timedelta(seconds=1)
        ident = EventId(f"tg:{next(self.ids)}")
        account = Account("telegram", "", user)
        return {"id": ident, "account": account, "place": place, "at": self.now, "guided": True}

    # --- the same, done ---

    async def do(self, event: Event) -> Decision:
        """Let it happen, and deliver what follows."""
        decision = await self.intake.receive(event)
        if self.delivers:
            await self.deliver()
        return decision

    async def deliver(self) -> None:
        """Deliver everything that waits."""
        while waiting := await self.store.outbox(("waiting", "trying")):
            for line in waiting:
                await self.deliverer.deliver(line.key)

    async def ask(self, who: str, said: str, channel: str = "", **more: Any) -> Message:
        """A command, and the question that follows."""
        await self.do(self.command(who, said, channel, **more))
        return self.asked(channel or str(_IDS[who]))

    async def say(self, who: str, said: str, channel: str = "", **more: Any) -> Message:
        """An answer, in a group as a reply to the question; and what is shown then."""
        shown = self.last(channel or str(_IDS[who]))
        await self.do(self.words(who, said, channel, shown.ident, **more))
        return self.asked(channel or str(_IDS[who]))

    async def press(self, who: str, label: str, channel: str = "") -> Message:
        """A press of the button of that label, and what is shown then."""
        await self.do(self.pressed(who, self.button(label, channel or str(_IDS[who])), channel))
        return self.asked(channel or str(_IDS[who]))

    # --- what there is ---

    def last(self, channel: str) -> Shown:
        """The last message of a channel that the bot posted as a form, or whatever it posted last."""
        return next(shown for shown in reversed(self.chat.shown) if shown.place.channel == channel)

    def asked(self, channel: str) -> Message:
        """What the last message of a channel shows now."""
        return self.last(channel).message

    def button(self, label: str, channel: str) -> Button:
        """The button of that label under the last message of a channel."""
        buttons = self.asked(channel).buttons
        found = [button for button in buttons if button.label == label]
        assert len(found) == 1, f"{label!r} is not one of {[button.label for button in buttons]}"
        return found[0]

    async def open(self, who: str, channel: str = "") -> Kept | None:
        """The form that is open for somebody."""
        user = str(_IDS[who])
        async with self.store.transaction() as tx:
            place = Place("telegram", channel or user, direct=not channel)
            return await open_guide(tx, place, Account("telegram", "", user))

    async def cases(self) -> list[Case]:
        """Every case there is, oldest first."""
        async with self.store.transaction() as tx:
            rows = await (await tx.connection.execute("SELECT id FROM cases ORDER BY id")).fetchall()
            found = [await tx.case(CaseId(row["id"])) for row in rows]
        return [case for case in found if case is not None]


async def drawn(facts: Facts) -> File:
    """A picture in no time: its name says what it shows."""
    return File(f"{facts.desk}-{facts.day.isoformat()}-{facts.open}-open.png", "image/png", b"png")


def photo(name: str) -> FileRef:
    """A photo that somebody sent."""
    return FileRef("telegram", f"id-{name}", f"{name}.jpg", "image/jpeg", 1000)


def texts(message: Message) -> str:
    """Everything a message says, as one text."""
    facts = [f"{label}: {value}" for label, value in message.facts]
    return "\n".join((message.headline, *message.lines, *facts, *message.below, message.footer))
