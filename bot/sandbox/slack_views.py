"""Modals and home tabs: triggers, the stack of modals each person has open, and their hashes.

Source: docs.slack.dev, "Modals": a trigger lives three seconds and opens one view; at most three views are
stacked; an update with a stale hash is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.slack_blocks import checked_view
from bot.sandbox.slack_ids import Ids, Json
from bot.sandbox.slack_inputs import blank, fields_of
from bot.sandbox.slack_refusal import SlackRefusal

TRIGGER_SECONDS = 3.0
STACK_DEPTH = 3
Values = dict[str, dict[str, Json]]


@dataclass
class OpenView:
    """A modal on somebody's screen, or their home tab; `values` and `errors` are what the screen shows."""

    id: str
    user: str
    view: Json
    hash: str
    root: str
    previous: str | None
    values: Values
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        """The app's own id for it, empty when it gave none."""
        return str(self.view.get("external_id") or "")


@dataclass
class Trigger:
    """What a command, a shortcut or a press gives the app for opening a view."""

    user: str
    until: float
    view: str | None
    used: bool = False


class Views:
    """Every person's modals and home tab. `clock` is monotonic, in seconds."""

    def __init__(self, ids: Ids, app: Json, clock: Callable[[], float] = time.monotonic) -> None:
        self._ids = ids
        self._app = app
        self._clock = clock
        self._hashes = 0
        self.triggers: dict[str, Trigger] = {}
        self.stacks: dict[str, list[OpenView]] = {}
        self.homes: dict[str, OpenView] = {}

    def trigger(self, user: str, view: str | None = None) -> str:
        """A new trigger id; `view` is the modal it was made in."""
        number = len(self.triggers) + 1
        ident = f"{number}.{int(self._clock() * 1000)}.{self._ids.new('x').lower()}"
        self.triggers[ident] = Trigger(user, self._clock() + TRIGGER_SECONDS, view)
        return ident

    def _usable(self, ident: str) -> Trigger:
        trigger = self.triggers.get(ident)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._clock() > trigger.until:
            raise SlackRefusal("expired_trigger_id")
        return trigger

    def open(self, trigger_id: str, view: Json) -> OpenView:
        """Open a modal; one that is already open on the same screen gives way.

        Raises:
            SlackRefusal: the trigger or the view is refused; an unused trigger stays usable.
        """
        trigger = self._usable(trigger_id)
        shown = self._made(view, trigger.user)
        trigger.used = True
        self.stacks[trigger.user] = [shown]
        return shown

    def push(self, trigger_id: str, view: Json) -> OpenView:
        """Put a modal on top of the one its trigger was made in."""
        trigger = self._usable(trigger_id)
        stack = self.stacks.get(trigger.user, [])
        if trigger.view is None or trigger.view not in {part.id for part in stack}:
            raise SlackRefusal("invalid_trigger_id")
        shown = self.stack(trigger.user, view)
        trigger.used = True
        return shown

    def stack(self, user: str, view: Json) -> OpenView:
        """Put a modal on top of a person's stack, as `views.push` and `response_action: push` do."""
        stack = self.stacks.get(user, [])
        if len(stack) >= STACK_DEPTH:
            raise SlackRefusal("push_limit_reached")
        shown = self._made(view, user)
        shown.root, shown.previous = stack[0].id, stack[-1].id
        stack.append(shown)
        return shown

    def update(self, view: Json, *, ident: str = "", external: str = "", known: str = "") -> OpenView:
        """Replace an open view in place, found by its id or its external id; `known` is the hash it had.

        Raises:
            SlackRefusal: there is none, the hash is stale, or the view is refused.
        """
        shown = self.find(ident, external)
        if shown is None:
            raise SlackRefusal("not_found")
        if known and known != shown.hash:
            raise SlackRefusal("hash_conflict")
        self.replace(shown, view)
        return shown

    def replace(self, shown: OpenView, view: Json) -> None:
        """Put another view in the place of an open one; what was filled in stays where ids are the same."""
        checked = checked_view(view, self._ids, shown.view["type"])
        self._check_external(checked, besides=shown)
        shown.view, shown.hash, shown.errors = checked, self._hash(), {}
        shown.values = initial_values(checked, before=shown.values)

    def publish(self, user: str, view: Json, known: str = "") -> OpenView:
        """Put a view on a person's home tab."""
        checked = checked_view(view, self._ids, "home")
        shown = self.homes.get(user)
        if shown is not None and known and known != shown.hash:
            raise SlackRefusal("hash_conflict")
        if shown is None:
            shown = self._opened(checked, user)
            self.homes[user] = shown
        else:
            shown.view, shown.hash, shown.values = checked, self._hash(), initial_values(checked)
        return shown

    def top(self, user: str) -> OpenView | None:
        """The modal a person looks at."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def close(self, user: str, *, all_of_them: bool = False) -> list[OpenView]:
        """Close the top modal, or the whole stack; answers what was closed, topmost first."""
        stack = self.stacks.get(user, [])
        closed = [stack.pop() for _ in range(len(stack) if all_of_them else min(1, len(stack)))]
        if not stack:
            self.stacks.pop(user, None)
        return closed

    def find(self, ident: str, external: str = "") -> OpenView | None:
        """An open modal or a home tab."""
        every = [shown for stack in self.stacks.values() for shown in stack] + list(self.homes.values())
        for shown in every:
            if shown.id == ident or (external and shown.external_id == external):
                return shown
        return None

    def json(self, shown: OpenView) -> Json:
        """A view as Slack answers and sends it."""
        blank_view: Json = {
            "close": None,
            "submit": None,
            "clear_on_close": False,
            "notify_on_close": False,
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
        }
        return {
            "id": shown.id,
            **self._app,
            **blank_view,
            **{key: value for key, value in shown.view.items() if value is not None},
            "state": {"values": shown.values},
            "hash": shown.hash,
            "root_view_id": shown.root,
            "previous_view_id": shown.previous,
        }

    def _made(self, view: Json, user: str) -> OpenView:
        checked = checked_view(view, self._ids, "modal")
        self._check_external(checked)
        return self._opened(checked, user)

    def _opened(self, checked: Json, user: str) -> OpenView:
        ident = self._ids.new("V")
        return OpenView(ident, user, checked, self._hash(), ident, None, initial_values(checked))

    def _check_external(self, view: Json, besides: OpenView | None = None) -> None:
        external = view.get("external_id")
        other = self.find("", str(external)) if external else None
        if other is not None and other is not besides:
            raise SlackRefusal("duplicate_external_id")

    def _hash(self) -> str:
        self._hashes += 1
        return f"{int(self._clock())}.{self._hashes:06d}"


def initial_values(view: Json, before: Values | None = None) -> Values:
    """What a view's inputs hold when it appears: what was there under the same ids, else what is initial."""
    values: Values = {}
    for part in fields_of(view):
        kept = (before or {}).get(part.block_id, {}).get(part.action_id)
        fresh = kept if kept is not None and kept["type"] == part.type else blank(part.element)
        values.setdefault(part.block_id, {})[part.action_id] = fresh
    return values
