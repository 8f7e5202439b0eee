"""What is due is claimed: on a real store, with a clock that a test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from bot import nudges
from bot.store.store import Store
from handlers.message import Button
from tests.bot.guided import STAFF, SUPPLIER
from tests.bot.refusals import refusal
from tests.bot.rung import LINE, Rung, at

pytestmark = pytest.mark.anyio
MONDAY, NEXT_MONDAY = at("2026-11-23 10:00"), at("2026-11-30 10:00")
AGENT, KIM = "11", "14"
WEEK = [
    ("Tue 24 09:00", SUPPLIER),
    ("Wed 25 04:00", SUPPLIER),
    ("Wed 25 09:00", STAFF),
    ("Wed 25 09:00", AGENT),
    ("Fri 27 09:00", STAFF),
    ("Fri 27 09:00", KIM),
]
"""Item Issue: eight working hours of the supplier to acknowledge; then he hears, is called by name, then the one who
logged it, then the back-end. Amsterdam's morning is the end of the supplier's day, his morning is its night."""


@pytest.fixture
def room(store: Store) -> Rung:
    """Monday morning in Amsterdam."""
    return Rung(store, now=MONDAY)


async def test_a_case_nobody_touches_for_a_week_walks_its_ladder_exactly(room: Rung) -> None:
    """Each rung once, in the working time of whoever hears, and its history says who was reminded."""
    case = await room.log()
    await room.until(NEXT_MONDAY)
    assert room.rang == WEEK
    told = [line.what for line in await room.store.history(case.id)]
    reminded = ["reminded the supplier"] * 2 + ["reminded Agent", "reminded Kim"]
    assert [what for what in told if what.startswith("reminded")] == reminded


async def test_two_clocks_ring_once(room: Rung) -> None:
    """Both look at the same moments, and everybody hears what one clock would have told."""
    room.clocks = 2
    await room.log()
    await room.until(NEXT_MONDAY)
    assert room.rang == WEEK


async def test_after_days_of_downtime_everybody_hears_once(room: Rung) -> None:
    """What was missed comes together: one nudge for each hearer, in another life of the bot."""
    await room.log()
    room.now = at("2026-11-27 09:30")
    room.restart()
    await room.tick()
    await room.tick()
    heard = [channel for _, channel in room.rang]
    assert sorted(heard) == sorted([SUPPLIER, STAFF, AGENT, KIM])


async def test_an_acknowledgement_stops_the_ladder(room: Rung) -> None:
    """After the first rung the supplier has it: nobody else is called for that."""
    case = await room.log()
    await room.until(at("2026-11-24 09:30"))
    button = Button("Acknowledge", "acknowledge", case.id)
    await room.do(room.pressed("bowen", button, SUPPLIER))
    await room.until(at("2026-11-27 08:00"))
    assert room.rang == WEEK[:1]


async def test_an_answer_in_the_thread_stops_the_ladder(room: Rung) -> None:
    """Words that change nothing of the case are an answer, too: it rings again after the clock's own time."""
    await room.log()
    await room.until(at("2026-11-24 09:30"))
    post = next(shown for shown in room.chat.shown if shown.place.channel == SUPPLIER)
    said = room.words("bowen", "we are asking the factory", SUPPLIER, reply_to=post.ident)
    await room.do(replace(said, place=said.place.in_thread(post.ident)))
    await room.until(at("2026-11-25 08:30"))
    assert room.rang == WEEK[:1]


async def test_a_closed_case_is_silent(room: Rung) -> None:
    """Nothing rings any more, and nobody looks at it again."""
    case = await room.log()
    await room.do(room.command("agent", f"/done {case.id} found it"))
    await room.until(NEXT_MONDAY)
    assert (room.rang, await room.due()) == ([], None)


async def test_what_one_person_hears_within_minutes_is_one_message(room: Rung) -> None:
    """Three cases that are due in the same morning: one message to their agent, a line in each thread."""
    for order in ("10423", "10424", "10425"):
        await room.log(LINE.replace("10423", order))
    room.now = at("2026-11-25 09:00") + timedelta(minutes=1)
    counted = REGISTRY.get_sample_value("deskbell_nudges_bundled_total") or 0
    await room.tick()
    assert (REGISTRY.get_sample_value("deskbell_nudges_bundled_total") or 0) - counted == 2
    direct = [shown for shown in room.chat.shown if shown.key.endswith(":direct")]
    assert [shown.place.channel for shown in direct] == [AGENT]
    assert [button.label for button in direct[0].message.buttons] == [
        "II-2648-0001", "II-2648-0002", "II-2648-0003",
    ]  # fmt: skip


async def test_what_follows_within_minutes_waits_and_is_left_out_when_answered(room: Rung) -> None:
    """A second case a few minutes later is not a second message; closed meanwhile, it is none at all."""
    await room.log()
    room.now += timedelta(minutes=4)
    late = await room.log(LINE.replace("10423", "10424"))
    await room.until(at("2026-11-25 09:00") + timedelta(minutes=7))
    await room.do(room.command("agent", f"/done {late.id} found it"))
    await room.until(at("2026-11-25 09:30"))
    direct = [shown for shown in room.chat.shown if shown.key.endswith(":direct")]
    assert len(direct) == 1


async def test_what_could_not_be_delivered_lets_the_next_rung_ring(room: Rung) -> None:
    """The agent cannot be written to: the back-end hears at once, and the outbox has what was given up."""
    await room.log()
    room.chat.refuse[AGENT] = refusal("chat not found")
    await room.until(at("2026-11-25 09:10"))
    assert ("Wed 25 09:10", KIM) in room.rang
    [dead] = await room.store.outbox(("gave_up",))
    assert dead.key.endswith(":direct")


async def test_cases_from_before_there_were_clocks_get_theirs(room: Rung) -> None:
    """A case that no decision has wound is looked at once, and rings after the time its clock gives."""
    await room.log()
    async with room.store.transaction() as tx:
        await tx.connection.execute(
            "UPDATE cases SET body = body - 'watch', next_check_at = now() - interval '1 year'"
        )
    await room.tick()
    [case] = await room.cases()
    assert ([one.key for one in case.watch.running], room.rang) == (["ack", "stale"], [])
    assert case.next_check_at is not None
    assert case.next_check_at > room.now


async def test_a_case_that_cannot_be_counted_keeps_no_other_from_ringing(room: Rung) -> None:
    """It is tried again an hour later, and the log says so."""
    broken = await room.log()
    await room.log(LINE.replace("10423", "10424"))
    async with room.store.transaction() as tx:
        await tx.connection.execute(
            "UPDATE cases SET next_check_at = '2026-01-01', body ="
            " jsonb_set(body, '{watch,running,0,ringing}', '\"9999-12-31T20:00:00Z\"') WHERE id = %s",
            (broken.id,),
        )
    await room.until(at("2026-11-24 09:30"))
    assert [channel for _, channel in room.rang] == [SUPPLIER]
    [first, _] = await room.cases()
    assert first.next_check_at is not None
    assert first.next_check_at <= room.now + nudges.LATER


async def test_a_snooze_is_asked_one_question_at_a_time_and_keeps_silent(room: Rung) -> None:
    """On Telegram: how long, then why; what would have rung begins at its end, with the first rung."""
    case = await room.log()
    await room.until(at("2026-11-24 08:30"))
    asked = await room.ask("agent", f"/snooze {case.id}")
    assert [button.label for button in asked.buttons][:3] == [
        "One hour",
        "Four hours",
        "Until tomorrow, 09:00",
    ]
    await room.press("agent", "Until tomorrow, 09:00")
    await room.say("agent", "he is at a fair")
    await room.press("agent", "Snooze")
    [stored] = await room.cases()
    assert stored.watch.snoozed_until == at("2026-11-25 09:00")
    await room.until(at("2026-11-25 08:59"))
    assert room.rang == []
    await room.until(at("2026-11-25 09:01"))
    assert room.rang == [("Wed 25 09:00", SUPPLIER)]


async def test_a_reminder_by_hand_counts_as_one(room: Rung) -> None:
    """It is heard at once, and is one of the three that a case may have on a day."""
    case = await room.log()
    before = len(room.chat.shown)
    await room.do(room.command("agent", f"/nudge {case.id}"))
    heard = [shown.place.channel for shown in room.chat.shown[before:] if ":nudge:" in shown.key]
    [stored] = await room.cases()
    assert (heard, len(stored.watch.nudged)) == ([SUPPLIER], 1)
