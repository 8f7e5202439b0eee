"""One person, two platforms: an account nobody knows shows whose it is by a code that went to that person's own.

`/link kim` sends the code to Kim's declared account on another platform; `/link 123456` shows that it was read there.
Whether there is a Kim, and whether a code went anywhere, cannot be told from the answer.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from config.desk import Desk, Person
from config.texts import text
from handlers.access import actor_on
from handlers.decision import Audit, Decision
from handlers.effects import Direct
from handlers.events import CommandIssued, Event
from handlers.message import Message
from handlers.place import Account, Actor, PersonKey
from handlers.scene import Scene

LINK = "link"
OFF = "off"
VALID = timedelta(minutes=10)
"""How long a code is good."""
TRIES = 5
"""How often an account may try before it has to wait for its code to run out."""
MOST_CODES = 3
"""Codes for one person that are good at the same time: more would only be noise to them."""
_CODE = re.compile(r"\d{3}\s?\d{3}")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who an account says it belongs to: a person of a desk, by whatever account of theirs a code can reach."""

    desk: str
    person: PersonKey


def asked(event: Event) -> str | None:
    """What follows `/link` or `/deskbell link`, without space around it; None: the event is another one."""
    if not isinstance(event, CommandIssued):
        return None
    words = event.text.strip()
    if event.name.casefold() == LINK:
        return words
    first, _, rest = words.partition(" ")
    return rest.strip() if event.name.casefold() == "deskbell" and first.casefold() == LINK else None


def code_in(words: str) -> str | None:
    """The six digits of a code, however they are grouped; None: it is a name, or nothing."""
    return re.sub(r"\s", "", words) if _CODE.fullmatch(words) else None


def hashed(code: str, account: Account) -> str:
    """What is kept of a code: slow to guess from, and of no use to another account."""
    salt = f"{account.platform}/{account.team}/{account.user}".encode()
    return hashlib.scrypt(code.encode(), salt=salt, n=2**13, r=8, p=1, dklen=32).hex()


def is_right(code: str, kept: str, account: Account) -> bool:
    """Whether a code is the one whose hash is kept; the comparison takes the same time either way."""
    return hmac.compare_digest(hashed(code, account), kept)


def claimed(desks: Mapping[str, Desk], account: Account, name: str) -> Claim | None:
    """Whom a name means, by key or as people read it, where a code reaches them on another platform than this.

    None: nobody, or more than one person of a desk.
    """
    wanted = name.casefold().lstrip("@")
    for key, desk in sorted(desks.items()):
        found = [
            person
            for person, facts in desk.people.items()
            if facts.active and wanted in (person.casefold(), facts.name.casefold())
        ]
        if len(found) == 1 and _reached_elsewhere(desk, desk.people[found[0]], account):
            return Claim(key, PersonKey(found[0]))
    return None


def _reached_elsewhere(desk: Desk, person: Person, account: Account) -> bool:
    """Whether the account to which the bot writes to a person is on another platform: Slack, where they are there."""
    if account.platform == "slack":
        return account.team == desk.slack_team and person.slack is None and person.telegram is not None
    return person.slack is not None


def same_person(desks: Mapping[str, Desk], claim: Claim) -> tuple[Claim, ...]:
    """The person of a claim, on every desk that knows them by the same accounts."""
    known = desks[claim.desk].people[claim.person]
    accounts = (desks[claim.desk].slack_team if known.slack else None, known.slack, known.telegram)
    return tuple(
        Claim(key, PersonKey(person))
        for key, desk in sorted(desks.items())
        for person, facts in desk.people.items()
        if facts.active
        and (desk.slack_team if facts.slack else None, facts.slack, facts.telegram) == accounts
    )


def linked(desk: Desk, account: Account, person: str) -> Actor:
    """Whoever an account was linked to, as long as the desk still has them."""
    facts = desk.people.get(person)
    if facts is None or not facts.active:
        return actor_on(desk, account)
    return Actor(account, PersonKey(person), facts.name, frozenset(facts.roles))


def usage() -> Decision:
    """What somebody whom the desk does not know has to write."""
    return Decision(answer=Message(lines=(text("link.usage"),)))


def decide_known(scene: Scene[CommandIssued]) -> Decision:
    """Whoever is known here is told as whom, and how to be known elsewhere."""
    return Decision(answer=Message(lines=(text("link.known", who=scene.actor.name), text("link.how"))))


def decide_ask(event: Event, claim: Claim | None, code: str | None) -> Decision:
    """A name was given. The code goes to that person's own account; None: nobody, or there is a good one already."""
    effects: tuple[Direct, ...] = ()
    if claim is not None and code is not None:
        shown = f"{code[:3]} {code[3:]}"
        lines = (
            text("link.code", platform=event.account.platform.capitalize(), code=shown),
            text("link.not_you"),
        )
        effects = (Direct(f"{event.id}:code", claim.desk, claim.person, Message(lines=lines)),)
    about = {"person": claim.person} if claim is not None else {}
    audit = Audit("link_asked", facts={**about, "sent": "yes" if effects else "no"})
    minutes = str(int(VALID.total_seconds() // 60))
    answer = Message(lines=(text("link.asked", minutes=minutes),))
    return Decision(effects=effects, audit=(audit,), answer=answer)


def decide_code(event: Event, claim: Claim | None, name: str = "") -> Decision:
    """A code was given: whose it was and their name, or None where it is not right, or not any more."""
    if claim is None:
        answer = Message(lines=(text("link.wrong"),))
        return Decision(audit=(Audit("link_refused"),), answer=answer)
    told = Message(lines=(text("link.done_there", platform=event.account.platform.capitalize()),))
    return Decision(
        effects=(Direct(f"{event.id}:linked", claim.desk, claim.person, told),),
        audit=(Audit("linked", facts={"person": claim.person}),),
        answer=Message(lines=(text("link.done", who=name), text("link.next"))),
    )


def decide_off(count: int) -> Decision:
    """Somebody took back every account that was linked to them; `count` is how many there were."""
    audit = Audit("unlinked", facts={"count": str(count)})
    return Decision(audit=(audit,), answer=Message(lines=(text("link.off", count=count),)))
