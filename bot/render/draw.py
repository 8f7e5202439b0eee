"""Draws one picture, in a process of its own: a task comes in on stdin, the picture goes out on stdout.

It is started by `bot.render.render` as a file, without the house around it: no settings, no tokens, nothing but
the task. So what typst does with a task, and for how long, is nobody else's trouble.

In: JSON with `template` (typst source), `data` (what it shows), `names` (texts from outside that are in it, each with
what may stand in for it), `fonts` (folders), `seconds` (to live).
Out: one line of JSON, the names that something else stands in for; and the PNG after it.
"""

from __future__ import annotations

import json
import signal
import sys
from typing import Any

import typst

PPI = 144
"""Two pixels a point: a picture 400 points wide has 800 pixels, enough for the sharpest phone."""
FIRST = ("Noto Sans", "Noto Sans CJK SC")
"""Latin, Greek and Cyrillic, then Chinese, whose font has Japanese and Korean letters too; then every other script."""
PROBE = b"""#set document(title: "probe")
#set text(font: json(bytes(sys.inputs.fonts)), fallback: false)
#sys.inputs.text"""


class Page:
    """Typst with our fonts and no others, so that a picture is the same on every machine."""

    def __init__(self, folders: list[str]) -> None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
        families = set(fonts.families())
        self.families = [name for name in FIRST if name in families]
        self.families += sorted(families - set(FIRST))
        self._compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)

    def can_show(self, text: str) -> bool:
        """Whether our fonts have every letter of a text: PDF/A may hold no letter without a shape, so typst says so.

        A picture would show an empty box there, without a word.
        """
        inputs = {"text": text, "fonts": json.dumps(self.families)}
        try:
            self._compiler.compile(PROBE, format="pdf", pdf_standards="a-2b", sys_inputs=inputs, timestamp=0)
        except typst.TypstError:
            return False
        return True

    def draw(self, template: str, data: dict[str, Any]) -> bytes:
        """The picture.

        Raises:
            typst.TypstError: the template cannot be set with this data.
            TypeError: it came out on several pages.
        """
        inputs = {"data": json.dumps({**data, "fonts": self.families})}
        picture = self._compiler.compile(template.encode(), format="png", ppi=PPI, sys_inputs=inputs)
        if not isinstance(picture, bytes):
            raise TypeError("a template is one page")
        return picture


def main() -> None:
    """Carry out the task."""
    task = json.load(sys.stdin.buffer)
    signal.alarm(task["seconds"])  # The last word, should whoever started this be gone.
    page = Page(task["fonts"])
    names = task["names"].items()
    instead = {name: other for name, other in names if not name.isascii() and not page.can_show(name)}
    picture = page.draw(task["template"], {**task["data"], "instead": instead})
    sys.stdout.buffer.write(json.dumps(list(instead)).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
