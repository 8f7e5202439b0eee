"""What people can and cannot do on Telegram, as scripts and the page ask for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.app import Sandbox
from bot.sandbox.desk_world import world_of
from bot.sandbox.people import mhj_world, world_from
from bot.sandbox.telegram_world import telegram_world_from
from config.desk import Channel, Person
from config.load import load_desks
from tests.bot.sandbox.telegram_room import BOWEN, FORUM, GROUP, STAFF, SUPPLIER, Room, keyboard, png, room
from tests.slack_desk import slack_desks

pytestmark = pytest.mark.anyio


@pytest.fixture
async def r() -> AsyncIterator[Room]:
    """A running sandbox."""
    async with room() as started:
        yield started


class TestPlaces:
    async def test_the_state_knows_them(self, r: Room) -> None:
        """Groups, topics and private chats, the keys scripts use, and who is in them."""
        state = (await r.http.get("/sandbox/state")).json()
        assert state["channels"] == {
            "csr": "slack:#mhj-support",
            "supplier": GROUP,
            "staff": FORUM,
            "returns": f"{FORUM}/Returns",
            "old": "telegram:Old group",
        }
        assert state["members"][GROUP] == ["kim", "bowen"]
        assert state["members"]["telegram:@bowen"] == ["bowen"]
        assert state["people"]["bowen"]["telegram"] == BOWEN
        assert state["urls"]["telegram"] == f"{r.base}/telegram"
        assert state["credentials"]["telegram"]["bot_token"] == r.token

    async def test_the_bot_is_told_where_telegram_is(self, r: Room) -> None:
        """Beside what it is told anyway."""
        told = r.sandbox.environment()
        assert told["TELEGRAM_API_URL"] == f"{r.base}/telegram"
        assert told["TELEGRAM_BOT_TOKEN"] == r.token
        assert len(told["TELEGRAM_WEBHOOK_SECRET"]) == 32

    def test_without_telegram_nothing_is_different(self) -> None:
        """No platform, no address, no account."""
        sandbox = Sandbox(mhj_world())
        assert sandbox.telegram is None
        assert list(sandbox.control.emulators) == ["slack"]
        assert not [name for name in sandbox.environment() if name.startswith("TELEGRAM")]
        assert "telegram" not in sandbox.control.state()["people"]["kim"]


class TestWho:
    @pytest.mark.parametrize(
        ("who", "place", "status"),
        [
            ("shereen", GROUP, 404),
            ("nobody", GROUP, 404),
            ("stranger", GROUP, 403),
            ("bowen", FORUM, 403),
            ("bowen", "telegram:@kim", 403),
            ("bowen", "telegram:Nowhere", 404),
            ("kim", f"{FORUM}/Nowhere", 404),
            ("bowen", "telegram:@bowen", 409),
            ("bowen", "slack:#mhj-support", 404),
        ],
    )
    async def test_who_may_not_write_where(self, r: Room, who: str, place: str, status: int) -> None:
        """Nobody outside, nobody in another's chat, nobody who never started the bot."""
        assert (await r.denied("say", who=who, place=place, text="hello"))[0] == status

    async def test_the_private_chat_goes_by_many_names(self, r: Room) -> None:
        """One's own key, or the bot's username."""
        await r.said("kim", "/start", "telegram:@kim")
        await r.said("kim", "hello", "telegram:@deskbell_bot")
        assert [message["text"] for message in await r.messages("telegram:@kim")] == ["/start", "hello"]

    async def test_a_message_is_only_its_writers(self, r: Room) -> None:
        """To change or to take back; who is not there sees none."""
        said = await r.said("bowen", "mine")
        for act in ({"text": "x"}, {}):
            name = "edit" if act else "delete"
            assert (await r.denied(name, who="kim", message=said, **act))[0] == 403
            assert (await r.denied(name, who="stranger", message=said, **act))[0] == 404
        for message in ("telegram:x:1", f"telegram:{SUPPLIER}:99", "telegram:", "telegram:7"):
            assert (await r.denied("delete", who="kim", message=message))[0] == 404


class TestSaying:
    async def test_the_transcript_shows_what_people_see(self, r: Room) -> None:
        """Who, what, to which message, changed or gone, whom it notifies."""
        first = await r.said("bowen", " @kim look \n")
        second = await r.said("kim", "where?", thread=first)
        await r.post("edit", who="kim", message=second, text="at what?")
        await r.post("delete", who="bowen", message=first)
        kept = ("author", "text", "thread", "edited", "deleted", "mentions", "visible_to")
        shown = [[message[key] for key in kept] for message in await r.messages()]
        assert shown == [
            ["bowen", "", None, False, True, [], None],
            ["kim", "at what?", first, True, False, [], None],
        ]

    async def test_whoever_replies_to_what_is_gone_replies_to_nothing(self, r: Room) -> None:
        """As a client that has not noticed yet."""
        sent = await r.say("Please")
        await r.api("deleteMessage", chat_id=SUPPLIER, message_id=sent["message_id"])
        request = f"telegram:{SUPPLIER}:{sent['message_id']}"
        await r.said("bowen", "yes", thread=request)
        message = (await r.updates())[-1]["message"]
        assert (message["text"], "reply_to_message" in message) == ("yes", False)
        assert (await r.denied("press", who="bowen", message=request, button="x"))[0] == 409
        assert (await r.denied("react", who="bowen", message=request, emoji="👍"))[0] == 409
        assert (await r.denied("say", who="kim", place=FORUM, text="x", thread=request))[0] == 409

    async def test_a_long_text_becomes_several_messages(self, r: Room) -> None:
        """Of 4096 UTF-16 code units; no character is cut in two."""
        answer = await r.post("say", who="bowen", place=GROUP, text="x" * 4095 + "😀" + "y")
        texts = [message["text"] for message in await r.messages()]
        assert (texts, len(answer["messages"])) == (["x" * 4095, "😀y"], 2)

    async def test_hostile_characters_arrive_as_telegram_passes_them_on(self, r: Room) -> None:
        """Without NUL and turned writing; half a surrogate pair is replaced."""
        await r.said("bowen", "a\x00b\u202ec\ud800")
        assert (await r.updates())[-1]["message"]["text"] == "a bc\ufffd"

    async def test_nothing_is_no_message(self, r: Room) -> None:
        """And nothing is no edit; what is two days old stays."""
        assert (await r.denied("say", who="bowen", place=GROUP, text=" "))[0] == 400
        said = await r.said("bowen", "x")
        assert (await r.denied("edit", who="bowen", message=said, text=" "))[0] == 400
        await r.post("clock", advance="49h")
        assert (await r.denied("edit", who="bowen", message=said, text="y"))[0] == 409
        await r.post("delete", who="bowen", message=said)
        assert (await r.denied("edit", who="bowen", message=said, text="y"))[0] == 409

    async def test_reactions_are_telegrams(self, r: Room) -> None:
        """One a person; others are refused with those there are."""
        said = await r.said("bowen", "hello")
        await r.post("react", who="kim", message=said, emoji="👍")
        await r.post("react", who="kim", message=said, emoji="🎉")
        assert (await r.messages())[0]["reactions"] == {"🎉": ["kim"]}
        status, sentence = await r.denied("react", who="kim", message=said, emoji="✅")
        assert (status, sentence[:40]) == (400, "'✅' is no reaction on Telegram; there ar")

    async def test_there_are_no_shortcuts(self, r: Room) -> None:
        """Nor a home tab."""
        said = await r.said("bowen", "hello")
        assert (await r.denied("shortcut", who="bowen", message=said, name="log"))[0] == 404
        assert (await r.denied("home", who="bowen", platform="telegram"))[0] == 404


class TestFiles:
    async def test_pictures_are_photos_and_the_rest_documents(self, r: Room) -> None:
        """Whatever their names say; the page gets the bytes."""
        await r.upload("bowen", "ring.png", png(), text="broken")
        sent = await r.upload("bowen", "fake.jpg", b"no picture", thread=(await r.said("kim", "?")))
        files = [message["files"][0] for message in await r.messages() if message["files"]]
        assert [(file["kind"], file["name"]) for file in files] == [
            ("photo", "ring.png"),
            ("document", "fake.jpg"),
        ]
        data = await r.http.get("/sandbox/file", params={"id": sent["files"][0]})
        assert (data.content, data.headers["content-type"]) == (b"no picture", "image/jpeg")
        assert (await r.http.get("/sandbox/file", params={"id": "none"})).status_code == 404

    async def test_a_caption_has_its_limit(self, r: Room) -> None:
        """1024 characters."""
        base64 = "eA=="
        body = {"who": "bowen", "place": GROUP, "name": "x", "base64": base64, "text": "x" * 1025}
        assert (await r.denied("upload", **body))[0] == 413

    async def test_an_album_is_made_of_files(self, r: Room) -> None:
        """Each with its name and its bytes."""
        body = {"who": "bowen", "place": GROUP, "name": "x", "base64": "eA=="}
        for album in (["x"], [{"name": "y"}], [{"name": "y", "base64": "?"}]):
            assert (await r.denied("upload", album=album, **body))[0] == 400

    async def test_more_than_ten_are_several_albums(self, r: Room) -> None:
        """As clients send them."""
        files = [(f"{number}.png", png()) for number in range(11)]
        await r.telegram.upload("bowen", "NL-Bowen", files)
        albums = [message["album"] for message in await r.messages()]
        assert (len(set(albums[:10])), albums[10]) == (1, None)


async def test_keyboards_are_shown_and_pressed(r: Room) -> None:
    """Under a message; a reply keyboard writes what is pressed; a forced reply is only shown."""
    await r.say("one", reply_markup=keyboard("Done"))
    await r.say("two", reply_markup={"keyboard": [["Yes", {"text": "No"}]]})
    await r.say("three", reply_markup={"force_reply": True})
    await r.say("four", reply_markup={"remove_keyboard": True})
    shown = await r.messages()
    assert [message["keyboard"] for message in shown] == ["inline", "reply", "force_reply", "remove"]
    assert [message["buttons"] for message in shown[:2]] == [
        [{"label": "Done", "value": "done"}],
        [{"label": "Yes"}, {"label": "No"}],
    ]
    await r.post("press", who="bowen", message=shown[1]["id"], button="no")
    assert (await r.messages())[-1]["text"] == "No"


async def test_watchers_are_told_of_changes(r: Room) -> None:
    """With the place; until they stop watching."""
    told: list[tuple[str, str]] = []
    stop = r.sandbox.control.on_change(lambda service, what: told.append((service, what)))
    await r.said("bowen", "hello")
    await r.say("here", STAFF)
    stop()
    await r.said("bowen", "again")
    assert told == [("telegram", GROUP), ("telegram", FORUM)]


class TestWorld:
    def test_a_desk_says_who_and_what_is_on_telegram(self) -> None:
        """Its groups by their ids, topics of one group together, people by their accounts; outsiders come along."""
        desk = load_desks(slack_desks())["mhj"]
        people = desk.people | {
            "bowen": Person(name="Bowen", roles=("supplier",), telegram=BOWEN),
            "kim": desk.people["kim"].model_copy(update={"telegram": 7}),
        }
        channels = {
            "csr": desk.channels["csr"],
            "supplier_nl": Channel(name="NL-Bowen", place=f"telegram:{SUPPLIER}", kind="supplier"),
            "leads": Channel(name="Leads", place=f"telegram:{STAFF}:4", roles=("backend",)),
            "returns": Channel(name="Returns", place=f"telegram:{STAFF}:9", roles=("backend",)),
        }
        world = world_of(desk.model_copy(update={"people": people, "channels": channels}))
        assert world.telegram is not None
        assert [(group.key, group.id, group.title, group.members) for group in world.telegram.groups] == [
            ("supplier", SUPPLIER, "NL-Bowen", ("kim", "bowen")),
            ("", STAFF, "MHJ Customer Support", ("kim",)),
        ]
        topics = [(topic.id, topic.name, topic.key) for topic in world.telegram.groups[1].topics]
        assert topics == [(4, "Leads", "leads"), (9, "Returns", "returns")]
        assert (world.person("bowen").id, world.person("bowen").telegram) == ("", BOWEN)
        assert world.person("stranger").telegram is not None
        sandbox = Sandbox(world)
        assert sandbox.control.state()["channels"]["leads"] == "telegram:MHJ Customer Support/Leads"
        assert sandbox.control.forms("bowen") == {"form": None}

    def test_a_desk_on_slack_alone_has_no_telegram(self) -> None:
        """And its outsiders have no accounts there."""
        desk = load_desks(slack_desks())["mhj"]
        world = world_of(
            desk.model_copy(update={"people": {"kim": Person(name="Kim", roles=("ops",), slack="U1")}})
        )
        assert (world.telegram, world.person("stranger").telegram) == (None, None)

    def test_people_may_have_started_the_bot_already(self) -> None:
        """Then it may write to them."""
        people = {"kim": {"telegram": 7}, "bram": {"telegram": 8}}
        world = world_from({"people": people, "channels": {}, "telegram": {"started": ["kim"]}})
        sandbox = Sandbox(world)
        assert sandbox.telegram is not None
        chats = [sandbox.telegram.room.state.direct(user) for user in (7, 8)]
        assert [chat.bot_is_in for chat in chats] == [True, False]

    def test_what_is_wrong_with_plain_data_is_said(self) -> None:
        """An unknown seat, and a member who is not on Telegram."""
        with pytest.raises(ValueError, match=r"groups.g.seat: 'king'"):
            telegram_world_from({"groups": {"g": {"title": "G", "seat": "king"}}}, ())
        with pytest.raises(ValueError, match="not on Telegram: kim"):
            world_from(
                {"people": {"kim": {}}, "channels": {},
                 "telegram": {"groups": {"g": {"title": "G", "members": ["kim"]}}}}
            )  # fmt: skip
