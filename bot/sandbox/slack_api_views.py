"""Web API: views.* (docs.slack.dev, "views.open" and its neighbours)."""

from __future__ import annotations

from bot.sandbox.slack_ids import Json
from bot.sandbox.slack_methods import Method, known_user
from bot.sandbox.slack_refusal import Arguments, SlackRefusal
from bot.sandbox.slack_views import OpenView
from bot.sandbox.slack_workspace import Workspace


def _view(args: Arguments) -> Json:
    view = args.data("view")
    if not isinstance(view, dict):
        raise SlackRefusal("invalid_arguments", messages=["missing required field: view"])
    return view


def applied(slack: Workspace, effect: str, shown: OpenView) -> Json:
    """Write down what happened to a view and answer it."""
    view = slack.views.json(shown)
    slack.record(effect, user=slack.state.users[shown.user].person, view_id=shown.id, view=view)
    slack.changed("")
    return {"view": view}


def _trigger(args: Arguments) -> str:
    return args.text("trigger_id") or args.needed("interactivity_pointer", "invalid_trigger_id")


def open_view(slack: Workspace, args: Arguments) -> Json:
    """views.open."""
    return applied(slack, "views.open", slack.views.open(_trigger(args), _view(args)))


def push_view(slack: Workspace, args: Arguments) -> Json:
    """views.push."""
    return applied(slack, "views.push", slack.views.push(_trigger(args), _view(args)))


def update_view(slack: Workspace, args: Arguments) -> Json:
    """views.update."""
    ident, external = args.text("view_id"), args.text("external_id")
    if not ident and not external:
        raise SlackRefusal("invalid_arguments", messages=["missing required field: view_id"])
    shown = slack.views.update(_view(args), ident=ident, external=external, known=args.text("hash"))
    return applied(slack, "views.update", shown)


def publish_view(slack: Workspace, args: Arguments) -> Json:
    """views.publish."""
    user = known_user(slack, args.needed("user_id"))
    return applied(slack, "views.publish", slack.views.publish(user.id, _view(args), args.text("hash")))


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push_view),
    "views.update": Method(update_view),
    "views.publish": Method(publish_view),
}
