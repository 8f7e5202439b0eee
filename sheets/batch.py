"""What is to be written and what became of it: pending writes folded to one row's worth a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from config.model import Value
from config.tracker import Tracker
from sheets.errors import Trouble

Told = Callable[[str, str], bool]
"""Whether a case knows of this text in this column (its key)."""


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One pending write of one case, as the store keeps it.

    `cells` is column key to value, people's columns and the bot's own alike; a key the tracker does not
    declare (any more) is passed over. `new` appends the row. `doubtful` says that an earlier try may have
    landed. `row_hint` is the row (from 1) where the case was last seen.

    `was` is what the case held in these columns before; a cell that shows neither that nor what is pending was typed
    in by a person meanwhile and is left alone. Columns that are not in it are written whatever they show. `told` says
    of a column's text that its case knows of it, although it does not hold it.
    """

    id: int
    tracker: Tracker
    case_id: str
    cells: Mapping[str, Value]
    new: bool = False
    doubtful: bool = False
    row_hint: int | None = None
    was: Mapping[str, Value] = field(default_factory=dict)
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class CaseWrite:
    """Everything that is to be written of one case, in one go.

    `cells` is what a new row holds. `late` is what is left to write if an earlier, doubtful try to append the
    row turns out to have landed: the cells that came after it. `expected` is what a cell may show and still be
    written over, by column; columns that are not in it are written whatever they show.
    """

    tracker: Tracker
    case_id: str
    write_ids: tuple[int, ...]
    cells: Mapping[str, Value]
    late: Mapping[str, Value]
    new: bool
    doubtful: bool
    row_hint: int | None
    expected: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Landed:
    """A case whose row holds what was to be written: where it stands now (row from 1), and a link to it."""

    case_id: str
    write_ids: tuple[int, ...]
    row: int
    gid: int
    link: str


@dataclass(frozen=True, slots=True)
class Held:
    """A tracker whose tab cannot be written now: its writes wait, `reason` is the sentence for people."""

    tracker_key: str
    write_ids: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Flushed:
    """What one flush did. Writes that are in none of the lists stay pending and belong in the next flush.

    `gone` are updates of cases whose row people deleted. `corrected` counts rows that were put right because
    people moved things while the bot wrote. `stopped` is the trouble that ended the flush after its rows had
    landed; `requests` counts calls to Google. `spoiled` are sentences about cells that were overwritten in
    such a moment and could not be restored, for a person to look at. `unlaid` are writes of new rows that are
    still pending although something of the row is on the tab: they must come back as doubtful.
    """

    landed: tuple[Landed, ...] = ()
    held: tuple[Held, ...] = ()
    gone: tuple[tuple[str, tuple[int, ...]], ...] = ()
    corrected: int = 0
    requests: int = 0
    stopped: Trouble | None = None
    spoiled: tuple[str, ...] = field(default=())
    unlaid: frozenset[int] = frozenset()


def fold(writes: Iterable[RowWrite]) -> tuple[CaseWrite, ...]:
    """Merge the writes of each case, cases in the order of their first write, later cells winning.

    An append takes the updates that follow it along, so a new case costs one row however often it changed.
    """
    folded: dict[tuple[str, str], CaseWrite] = {}
    for write in writes:
        key = (write.tracker.key, write.case_id)
        folded[key] = _merged(folded[key], write) if key in folded else _first(write)
    return tuple(folded.values())


def _first(write: RowWrite) -> CaseWrite:
    return CaseWrite(
        tracker=write.tracker,
        case_id=write.case_id,
        write_ids=(write.id,),
        cells=dict(write.cells),
        late={} if write.new else dict(write.cells),
        new=write.new,
        doubtful=write.doubtful,
        row_hint=write.row_hint,
        expected=_expected({}, {}, write),
        told=write.told,
    )


def _merged(known: CaseWrite, write: RowWrite) -> CaseWrite:
    late = known.late if write.new else {**known.late, **write.cells}
    return replace(
        known,
        write_ids=(*known.write_ids, write.id),
        cells={**known.cells, **write.cells},
        late=late,
        new=known.new or write.new,
        doubtful=known.doubtful or write.doubtful,
        row_hint=write.row_hint if write.row_hint is not None else known.row_hint,
        expected=_expected(known.cells, known.expected, write),
    )


def _expected(
    cells: Mapping[str, Value], expected: Mapping[str, tuple[Value, ...]], write: RowWrite
) -> dict[str, tuple[Value, ...]]:
    """What cells may show once this write is pending as well: it, or what was pending or there before it."""
    found = {key: values for key, values in expected.items() if key not in write.cells}
    for key, value in write.cells.items():
        if key in write.was and (key in expected or key not in cells):
            found[key] = (*expected.get(key, ()), write.was[key], value)
    return found


def by_tracker(cases: Sequence[CaseWrite]) -> dict[str, list[CaseWrite]]:
    """The cases of each tracker (its key), order kept."""
    found: dict[str, list[CaseWrite]] = {}
    for case in cases:
        found.setdefault(case.tracker.key, []).append(case)
    return found
