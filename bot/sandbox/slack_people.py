"""What people do on Slack, by their keys and by place, as the sandbox's controls and its page ask for it."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox import slack_pressing, slack_speaking, slack_submitting
from bot.sandbox.control_errors import Refused
from bot.sandbox.people import UnknownPerson
from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_socket import DISCONNECT_REASONS
from bot.sandbox.slack_state import Conversation, User
from bot.sandbox.slack_transcript import transcript
from bot.sandbox.slack_workspace import Workspace


class SlackPeople:
    """The acts of `control_ports.ChatPlatform`; `place` is `#mhj-support` or `@kim` here."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def on_change(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Have `callback` called with a place, or "" for forms, after every visible change; answers the undoing."""

        def told(conversation: str) -> None:
            found = self.workspace.state.conversations.get(conversation)
            callback(place_of(found) if found else "")

        watchers = self.workspace.watchers
        watchers.append(told)
        return lambda: watchers.remove(told) if told in watchers else None

    def places(self) -> list[Json]:
        """Every channel, and a direct message with the bot for every person."""
        state = self.workspace.state
        for person in self.workspace.world.people:
            if person.id:
                state.direct(person.id)
        return [
            {
                "place": place_of(conversation),
                "key": conversation.key or None,
                "kind": conversation.kind,
                "members": [
                    state.users[user].person for user in conversation.members if state.users[user].person
                ],
            }
            for conversation in state.conversations.values()
        ]

    async def say(self, who: str, place: str, text: str, thread: str | None = None) -> Json:
        """Write a message or a slash command."""
        return await slack_speaking.say(self.workspace, self._user(who), place, text, thread)

    async def upload(
        self, who: str, place: str, files: list[tuple[str, bytes]], thread: str | None = None, text: str = ""
    ) -> Json:
        """Share files."""
        return await slack_speaking.upload(self.workspace, self._user(who), place, thread, files, text)

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """Add a reaction."""
        return await slack_speaking.react(self.workspace, self._user(who), message, emoji)

    async def edit(self, who: str, message: str, text: str) -> Json:
        """Change what they wrote."""
        return await slack_speaking.edit(self.workspace, self._user(who), message, text)

    async def delete(self, who: str, message: str) -> Json:
        """Take back what they wrote."""
        return await slack_speaking.delete(self.workspace, self._user(who), message)

    async def press(self, who: str, message: str | None, button: str, value: str | None = None) -> Json:
        """Press a button."""
        return await slack_pressing.press(self.workspace, self._user(who), message, button, value)

    async def shortcut(self, who: str, message: str | None, name: str) -> Json:
        """Choose a shortcut by its callback id."""
        return await slack_pressing.choose_shortcut(self.workspace, self._user(who), message, name)

    async def home(self, who: str) -> Json:
        """Open the app's home tab."""
        return await slack_pressing.open_home(self.workspace, self._user(who))

    async def fill(self, who: str, values: Json) -> Json:
        """Give the open modal's inputs values."""
        return await slack_submitting.fill(self.workspace, self._user(who), values)

    async def submit(self, who: str, values: Json) -> Json:
        """Fill and send the open modal."""
        return await slack_submitting.submit(self.workspace, self._user(who), values)

    async def close(self, who: str) -> Json:
        """Close the open modal."""
        return await slack_submitting.close(self.workspace, self._user(who))

    def file(self, ident: str) -> tuple[str, str, bytes]:
        """A file's name, media type and bytes, for the page."""
        upload = self.workspace.state.files.get(ident)
        if upload is None or upload.content is None:
            raise Refused(f"there is no file {ident}", 404)
        return upload.name, upload.mimetype, upload.content

    async def settle(self, seconds: float) -> bool:
        """Wait until everything told to the bot is acknowledged or given up; False when it takes longer."""
        return await self.workspace.deliveries.settle(seconds)

    async def drop_connections(self, reason: str) -> None:
        """Send `disconnect` on every web socket; all reasons but `warning` close them, too."""
        if reason not in DISCONNECT_REASONS:
            raise Refused(f"'{reason}' is not one of {', '.join(DISCONNECT_REASONS)}")
        await self.workspace.sockets.disconnect(reason)

    def form(self, who: str) -> Json | None:
        """The modal open for a person."""
        is_elsewhere = any(who == person.key and not person.id for person in self.workspace.world.people)
        return None if is_elsewhere else slack_submitting.form(self.workspace, self._user(who))

    def transcript(self, place: str, who: str | None = None) -> list[Json]:
        """The messages of a place."""
        reader = self._user(who).id if who else None
        return transcript(self.workspace.state, self._conversation(place), reader)

    def _user(self, who: str) -> User:
        try:
            person = self.workspace.world.person(who)
        except UnknownPerson as unknown:
            raise Refused(str(unknown), 404) from unknown
        if not person.id:
            raise Refused(f"{who} is not on Slack", 404)
        return self.workspace.state.users[person.id]

    def _conversation(self, place: str) -> Conversation:
        if place.startswith("@"):
            return self.workspace.state.direct(self._user(place[1:]).id)
        found = self.workspace.state.named(place)
        if found is None:
            raise Refused(f"there is no channel {place}", 404)
        return found


def place_of(conversation: Conversation) -> str:
    """How a script calls a conversation: `slack:#mhj-support`, `slack:@kim`."""
    return f"slack:{'@' if conversation.kind == 'im' else '#'}{conversation.name}"
