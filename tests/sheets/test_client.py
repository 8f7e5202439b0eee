from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sheets.client import Client, open_client
from sheets.errors import NotAllowed, NoWorkbook, Unreachable
from tests.bot.sandbox.google_world import BOOK, BOT
from tests.sheets.room import Room, key


@contextmanager
def opened(room: Room, credentials: str, **more: object) -> Iterator[Client]:
    """A client that is closed again."""
    client = open_client(credentials, room.world.base, **more)  # type: ignore[arg-type]  # Only the time-out.
    yield client
    client.close()


@pytest.mark.parametrize("as_file", [False, True])
def test_the_key_may_be_the_json_itself_or_its_path(room: Room, tmp_path: Path, as_file: bool) -> None:
    """Settings hold either."""
    text = key(room.google, room.world.base)
    file = tmp_path / "key.json"
    file.write_text(text)
    with opened(room, str(file) if as_file else text) as client:
        assert client.email == BOT
        assert client.spreadsheet(BOOK, "spreadsheetId") == {"spreadsheetId": BOOK}


@pytest.mark.parametrize("text", ["{", "/no/such/file", '{"type": "service_account"}', "{}"])
def test_a_key_that_cannot_be_read_is_said_to_be_that(text: str) -> None:
    """The sentence says so, and holds nothing of the key."""
    with pytest.raises(NotAllowed, match="its key cannot be read"):
        open_client(text)


def test_a_key_google_does_not_know_is_not_allowed(room: Room) -> None:
    """The token service refuses the signature."""
    other = {
        **json.loads(key(room.google, room.world.base)),
        "client_email": "other@sandbox.iam.gserviceaccount.com",
    }
    with opened(room, json.dumps(other)) as client, pytest.raises(NotAllowed):
        client.values(BOOK, ["'Items'!1:1"])


def test_calls_are_counted_by_vendor_and_kind(room: Room) -> None:
    """What the metrics show: reads and writes, of Sheets and of Drive, refused ones too."""
    with opened(room, key(room.google, room.world.base)) as client:
        client.values(BOOK, ["'Items'!1:1"])
        client.batch_update(
            BOOK, [{"updateSpreadsheetProperties": {"properties": {"title": "T"}, "fields": "title"}}]
        )
        client.drive("GET", f"files/{BOOK}", {"fields": "id"})
        with pytest.raises(NoWorkbook):
            client.spreadsheet("nowhere", "spreadsheetId")
        assert client.requests == {"sheets.read": 2, "sheets.write": 1, "drive.read": 1}
        assert client.calls == 4


def test_a_slow_answer_is_given_up_and_doubted(room: Room) -> None:
    """Nobody waits for ever; what was under way may have been carried out."""
    room.google.slow_seconds = 1.0
    with opened(room, key(room.google, room.world.base), timeout=(1.0, 0.2)) as client:
        client.values(BOOK, ["'Items'!1:1"])
        room.world.faults.switch("sheets", "slow", times=1)
        rename = {"updateSpreadsheetProperties": {"properties": {"title": "T"}, "fields": "title"}}
        with pytest.raises(Unreachable) as raised:
            client.batch_update(BOOK, [rename])
        assert raised.value.doubtful


def test_nothing_but_the_sandbox_is_asked(room: Room) -> None:
    """google-auth's own session would ask another of Google's hosts; the guard of the tests would stop it."""
    with opened(room, key(room.google, room.world.base)) as client:
        client.values(BOOK, ["'Items'!1:1"])
    assert room.meddling.seen[-2:] == ["token", "values:batchGet"]


def test_a_retired_client_begins_no_call(room: Room) -> None:
    """Nothing is sent any more, and so nothing can have landed."""
    with opened(room, key(room.google, room.world.base)) as client:
        client.retire()
        with pytest.raises(Unreachable) as refused:
            client.values(BOOK, ["'Items'!1:1"])
        assert (refused.value.doubtful, client.calls) == (False, 0)
