from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.chat import SlackChat
from handlers.decision import Decision
from handlers.events import (
    ButtonPressed,
    CommandIssued,
    FormChanged,
    FormContext,
    FormSubmitted,
    MessageLogged,
    MessagePosted,
    ReactionAdded,
)
from handlers.form import Fault, Form, Question
from handlers.message import Button, Message
from handlers.place import CaseId, Place
from tests.bot.slack.room import CSR, SUPPLIER, Mistake, room

pytestmark = pytest.mark.anyio

KINDS = (("Broken", "Broken"), ("Incorrect", "Incorrect"))
FORM = Form(
    FormContext("log", "mhj", "item-issue"),
    "Item Issue",
    "Log it",
    (
        Question("order_no", "Order #", "order", True),
        Question("kind", "Issue", "enum", True, KINDS, redraws=True),
        Question("photos", "Photos", "files"),
    ),
)
LOGGED = Message("II-2647-0001 is logged.", buttons=(Button("Show", "show", CaseId("II-2647-0001")),))


def saying(**by_kind: Decision) -> Any:
    """Decides by the kind of event."""
    return lambda event: by_kind.get(type(event).__name__, Decision())


async def test_a_command_is_answered_to_its_author_alone() -> None:
    """The event reaches the intake, and the answer comes with the acknowledgement, visible to one."""
    async with room(saying(CommandIssued=Decision(answer=LOGGED))) as r, r.listening():
        await r.say("/log item-issue <10423> & more")
        [event] = r.program.heard
        assert (event.name, event.text) == ("log", "item-issue <10423> & more")
        assert (event.account.team, event.account.user) == (r.sandbox.world.team, r.user("agent"))
        assert event.place == Place("slack", r.channel())
        told = await r.told()
        assert told["text"] == "II-2647-0001 is logged."
        assert told["visible_to"] == ["agent"]
        assert [button["label"] for button in told["buttons"]] == ["Show"]


async def test_a_command_opens_its_form_at_once_and_the_sent_form_closes() -> None:
    """The modal is open when the command is answered; sending it gives its answers and what it is about."""
    async with room(saying(CommandIssued=Decision(form=FORM))) as r, r.listening():
        await r.say("/log item-issue")
        form = await r.form()
        assert (form["title"], form["submit"]) == ("Item Issue", "Log it")
        assert [field["required"] for field in form["fields"]] == [True, True, False]
        assert await r.do("submit", who="agent", values={"Order #": "10423", "Issue": "Broken"}) == {}
        sent = r.program.heard[-1]
        assert isinstance(sent, FormSubmitted)
        assert sent.answers == {"order_no": "10423", "kind": "Broken", "photos": None}
        assert sent.form == replace(FORM.context, home=f"slack:{r.channel()}")
        assert sent.place == Place("slack", r.channel())
        assert await r.form() is None


async def test_an_answer_that_matters_redraws_the_open_form() -> None:
    """A choice is sent at once, and the form that comes back takes the old one's place, keeping what was typed."""
    more = replace(FORM, questions=(*FORM.questions, Question("got", "Received instead", "text", True)))

    def decide(event: Any) -> Decision:
        return Decision(form=more if isinstance(event, FormChanged) else FORM)

    async with room(decide) as r, r.listening():
        await r.say("/log item-issue")
        await r.do("fill", who="agent", values={"Order #": "10423", "Issue": "Incorrect"})
        [_, changed] = r.program.heard
        assert (changed.answers["kind"], changed.answers["order_no"]) == ("Incorrect", "10423")
        fields = {field["label"]: field["value"] for field in (await r.form())["fields"]}
        assert fields == {"Order #": "10423", "Issue": "Incorrect", "Photos": [], "Received instead": None}


async def test_faults_stand_on_their_fields_and_the_form_stays() -> None:
    """What is wrong is said under the field it is about; a fault of no field is not lost."""
    wrong = Decision(faults=(Fault("order_no", "That is no order."), Fault("elsewhere", "Ask Kim.")))
    async with room(saying(CommandIssued=Decision(form=FORM), FormSubmitted=wrong)) as r, r.listening():
        await r.say("/log")
        sent = await r.do("submit", who="agent", values={"Order #": "x", "Issue": "Broken"})
        assert sent == {"errors": {"Order #": "That is no order. Ask Kim."}}
        assert (await r.form())["title"] == "Item Issue"


async def test_a_fault_of_a_question_that_was_not_shown_brings_that_question() -> None:
    """Where the form comes back with a new question, it takes the place of the old one, faults and all."""
    asked = replace(
        FORM, questions=(Question("reason", "Reason", "text", True),), faults=(Fault("reason", "Why?"),)
    )
    again = Decision(form=asked, faults=asked.faults)
    async with room(saying(CommandIssued=Decision(form=FORM), FormSubmitted=again)) as r, r.listening():
        await r.say("/log")
        await r.do("submit", who="agent", values={"Order #": "10423", "Issue": "Broken"})
        form = await r.form()
        assert [field["label"] for field in form["fields"]] == ["Reason"]
        assert form["texts"] == ["⚠️ Why?"]


async def test_an_answer_to_a_form_takes_its_place_and_its_buttons_work() -> None:
    """A refusal or a confirmation is shown where the form was; a button in it goes on from there."""
    decide = saying(
        CommandIssued=Decision(form=FORM),
        FormSubmitted=Decision(answer=LOGGED),
        ButtonPressed=Decision(answer=Message("The case.")),
    )
    async with room(decide) as r, r.listening():
        await r.say("/log")
        await r.do("submit", who="agent", values={"Order #": "10423", "Issue": "Broken"})
        form = await r.form()
        assert (form["submit"], form["texts"]) == (None, ["II-2647-0001 is logged."])
        await r.do("press", who="agent", button="Show")
        pressed = r.program.heard[-1]
        assert isinstance(pressed, ButtonPressed)
        assert (pressed.action, pressed.case) == ("show", "II-2647-0001")
        assert pressed.place == Place("slack", r.channel())
        assert (await r.form())["texts"] == ["The case."]


async def test_a_button_opens_a_form_and_answers_its_presser_alone() -> None:
    """A press under somebody's ephemeral list: the form opens; without one, words for the presser only."""
    decide = saying(
        CommandIssued=Decision(answer=LOGGED), ButtonPressed=Decision(form=FORM, answer=Message("Here."))
    )
    async with room(decide) as r, r.listening():
        await r.say("/log")
        listed = (await r.transcript())[-1]
        await r.do("press", who="agent", message=listed["id"], button="Show")
        assert (await r.form())["title"] == "Item Issue"
        told = await r.told()
        assert (told["text"], told["visible_to"]) == ("Here.", ["agent"])


async def test_a_message_is_logged_by_its_shortcut() -> None:
    """The message's words and link come along, and the form opens."""
    async with room(saying(MessageLogged=Decision(form=FORM))) as r, r.listening():
        said = (await r.say("ring & box broken"))["message"]
        await r.do("shortcut", who="agent", message=said, name="Log this message…")
        logged = r.program.heard[-1]
        assert isinstance(logged, MessageLogged)
        assert logged.text == "ring & box broken"
        assert logged.link.endswith(f"/archives/{r.channel()}/p{said.rpartition(':')[2].replace('.', '')}")
        assert (await r.form())["title"] == "Item Issue"


@pytest.mark.parametrize("text", ["!log item-issue", "@deskbell log item-issue"])
async def test_a_command_written_in_a_thread_is_heard_once_and_answered_there(text: str) -> None:
    """Where slash commands do not run: one event, however many Slack sends, and the answer in the thread."""
    async with room(saying(CommandIssued=Decision(answer=Message("Logged.")))) as r, r.listening():
        root = (await r.say("what about this one?"))["message"]
        await r.say(text, thread=root)
        heard = [event for event in r.program.heard if isinstance(event, CommandIssued)]
        assert [(event.name, event.text) for event in heard] == [("log", "item-issue")]
        assert heard[0].place.thread == root.rpartition(":")[2]
        assert len(r.program.heard) == 2
        told = await r.told()
        assert (told["text"], told["visible_to"], told["thread"]) == ("Logged.", ["agent"], root)


async def test_a_written_command_with_a_form_is_answered_with_a_button_that_opens_it() -> None:
    """A message brings no trigger: the button issues the same command again, and its press brings one."""
    async with room(saying(CommandIssued=Decision(form=FORM))) as r, r.listening():
        await r.say("!log item-issue 10423")
        told = await r.told()
        assert [button["label"] for button in told["buttons"]] == ["Open the form"]
        await r.do("press", who="agent", message=told["id"], button="Open the form")
        assert [event.text for event in r.program.heard] == ["item-issue 10423"] * 2
        assert r.program.heard[1].message == r.program.heard[0].message
        assert (await r.form())["title"] == "Item Issue"


async def test_words_files_and_reactions_in_a_thread_are_heard() -> None:
    """The supplier's replies, photos and reactions arrive with their thread; our own posts do not."""
    async with room() as r, r.listening():
        place = f"slack:#{SUPPLIER}"
        posted = await r.slack.web.chat_postMessage(channel=r.channel(SUPPLIER), text="Please solve this.")
        root = f"slack:{r.channel(SUPPLIER)}:{posted['ts']}"
        await r.say("we have it", "bowen", place, thread=root)
        await r.do("upload", who="bowen", place=place, thread=root, name="box.jpg", base64="aGk=")
        await r.do("react", who="bowen", message=root, emoji="white_check_mark")
        words, photo, reaction = r.program.heard
        assert isinstance(words, MessagePosted)
        assert (words.text, words.place.thread) == ("we have it", posted["ts"])
        assert isinstance(photo, MessagePosted)
        assert [file.name for file in photo.files] == ["box.jpg"]
        assert isinstance(reaction, ReactionAdded)
        assert (reaction.emoji, reaction.message) == ("white_check_mark", posted["ts"])


async def test_a_form_that_opens_too_late_leaves_a_button_that_opens_it() -> None:
    """A trigger lives three seconds; when it is spent, the agent is told and loses nothing."""
    async with room(saying(CommandIssued=Decision(form=FORM))) as r, r.listening():
        r.sandbox.faults.switch("slack", "503", times=1, skip=1)  # The first call asks who we are.
        await r.say("/log item-issue 10423")
        told = await r.told()
        assert told["text"].startswith("Slack did not let me open the form in time.")
        assert await r.form() is None
        await r.do("press", who="agent", message=told["id"], button="Open the form")
        assert r.program.heard[-1].text == "item-issue 10423"
        assert (await r.form())["title"] == "Item Issue"


async def test_the_same_payload_twice_is_the_same_event_twice() -> None:
    """Slack repeats itself; every repetition reaches the intake under the same id, to be answered the same."""
    async with room(saying(CommandIssued=Decision(form=FORM))) as r, r.listening():
        await r.say("/log")
        r.emulator.duplicate = 3
        await r.say("hello")
        await r.do("submit", who="agent", values={"Order #": "1042", "Issue": "Broken"})
        said = [event.id for event in r.program.heard if isinstance(event, MessagePosted)]
        sent = [event.id for event in r.program.heard if isinstance(event, FormSubmitted)]
        assert (len(said), len(set(said)), len(sent), len(set(sent))) == (3, 1, 3, 1)


async def test_nothing_is_acknowledged_before_the_commit() -> None:
    """While the intake is still committing, Slack waits; when it has committed, Slack is answered."""
    async with room() as r, r.listening():
        r.program.gate.clear()
        [socket] = r.emulator.workspace.sockets.sockets
        for begin in (r.say("/log"), r.say("we have it")):
            r.program.called.clear()
            acting = asyncio.ensure_future(begin)
            await r.program.called.wait()
            await asyncio.sleep(0)
            assert len(socket.owed) == 1
            r.program.gate.set()
            assert (await acting)["acked"] is True
            assert socket.owed == {}
            r.program.gate.clear()


async def test_an_event_that_was_not_committed_is_delivered_again() -> None:
    """Nothing is acknowledged that was not kept, so Slack repeats it until it is."""
    async with room() as r, r.serving():
        r.emulator.workspace.deliveries.retry_pace = 0.0
        r.program.away = True
        assert (await r.say("we have it"))["acked"] is False
        assert len(r.program.heard) == 4
        assert len({event.id for event in r.program.heard}) == 1


async def test_a_command_that_was_not_committed_says_so() -> None:
    """Slack repeats no command, so its author is told that it may not have been saved."""
    async with room() as r, r.listening():
        r.program.away = True
        await r.say("/log item-issue")
        told = await r.told()
        assert told["text"].startswith("I cannot reach my records at the moment")
        assert told["visible_to"] == ["agent"]


async def test_a_form_that_was_not_committed_stays_open_with_its_answers() -> None:
    """The answers are not lost: the form says so, and sending it again works."""
    async with room(saying(CommandIssued=Decision(form=FORM))) as r, r.listening():
        await r.say("/log")
        await r.do("fill", who="agent", values={"Order #": "10423", "Issue": "Broken"})
        r.program.away = True
        sent = await r.do("submit", who="agent", values={})
        assert sent["errors"]["Order #"].startswith("I cannot reach my records at the moment.")
        r.program.away = False
        assert await r.do("submit", who="agent", values={}) == {}
        assert len({event.id for event in r.program.heard if isinstance(event, FormSubmitted)}) == 1


async def test_a_press_that_was_not_committed_says_so() -> None:
    """The presser is told, and Slack marks the button as failed."""
    async with room(saying(CommandIssued=Decision(answer=LOGGED))) as r, r.serving():
        await r.say("/log")
        listed = (await r.transcript())[-1]
        r.program.away = True
        await r.do("press", 424, who="agent", message=listed["id"], button="Show")
        assert (await r.told())["text"].startswith("I cannot reach my records at the moment")


async def test_a_mistake_of_ours_is_not_taken_for_the_database() -> None:
    """Whoever asked is told that it is our own fault, the form keeps its answers, and the log has where it was."""
    async with room(saying(CommandIssued=Decision(answer=LOGGED, form=FORM))) as r, r.serving():
        await r.say("/log")
        listed = (await r.told())["id"]
        await r.do("fill", who="agent", values={"Order #": "10423", "Issue": "Broken"})
        r.program.mistaken = True
        with capture_logs() as logged:
            sent = await r.do("submit", who="agent", values={})
            await r.do("press", 424, who="agent", message=listed, button="Show")
            pressed = (await r.told())["text"]
            await r.say("/log item-issue")
            typed = (await r.told())["text"]
        assert sent["errors"]["Order #"].startswith("Something went wrong on my side.")
        assert {typed.partition(",")[0], pressed.partition(",")[0]} == {"Something went wrong on my side"}
        lines = [line for line in logged if line["event"] == "slack_not_received"]
        assert [(line["error"], line["kind"]) for line in lines] == [
            ("Mistake", "view_submission"),
            ("Mistake", "block_actions"),
            ("Mistake", "command"),
        ]
        assert all(isinstance(line["exc_info"], Mistake) for line in lines)


async def test_a_database_that_is_away_needs_no_traceback() -> None:
    """The log says what is away in one line, however many people ask meanwhile."""
    async with room() as r, r.serving():
        r.program.away = True
        with capture_logs() as logged:
            await r.say("/log item-issue")
        [line] = [line for line in logged if line["event"] == "slack_not_received"]
        assert (line["error"], line["exc_info"]) == ("Away", None)


async def test_nothing_is_taken_before_we_know_who_we_are() -> None:
    """While Slack does not say which bot we are, nothing is acknowledged and nothing is lost."""
    async with room() as r, r.serving():
        r.emulator.workspace.deliveries.retry_pace = 0.0
        r.sandbox.faults.switch("slack", "503", times=2)
        assert (await r.say("we have it"))["acked"] is True
        assert [event.text for event in r.program.heard] == ["we have it"]


async def test_faults_of_a_command_without_a_form_are_words() -> None:
    """What is wrong is said even where there is no form to say it on."""
    wrong = Decision(faults=(Fault("order_no", "That is no order."),))
    async with room(saying(CommandIssued=wrong)) as r, r.listening():
        await r.say("/log item-issue x")
        assert (await r.told())["text"] == "That is no order."


async def test_a_direct_conversation_takes_commands_without_a_slash() -> None:
    """`log …` to the bot itself, answered there."""
    async with room(saying(CommandIssued=Decision(answer=Message("Your cases.")))) as r, r.listening():
        await r.say("mine", place="slack:@agent")
        [event] = r.program.heard
        assert (event.name, event.place.direct) == ("mine", True)
        assert (await r.told("slack:@agent"))["text"] == "Your cases."
        assert CSR not in event.place.channel


async def test_a_press_in_a_direct_conversation_is_answered_where_slack_says() -> None:
    """Also in a thread: with whom a conversation is, its id does not tell, and Slack's own address always works."""
    async with room(saying(ButtonPressed=Decision(answer=Message("The case.")))) as r, r.listening():
        direct = (await r.slack.web.conversations_open(users=r.user("agent")))["channel"]["id"]
        chat = SlackChat(r.slack, {})
        root = await chat.post(Place("slack", direct), Message("Rings."), "root")
        posted = await chat.post(Place("slack", direct, root.message), LOGGED, "logged")
        await r.do("press", who="agent", message=f"slack:{direct}:{posted.message}", button="Show")
        assert (await r.told("slack:@agent"))["text"] == "The case."
        assert r.program.heard[-1].place.thread == root.message
        assert "chat.postEphemeral" not in r.effects()


@pytest.mark.parametrize("in_thread", [True, False])
async def test_a_press_where_the_bot_is_no_member_any_more_is_answered(in_thread: bool) -> None:
    """Somebody took the bot out of the channel: its buttons are still there, and whoever presses one is answered."""
    async with room(saying(ButtonPressed=Decision(answer=Message("The case.")))) as r, r.listening():
        chat, place = SlackChat(r.slack, {}), Place("slack", r.channel())
        root = await chat.post(place, LOGGED, "root")
        under = await chat.post(replace(place, thread=root.message), LOGGED, "logged")
        state = r.emulator.workspace.state
        state.conversations[place.channel].members.remove(state.bot_user)
        pressed = under.message if in_thread else root.message
        await r.do("press", who="agent", message=f"slack:{place.channel}:{pressed}", button="Show")
        told = await r.told()
        assert (told["text"], told["visible_to"]) == ("The case.", ["agent"])
