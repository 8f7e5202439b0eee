"""The strip at the top: who I am, the sandbox's clock, its faults, the bot's process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from nicegui import ui

from bot.sandbox.page_chip import Chip
from bot.sandbox.page_faults import FaultsTool
from bot.sandbox.page_live import Changes
from bot.sandbox.page_look import face, icon
from bot.sandbox.page_pulse import SECONDS
from bot.sandbox.page_screen import EVERYTHING, Screen
from bot.sandbox.people import Person

MORNING = 9
"""The hour of "next morning"."""
REAL = 1.0
"""Seconds that the clock may be off and still count as the real one."""


def draw_strip(screen: Screen, toggle_tasks: Callable[[], None]) -> None:
    """Draw the strip into the current container."""
    ui.html(f"{icon('notifications')} <span>Deskbell</span>", sanitize=False, tag="div").classes("brand")
    People(screen)
    ui.element("div").classes("grow")
    ClockTool(screen)
    FaultsTool(screen)
    BotTool(screen)
    button, _ = tool("checklist", "Try this", toggle_tasks, "Show or hide the list of things to try")
    button.classes("side-tool")


def tool(icon: str, text: str, act: Callable[[], Any] | None, spoken: str) -> tuple[ui.element, ui.label]:
    """A button of the strip; answers it and the label in it."""
    button = ui.element("button").classes("bare tool").props("type=button")
    button.props["aria-label"] = spoken
    button.props["title"] = spoken
    if act is not None:
        button.on("click", act, args=[])
    with button:
        if icon:
            ui.icon(icon).props("aria-hidden=true")
        label = ui.label(text)
    return button, label


class People:
    """Everybody one can be, with how much is new for each."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        with ui.element("div").classes("people").props('role=group aria-label="Who I am"'):
            self._chips = {person.key: self._chip(person) for person in screen.room.people}
        screen.join(self.refresh)

    def _chip(self, person: Person) -> Chip:
        name = person.real_name
        chip = Chip(name, "person", "aria-pressed", f"Be {name}", partial(self._screen.be, person.key))
        chip.button.props["data-person"] = person.key
        with chip.picture:
            # Our own HTML; the name is escaped in it.
            ui.html(face(name, self._screen.room.color(person.key), 22), sanitize=False, tag="span")
        return chip

    def refresh(self, _changes: Changes) -> None:
        """Bring the counts up to date."""
        whom = self._whom()
        for who, chip in self._chips.items():
            chip.show(self._screen.room.count(who), chosen=who in whom)

    def _whom(self) -> set[str]:
        """Who one is: one person, or one on each side of the page."""
        screen = self._screen
        return {screen.who, screen.telegram.who} if screen.is_split else {screen.who}


class ClockTool:
    """The sandbox's clock, which the bot and the vendors go by, and what moves it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._button, self._label = tool("schedule", "", None, "The sandbox's clock")
        with self._button, ui.menu() as menu, ui.element("div").classes("card"):
            with ui.element("h3"):
                ui.label("The sandbox's clock")
            with ui.element("p"):
                ui.label("The bot, the chats and the sheets go by it. Move it on and see who is reminded.")
            self._choice("One hour on", lambda: screen.room.control.move_clock(advance="1h"))
            self._choice("Next morning, 09:00", self._next_morning)
            self._choice("Back to the real time", self._back)
        menu.props("anchor='bottom right' self='top right'")
        ui.timer(10.0, lambda: self.refresh(EVERYTHING))
        screen.join(self.refresh)

    def _choice(self, text: str, act: Callable[[], Any]) -> None:
        button = ui.element("button").classes("bare choice").props("type=button")
        button.on("click", lambda: self._screen.try_to(act), args=[])
        with button:
            ui.label(text)

    def refresh(self, _changes: Changes) -> None:
        """Show what time it is."""
        clock = self._screen.room.sandbox.clock
        moved = abs(clock.offset) > REAL
        self._label.set_text(self._now().strftime("%a %-d %b %Y, %H:%M"))
        self._button.classes(add="moved") if moved else self._button.classes(remove="moved")

    def _now(self) -> datetime:
        room = self._screen.room
        return room.sandbox.clock.now().astimezone(ZoneInfo(room.people[0].tz))

    def _next_morning(self) -> None:
        now = self._now()
        day = now.date() + timedelta(days=1)
        self._screen.room.control.move_clock(
            to=datetime(day.year, day.month, day.day, MORNING, tzinfo=now.tzinfo).isoformat()
        )

    def _back(self) -> None:
        offset = self._screen.room.sandbox.clock.offset
        self._screen.room.control.move_clock(advance=f"{'-' if offset > 0 else ''}{abs(offset):.6f}s")


class BotTool:
    """The bot's process: whether it runs, how old its queue is, and the button that kills it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._killed: int | None = None
        self._button, self._label = tool("", "", None, "The bot's process")
        with self._button:
            self._light = ui.element("span").classes("light")
            self._light.move(target_index=0)
            with ui.menu() as menu, ui.element("div").classes("card"):
                with ui.element("h3"):
                    ui.label("The bot")
                with ui.element("p"):
                    ui.label(
                        "A process of its own, as it would run for real. The sandbox starts it again when it dies."
                    )
                self._facts = {
                    name: self._fact(name)
                    for name in ("Process", "Started again", "Oldest job waiting", "Says")
                }
                kill = (
                    ui.element("button")
                    .classes("press danger full")
                    .props("type=button")
                    .on("click", self._kill, args=[])
                )
                with kill:
                    ui.label("Kill it (kill -9)")
        menu.props("anchor='bottom right' self='top right'")
        ui.timer(SECONDS, self._look)
        screen.join(self.refresh)

    @staticmethod
    def _fact(name: str) -> ui.label:
        with ui.element("div").classes("fact"):
            ui.label(name)
            return ui.label("–")

    async def _look(self) -> None:
        """Every page asks, but the bot is asked once for all of them."""
        await self._screen.room.pulse.look()
        self.refresh(EVERYTHING)
        self._screen.room.tasks.look()

    def refresh(self, _changes: Changes) -> None:
        """Show how the bot is."""
        beat = self._screen.room.pulse.known()
        down = beat.pid is None
        if self._killed is not None and not down and beat.pid != self._killed:
            self._screen.say(f"The bot is back as process {beat.pid}. Nothing that was answered is lost.")
            self._killed = None
        self._light.classes(add="down") if down else self._light.classes(remove="down")
        age = "–" if beat.age is None else f"{beat.age:.0f} s"
        self._label.set_text("bot is down" if down else f"bot · queue {age}")
        self._button.props["aria-label"] = (
            "The bot is down" if down else f"The bot runs, oldest job waits {age}"
        )
        self._facts["Process"].set_text(str(beat.pid or "none"))
        self._facts["Started again"].set_text(f"{beat.restarts} ×")
        self._facts["Oldest job waiting"].set_text(age)
        self._facts["Says"].set_text("; ".join(beat.ill) or "all is well")

    def _kill(self) -> None:
        self._killed = self._screen.room.pulse.kill()
        if self._killed is None:
            self._screen.say("The bot does not run at the moment; it is being started.")
