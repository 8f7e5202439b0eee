"""Field masks, the partial requests and responses of Google's JSON interfaces.

A mask is a tree: `{"sheets": {"properties": {"title": {}}}}`; an empty branch means "and all below it".
"""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.google_errors import JSON, BadRequest

Mask = dict[str, Any]
"""A tree of field names; `{}` stands for everything from there on."""

EVERYTHING: Mask = {}
_TOKEN = re.compile(r"\s*([A-Za-z0-9_*-]+|[().,/])")


def parse(text: str) -> Mask:
    """The tree of a mask such as `sheets(properties(title),data/rowData),namedRanges.name`.

    Raises:
        BadRequest: the mask is empty or its brackets, commas or dots do not fit together.
    """
    tokens = _TOKEN.findall(text)
    if not tokens or "".join(tokens) != re.sub(r"\s", "", text):
        raise BadRequest(f"Invalid field mask '{text}'.")
    tree, rest = _branches(tokens, text)
    if rest:
        raise BadRequest(f"Invalid field mask '{text}'.")
    return EVERYTHING if "*" in tree else tree


def _branches(tokens: list[str], text: str) -> tuple[Mask, list[str]]:
    """Read `a,b(c),d.e` up to a closing bracket or the end; hand back what was not read."""
    tree: Mask = {}
    while True:
        path, below, tokens = _path(tokens, text)
        _graft(tree, path, below)
        if tokens[:1] != [","]:
            return tree, tokens
        tokens = tokens[1:]


def _path(tokens: list[str], text: str) -> tuple[list[str], Mask, list[str]]:
    path: list[str] = []
    while True:
        if not tokens or tokens[0] in "().,/":
            raise BadRequest(f"Invalid field mask '{text}'.")
        path.append(tokens[0])
        tokens = tokens[1:]
        if tokens[:1] == ["("]:
            below, tokens = _branches(tokens[1:], text)
            if tokens[:1] != [")"]:
                raise BadRequest(f"Invalid field mask '{text}'.")
            return path, EVERYTHING if "*" in below else below, tokens[1:]
        if tokens[:1] not in (["."], ["/"]):
            return path, EVERYTHING, tokens
        tokens = tokens[1:]


def _graft(tree: Mask, path: list[str], below: Mask) -> None:
    """Add one path; where one mask names a field and another a part of it, the whole field wins."""
    name, rest = path[0], path[1:]
    if rest == ["*"]:
        rest, below = [], EVERYTHING
    known = name in tree
    if not rest and not below:
        tree[name] = EVERYTHING
    elif not known or tree[name]:
        branch: Mask = tree.setdefault(name, {})
        if rest:
            _graft(branch, rest, below)
        else:
            for part, parts in below.items():
                _graft(branch, [part], parts)


def pick(value: Any, mask: Mask) -> Any:
    """What a mask leaves of an answer; lists are looked through, absent fields stay absent."""
    if not mask:
        return value
    if isinstance(value, list):
        return [pick(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: pick(value[name], below) for name, below in mask.items() if name in value}


def covers(mask: Mask, *path: str) -> bool:
    """Whether an answer cut by this mask shows anything of the field at `path`."""
    for name in path:
        if not mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True


def branch(mask: Mask, *path: str) -> Mask | None:
    """The mask from `path` on, or None where the mask leaves it out."""
    for name in path:
        if not mask:
            return EVERYTHING
        if name not in mask:
            return None
        mask = mask[name]
    return mask


def merged(old: JSON, new: JSON, mask: Mask) -> JSON:
    """`old` with the masked fields taken from `new`; a masked field that `new` lacks is cleared."""
    if not mask:
        return dict(new)
    result = dict(old)
    for name, below in mask.items():
        value: Any = new.get(name)
        if below:
            value = merged(old.get(name) or {}, value or {}, below)
        if value is None or value == {}:
            result.pop(name, None)
        else:
            result[name] = value
    return result
