"""The total-queue checker: what people tried, what they were told, what was done; so what was lost or done twice.

After Jepsen's "total queue": every element that was acknowledged must come out, none may come out twice, and none
that nobody put in. What nobody was promised (the bot did not answer) may have been done or not, but once at most.
It is a function of a history and of what was seen afterwards; it reads nothing itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["log", "acknowledge"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something somebody tried. `token` is what tells it from all others.

    Args:
        kind: what was tried.
        token: the order number of a log, the case id of an acknowledgement.
        who: the person's key.
        acknowledged: whether they were told that it is done.
        told: the case id they were told, if any.
        allowed: False for what the bot has to refuse.
    """

    kind: Kind
    token: str
    who: str
    acknowledged: bool
    told: str = ""
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class SeenCase:
    """A case as the store has it. `cells` is what its row has to show, by header; `posts` the posts it has to have."""

    id: str
    token: str
    cells: Mapping[str, str] = field(default_factory=dict)
    posts: tuple[str, ...] = ("home",)


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row of a tab, by header; `case` is its id."""

    case: str
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was found when all was quiet.

    Args:
        cases: the store's cases.
        rows: every row that is not blank, of every tab.
        keys: the effect key of every message that was posted, in order, repeated ones too.
        acknowledged: the case of every acknowledgement in the audit trail.
        told: the case of every "acknowledged" line in a home thread.
        delivered: the effect keys that have their line in the audit trail, and the cases whose row has one.
        statuses: for every place a status is shown (a card, a row): its statuses as numbers of the flow, in order.
        pending: a sentence for everything that still waits.
        silent: the keys of dead letters that nobody was told of.
        typed: what people typed into cells of theirs and what is there now, by "<header> of <case>".
    """

    cases: Sequence[SeenCase] = ()
    rows: Sequence[SeenRow] = ()
    keys: Sequence[str] = ()
    acknowledged: Sequence[str] = ()
    told: Sequence[str] = ()
    delivered: frozenset[str] = frozenset()
    statuses: Mapping[str, Sequence[int]] = field(default_factory=dict)
    pending: Sequence[str] = ()
    silent: Sequence[str] = ()
    typed: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, each as words that name it. `wrong` is every other promise of the house that was broken."""

    attempted: int = 0
    acknowledged: int = 0
    applied: int = 0
    lost: tuple[str, ...] = ()
    duplicated: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.lost or self.duplicated or self.unexpected or self.wrong)

    def told(self, most: int = 10) -> str:
        """The findings as lines to read, at most so many of a kind."""
        kinds = {
            "lost": self.lost,
            "twice": self.duplicated,
            "unexpected": self.unexpected,
            "wrong": self.wrong,
        }
        lines = [f"{kind}: {what}" for kind, found in kinds.items() for what in found[:most]]
        lines += [
            f"{kind}: and {len(found) - most} more" for kind, found in kinds.items() if len(found) > most
        ]
        return "\n".join(lines) or "nothing lost, nothing twice"


@dataclass(slots=True)
class _Queue:
    """One total queue: what may come out, what must, and what did."""

    what: str
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    def run(self, may: Iterable[str], must: Iterable[str], out: Iterable[str]) -> _Queue:
        counts = Counter(out)
        allowed = set(may)
        self.lost = [f"{self.what} {token}" for token in must if not counts[token]]
        self.duplicated = [f"{self.what} {token}, {n} times" for token, n in counts.items() if n > 1]
        self.unexpected = [f"{self.what} {token}" for token in counts if token not in allowed]
        return self


def check(history: Sequence[Attempt], seen: Seen) -> Report:
    """Compare what people tried and were told with what was found once all was quiet."""
    logs = [attempt for attempt in history if attempt.kind == "log"]
    acks = [attempt for attempt in history if attempt.kind == "acknowledge"]
    queues = [_filed(logs, seen), *_shown(seen), _acknowledged(acks, seen), _lines(seen), _messages(seen)]
    return Report(
        attempted=len(history),
        acknowledged=sum(attempt.acknowledged for attempt in history),
        applied=len(seen.cases) + len(seen.acknowledged),
        lost=tuple(line for queue in queues for line in queue.lost),
        duplicated=tuple(line for queue in queues for line in queue.duplicated),
        unexpected=tuple(line for queue in queues for line in queue.unexpected),
        wrong=tuple(_wrong(logs, seen)),
    )


def _filed(logs: Sequence[Attempt], seen: Seen) -> _Queue:
    """Every log that was confirmed is one case; every other one that was allowed is one or none."""
    may = [attempt.token for attempt in logs if attempt.allowed]
    must = [attempt.token for attempt in logs if attempt.allowed and attempt.acknowledged]
    return _Queue("the case of order").run(may, must, [case.token for case in seen.cases])


def _shown(seen: Seen) -> list[_Queue]:
    """Every case has one row and its posts once, whether anybody was told of the case or not."""
    cases = [case.id for case in seen.cases]
    rows = _Queue("the row of").run(cases, cases, [row.case for row in seen.rows])
    posts = [f"{case.id}:{slot}" for case in seen.cases for slot in case.posts]
    found = [key for key in seen.keys if key.endswith((":home", ":supplier"))]
    return [rows, _Queue("the post").run(posts, posts, found)]


def _acknowledged(acks: Sequence[Attempt], seen: Seen) -> _Queue:
    """Every case that was acknowledged, however often and in whatever way, was acknowledged once."""
    may = [attempt.token for attempt in acks if attempt.allowed]
    must = dict.fromkeys(attempt.token for attempt in acks if attempt.allowed and attempt.acknowledged)
    return _Queue("the acknowledgement of").run(may, must, seen.acknowledged)


def _lines(seen: Seen) -> _Queue:
    """Every acknowledgement is told in the home thread, once."""
    moved = dict.fromkeys(seen.acknowledged)
    return _Queue("the line that says so in the thread of").run(moved, moved, seen.told)


def _messages(seen: Seen) -> _Queue:
    """No message twice; the two posts of a case are counted where it is known which there must be."""
    keys = [key for key in seen.keys if not key.endswith((":home", ":supplier"))]
    return _Queue("the message").run(keys, (), keys)


def _wrong(logs: Sequence[Attempt], seen: Seen) -> Iterable[str]:
    cases = {case.token: case for case in seen.cases}
    for attempt in logs:
        case = cases.get(attempt.token)
        if case is not None and attempt.told and attempt.told != case.id:
            yield f"{attempt.who} was told {attempt.told} about order {attempt.token}, which is {case.id}"
    yield from _cells(seen)
    for place, numbers in seen.statuses.items():
        if list(numbers) != sorted(numbers):
            yield f"the status went backwards {place}: {numbers}"
    yield from (f"no audit line for {key}" for key in dict.fromkeys(seen.keys) if key not in seen.delivered)
    yield from (
        f"no audit line for the row of {row.case}" for row in seen.rows if row.case not in seen.delivered
    )
    yield from (f"still pending: {line}" for line in seen.pending)
    yield from (f"nobody was told of the dead letter {key}" for key in seen.silent)
    for cell, (typed, there) in seen.typed.items():
        if typed != there:
            yield f"somebody typed {typed!r} into {cell}, where now is {there!r}"


def _cells(seen: Seen) -> Iterable[str]:
    """What the store has and a row does not show. What somebody typed reaches the store with the next reading."""
    rows = {row.case: row.cells for row in seen.rows}
    for case in seen.cases:
        for header, wanted in case.cells.items() if case.id in rows else ():
            cell, there = f"{header} of {case.id}", rows[case.id].get(header, "")
            if there != wanted and cell not in seen.typed:
                yield f"{cell} is {there!r}, the store has {wanted!r}"
