"""The switchboard of faults: what a vendor does wrong from now on, and how many times."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from bot.sandbox.faults import KINDS, Fault
from bot.sandbox.page_list import Item, Kept
from bot.sandbox.page_live import Changes
from bot.sandbox.page_screen import Screen

SERVICES = {"slack": "Slack", "telegram": "Telegram", "sheets": "Google Sheets", "drive": "Google Drive"}
TOLD = {
    "429": "429: too many requests",
    "500": "500: server error",
    "503": "503: unavailable",
    "cut": "cut: no answer, not done",
    "slow": "slow: answered after 5 s",
    "applied-503": "applied-503: done, but answered 503",
    "applied-cut": "applied-cut: done, but no answer",
}


class FaultsTool:
    """A button of the strip with the active faults, and the menu that switches them."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._button = ui.element("button").classes("bare tool").props("type=button")
        with self._button:
            ui.icon("bolt").props("aria-hidden=true")
            self._label = ui.label("Faults")
            with ui.menu().props("anchor='bottom right' self='top right'"), ui.element("div").classes("card"):
                with ui.element("h3"):
                    ui.label("Let a vendor fail")
                with ui.element("p"):
                    ui.label("The next calls of the bot go wrong. It must lose nothing and do nothing twice.")
                self._inputs()
                self._kept = Kept(ui.element("div").classes("faults"))
        screen.join(self.refresh)

    def _inputs(self) -> None:
        there = self._screen.room.sandbox.telegram is not None
        vendors = {key: name for key, name in SERVICES.items() if there or key != "telegram"}
        self._service = ui.select(vendors, value="sheets", label="Vendor")
        self._kind = ui.select({kind: TOLD[kind] for kind in KINDS}, value="503", label="What happens")
        self._times = ui.number("How many times", value=3, min=1, max=1000, precision=0)
        for each in (self._service, self._kind, self._times):
            each.props("outlined dense options-dense")
        on = (
            ui.element("button")
            .classes("press primary")
            .props("type=button")
            .on("click", self._switch, args=[])
        )
        with on:
            ui.label("Switch on")

    def _switch(self) -> None:
        times = int(self._times.value or 1)
        service, kind = str(self._service.value), str(self._kind.value)
        self._screen.try_to(partial(self._screen.room.control.switch_fault, service, kind, times=times))

    def refresh(self, _changes: Changes) -> None:
        """Show what is switched on, and how many strikes are left."""
        lines = self._screen.room.sandbox.faults.lines
        told = ", ".join(f"{service} {said(fault)}" for service, fault in lines.items())
        self._label.set_text(told or "Faults")
        self._button.props["aria-label"] = f"Faults: {told or 'none'}"
        self._button.classes(add="alarm") if lines else self._button.classes(remove="alarm")
        self._kept.show(
            Item(service, (fault.kind, fault.times), partial(self._draw, service, said(fault)))
            for service, fault in lines.items()
        )

    def _draw(self, service: str, told: str) -> None:
        with ui.element("div").classes("fact"):
            ui.label(f"{SERVICES.get(service, service)}: {told}")
            clear = ui.button(icon="close").props("flat round dense size=xs color=grey-8")
            clear.props["aria-label"] = f"Clear the fault of {service}"
            clear.on_click(
                lambda: self._screen.try_to(partial(self._screen.room.control.switch_fault, service, "none"))
            )


def said(fault: Fault) -> str:
    """A fault in a few characters: its kind and how many strikes are left."""
    return f"{fault.kind} ×{fault.times}" if fault.times else fault.kind
