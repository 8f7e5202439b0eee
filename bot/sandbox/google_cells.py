"""A cell between its JSON and its state, in both directions."""

from __future__ import annotations

from typing import Any

from bot.sandbox.google_book import MAX_TEXT, Cell, Formula, Value
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_format import FORMULA_SHOWN, shown
from bot.sandbox.google_mask import EVERYTHING, Mask, branch, merged, pick
from bot.sandbox.google_parse import check_length

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

    Fields that only Google itself can fill (`effectiveValue`, `formattedValue`) are passed over.
    """
    if "userEnteredValue" in mask or not mask:
        old = Cell(value_of(data.get("userEnteredValue")), old.format, old.rule, old.note)
        if len(mask) == 1:
            return old
    form = branch(mask, "userEnteredFormat")
    if form is not None:
        style = coloured(data.get("userEnteredFormat") or {})
        old = old._replace(format=merged(old.format or {}, style, twinned(form)) or None)
    rule = branch(mask, "dataValidation")
    if rule is not None:
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
    """The `CellData` of a cell, cut to what the mask asks for; `{}` for a blank one."""
    data: JSON = {}
    value = cell.value
    if value is not None:
        data["userEnteredValue"] = extended(value)
        formula = isinstance(value, Formula)
        data["effectiveValue"] = {"stringValue": FORMULA_SHOWN} if formula else extended(value)
        if not mask or "formattedValue" in mask:
            data["formattedValue"] = shown(cell)
    if cell.format:
        data["userEnteredFormat"] = data["effectiveFormat"] = cell.format
    if cell.note:
        data["note"] = cell.note
    if cell.rule:
        data["dataValidation"] = cell.rule
    result: Any = pick(data, mask)
    return dict(result)
