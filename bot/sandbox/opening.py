"""The cases a sandbox opens with: said by its people, in the words they would use, through the same doors."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.control import Control


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody says somewhere; `channel` is the key scripts use."""

    who: str
    channel: str
    text: str


OPENINGS: dict[str, tuple[Line, ...]] = {
    "mhj": (
        Line(
            "agent2",
            "csr",
            '/log item-issue 10388 FD-61 missing earring-12 1 "One earring was not in the box" refund',
        ),
        Line("agent", "csr", '/log request 10401 FD-70 tracking "Where is the parcel? Last scan a week ago"'),
        Line(
            "bowen",
            "supplier",
            '/log out-of-stock 10397 ring-204 1 notes="Size 54 is sold out until January"',
        ),
        Line("lead", "csr", "/log refund 10350 FD-44 kind='Partial refund' reason=Goodwill 15 EUR PayPal"),
        Line(
            "agent", "csr", '/log request 10412 FD-75 cancellation "Customer ordered twice, cancel this one"'
        ),
    ),
}
"""By desk; every line is complete, so that it is logged at once."""


async def open_with_cases(control: Control, desk: str) -> None:
    """Play the opening of a desk. What the bot refuses stays visible on the page, as it would in life."""
    places = control.state()["channels"]
    for line in OPENINGS.get(desk, ()):
        if line.channel in places:
            await control.say(line.who, places[line.channel], line.text)
