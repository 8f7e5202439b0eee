"""Serves an ASGI app on loopback inside the running event loop, on a given port or a free one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.sandbox.faults import Cutting

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 1
"""How long open connections may finish when the server stops."""


class _Quiet(uvicorn.Server):
    """Leaves signals to the process, and waits to be stopped instead of looking ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Whoever starts a sandbox decides what SIGTERM means."""
        yield

    async def main_loop(self) -> None:
        """Until `stopping` is set."""
        await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, but without its pause where nobody is connected any more."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
            await server.wait_closed()
        await self.lifespan.shutdown()


class Server:
    """An ASGI app on `http://127.0.0.1:PORT`; nothing else than loopback is ever offered.

    Args:
        app: what is served.
        port: 0 takes a free one.

    Raises:
        OSError: somebody else listens on the port.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._socket = _bound(port)
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            Cutting(app),
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,  # uvicorn's own main loop would keep it right
            ws="websockets-sansio",
            ws_max_size=4 * 1024 * 1024,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = _Quiet(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def base(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    async def start(self) -> None:
        """Serve until stopped; returns when requests are answered.

        Raises:
            RuntimeError: the app failed to start.
        """
        self._task = asyncio.ensure_future(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise RuntimeError("the sandbox's server did not start")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Finish what is being answered and close; safe to repeat."""
        # Connections that were closed a moment ago are seen to be closed.
        await asyncio.sleep(0.002)
        self._server.should_exit = True
        self._server.stopping.set()
        if self._task is not None:
            await self._task
        self._socket.close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A header and a body sent in two writes wait for each other otherwise; accepted sockets inherit it.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound
