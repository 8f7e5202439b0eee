"""The sandbox's own controls: everything a person can do on the page, as methods a script or the page calls."""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress

from bot.sandbox.control_errors import Refused
from bot.sandbox.control_grid import Grids
from bot.sandbox.control_ports import Asking, ChatPlatform, Grouped, Homely, Json

LARGEST_UPLOAD = 20 * 1024 * 1024


class Control(Grids):
    """What `/sandbox` offers, one method an endpoint. Every refusal is a `Refused` with a sentence.

    Args:
        world: who and what the sandbox has.
        truth: the truth log all emulators write.
        faults: the switchboard all emulators ask.
        clock: the sandbox's clock.
        bot: tells about the bot's child process, `{"pid": number or None}`.
    """

    @property
    def chats(self) -> list[ChatPlatform]:
        """The chat platforms among the emulators."""
        return [each for each in self.emulators.values() if isinstance(each, ChatPlatform)]

    def _chat(self, address: str, what: str) -> tuple[ChatPlatform, str]:
        """The platform an address (`slack:…`) belongs to, and the rest of the address."""
        name, colon, rest = address.partition(":")
        for chat in self.chats:
            if colon and chat.name == name:
                return chat, rest
        raise Refused(f"{what} '{address}' is not on {' or '.join(chat.name for chat in self.chats)}", 404)

    def _with_form(self, who: str) -> ChatPlatform:
        """The platform on which a form or a question is open for a person; the first one when none is."""
        filling = [chat for chat in self.chats if chat.form(who) is not None]
        asked = [chat for chat in self.chats if isinstance(chat, Asking) and chat.asks(who)]
        return next(iter([*filling, *asked]), self.chats[0])

    def state(self) -> Json:
        """GET /sandbox/state."""
        places = [place for chat in self.chats for place in chat.places()]
        urls = {service: url for each in self.emulators.values() for service, url in each.urls().items()}
        urls["google"] = f"{self.base}/google"
        return {
            "people": {
                person.key: {"name": person.name, "real_name": person.real_name, "kind": person.kind,
                             "slack": person.id, "email": person.email,
                             **({} if self.world.telegram is None else {"telegram": person.telegram})}
                for person in self.world.people
            },
            "places": [place["place"] for place in places],
            "members": {place["place"]: place["members"] for place in places},
            "channels": {place["key"]: place["place"] for place in places if place["key"]},
            "workbooks": {book.key: book.id for book in self.world.workbooks},
            "urls": {**urls, "sandbox": f"{self.base}/sandbox"},
            "credentials": {chat.name: chat.credentials() for chat in self.chats},
            "clock": self.clock_state(),
            "faults": {name: vars(fault) for name, fault in self.faults.lines.items()},
            "bot": self.bot(),
        }  # fmt: skip

    async def say(self, who: str, place: str, text: str, thread: str | None = None) -> Json:
        """POST /sandbox/say."""
        chat, rest = self._chat(place, "place")
        return await chat.say(who, rest, text, thread)

    async def upload(
        self,
        who: str,
        place: str,
        name: str,
        data: str,
        thread: str | None = None,
        text: str = "",
        album: list[Json] | None = None,
    ) -> Json:
        """POST /sandbox/upload; `data` is base64, `album` are further files `{"name", "base64"}` of one message."""
        chat, rest = self._chat(place, "place")
        files = [_file({"name": name, "base64": data}), *(_file(each) for each in album or ())]
        if sum(len(content) for _, content in files) > LARGEST_UPLOAD:
            raise Refused("the sandbox takes files of up to 20 MB", 413)
        return await chat.upload(who, rest, files, thread, text)

    async def press(
        self, who: str, message: str | None = None, button: str = "", value: str | None = None
    ) -> Json:
        """POST /sandbox/press; without a message, on the form that is open."""
        if message is None:
            return await self._with_form(who).press(who, None, button, value)
        return await self._chat(message, "message")[0].press(who, message, button, value)

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """POST /sandbox/react."""
        return await self._chat(message, "message")[0].react(who, message, emoji)

    async def edit(self, who: str, message: str, text: str) -> Json:
        """POST /sandbox/edit: somebody changes what they wrote."""
        return await self._chat(message, "message")[0].edit(who, message, text)

    async def delete(self, who: str, message: str) -> Json:
        """POST /sandbox/delete: somebody takes back what they wrote."""
        return await self._chat(message, "message")[0].delete(who, message)

    async def submit(self, who: str, values: Json) -> Json:
        """POST /sandbox/submit."""
        return await self._with_form(who).submit(who, values)

    async def fill(self, who: str, values: Json) -> Json:
        """POST /sandbox/fill: values without sending."""
        return await self._with_form(who).fill(who, values)

    async def close(self, who: str) -> Json:
        """POST /sandbox/close: away with the open form."""
        return await self._with_form(who).close(who)

    async def shortcut(
        self, who: str, name: str, message: str | None = None, platform: str = "slack"
    ) -> Json:
        """POST /sandbox/shortcut: of a message, or a global one."""
        chat = self._chat(message or f"{platform}:", "message")[0]
        return await chat.shortcut(who, message, name)

    async def home(self, who: str, platform: str = "slack") -> Json:
        """POST /sandbox/home: open the app's own tab; answers its view, or None while there is none."""
        homely: object = self.emulators.get(platform)
        if not isinstance(homely, Homely):
            raise Refused(f"there is no home tab on '{platform}'", 404)
        return await homely.home(who)

    async def group(self, place: str, act: str, name: str = "") -> Json:
        """POST /sandbox/group: what people do to a group and to the bot in it, `telegram_groups.ACTS`."""
        chat, rest = self._chat(place, "place")
        grouped: object = chat
        if not isinstance(grouped, Grouped):
            raise Refused(f"there is nothing to do to {place}", 404)
        return await grouped.group(rest, act, name)

    def file(self, id: str) -> tuple[str, str, bytes]:  # what the query calls it
        """GET /sandbox/file: the bytes somebody shared, with name and media type."""
        for chat in self.chats:
            with suppress(Refused):
                return chat.file(id)
        raise Refused(f"there is no file {id}", 404)

    async def settle(self, seconds: float = 5.0) -> Json:
        """POST /sandbox/settle: wait until the bot has acknowledged everything: `{"settled": bool}`."""
        return {"settled": all([await chat.settle(seconds) for chat in self.chats])}

    def forms(self, who: str) -> Json:
        """GET /sandbox/forms: `{"form": … or None}`; a guided question is the message it stands in."""
        chat = self._with_form(who)
        return {"form": chat.form(who) or (chat.question(who) if isinstance(chat, Asking) else None)}

    def transcript(self, place: str, who: str | None = None) -> Json:
        """GET /sandbox/transcript: `{"messages": […]}`."""
        chat, rest = self._chat(place, "place")
        return {"place": place, "messages": chat.transcript(rest, who)}


def _file(given: object) -> tuple[str, bytes]:
    if not isinstance(given, dict) or not given.keys() >= {"name", "base64"}:
        raise Refused('a file is {"name": …, "base64": …}')
    try:
        return str(given["name"]), base64.b64decode(str(given["base64"]), validate=True)
    except (ValueError, binascii.Error):
        raise Refused("base64 is not valid base64") from None
