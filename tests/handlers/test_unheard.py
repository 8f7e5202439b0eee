"""Somebody unknown in the supplier's channel is not heard, and the leads are told that it is so."""

from __future__ import annotations

from handlers.effects import Reply
from tests.handlers.complete import log
from tests.handlers.play import Play


def test_the_leads_hear_of_a_colleague_nobody_knows(play: Play) -> None:
    """Where he answers and by which account, with what to do; nothing of what he said, and nothing on the case."""
    case = log(play, "item-issue")
    before = play.case(case.id)
    outcomes = [play.say("stranger", case.id, "supplier", words) for words in ("we sent it", "really")]
    told = [
        effect for outcome in outcomes for effect in outcome.decision.effects if isinstance(effect, Reply)
    ]
    assert {(reply.place.key, reply.key) for reply in told} == {
        (play.desk.channels["leads"].place, "unheard:slack:C0SUPPLIER:slack:T0MHJ:U0STRANGER")
    }
    assert "does not reach the desk" in told[0].message.lines[0]
    assert "we sent it" not in str(told)
    assert play.case(case.id) == before


def test_nobody_hears_of_strangers_elsewhere(play: Play) -> None:
    """What is said in the desk's own channel, or outside the requests, is nobody's answer."""
    case = log(play, "item-issue")
    assert play.say("stranger", case.id, "home", "hello").changed_nothing
