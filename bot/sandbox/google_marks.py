"""batchUpdate requests about what lies over the cells: protections, colour rules, filter, named ranges."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.google_area import area_of
from bot.sandbox.google_book import Tab
from bot.sandbox.google_cells import coloured
from bot.sandbox.google_edit import PROTECTED, Edit, Handler, editors
from bot.sandbox.google_errors import JSON, BadRequest
from bot.sandbox.google_mask import merged, parse
from bot.sandbox.google_schema import check_mask

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,249}")


def add_protected_range(edit: Edit, request: JSON) -> JSON:
    """Protect a range: from everybody but its editors, or with a warning only."""
    wanted = dict(request.get("protectedRange") or {})
    _check_protection(edit, wanted)
    wanted["protectedRangeId"] = edit.book.number()
    if not wanted.get("warningOnly"):
        users = {*editors(wanted), edit.who}
        wanted["editors"] = {**(wanted.get("editors") or {}), "users": sorted(users)}
    tab = edit.book.tab(wanted["range"].get("sheetId") or 0)
    tab.protected.append(wanted)
    edit.note("addProtectedRange", tab, id=wanted["protectedRangeId"])
    return {"addProtectedRange": {"protectedRange": {**wanted, "requestingUserCanEdit": True}}}


def _check_protection(edit: Edit, wanted: JSON) -> None:
    if wanted.get("range") is None:
        raise BadRequest("No range specified.")
    if wanted.get("warningOnly") and wanted.get("editors"):
        raise BadRequest("Cannot set editors on a protected range that only warns.")
    area_of(edit.book, wanted["range"])


def _protected(edit: Edit, number: int) -> tuple[Tab, JSON]:
    for tab in edit.book.tabs:
        for item in tab.protected:
            if item["protectedRangeId"] == number:
                if not (edit.owner or item.get("warningOnly") or edit.who in editors(item)):
                    raise BadRequest(PROTECTED)
                return tab, item
    raise BadRequest(f"No protected range with ID: {number}")


def update_protected_range(edit: Edit, request: JSON) -> JSON:
    """Change a protection's range, editors, words or whether it only warns."""
    wanted = request.get("protectedRange") or {}
    tab, item = _protected(edit, wanted.get("protectedRangeId") or 0)
    mask = _mask(request, "ProtectedRange")
    new = merged(item, wanted, mask) | {"protectedRangeId": item["protectedRangeId"]}
    _check_protection(edit, new)
    tab.protected.remove(item)
    edit.book.tab(new["range"].get("sheetId") or 0).protected.append(new)
    edit.note("updateProtectedRange", tab, id=item["protectedRangeId"])
    return {}


def delete_protected_range(edit: Edit, request: JSON) -> JSON:
    """Take a protection away."""
    tab, item = _protected(edit, request.get("protectedRangeId") or 0)
    tab.protected.remove(item)
    edit.note("deleteProtectedRange", tab, id=item["protectedRangeId"])
    return {}


def _mask(request: JSON, message: str) -> JSON:
    if not request.get("fields"):
        raise BadRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = parse(request["fields"])
    check_mask(mask, message)
    return mask


def _rule(edit: Edit, rule: JSON | None) -> tuple[Tab, JSON]:
    """A colour rule with its tab, checked: it has ranges, all on one tab, and a condition or a gradient."""
    rule = rule or {}
    places = rule.get("ranges") or []
    if not places:
        raise BadRequest("rule.ranges: At least one range is required.")
    tabs = {area_of(edit.book, place).tab.sheet_id for place in places}
    if len(tabs) > 1:
        raise BadRequest("rule.ranges: All ranges must be on the same sheet.")
    if not rule.get("gradientRule") and not ((rule.get("booleanRule") or {}).get("condition") or {}).get(
        "type"
    ):
        raise BadRequest("rule: Must have a booleanRule with a condition, or a gradientRule.")
    return edit.book.tab(tabs.pop()), coloured(rule)


def add_conditional_format_rule(edit: Edit, request: JSON) -> JSON:
    """Put a colour rule in at `index`, before those that stand there."""
    tab, rule = _rule(edit, request.get("rule"))
    index = request.get("index") or 0
    if not 0 <= index <= len(tab.rules):
        raise BadRequest(f"index[{index}] is after the last rule[{len(tab.rules)}]")
    tab.rules.insert(index, rule)
    edit.note("addConditionalFormatRule", tab, index=index)
    return {}


def _at(tab: Tab, index: int) -> JSON:
    if not 0 <= index < len(tab.rules):
        raise BadRequest(f"No conditional format on sheet: {tab.sheet_id} at index: {index}")
    return tab.rules[index]


def update_conditional_format_rule(edit: Edit, request: JSON) -> JSON:
    """Replace the colour rule at an index, or move it to another."""
    index = request.get("index") or 0
    if request.get("rule") is not None:
        tab, rule = _rule(edit, request["rule"])
        old, tab.rules[index] = _at(tab, index), rule
        reply = {"newRule": rule, "newIndex": index, "oldRule": old, "oldIndex": index}
    else:
        tab = edit.book.tab(request.get("sheetId") or 0)
        old, to = _at(tab, index), request.get("newIndex") or 0
        _at(tab, to)
        tab.rules.remove(old)
        tab.rules.insert(to, old)
        reply = {"newRule": old, "newIndex": to, "oldIndex": index}
    edit.note("updateConditionalFormatRule", tab, index=index)
    return {"updateConditionalFormatRule": reply}


def delete_conditional_format_rule(edit: Edit, request: JSON) -> JSON:
    """Take the colour rule at an index away; the reply holds it."""
    tab = edit.book.tab(request.get("sheetId") or 0)
    index = request.get("index") or 0
    rule = _at(tab, index)
    del tab.rules[index]
    edit.note("deleteConditionalFormatRule", tab, index=index)
    return {"deleteConditionalFormatRule": {"rule": rule}}


def set_basic_filter(edit: Edit, request: JSON) -> JSON:
    """Set the tab's one filter, in place of the one before. Nothing is hidden: criteria are only kept."""
    wanted = request.get("filter") or {}
    area = area_of(edit.book, wanted.get("range") or {})
    area.tab.filter = {**wanted, "range": wanted.get("range") or area.json()}
    edit.note("setBasicFilter", area.tab, range=area.a1())
    return {}


def clear_basic_filter(edit: Edit, request: JSON) -> JSON:
    """Take the tab's filter away; without one nothing happens."""
    tab = edit.book.tab(request.get("sheetId") or 0)
    tab.filter = None
    edit.note("clearBasicFilter", tab)
    return {}


def add_named_range(edit: Edit, request: JSON) -> JSON:
    """Give a range a name of its own."""
    wanted = dict(request.get("namedRange") or {})
    _check_name(edit, wanted)
    wanted.setdefault("namedRangeId", str(edit.book.number()))
    edit.book.named.append(wanted)
    edit.note("addNamedRange", name=wanted["name"])
    return {"addNamedRange": {"namedRange": wanted}}


def _check_name(edit: Edit, wanted: JSON) -> None:
    name = wanted.get("name") or ""
    if not _NAME.fullmatch(name) or re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", name):
        raise BadRequest(f"'{name}' is not a valid name for a named range.")
    if any(item["name"].casefold() == name.casefold() for item in edit.book.named):
        raise BadRequest(f"A named range with the name '{name}' already exists.")
    area_of(edit.book, wanted.get("range"))


def _named(edit: Edit, number: Any) -> JSON:
    for item in edit.book.named:
        if item["namedRangeId"] == number:
            return item
    raise BadRequest(f"No named range with id: {number}")


def update_named_range(edit: Edit, request: JSON) -> JSON:
    """Change a named range's name or place."""
    wanted = request.get("namedRange") or {}
    item = _named(edit, wanted.get("namedRangeId"))
    new = merged(item, wanted, _mask(request, "NamedRange")) | {"namedRangeId": item["namedRangeId"]}
    edit.book.named.remove(item)
    _check_name(edit, new)
    edit.book.named.append(new)
    edit.note("updateNamedRange", name=new["name"])
    return {}


def delete_named_range(edit: Edit, request: JSON) -> JSON:
    """Take a name away; the cells stay."""
    item = _named(edit, request.get("namedRangeId"))
    edit.book.named.remove(item)
    edit.note("deleteNamedRange", name=item["name"])
    return {}


MARKS: dict[str, Handler] = {
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
    "addConditionalFormatRule": add_conditional_format_rule,
    "updateConditionalFormatRule": update_conditional_format_rule,
    "deleteConditionalFormatRule": delete_conditional_format_rule,
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
}
