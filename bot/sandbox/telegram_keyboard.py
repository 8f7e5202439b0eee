"""Keyboards: checked as Telegram checks them, and found again when somebody presses a button.

Source: core.telegram.org/bots/api, "InlineKeyboardButton"; the sentences are those of telegram-bot-api.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal

DATA_BYTES = 64
"""The longest `callback_data`, in bytes of UTF-8."""
MOST_BUTTONS = 100
_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def reply_markup(args: Arguments) -> Json | None:
    """The `reply_markup` of a call; None where there is none, or an empty one.

    Raises:
        TelegramRefusal: in Telegram's words.
    """
    markup = args.data("reply_markup", "can't parse reply keyboard markup JSON object")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise TelegramRefusal("object expected as reply markup")
    if markup.get("inline_keyboard"):
        return {"inline_keyboard": _inline(markup["inline_keyboard"])}
    if markup.get("keyboard"):
        return {**markup, "keyboard": _replies(markup["keyboard"])}
    return {key: True for key in ("remove_keyboard", "force_reply") if markup.get(key) is True} or None


def _rows(rows: Any, refusal: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise TelegramRefusal(refusal)
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise TelegramRefusal("reply markup is too long")
    return rows


def _inline(rows: Any) -> list[list[Json]]:
    wrong = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    return [[_button(button) for button in row] for row in _rows(rows, wrong) if row]


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _unread("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _unread('Can\'t find field "text"')
    if not button["text"].strip():
        raise TelegramRefusal("BUTTON_TEXT_INVALID")
    action = next((name for name in _ACTIONS if button.get(name) not in (None, "")), None)
    if action is None:
        raise _unread("Text buttons are unallowed in the inline keyboard")
    if action == "callback_data":
        _check_data(button["callback_data"])
    if action == "url":
        _check_url(str(button["url"]))
    return {"text": button["text"], action: button[action]}


def _unread(why: str) -> TelegramRefusal:
    return TelegramRefusal(f"can't parse inline keyboard button: {why}")


def _check_data(data: Any) -> None:
    if not isinstance(data, str):
        raise _unread('Field "callback_data" must be of type String')
    if len(data.encode("utf-8", "surrogatepass")) > DATA_BYTES:
        raise TelegramRefusal("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    scheme, separator, rest = url.partition("://")
    host = (rest if separator else url).partition("/")[0]
    if " " in url or not host or (separator and scheme not in {"http", "https", "tg", "ton"}):
        raise TelegramRefusal(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if scheme in {"http", "https"} and "." not in host:
        raise TelegramRefusal("BUTTON_URL_INVALID")


def _replies(rows: Any) -> list[list[Json]]:
    made = []
    for row in _rows(rows, 'field "keyboard" must be an Array of Arrays'):
        buttons = [button if isinstance(button, dict) else {"text": button} for button in row]
        if not all(isinstance(button.get("text"), str) for button in buttons):
            raise TelegramRefusal("can't parse keyboard button: KeyboardButton must be a String or an Object")
        made.append(buttons)
    return made


def buttons_of(markup: Json | None) -> list[Json]:
    """All buttons of a keyboard, row by row."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return [button for row in rows for button in row]


def shown(markup: Json | None) -> list[Json]:
    """The buttons as a script sees them: `{"label", "value"?, "url"?}`."""
    return [
        {"label": button["text"]}
        | ({"value": button["callback_data"]} if "callback_data" in button else {})
        | ({"url": button["url"]} if "url" in button else {})
        for button in buttons_of(markup)
    ]
