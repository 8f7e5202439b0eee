"""How the bot's process is: looked up now and then while somebody has the page open."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass, field

import httpx

from bot.sandbox.control import Control

SECONDS = 2.0
"""Between two looks."""
_AGE = re.compile(r"^\w*queue_age\w*(?:\{[^}]*\})?\s+([0-9.eE+\-]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Beat:
    """What is known of the bot's process now; `age` is the queue's oldest job in seconds, None when unknown."""

    pid: int | None = None
    restarts: int = 0
    health: str = ""
    age: float | None = None
    ill: tuple[str, ...] = ()


@dataclass
class Pulse:
    """Asks the bot's own `/healthz` and `/metrics`."""

    control: Control
    beat: Beat = field(default_factory=Beat)
    looks: int = 0

    def known(self) -> Beat:
        """The last beat with what the sandbox itself knows at this moment."""
        bot = self.control.bot()
        return Beat(
            bot.get("pid"), bot.get("restarts", 0), str(bot.get("health") or ""), self.beat.age, self.beat.ill
        )

    async def look(self) -> None:
        """Ask once; a bot that does not answer has no queue age."""
        health = self.known().health
        if not health:
            return
        self.looks += 1
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=1.5) as client:
                answer = await client.get(health)
                metrics = await client.get(health.replace("/healthz", "/metrics"))
        except httpx.HTTPError:
            self.beat = Beat(ill=("the bot does not answer",))
            return
        ages = [float(found) for found in _AGE.findall(metrics.text)]
        self.beat = Beat(age=max(ages) if ages else None, ill=_ill(answer))

    def kill(self) -> int | None:
        """End the bot's process the hard way, as a power cut would; answers the process id."""
        pid = self.known().pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid


def _ill(answer: httpx.Response) -> tuple[str, ...]:
    try:
        parts = answer.json().get("parts", {})
    except (ValueError, AttributeError):
        return ()
    return tuple(f"{name}: {said}" for name, said in parts.items() if said != "ok")
