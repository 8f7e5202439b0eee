from __future__ import annotations

import socket

import pytest

from tests.loopback import LeftTheMachine, is_loopback


def test_a_connection_elsewhere_is_stopped_before_it_leaves() -> None:
    """Connecting to an address reserved for documentation fails as the test's own fault."""
    with socket.socket() as outside, pytest.raises(LeftTheMachine, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 80))


def test_listening_for_the_whole_network_is_stopped() -> None:
    """A server that binds every interface would be reachable from outside, so binding it fails."""
    with socket.socket() as server, pytest.raises(LeftTheMachine):
        server.bind(("0.0.0.0", 0))


def test_loopback_works() -> None:
    """A server and a client on 127.0.0.1 reach each other."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as us,
    ):
        assert us.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (("127.0.0.1", 80), True),
        (("127.8.8.8", 80), True),
        (("localhost", 80), True),
        (("::1", 80, 0, 0), True),
        ("/tmp/database/.s.PGSQL.5432", True),
        (("0.0.0.0", 80), False),
        (("10.0.0.1", 80), False),
        (("slack.example", 443), False),
    ],
)
def test_what_counts_as_this_machine(address: object, expected: bool) -> None:
    """Loopback addresses and socket files stay here; every other address leaves."""
    assert is_loopback(address) is expected
