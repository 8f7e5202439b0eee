"""What people do on Telegram, by their keys and by place, as the sandbox's controls and its page ask for it."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox import (
    telegram_answering,
    telegram_asked,
    telegram_changing,
    telegram_groups,
    telegram_pressing,
    telegram_speaking,
)
from bot.sandbox.control_errors import Refused
from bot.sandbox.people import UnknownPerson
from bot.sandbox.telegram_commands import menu
from bot.sandbox.telegram_refusal import Json
from bot.sandbox.telegram_room import TelegramRoom, place_of
from bot.sandbox.telegram_state import Chat, User
from bot.sandbox.telegram_transcript import entry, transcript


class TelegramPeople:
    """The acts of `control_ports.ChatPlatform`; `place` is `NL-Bowen`, `NL-Bowen/Returns` or `@bowen` here."""

    def __init__(self, room: TelegramRoom) -> None:
        self.room = room

    def on_change(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Have `callback` called with a place after every visible change there; answers the undoing."""
        watchers = self.room.watchers
        watchers.append(callback)
        return lambda: watchers.remove(callback) if callback in watchers else None

    def places(self) -> list[Json]:
        """Every group, its topics as places of their own, and a private chat for every person."""
        state = self.room.state
        for user in list(state.users.values()):
            if not user.is_bot:
                state.direct(user.id)
        chats = [chat for chat in state.chats.values() if chat.became is None]
        return [place for chat in chats for place in self._places(chat)]

    def _places(self, chat: Chat) -> list[Json]:
        users = self.room.state.users
        members = [users[ident].person for ident in chat.members]
        place = place_of(chat)
        own = {"place": place, "key": chat.key or None, "kind": chat.kind, "members": members}
        topics = [
            {"place": f"{place}/{topic.name}", "key": topic.key or None, "kind": "topic", "members": members}
            for topic in chat.topics.values()
        ]
        return [own, *topics]

    async def say(self, who: str, place: str, text: str, thread: str | None = None) -> Json:
        """Write a message or a command; `thread` is the message it replies to."""
        return await telegram_speaking.say(self.room, self._user(who), place, text, thread)

    async def upload(
        self, who: str, place: str, files: list[tuple[str, bytes]], thread: str | None = None, text: str = ""
    ) -> Json:
        """Send photos and documents, several as an album; `text` is the caption."""
        return await telegram_speaking.upload(self.room, self._user(who), place, thread, files, text)

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """Set a reaction; an empty one takes it away."""
        return await telegram_changing.react(self.room, self._user(who), message, emoji)

    async def edit(self, who: str, message: str, text: str) -> Json:
        """Change what they wrote."""
        return await telegram_changing.edit(self.room, self._user(who), message, text)

    async def delete(self, who: str, message: str) -> Json:
        """Take back what they wrote; bots are not told."""
        return await telegram_changing.delete(self.room, self._user(who), message)

    async def press(self, who: str, message: str | None, button: str, value: str | None = None) -> Json:
        """Press a button; without a message, of the question that is open."""
        user = self._user(who)
        if message is None:
            asked = telegram_asked.question(self.room, user)
            if asked is None:
                raise Refused(f"{who} has no question open to press something on", 409)
            message = asked.ident
        return await telegram_pressing.press(self.room, user, message, button, value)

    async def fill(self, who: str, values: Json) -> Json:
        """Answer questions without confirming what they sum up to."""
        return await telegram_answering.submit(self.room, self._user(who), values, confirm=False)

    async def submit(self, who: str, values: Json) -> Json:
        """Answer the questions that are open, in order."""
        return await telegram_answering.submit(self.room, self._user(who), values)

    async def close(self, who: str) -> Json:
        """Cancel the question that is open."""
        return await telegram_answering.close(self.room, self._user(who))

    async def shortcut(self, who: str, message: str | None, name: str) -> Json:
        """There are none on Telegram."""
        raise Refused(f"{who} finds no shortcut '{name}' on Telegram, for {message or 'anything'}", 404)

    async def group(self, place: str, act: str, name: str = "") -> Json:
        """Do something to a group, or to the bot in it; see `telegram_groups.group`."""
        return await telegram_groups.group(self.room, place, act, name)

    def file(self, ident: str) -> tuple[str, str, bytes]:
        """A file's name, media type and bytes."""
        kept = self.room.state.files.get(ident)
        if kept is None:
            raise Refused(f"there is no file {ident}", 404)
        return kept.name, kept.mimetype, kept.content

    async def settle(self, seconds: float) -> bool:
        """Wait until everything told to the bot is confirmed; False when it takes longer, or the bot is away."""
        return await self.room.taken(self.room.updates.waiting(), seconds)

    def form(self, who: str) -> Json | None:
        """None: guided questions are messages with keyboards."""
        del who
        return None

    def asks(self, who: str) -> bool:
        """Whether a question is open for a person."""
        try:
            return telegram_asked.question(self.room, self._user(who)) is not None
        except Refused:
            return False

    def question(self, who: str) -> Json | None:
        """The guided question that is open for a person, as the transcript has it."""
        try:
            asked = telegram_asked.open_question(self.room, self._user(who))
        except Refused:
            return None
        return entry(self.room.state, asked) if asked is not None else None

    def menu(self, who: str, place: str) -> list[Json]:
        """The commands a person's client offers in a place: `{"command", "description"}`."""
        user = self._user(who)
        return menu(self.room, telegram_speaking.place(self.room, user, place)[0], user)

    def transcript(self, place: str, who: str | None = None) -> list[Json]:
        """The messages of a place; everybody in it sees all of them."""
        del who
        if place.startswith("@"):
            return transcript(self.room.state, self.room.state.direct(self._user(place[1:]).id))
        return transcript(self.room.state, *telegram_speaking.found(self.room, place))

    def _user(self, who: str) -> User:
        try:
            person = self.room.world.person(who)
        except UnknownPerson as unknown:
            raise Refused(str(unknown), 404) from unknown
        if person.telegram is None:
            raise Refused(f"{who} is not on Telegram", 404)
        return self.room.state.users[person.telegram]
