"""The states of a case, the moves between them, and what must be filled in to enter one."""

from __future__ import annotations

from pydantic import Field

from config.model import Declared


class Flow(Declared):
    """A declared flow. The first state is where a case starts; clocks stop in a closed one."""

    states: tuple[str, ...] = Field(min_length=1)
    closed: tuple[str, ...]
    moves: dict[str, tuple[str, ...]]
    need: dict[str, tuple[str, ...]] = {}
    """Gates: columns (their keys) that must be filled in to enter a state."""
    one_way: tuple[str, ...] = ()
    """States that cannot be taken back outside the bot; entering one is confirmed twice."""
    posted: str | None = None
    """The state a case enters by itself when the supplier's post has landed, if the flow has one."""
    acknowledged: str | None = None
    """The state an acknowledgement moves the case to, if there is one; without it the case is only marked."""
    supplier_moves: tuple[str, ...] = ()
    """States a supplier may take a case to that was posted to him, besides acknowledging it."""
    done: str | None = None
    """The state `/done` and the Done button aim at; default: the closed state Done, else the only closed one."""

    @property
    def initial(self) -> str:
        """Where every case starts."""
        return self.states[0]

    def may_move(self, start: str, end: str) -> bool:
        """Whether the flow has a move from one state to the other."""
        return end in self.moves.get(start, ())
