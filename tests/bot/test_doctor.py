"""`deskbell doctor`: every fault gives its line and its cure, and nothing but that fault is found."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from bot.sandbox.app import BOT_ADDRESS, SHEETS_OWNER
from bot.slack.scopes import BOT_SCOPES
from tests.bot.clinic import Clinic, clinic
from tests.database import on

pytestmark = pytest.mark.anyio
BOOK = "shop: workbook “Book”"
REINSTALL = "Paste docs/slack-manifest.json into the app's manifest and reinstall the app."


@pytest.fixture
async def well(database_url: str) -> AsyncIterator[Clinic]:
    """A desk that nothing is wrong with."""
    async with clinic(database_url) as opened:
        assert (await opened.init())[0] == 0
        yield opened


async def test_a_desk_in_order_is_well(well: Clinic) -> None:
    """Everything that was looked at is named, and nothing was changed."""
    before = list(well.sandbox.truth.entries)
    assert await well.examined() == [
        f"ok     {what}"
        for what in [
            "declarations: shop (2 trackers)",
            "database: reached, up to date",
            "slack: signed in as deskbell in The shop",
            f"slack: all {len(BOT_SCOPES)} scopes",
            "clock: right",
            "shop: channel #support",
            "shop: channel #supplier",
            "shop: channel #closed",
            "shop: Agent",
            "shop: Lead",
            "shop: Bowen",
            "slack: Socket Mode",
            f"google: the account is {BOT_ADDRESS}",
            f"{BOOK} reached",
            f"{BOOK}: tab “Broken” has its 27 columns",
            f"{BOOK} may be written",
            "shop: workbook “Safe” reached",
            "shop: workbook “Safe”: tab “Disputes” has its 31 columns",
            "shop: workbook “Safe” may be written",
            "pictures: drawn, with fonts for every common script, Chinese among them",
        ]
    ]
    assert well.sandbox.truth.entries == before


def _archive(at: Clinic) -> None:
    at.channel("support").archived = True


def _put_out(at: Clinic) -> None:
    at.channel("support").members.discard(at.sandbox.slack.workspace.state.bot_user)


def _put_out_of_closed(at: Clinic) -> None:
    at.channel("closed").members.discard(at.sandbox.slack.workspace.state.bot_user)


def _open_up(at: Clinic) -> None:
    at.channel("closed").kind = "channel"


def _rename_user(at: Clinic) -> None:
    users = at.sandbox.slack.workspace.state.users
    users["U0OTHER"] = users.pop("U0AGENT")


def _kind(kind: str) -> Callable[[Clinic], None]:
    def change(at: Clinic) -> None:
        at.sandbox.slack.workspace.state.users["U0AGENT"].kind = kind

    return change


def _type_over_header(at: Clinic) -> None:
    at.sandbox.google.edit("book-1", "Broken", 1, 3, "Remarks", SHEETS_OWNER)


FAULTS: dict[str, tuple[Callable[[Clinic], None], str, str]] = {
    "no bot token": (
        lambda at: at.secret("slack_bot_token", None),
        "slack: no bot token",
        "Set SLACK_BOT_TOKEN (docs/setup-slack.md).",
    ),
    "wrong bot token": (
        lambda at: at.secret("slack_bot_token", "xoxb-wrong"),
        "slack: the bot token is refused (invalid_auth)",
        "Install the app again and set SLACK_BOT_TOKEN to its bot token.",
    ),
    "missing scope": (
        lambda at: at.grant(*(scope for scope in BOT_SCOPES if scope != "files:write")),
        "slack: scopes missing: files:write",
        REINSTALL,
    ),
    "archived channel": (
        _archive,
        "shop: channel #support is archived",
        "Unarchive it, or put another channel's id into desk.toml.",
    ),
    "bot not in channel": (
        _put_out,
        "shop: channel #support: the bot is not in it",
        "Type /invite @deskbell in #support.",
    ),
    "bot not in private channel": (
        _put_out_of_closed,
        "shop: channel #closed (C0CLOSED) is not found (channel_not_found)",
        "Put the channel's id into desk.toml; if it is private, type /invite @deskbell in it.",
    ),
    "restricted channel that is public": (
        _open_up,
        "shop: channel #closed is restricted and everybody can read it",
        "Make the channel private.",
    ),
    "unknown person": (
        _rename_user,
        "shop: Agent (U0AGENT) is not found (user_not_found)",
        "Copy the member id from their Slack profile into desk.toml.",
    ),
    "deactivated person": (
        _kind("deactivated"),
        "shop: Agent's Slack account is deactivated",
        "Set `active = false` for them in desk.toml.",
    ),
    "guest": (
        _kind("guest"),
        "shop: Agent is a guest in Slack",
        "Make them a full member, or give them no other role than the supplier's in desk.toml.",
    ),
    "bot as a person": (
        _kind("bot"),
        "shop: Agent is a bot",
        "Put the member id of a person into desk.toml.",
    ),
    "app token refused": (
        lambda at: at.secret("slack_app_token", "xapp-wrong"),
        "slack: the app token is refused (invalid_auth)",
        "Make an app-level token with connections:write and set SLACK_APP_TOKEN to it.",
    ),
    "no service account": (
        lambda at: at.secret("google_credentials", None),
        "google: no service account",
        "Set GOOGLE_CREDENTIALS (docs/setup-google.md).",
    ),
    "no sheet permission": (
        lambda at: at.sandbox.google.unshare("book-1", BOT_ADDRESS),
        f"{BOOK}: Google refuses the bot's account (The caller does not have permission). Share the workbook "
        "with the service account's address as an editor, then run `deskbell doctor`.",
        f"Share the workbook with {BOT_ADDRESS} as an editor, and compare its id with desk.toml.",
    ),
    "read-only sheet": (
        lambda at: at.sandbox.google.share("book-1", BOT_ADDRESS, "reader"),
        f"{BOOK} is shared with the bot to read only",
        f"Share it with {BOT_ADDRESS} as an editor.",
    ),
    "missing header": (
        _type_over_header,
        f"{BOOK}: tab “Broken” has no column “Detail”",
        "Write the header into row 1 again, or run `deskbell sheets init`.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_named_with_its_cure(well: Clinic, name: str) -> None:
    """One thing is broken: it is the only fault, in one line with what to do about it."""
    break_it, what, cure = FAULTS[name]
    break_it(well)
    assert await well.faults() == [(what, cure)]


@pytest.mark.parametrize(("minutes", "word"), [(3, "behind"), (-3, "ahead")])
async def test_a_clock_that_is_off(well: Clinic, minutes: int, word: str) -> None:
    """Slack's date is compared with ours, in either direction."""
    well.sandbox.slack.workspace.date = lambda: time.time() + 60 * minutes
    ((what, cure),) = await well.faults()
    assert what.startswith("clock: 1")
    assert what.endswith(f" s {word} of Slack's")
    assert "NTP" in cure


async def test_another_workspace(well: Clinic) -> None:
    """A token of a workspace that is not the desk's: no channel and nobody is looked for there."""
    workspace = well.sandbox.slack.workspace
    workspace.world = replace(workspace.world, team="T0ELSE")
    assert await well.faults() == [
        (
            "shop: the token is for the workspace T0ELSE, the desk for T0SHOP",
            "Set `slack_team` in desk.toml to the workspace's id, or SLACK_BOT_TOKEN to that workspace's token.",
        )
    ]


async def test_scopes_that_hide_channels_and_people(well: Clinic) -> None:
    """Without the scopes of looking, each thing that could not be looked at says which one it needs."""
    well.grant(*(scope for scope in BOT_SCOPES if scope not in ("groups:read", "users:read")))
    faults = await well.faults()
    assert faults[0] == ("slack: scopes missing: groups:read, users:read", REINSTALL)
    assert [what for what, _ in faults[1:]] == [
        "shop: channel #closed (C0CLOSED) is not found (missing_scope: groups:read)",
        "shop: Agent (U0AGENT) is not found (missing_scope: users:read)",
        "shop: Lead (U0LEAD) is not found (missing_scope: users:read)",
        "shop: Bowen (U0BOWEN) is not found (missing_scope: users:read)",
    ]
    assert {cure for _, cure in faults} == {REINSTALL}


async def test_a_supplier_may_be_a_guest(well: Clinic) -> None:
    """The guide offers it, so the doctor does not mind."""
    well.sandbox.slack.workspace.state.users["U0BOWEN"].kind = "guest"
    assert await well.faults() == []


async def test_signed_requests_need_no_app_token(well: Clinic) -> None:
    """One of the two ways in is enough; none is a fault."""
    well.secret("slack_app_token", None)
    assert "ok     slack: signed HTTP" in await well.examined()
    well.secret("slack_signing_secret", None)
    ((what, cure),) = await well.faults()
    assert what == "slack: neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET"
    assert "docs/setup-slack.md" in cure


async def test_slack_out_of_reach(well: Clinic) -> None:
    """Nobody answers: the doctor says so and goes on with the rest."""
    well.sandbox.faults.switch("slack", "cut")
    assert [what.partition(" (")[0] for what, _ in await well.faults()] == [
        "slack: cannot be reached",
        "slack: the app token is refused: no answer",
    ]


async def test_slack_in_trouble_is_waited_for(well: Clinic) -> None:
    """An error of Slack's own is not the token's fault."""
    well.sandbox.faults.switch("slack", "503", times=1)
    assert await well.faults() == [
        ("slack: the bot token is refused (service_unavailable)", "Run `deskbell doctor` again in a minute.")
    ]


async def test_a_database_that_lacks_migrations(well: Clinic, server: str) -> None:
    """A new database is one command away."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS doctored WITH (FORCE)"))
        connection.execute(sql.SQL("CREATE DATABASE doctored"))
    well.secret("database_url", on(server, "doctored"))
    ((what, cure),) = await well.faults()
    assert what.startswith("database: lacks 0001_ground.sql")
    assert cure == "Run `deskbell migrate`."


async def test_a_database_out_of_reach(well: Clinic) -> None:
    """The server's own sentence is passed on, and never the password."""
    well.secret("database_url", "postgresql://deskbell:hunter2@127.0.0.1:1/deskbell")
    ((what, cure),) = await well.faults()
    assert what.startswith("database: cannot be reached (")
    assert "hunter2" not in what
    assert cure == "Start it, or mend DATABASE_URL."


async def test_a_key_that_cannot_be_read(well: Clinic) -> None:
    """A path that leads nowhere is said before anything is asked of Google."""
    well.secret("google_credentials", "/nowhere/key.json")
    ((what, cure),) = await well.faults()
    assert what.startswith("google: Google refuses the bot's account (its key cannot be read")
    assert "GOOGLE_CREDENTIALS" in cure
