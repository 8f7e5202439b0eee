"""`deskbell`: every command of the house. What is wrong is said in a sentence, never in a stack trace."""

from __future__ import annotations

import asyncio
import sys
import warnings
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from config.errors import DeclarationsRefused
from config.load import load_desks
from config.settings import Settings, load_settings

EX_CONFIG = 78
"""The exit status for a fault of configuration (sysexits.h)."""
EX_UNAVAILABLE = 69
"""The exit status where a database or a vendor cannot be reached (sysexits.h)."""

app = typer.Typer(
    name="deskbell",
    help="The bot of a support escalation channel: chat on one side, the tracker's sheet on the other.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
outbox_app = typer.Typer(help="What waits to be done, and what was given up.", invoke_without_command=True)
sheets_app = typer.Typer(help="The desks' workbooks.", no_args_is_help=True)
app.add_typer(outbox_app, name="outbox")
app.add_typer(sheets_app, name="sheets")


def main() -> None:
    """Run one command; the exit status is 78 for configuration and 69 for what cannot be reached."""
    # The embedded database's wheel asks for a folder that containers do not have; it finds another by itself.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    try:
        app(standalone_mode=True)
    except DeclarationsRefused as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        sys.exit(EX_CONFIG)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a command's coroutine and leave with its exit status."""
    from bot.processes import UNREACHABLE, unreachable  # noqa: PLC0415  # keeps `--help` and `check` instant

    try:
        status = asyncio.run(work)
    except UNREACHABLE as error:
        typer.echo(unreachable(error), err=True)
        raise typer.Exit(EX_UNAVAILABLE) from None
    if status:
        raise typer.Exit(status)


def _settings() -> Settings:
    from bot.logs import configure, log_uncaught  # noqa: PLC0415  # only this command needs it

    settings = load_settings()
    configure(settings.log_level)
    log_uncaught()
    return settings


@app.command()
def run() -> None:
    """Everything in one process: listener, worker, clock and the health page. For a desk on one machine."""
    from bot import processes  # noqa: PLC0415  # only this command needs it

    _run(processes.run(_settings()))


@app.command()
def web() -> None:
    """Take Slack's signed HTTP requests, and show /healthz and /metrics. As many as you like."""
    from bot import processes  # noqa: PLC0415  # only this command needs it

    _run(processes.web(_settings()))


@app.command()
def worker() -> None:
    """Deliver messages and write sheets. As many as you like."""
    from bot import processes  # noqa: PLC0415  # only this command needs it

    _run(processes.worker(_settings()))


@app.command()
def clock() -> None:
    """Tick: ring what is due, look at the sheets, return stalled jobs. One is enough, two are safe."""
    from bot import processes  # noqa: PLC0415  # only this command needs it

    _run(processes.clock(_settings()))


@app.command()
def migrate() -> None:
    """Bring the database to this version. Safe to repeat."""
    from bot import processes  # noqa: PLC0415  # only this command needs it

    _run(processes.migrate(_settings()))


@app.command()
def check(
    desks: Annotated[
        Path | None, typer.Option(help="A folder of declarations; default: the configured one.")
    ] = None,
) -> None:
    """Read every declaration and say everything that is wrong with them, as `file: key: sentence`."""
    loaded = load_desks(desks or load_settings().desks)
    for desk in loaded.values():
        typer.echo(f"{desk.key}: {len(desk.trackers)} trackers, {len(desk.people)} people, nothing wrong")


@app.command()
def digest(
    desk: Annotated[str, typer.Option(help="The desk.")],
    dry_run: Annotated[bool, typer.Option(help="Print it, and send nothing.")] = False,
) -> None:
    """The daily digest of a desk's channels as it is now; sent, unless today's was sent already."""
    from bot import digest_told  # noqa: PLC0415  # only this command needs it

    _run(digest_told.tell(_settings(), desk, typer.echo, dry_run=dry_run))


@app.command()
def doctor() -> None:
    """Check every token, scope, channel, sheet and the clock, and say what to do about each fault."""
    from bot.doctor import examine  # noqa: PLC0415  # only this command needs it

    _run(examine(_settings(), typer.echo))


@outbox_app.callback()
def outbox(context: typer.Context) -> None:
    """List what waits and what was given up, oldest first."""
    if context.invoked_subcommand is None:
        from bot import outbox as box  # noqa: PLC0415  # only this command needs it

        _run(box.show(_settings(), typer.echo))


@outbox_app.command("retry")
def outbox_retry(
    ident: Annotated[str, typer.Argument(metavar="ID", help="As `deskbell outbox` shows it.")],
) -> None:
    """Give something that was given up another chance."""
    from bot import outbox as box  # noqa: PLC0415  # only this command needs it

    _run(box.retry(_settings(), ident, typer.echo))


@sheets_app.command("init")
def sheets_init(
    dry_run: Annotated[bool, typer.Option(help="Say what would be done, and do nothing.")] = False,
) -> None:
    """Create or adopt every workbook, tab and header. A second run changes nothing."""
    from bot.workbooks import init  # noqa: PLC0415  # only this command needs it

    _run(init(_settings(), typer.echo, dry_run=dry_run))


@app.command()
def sandbox(
    port: Annotated[
        int, typer.Option(help="Where the page and the vendors are; 0 takes a free port.")
    ] = 8800,
    data: Annotated[Path | None, typer.Option(help="Where the database lives.")] = None,
    page: Annotated[bool, typer.Option(help="Serve the page.")] = True,
    desk: Annotated[str, typer.Option(help="The desk to play.")] = "mhj",
    cases: Annotated[bool, typer.Option(help="Begin with a few realistic cases.")] = True,
) -> None:
    """The whole product with no account: vendors on loopback, the bot in it, and a page to play on."""
    from bot.sandbox.start import play  # noqa: PLC0415  # only this command needs it

    status = asyncio.run(play(port=port, data=data, page=page, desk=desk, cases=cases))
    if status:
        raise typer.Exit(status)


if __name__ == "__main__":
    main()
