"""Web API: who we are and who they are (auth.*, apps.*, team.*, bots.*, users.*)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_methods import Method, known_user
from bot.sandbox.slack_paging import page
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_state import User
from bot.sandbox.slack_workspace import Workspace


def auth_test(slack: Workspace, _args: Arguments) -> Json:
    """auth.test."""
    state = slack.state
    return {
        "url": f"https://{slack.world.domain}.slack.com/",
        "team": slack.world.team_name,
        "user": state.users[state.bot_user].name,
        "team_id": slack.world.team,
        "user_id": state.bot_user,
        "bot_id": state.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(slack: Workspace, _args: Arguments) -> Json:
    """apps.connections.open: the URL of one web socket."""
    base = "ws" + slack.base.removeprefix("http")
    return {"url": f"{base}/slack/socket?ticket={slack.sockets.ticket()}&app_id={slack.state.app_id}"}


def team_info(slack: Workspace, args: Arguments) -> Json:
    """team.info."""
    if args.text("team", slack.world.team) != slack.world.team:
        raise SlackRefusal("team_not_found")
    world = slack.world
    return {"team": {"id": world.team, "name": world.team_name, "domain": world.domain, "email_domain": ""}}


def bots_info(slack: Workspace, args: Arguments) -> Json:
    """bots.info."""
    state = slack.state
    if args.text("bot", state.bot_id) != state.bot_id:
        raise SlackRefusal("bot_not_found")
    bot = {
        "id": state.bot_id,
        "deleted": False,
        "name": slack.world.bot_name,
        "updated": 0,
        "app_id": state.app_id,
        "user_id": state.bot_user,
        "icons": {},
    }
    return {"bot": bot}


def user_json(slack: Workspace, user: User, *, with_locale: bool = False) -> Json:
    """A user as Slack answers it; the address only with `users:read.email`."""
    offset = datetime.fromtimestamp(slack.state.now(), UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    profile: Json = {"real_name": user.real_name, "display_name": user.name, "team": user.team}
    if user.email and "users:read.email" in slack.scopes:
        profile["email"] = user.email
    json: Json = {
        "id": user.id,
        "team_id": user.team,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.kind == "deactivated",
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if user.kind == "deactivated":
        return json
    guest = user.kind == "guest"
    foreign = {"is_stranger": True} if user.kind == "foreign" else {}
    json |= {
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": guest,
        "is_ultra_restricted": guest,
        **foreign,
    }
    return json | ({"locale": user.locale} if with_locale else {})


def users_info(slack: Workspace, args: Arguments) -> Json:
    """users.info."""
    user = known_user(slack, args.needed("user", "user_not_found"))
    return {"user": user_json(slack, user, with_locale=args.flag("include_locale"))}


def users_list(slack: Workspace, args: Arguments) -> Json:
    """users.list."""
    members = [
        user_json(slack, user, with_locale=args.flag("include_locale"))
        for user in slack.state.users.values()
        if user.kind != "foreign"
    ]
    shown, cursor = page(members, args, default=1000)
    more = {"response_metadata": {"next_cursor": cursor}}
    return {"members": shown, "cache_ts": int(slack.state.now()), **more}


def lookup_by_email(slack: Workspace, args: Arguments) -> Json:
    """users.lookupByEmail."""
    user = slack.state.by_email(args.needed("email", "users_not_found"))
    if user is None or user.kind == "deactivated":
        raise SlackRefusal("users_not_found")
    return {"user": user_json(slack, user)}


METHODS = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(open_connection, by="app"),
    "team.info": Method(team_info, "team:read"),
    "bots.info": Method(bots_info, "users:read"),
    "users.info": Method(users_info, "users:read"),
    "users.list": Method(users_list, "users:read"),
    "users.lookupByEmail": Method(lookup_by_email, "users:read.email"),
}
