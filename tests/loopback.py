"""Keeps the tests on this machine: whoever connects or listens elsewhere than on loopback is stopped.

An audit hook instead of a patched `socket` module: it sees every connection this interpreter makes,
whichever library makes it, and nobody can undo it by accident. Processes that a test starts are not
seen; the bot has its own guard there (it is given loopback addresses only).
"""

from __future__ import annotations

import sys
from typing import Any

_WATCHED = frozenset({"socket.connect", "socket.sendto", "socket.bind"})
_LOOPBACK_NAMES = frozenset({"localhost", "::1"})


class LeftTheMachine(RuntimeError):
    """A test tried to reach or to offer a network address that is not loopback.

    Not an OSError: the code under test treats those as a vendor that is down, and would hide it.
    """


def keep_to_loopback() -> None:
    """Watch every socket of this interpreter from now on; a hook cannot be taken away again."""
    sys.addaudithook(_refuse_elsewhere)


def is_loopback(address: object) -> bool:
    """Whether a socket address stays on this machine: loopback, or a path in the file system."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    return host in _LOOPBACK_NAMES or host.startswith(("127.", "::ffff:127."))


def _refuse_elsewhere(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _WATCHED and not is_loopback(arguments[-1]):
        raise LeftTheMachine(f"{event} to {arguments[-1]!r}: tests stay on loopback")
