"""Where the fonts of pictures are, and what keeps pictures from being drawn at all.

Pictures are an extra (`pictures`): typst and two packages that hold nothing but Noto fonts. Only those are used, never
what happens to be installed on a machine, so that a picture looks the same everywhere.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

DRAWS = "typst"
MOST_SCRIPTS = "manimgx_fonts"
"""Latin, Greek, Cyrillic, Arabic, Hebrew, Thai, the scripts of India and more; symbols and emoji."""
CHINESE = "manimgx_fonts_cjk"
"""Chinese, Japanese and Korean."""


def missing() -> tuple[str, ...]:
    """The packages of the extra that are not installed, by the names they are imported by."""
    return tuple(name for name in (DRAWS, MOST_SCRIPTS, CHINESE) if find_spec(name) is None)


def can_draw() -> bool:
    """Whether a picture can be drawn; names in Chinese may still be replaced in it."""
    return not {DRAWS, MOST_SCRIPTS} & set(missing())


def folders() -> tuple[Path, ...]:
    """The folders that hold fonts, of the packages that are installed. Nothing of them is imported."""
    specs = (find_spec(name) for name in (MOST_SCRIPTS, CHINESE))
    return tuple(Path(path) for spec in specs if spec for path in spec.submodule_search_locations or ())
