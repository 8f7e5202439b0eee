"""What a button carries besides its case: words somebody typed, and the files that came with them."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.answers import read_files
from handlers.events import FileRef
from handlers.plain import plain, shorten
from handlers.scrub import scrub

KEPT = 1_500
"""Characters of words: Slack's buttons hold 2,000 in all."""
FILES_KEPT = 10
_MARK = "\x1e"
"""Stands before every file: no text that people typed keeps this character."""


def carried(words: str, files: Iterable[object] = ()) -> str:
    """Words and files as the value of a button; what the scrubber finds is masked, what is too long is cut."""
    return _MARK.join([shorten(scrub(plain(words)).text, KEPT), *read_files(files)[:FILES_KEPT]])


def unpacked(value: str) -> tuple[str, tuple[FileRef, ...]]:
    """The words and files of such a value; a client's hint, as all that comes back with a button."""
    words, *files = value.split(_MARK)
    return words, tuple(FileRef.parse(file) for file in read_files(files))
