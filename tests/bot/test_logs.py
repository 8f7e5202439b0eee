"""Nothing that nobody may keep reaches a log line, whoever writes it and at whatever level."""

from __future__ import annotations

import contextlib
import datetime
import enum
import io
import json
import logging
import pathlib
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.log_values import TEXT_MAX, cleaned
from bot.logs import VENDORS, configure, get_logger, log_uncaught

CARD = "4111 1111 1111 1111"
TOKEN = "xoxb-1234567890-abcdefghij"
FORMAT_OF_TWO = "two %s %s"
LEAKS = ("4111 1111", "41111111", TOKEN, "hunter22")

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is written; everything the chain changed in this process is put back."""
    root = logging.getLogger()
    before = (root.level, root.handlers[:], logging.getLoggerClass(), sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in VENDORS}
    root.handlers = []
    yield io.StringIO()
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.captureWarnings(capture=False)
    root.setLevel(before[0])
    root.handlers = before[1]
    logging.setLoggerClass(before[2])
    sys.excepthook, threading.excepthook = before[3:]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """The lines so far, read as JSON, after checking that nothing leaked."""
    configure("DEBUG", vendor_level="DEBUG", stream=stream)

    def read() -> list[dict[str, object]]:
        assert not [leak for leak in LEAKS if leak in stream.getvalue()]
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return read


def test_an_event_is_one_line_of_json(lines: Lines) -> None:
    """Name, level, logger and moment, and the values by their key."""
    get_logger("bot.worker").info(
        "row_written", case="II-2647-0001", rows=3, took=0.25, again=False, link=None
    )
    (line,) = lines()
    assert datetime.datetime.fromisoformat(str(line.pop("at"))).utcoffset() == datetime.timedelta(0)
    assert line == {
        "event": "row_written",
        "level": "info",
        "logger": "bot.worker",
        "case": "II-2647-0001",
        "rows": 3,
        "took": 0.25,
        "again": False,
        "link": None,
    }


def test_every_text_of_an_event_is_scrubbed(lines: Lines) -> None:
    """The name, the values, what is inside lists and mappings, and their keys."""
    get_logger("x").info(
        f"paid {CARD}", note=CARD, deep={"a": [CARD, {CARD: TOKEN}], "b": (1, TOKEN)}, number=4111111111111111
    )
    (line,) = lines()
    assert line["event"] == "paid [card ••••1111]"
    assert line["note"] == "[card ••••1111]"
    assert line["deep"] == {
        "a": ["[card ••••1111]", {"[card ••••1111]": "[secret withheld]"}],
        "b": [1, "[secret withheld]"],
    }
    assert line["number"] == "[card ••••1111]"


def test_a_bound_context_is_scrubbed(lines: Lines) -> None:
    """What is bound once stands in every line, clean."""
    structlog.contextvars.bind_contextvars(case="II-2647-0001", said=CARD)
    get_logger("x").bind(who=TOKEN).warning("late")
    (line,) = lines()
    assert (line["case"], line["said"], line["who"]) == (
        "II-2647-0001",
        "[card ••••1111]",
        "[secret withheld]",
    )


@pytest.mark.parametrize("key", ["body", "payload", "text", "raw_body", "response", "values", "blocks"])
def test_a_body_is_withheld_by_its_key(lines: Lines, key: str) -> None:
    """Whatever a person wrote is not in the log, only how long it was."""
    get_logger("x").info("received", **{key: "clasp broken"})
    (line,) = lines()
    assert line[key] == "[withheld, 12 long]"


@pytest.mark.parametrize(
    "key", ["token", "bot_token", "signing_secret", "Authorization", "api_key", "otp", "cvv"]
)
def test_a_secret_is_withheld_by_its_key(lines: Lines, key: str) -> None:
    """Also when its value looks like nothing."""
    get_logger("x").info("called", **{key: "plain"})
    (line,) = lines()
    assert line[key] == "[secret withheld]"


def test_the_standard_librarys_loggers_pass_the_same_chain(lines: Lines) -> None:
    """Arguments are filled in first, then the whole sentence is scrubbed."""
    logging.getLogger("some.library").info(
        "GET %s with %s", f"https://x.example/bot?card={CARD.replace(' ', '')}", TOKEN
    )
    (line,) = lines()
    assert line["event"] == "GET https://x.example/bot?card=[card ••••1111] with [secret withheld]"
    assert (line["logger"], line["level"]) == ("some.library", "info")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendors_library_is_scrubbed_even_at_debug(lines: Lines, vendor: str) -> None:
    """When somebody turns its level down, its lines are still clean."""
    logging.getLogger(vendor).debug("sending %s to /bot123456789:%s/sendMessage", {"text": CARD}, "A" * 35)
    (line,) = lines()
    assert line["event"] == "sending {'text': '[card ••••1111]'} to /bot[secret withheld]/sendMessage"


@pytest.mark.parametrize("vendor", [*VENDORS, "slack_bolt.App", "httpx._client", "slack_bolt:Listener"])
def test_a_vendors_library_says_only_warnings(stream: io.StringIO, vendor: str) -> None:
    """Even one that sets the level of its own logger, as Bolt does from the root's."""
    configure("DEBUG", stream=stream)
    logger = logging.getLogger(vendor)
    logger.setLevel(logging.DEBUG)
    logger.info("whole body")
    logger.warning("trouble")
    logger.setLevel(logging.NOTSET)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["trouble"]


@pytest.mark.parametrize(("left", "speaks"), [("google", "google"), ("uvicorn", "uvicorn.access")])
def test_a_vendors_logger_that_left_the_chain_is_taken_back(
    stream: io.StringIO, left: str, speaks: str
) -> None:
    """A library that stops propagating, or brings a handler of its own, is scrubbed all the same."""
    logging.getLogger(left).propagate = False
    logging.getLogger(left).addHandler(logging.NullHandler())
    logger = logging.getLogger(speaks)
    configure("INFO", stream=stream)
    logger.warning("trouble with %s", CARD)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "trouble with [card ••••1111]"
    ]


def test_our_own_level_is_kept(stream: io.StringIO) -> None:
    """At INFO a debug line is not written."""
    configure("INFO", stream=stream)
    get_logger("x").debug("detail")
    get_logger("x").info("news")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["news"]


def test_configuring_twice_writes_once(stream: io.StringIO) -> None:
    """The last call counts."""
    configure("INFO", stream=stream)
    configure("INFO", stream=stream)
    get_logger("x").info("news")
    assert len(stream.getvalue().splitlines()) == 1


def test_a_traceback_is_scrubbed_and_has_no_locals(lines: Lines) -> None:
    """Its sentence, its cause and its notes are clean; it says where, not with what."""
    error = RuntimeError(f"could not send with {TOKEN}")
    error.add_note(f"tried {CARD}")
    error.__cause__ = KeyError(f"no place for {CARD}")
    with contextlib.suppress(RuntimeError):
        _logged(get_logger("x"), "not_sent", error)
    (line,) = lines()
    told = line["exception"]
    assert isinstance(told, list)
    assert [one["error"] for one in told] == [
        "RuntimeError: could not send with [secret withheld]\ntried [card ••••1111]",
        "KeyError: 'no place for [card ••••1111]'",
    ]
    assert told[0]["frames"][0].endswith(" in _logged")
    assert told[0]["frames"][1].endswith(" in _raised")


def test_a_foreign_traceback_is_scrubbed(lines: Lines) -> None:
    """The standard library's own way of logging an error, groups included."""
    error = ExceptionGroup(f"two with {CARD}", [ValueError(TOKEN), OSError("cut")])
    with contextlib.suppress(ExceptionGroup):
        _logged(logging.getLogger("asyncio"), "Task failed", error)
    (line,) = lines()
    told = line["exception"]
    assert isinstance(told, list)
    assert [one["error"] for one in told] == [
        "ExceptionGroup: two with [card ••••1111] (2 sub-exceptions)",
        "ValueError: [secret withheld]",
        "OSError: cut",
    ]


def _logged(log: logging.Logger | structlog.stdlib.BoundLogger, event: str, error: Exception) -> None:
    hidden = "hunter22"
    try:
        _raised(error, hidden)
    except Exception:
        log.exception(event)
        raise


def _raised(error: Exception, _hidden: str) -> None:
    raise error


class Asked(BaseModel):
    """A payload that does not fit."""

    quantity: int


def test_what_libraries_quote_of_the_data_is_withheld(lines: Lines) -> None:
    """Pydantic's input and PostgreSQL's detail are bodies."""
    try:
        Asked.model_validate({"quantity": "clasp broken"})
    except ValidationError:
        get_logger("x").exception("bad")
    get_logger("x").info(
        "bad", error=RuntimeError("duplicate key\nDETAIL:  Key (text)=(clasp broken) exists")
    )
    assert not [line for line in lines() if "clasp broken" in json.dumps(line)]
    assert lines()[1]["error"] == "RuntimeError: duplicate key"


def test_a_line_that_cannot_be_formatted_does_not_print_its_arguments(
    stream: io.StringIO, lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    """A vendor's mistake in a format string costs the line, not the secret."""
    configure("DEBUG", stream=stream)  # Once more: the test runner's own handler came after the first time.
    logging.getLogger("some.library").warning(FORMAT_OF_TWO, CARD)
    (line,) = lines()
    assert line == {"event": "log_line_lost", "logger": "some.library", "level": "error"}
    assert capsys.readouterr().err == ""


def test_what_python_would_print_is_logged(lines: Lines) -> None:
    """Errors nobody caught, of the process and of a thread, and warnings."""
    log_uncaught()
    error = ValueError(f"paid {CARD}")
    sys.excepthook(ValueError, error, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, threading.current_thread())))
    threading.excepthook(threading.ExceptHookArgs((ValueError, None, None, None)))
    warnings.showwarning(f"old {CARD}", UserWarning, "x.py", 1)
    events = [line["event"] for line in lines()]
    assert events[:3] == ["process_failed", "thread_failed", "thread_failed"]
    assert str(events[3]).startswith("x.py:1: UserWarning: old [card ••••1111]")


class Colour(enum.StrEnum):
    """A plain value of ours."""

    RED = "red"


class Payload:
    """An object that prints what it holds."""

    def __repr__(self) -> str:
        return CARD


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, "red"),
        (Payload(), "<Payload>"),
        (Payload, "<type>"),
        (b"bytes", "[5 bytes]"),
        (datetime.date(2026, 11, 16), "2026-11-16"),
        (datetime.timedelta(seconds=90), "0:01:30"),
        (pathlib.PurePosixPath("a/b"), "a/b"),
        (float("nan"), "nan"),
        (2**200, "<int>"),
        (123456789012, 123456789012),
        (frozenset({1}), [1]),
        ({"body": None, "text": 3, "data": Payload()}, {"body": None, "text": 3, "data": "<Payload>"}),
        ({"token": None, "request_id": "r1"}, {"token": None, "request_id": "r1"}),
        ([[[[[["deep"]]]]]], [[[[["<list>"]]]]]),
        ("x" * 30_000, "x" * (TEXT_MAX - 1) + "…"),
    ],
)
def test_a_value_is_written_cut_or_named(value: object, expected: object) -> None:
    """Plain values as they are, everything else by its class."""
    assert cleaned(value) == expected


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner)))  # fmt: skip
def test_whatever_is_logged_is_json(value: object) -> None:
    """Total: any nesting of any values can be written as one line."""
    assert "\n" not in json.dumps(cleaned(value), allow_nan=False)
