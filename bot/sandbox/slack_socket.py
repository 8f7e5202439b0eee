"""Socket Mode: web sockets to the bot, envelopes out, acknowledgements in.

Up to ten sockets may be open; each payload goes to one of them, and to another when that one closes before it
acknowledged. Source: docs.slack.dev, "Using Socket Mode".
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.slack_deliver import ACK_SECONDS, Answer, Parcel
from bot.sandbox.slack_ids import Json

MOST_SOCKETS = 10
DISCONNECT_REASONS = ("warning", "refresh_requested", "link_disabled")


@dataclass
class Socket:
    """One open connection and what it still owes an acknowledgement for."""

    connection: WebSocket
    open: bool = True
    owed: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)

    def acknowledge(self, frame: Json) -> None:
        """Take an acknowledgement; an unknown or late one is ignored, as Slack does."""
        owed = self.owed.pop(str(frame.get("envelope_id")), None)
        if owed is not None and not owed.done():
            owed.set_result(Answer(True, body=frame.get("payload")))

    def close(self) -> None:
        """Mark it gone; whatever it owed may go to another one."""
        self.open = False
        for owed in self.owed.values():
            if not owed.done():
                owed.set_result(Answer(False, reason="connection_failed"))
        self.owed.clear()


class Sockets:
    """The app's open sockets."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.sockets: list[Socket] = []
        self.ack_seconds = ACK_SECONDS
        self._tickets: set[str] = set()
        self._turn = 0
        self.arrived = asyncio.Event()
        """Set while a socket is open."""
        self._one_more = asyncio.Event()

    def ticket(self) -> str:
        """A ticket for one connection, part of the URL `apps.connections.open` gives."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def reach(self, count: int = 1) -> None:
        """Wait until so many sockets are open."""
        while len(self.sockets) < count:
            await self._one_more.wait()

    async def endpoint(self, connection: WebSocket) -> None:
        """Serve one connection until it closes."""
        ticket = connection.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await connection.close(code=4001, reason="unknown ticket")
            return
        self._tickets.discard(ticket)
        await connection.accept()
        socket = Socket(connection)
        if len(self.sockets) >= MOST_SOCKETS:
            await self._warn(socket, "too_many_websockets")
            await connection.close()
            return
        await self._serve(socket)

    async def _serve(self, socket: Socket) -> None:
        self.sockets.append(socket)
        try:
            await socket.connection.send_text(json.dumps(self._hello()))
            self.arrived.set()
            one_more, self._one_more = self._one_more, asyncio.Event()
            one_more.set()
            while True:
                frame = _frame(await socket.connection.receive_text())
                socket.acknowledge(frame)
        except WebSocketDisconnect:
            return
        finally:
            self._drop(socket)

    def _drop(self, socket: Socket) -> None:
        socket.close()
        if socket in self.sockets:
            self.sockets.remove(socket)
        if not self.sockets:
            self.arrived.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.sockets),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }

    async def send(self, parcel: Parcel, attempt: int, reason: str) -> Answer:
        """Deliver once, to one socket; to the next one when that closes within the three seconds."""
        frame: Json = {
            "envelope_id": str(uuid4()),
            "type": parcel.kind,
            "payload": parcel.payload,
            "accepts_response_payload": parcel.wants_body,
        }
        if parcel.kind == "events_api":
            frame |= {"retry_attempt": attempt, "retry_reason": _retry_reason(reason) if attempt else ""}
        loop = asyncio.get_running_loop()
        end = loop.time() + self.ack_seconds
        answer = Answer(False, reason="no_socket")
        while self.sockets and (left := end - loop.time()) > 0:
            answer = await self._send_to(self._next(), frame, left)
            if answer.acked or answer.reason == "http_timeout":
                break
        return answer

    def _next(self) -> Socket:
        self._turn += 1
        return self.sockets[self._turn % len(self.sockets)]

    async def _send_to(self, socket: Socket, frame: Json, seconds: float) -> Answer:
        owed: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        socket.owed[frame["envelope_id"]] = owed
        try:
            await socket.connection.send_text(json.dumps(frame))
            return await asyncio.wait_for(owed, seconds)
        except TimeoutError:
            socket.owed.pop(frame["envelope_id"], None)
            return Answer(False, reason="http_timeout")
        except (RuntimeError, OSError, WebSocketDisconnect):
            # Starlette and uvicorn raise one of these when the other side is already gone.
            self._drop(socket)
            return Answer(False, reason="connection_failed")

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every socket to come back on a new one; all reasons but `warning` close it."""
        for socket in list(self.sockets):
            await self._warn(socket, reason)
            if reason != "warning":
                self._drop(socket)
                await socket.connection.close()

    @staticmethod
    async def _warn(socket: Socket, reason: str) -> None:
        frame = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
        await socket.connection.send_text(json.dumps(frame))


def _frame(text: str) -> Json:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def _retry_reason(reason: str) -> str:
    return {"http_timeout": "timeout", "no_socket": "connection_failed"}.get(reason, reason)
