"""What the sandbox asks of an emulator, so that others (Telegram, a helpdesk) can join it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from starlette.routing import BaseRoute

Json = dict[str, Any]


class Emulator(Protocol):
    """A vendor on loopback: routes to mount under `/{name}`."""

    name: str

    def routes(self) -> Sequence[BaseRoute]:
        """Its routes, without the `/{name}` they are mounted under."""

    def at(self, base: str) -> None:
        """Told once where the server listens, `http://127.0.0.1:PORT`, before any request."""

    def urls(self) -> dict[str, str]:
        """Its base URLs by service, as the bot's settings want them."""

    async def stop(self) -> None:
        """End what is under way."""


@runtime_checkable
class Switched(Protocol):
    """An emulator that can deliver everything several times, and hold callers to its pace."""

    duplicate: int
    pace: bool


@runtime_checkable
class Connected(Protocol):
    """An emulator that holds connections of the bot open, or calls the bot itself."""

    async def drop_connections(self, reason: str) -> None:
        """End the bot's connections the vendor's way."""

    def request_urls(self, events: str, interactivity: str = "", commands: str = "") -> object:
        """Call the bot at these URLs; an empty one goes back to connections."""


@runtime_checkable
class Homely(Protocol):
    """A platform where the app has a tab of its own for every person."""

    async def home(self, who: str) -> Json:
        """Open it."""


@runtime_checkable
class Asking(Protocol):
    """A platform where a form is asked question by question, in messages."""

    def asks(self, who: str) -> bool:
        """Whether a question is open for a person; False for somebody who is not there."""

    def question(self, who: str) -> Json | None:
        """The question that is open for a person, as the message it is; None where there is none to leave."""


@runtime_checkable
class Grouped(Protocol):
    """A platform where people move the bot's seat, and groups change under it."""

    async def group(self, place: str, act: str, name: str = "") -> Json:
        """Do something to a place, or to the bot in it."""


@runtime_checkable
class ChatPlatform(Protocol):
    """A chat platform: what people do on it. `who` is a person's key, `place` is without the platform's name.

    Every act answers JSON and raises `Refused` with a sentence.
    """

    name: str

    def places(self) -> list[Json]:
        """Every place: `{"place", "key", "kind", "members"}`; `place` begins with the platform's name."""

    def credentials(self) -> Json:
        """What the bot is given to sign in; worth nothing outside."""

    def on_change(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Have `callback` called with a place, or "", whenever something visible changed; answers the undoing."""

    async def say(self, who: str, place: str, text: str, thread: str | None = None) -> Json:
        """Write a message or a command: `{"message": id or None, "acked": bool}`."""

    async def upload(
        self, who: str, place: str, files: list[tuple[str, bytes]], thread: str | None = None, text: str = ""
    ) -> Json:
        """Share files: `{"message", "files", "acked"}`."""

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """Add a reaction."""

    async def edit(self, who: str, message: str, text: str) -> Json:
        """Change a message they wrote."""

    async def delete(self, who: str, message: str) -> Json:
        """Take back a message they wrote."""

    async def press(self, who: str, message: str | None, button: str, value: str | None = None) -> Json:
        """Press a button under a message, or on the form that is open when there is no message."""

    async def fill(self, who: str, values: Json) -> Json:
        """Give the open form's inputs values without sending it."""

    async def submit(self, who: str, values: Json) -> Json:
        """Fill and send the open form: `{"errors": {label: sentence}}` or `{}`."""

    async def close(self, who: str) -> Json:
        """Close the open form."""

    async def shortcut(self, who: str, message: str | None, name: str) -> Json:
        """Choose a shortcut."""

    def file(self, ident: str) -> tuple[str, str, bytes]:
        """A file's name, media type and bytes."""

    async def settle(self, seconds: float) -> bool:
        """Wait until everything told to the bot is acknowledged or given up."""

    def form(self, who: str) -> Json | None:
        """The form open for a person."""

    def transcript(self, place: str, who: str | None = None) -> list[Json]:
        """The messages of a place, oldest first; only what `who` sees, when given."""
