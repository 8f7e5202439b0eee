"""What may have been sent to the supplier's group and was not answered: asked about, never sent twice."""

from __future__ import annotations

import pytest

from tests.scenarios.room import Logged, Room, Seen

pytestmark = pytest.mark.anyio
AGAIN = "Send it again"


async def doubted(mixed: Room, kind: str) -> Logged:
    """A case whose request was sent with this fault on the call; one before it had the calls of the beginning."""
    await mixed.logged()
    mixed.sandbox.faults.switch("telegram", kind, times=1)
    return await mixed.logged()


def requests(case: Logged) -> list[Seen]:
    """The messages in his group that ask about the case."""
    return [post for post in case.room.posts("supplier") if case.ident in post.text]


def asked(case: Logged) -> list[Seen]:
    """The messages that ask somebody of the desk whether it is to go again."""
    seen = [*case.room.seen("leads"), *case.room.seen("slack:@agent")]
    return [message for message in seen if AGAIN in message.buttons and case.ident in message.text]


@pytest.mark.parametrize("way", ["button", "answer"])
async def test_a_request_that_arrived_after_all_is_known_once_he_uses_it(mixed: Room, way: str) -> None:
    """Its answer was lost; he presses a button under it, or answers it: that counts, and it is there once."""
    case = await doubted(mixed, "applied-cut")
    assert (len(requests(case)), len(asked(case)), case.row["Status"]) == (1, 2, "Open")
    if way == "button":
        await mixed.press("bowen", case.request.id, "Acknowledge")
    else:
        await mixed.say("bowen", "supplier", "ok", case.request.id)
    assert (len(requests(case)), case.row["Status"]) == (1, "Acknowledged")
    assert "Acknowledge" not in case.request.buttons
    await mixed.press("agent", asked(case)[-1].id, AGAIN)
    assert len(requests(case)) == 1


async def test_a_request_that_never_arrived_goes_when_somebody_says_so(mixed: Room) -> None:
    """Whoever is asked looks into the group, finds nothing, and has it sent: once, however often it is pressed."""
    case = await doubted(mixed, "cut")
    assert (requests(case), len(asked(case))) == ([], 2)
    for message in asked(case):
        await mixed.press("agent" if message.id.startswith("slack:D") else "lead", message.id, AGAIN)
    assert (len(requests(case)), case.row["Status"]) == (1, "Posted")


async def test_what_the_desk_changes_meanwhile_is_in_the_request_that_goes(mixed: Room) -> None:
    """No second request is made by a change; the one that goes shows the case as it is by then."""
    case = await doubted(mixed, "cut")
    await mixed.say("agent", "csr", f'/update {case.ident} detail="two of them"')
    assert requests(case) == []
    await mixed.press("agent", asked(case)[-1].id, AGAIN)
    assert "two of them" in case.request.text
