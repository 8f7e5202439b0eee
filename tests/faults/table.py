"""The table at the end of the sweep: what was done to the bot, and what was lost or done twice by it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.checker import Report


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the sweep: how often the bot was hurt, what the checker found, how long until all was quiet."""

    what: str
    hurt: int
    report: Report
    quiet: float


_LINES: list[Line] = []


def note(what: str, hurt: int, report: Report, quiet: float) -> None:
    """Keep a line for the table."""
    _LINES.append(Line(what, hurt, report, quiet))


def table() -> list[str]:
    """The table's lines, a header first; none when nothing was noted."""
    if not _LINES:
        return []
    head = ("part", "hurt", "commands", "acknowledged", "applied", "lost", "twice", "other", "quiet after")
    rows = [head, *(_row(line) for line in _LINES)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return [
        "  ".join(_cell(text, width, n) for n, (text, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _row(line: Line) -> tuple[str, ...]:
    report = line.report
    other = len(report.unexpected) + len(report.wrong)
    numbers = (
        line.hurt,
        report.attempted,
        report.acknowledged,
        report.applied,
        len(report.lost),
        len(report.duplicated),
        other,
    )
    return (line.what, *(str(number) for number in numbers), f"{line.quiet:.1f} s")


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column else text.ljust(width)
