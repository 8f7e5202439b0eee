"""Slack's payloads in, our answers out: every route awaits `receive`, which commits, and only then acknowledges.

`receive` raises when nothing could be committed. Then nothing is acknowledged and Slack delivers events again; what
it does not deliver again (commands, buttons, forms) is answered with a sentence, so that nobody thinks it was done.
Who may do what is not decided here: an account of any workspace is passed on with its team.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import events, said, unheard, words
from bot.slack.answering import at, errors_of, homeless, late, ready, replacing, spoken
from bot.slack.client import VENDOR_ERRORS, IdentityUnknown, Slack, quiet_logger
from bot.slack.events import Ears
from bot.slack.modal import fields, modal
from bot.slack.payload import Payload, first_action, inside, presser, text_at
from bot.slack.voice import Voice
from handlers.decision import Decision
from handlers.events import CommandIssued, Event, MessagePosted, ReactionAdded
from handlers.form import Form
from handlers.message import Message
from handlers.place import PersonKey, Place
from handlers.ports import Clock

Receive = Callable[[Event], Awaitable[Decision]]
"""The intake: returns what was decided, after the commit."""

Body = dict[str, Any]
log = structlog.get_logger(__name__)


class Listener:
    """A Bolt app wired to the intake. `app` is what a socket or an HTTP route hands its requests to.

    Args:
        slack: the workspace's Web API.
        receive: the intake; raises when it could not commit.
        now: the clock, for payloads that carry no moment.
        people: person of the desk to Slack user id.
        names: Slack user id to the name a mention of them reads as.
    """

    def __init__(
        self,
        slack: Slack,
        receive: Receive,
        now: Clock,
        *,
        people: Mapping[PersonKey, str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._slack = slack
        self._receive = receive
        self._now = now
        self._names = names or {}
        self.voice = Voice(slack, people or {})
        self.app = AsyncApp(
            name=words.APP,
            logger=quiet_logger(),
            client=_without_token(slack),
            authorize=_Ourselves(slack),
            process_before_response=True,
            request_verification_enabled=False,  # bot.slack.http verifies the raw bytes first; a socket needs none.
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._route()

    def _route(self) -> None:
        app = self.app
        for name in words.COMMANDS:
            app.command(f"/{name}")(self._on_command)
        app.shortcut({"type": "message_action", "callback_id": words.LOG_SHORTCUT})(self._on_shortcut)
        app.action(re.compile(""))(self._on_action)
        app.view(words.FORM)(self._on_form)
        app.event("message")(self._on_message)
        app.event("app_mention")(self._on_mention)
        app.event("reaction_added")(self._on_reaction)
        app.event(re.compile(""))(self._on_other)
        app.error(self._on_error)

    async def _ears(self) -> Ears:
        return Ears((await self._slack.identity()).bot_user, self._names)

    # --- commands and shortcuts ---

    async def _on_command(self, ack: AsyncAck, body: Body) -> None:
        event = events.command(body, await self._ears(), self._now())
        if event is None:
            await ack()
            return
        decision = await self._receive(event)
        answer = spoken(decision)
        if decision.form is not None and not await self._open(body, decision.form, event.place):
            answer = late(event)
        await ack(self.voice.ephemeral(answer) if answer is not None else "")

    async def _on_shortcut(self, ack: AsyncAck, body: Body) -> None:
        channel, stamp = text_at(body, "channel", "id"), text_at(body, "message", "ts")
        link = await self._slack.permalink(channel, stamp, text_at(body, "message", "thread_ts"))
        event = events.shortcut(body, await self._ears(), self._now(), link)
        if event is not None:
            await self._act(body, await self._receive(event), event.place, words.CHOOSE_AGAIN)
        await ack()

    # --- buttons and open forms ---

    async def _on_action(self, ack: AsyncAck, body: Body) -> None:
        action = first_action(body)
        in_view = bool(inside(body, "view"))
        if in_view and action.get("type") != "button":
            await self._form_changed(body)
        elif in_view:
            await self._pressed_in_view(body)
        else:
            await self._pressed(body)
        await ack()

    async def _form_changed(self, body: Body) -> None:
        event = events.changed(body, self._now())
        decision = await self._receive(event) if event is not None else Decision()
        if event is not None and decision.form is not None:
            await self.voice.redraw(inside(body, "view"), modal(at(decision.form, event.place)))

    async def _pressed_in_view(self, body: Body) -> None:
        event = events.pressed(body, self._now())
        if event is None:
            return
        decision = await self._receive(event)
        view = inside(body, "view")
        if decision.form is not None:
            await self.voice.redraw(view, modal(at(decision.form, event.place)))
        else:
            done = spoken(decision) or Message(lines=(words.ALL_DONE,))
            await self.voice.redraw(view, self.voice.told(done, view))

    async def _pressed(self, body: Body) -> None:
        is_again = text_at(first_action(body), "action_id").startswith(f"{words.AGAIN}:")
        event = events.again(body, self._now()) if is_again else events.pressed(body, self._now())
        if event is not None:
            await self._act(body, await self._receive(event), event.place, words.PRESS_AGAIN)

    async def _act(self, body: Body, decision: Decision, place: Place, too_late: str) -> None:
        """Show what was decided about a press: the form, or words for whoever pressed."""
        answer = spoken(decision)
        if decision.form is not None and not await self._open(body, decision.form, place):
            answer = Message(lines=(too_late,))
        if answer is not None:
            self._tell(body, place, answer)

    async def _open(self, body: Body, form: Form, place: Place) -> bool:
        return await self.voice.open(text_at(body, "trigger_id"), at(form, place))

    def _tell(self, body: Body, place: Place, answer: Message) -> None:
        """A thread is reached by a call; an ephemeral message, or where we may not be, by the response URL."""
        account, url = presser(body), text_at(body, "response_url")
        if url and (place.thread is None or place.direct or events.is_ephemeral(body)):
            self.voice.respond_later(url, answer)
        elif account is not None:
            self.voice.whisper_later(place, account.user, answer, url)

    async def _on_form(self, ack: AsyncAck, body: Body) -> None:
        event = events.submitted(body, self._now())
        if event is None:
            log.warning("slack_form_without_context")
            await ack()
            return
        decision = await self._receive(event)
        view = inside(body, "view")
        errors = errors_of(decision.faults, fields(view))
        if decision.form is not None and (not errors or homeless(decision.faults, fields(view))):
            await ack(replacing(modal(at(decision.form, event.place))))
        elif errors:
            await ack({"response_action": "errors", "errors": errors})
        elif (answer := spoken(decision)) is not None:
            await ack(replacing(self.voice.told(answer, view)))
        else:
            await ack()

    # --- events; Bolt acknowledges them when their listener returns ---

    async def _on_message(self, body: Body) -> None:
        await self._hear(said.said(body, await self._ears(), self._now()))

    async def _on_mention(self, body: Body) -> None:
        await self._hear(said.mention(body, await self._ears(), self._now()))

    async def _on_reaction(self, body: Body) -> None:
        await self._hear(said.reaction(body, await self._ears(), self._now()))

    async def _on_other(self) -> None:
        """An event we did not ask for: acknowledged, so that Slack does not send it again."""

    async def _hear(self, event: CommandIssued | MessagePosted | ReactionAdded | None) -> None:
        if event is None:
            return
        decision = await self._receive(event)
        answer = spoken(decision)
        if decision.form is not None and isinstance(event, CommandIssued):
            # A message brings no trigger, so its form needs a press.
            answer = ready(event, answer)
        if answer is not None:
            self.voice.whisper_later(event.place, event.account.user, answer)

    # --- when nothing could be committed ---

    async def _on_error(self, error: Exception, body: Body) -> BoltResponse:
        """Say what cannot be delivered again; leave the rest unacknowledged. A mistake of ours is told in full."""
        kind, trace = _kind(body), None if unheard.is_away(error) else error
        log.error("slack_not_received", error=type(error).__name__, kind=kind, exc_info=trace)
        told = Message(lines=(unheard.not_saved(error),))
        if kind == "command":
            return BoltResponse(status=200, body=self.voice.ephemeral(told))
        asked = fields(inside(body, "view"))
        if kind == "view_submission" and asked:
            errors = {asked[0]: unheard.form_stays(error)}
            return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
        if kind == "block_actions" and (url := text_at(body, "response_url")):
            self.voice.respond_later(url, told)
        return BoltResponse(status=503, body="")


class _Ourselves(AsyncAuthorize):
    """One app in one workspace: whoever a payload comes from, we are ourselves."""

    def __init__(self, slack: Slack) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
        self._slack = slack

    async def __call__(self, **_: Any) -> AuthorizeResult:
        try:
            us = await self._slack.identity()
        except VENDOR_ERRORS as error:
            # Bolt acknowledges an error of Slack's own here, and the event would be lost.
            raise IdentityUnknown(type(error).__name__) from error
        return AuthorizeResult(
            enterprise_id=None,
            team_id=us.team,
            bot_user_id=us.bot_user,
            bot_id=us.bot,
            bot_token=self._slack.token,
        )


def _kind(body: Payload) -> str:
    return "command" if "command" in body else text_at(body, "type")


def _without_token(slack: Slack) -> AsyncWebClient:
    """What Bolt copies for every request; our own calls go through `Slack`, so it needs no token."""
    return AsyncWebClient(
        base_url=slack.api_url, session=slack.session, retry_handlers=[], logger=quiet_logger()
    )
