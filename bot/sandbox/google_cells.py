"""A cell between its JSON and its state, in both directions."""

from __future__ import annotations

from typing import Any

from bot.sandbox.google_book import EMPTY, MAX_TEXT, Cell, Formula, Value
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_format import FORMULA_SHOWN, shown
from bot.sandbox.google_mask import EVERYTHING, Mask, branch, merged, pick
from bot.sandbox.google_parse import check_length

_VALUE_PARTS = ("userEnteredValue", "effectiveValue", "formattedValue")
_PARTS = (*_VALUE_PARTS, "userEnteredFormat", "effectiveFormat", "note", "dataValidation")
_COLOURS = ("backgroundColor", "foregroundColor", "tabColor")


def value_of(extended: JSON | None) -> Value | None:
    """The value an `ExtendedValue` holds; an empty text is a blank cell.

    Raises:
        BadRequest: too long for a cell, or a formula without its sign of equality.
    """
    if not extended:
        return None
    text: str | None = extended.get("stringValue")
    if text is not None:
        if len(text) > MAX_TEXT:
            check_length(text)
        return text or None
    if extended.get("numberValue") is not None:
        return float(extended["numberValue"])
    if extended.get("boolValue") is not None:
        return bool(extended["boolValue"])
    formula = extended.get("formulaValue")
    if formula is None:
        return None
    check_length(formula)
    if not formula.startswith("="):
        raise BadRequest("formulaValue must start with =")
    return Formula(formula)


def extended(value: Value) -> JSON:
    """An `ExtendedValue` of a value as it was entered."""
    if isinstance(value, Formula):
        return {"formulaValue": value.text}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": int(value) if value.is_integer() else value}


def changed(old: Cell, data: JSON, mask: Mask) -> Cell:
    """`old` with the masked fields of a `CellData` put in, fields that `data` lacks cleared.

    The mask names colours by both their names (`twinned`).

    Fields that only Google itself can fill (`effectiveValue`, `formattedValue`) are passed over.
    """
    if "userEnteredValue" in mask or not mask:
        old = Cell(value_of(data.get("userEnteredValue")), old.format, old.rule, old.note)
        if len(mask) == 1:
            return old
    form = branch(mask, "userEnteredFormat")
    style = data.get("userEnteredFormat")
    if form is not None and (style or old.format):
        style = merged(old.format or {}, coloured(style or {}), form)
        old = Cell(old.value, style or None, old.rule, old.note)
    rule = branch(mask, "dataValidation")
    if rule is not None and (old.rule or data.get("dataValidation")):
        old = old._replace(rule=merged(old.rule or {}, data.get("dataValidation") or {}, rule) or None)
    if "note" in mask or not mask:
        old = old._replace(note=data.get("note") or None)
    return old


def coloured(style: JSON) -> JSON:
    """A format in which every colour stands under both its names, as Google answers it."""
    result: JSON = {}
    for name, value in style.items():
        result[name] = coloured(value) if isinstance(value, dict) else value
    for name in _COLOURS:
        rgb = (result.get(f"{name}Style") or {}).get("rgbColor")
        if rgb is not None:
            result[name] = rgb
        elif name in result and f"{name}Style" not in result:
            result[f"{name}Style"] = {"rgbColor": result[name]}
    return result


def twinned(mask: Mask) -> Mask:
    """A mask that names every colour by both its names, so that the older name cannot go stale."""
    result = {name: twinned(below) for name, below in mask.items()}
    for name in _COLOURS:
        if name in result or f"{name}Style" in result:
            result[name] = result[f"{name}Style"] = EVERYTHING
    return result


def cell_json(cell: Cell, mask: Mask = EVERYTHING) -> JSON:
    """The `CellData` of a cell, only what the mask asks for; `{}` for a blank one."""
    if cell is EMPTY:
        return {}
    data = {name: part for name in mask or _PARTS if (part := _part(cell, name)) is not None}
    return dict(pick(data, mask)) if any(mask.values()) else data


def _part(cell: Cell, name: str) -> Any:
    """One field of a cell as JSON; None where the cell has no such thing."""
    value = cell.value
    if name in _VALUE_PARTS:
        if value is None:
            return None
        if name == "formattedValue":
            return shown(cell)
        runs = name == "effectiveValue" and isinstance(value, Formula)
        return {"stringValue": FORMULA_SHOWN} if runs else extended(value)
    if name in ("userEnteredFormat", "effectiveFormat"):
        return cell.format
    return {"note": cell.note, "dataValidation": cell.rule}.get(name)
