"""The Bot API's getUpdates, setWebhook, deleteWebhook and getWebhookInfo."""

from __future__ import annotations

from bot.sandbox.telegram_methods import Method
from bot.sandbox.telegram_polling import allowed_updates
from bot.sandbox.telegram_refusal import Arguments, Json, TelegramRefusal
from bot.sandbox.telegram_room import TelegramRoom
from bot.sandbox.telegram_webhook import checked_secret, checked_url

MOST_CONNECTIONS = 100
USUAL_CONNECTIONS = 40
_WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(room: TelegramRoom, args: Arguments) -> list[Json]:
    """Carry out getUpdates."""
    if room.webhook.url:
        raise TelegramRefusal(_WEBHOOK, 409)
    return await room.polling.get(args)


def set_webhook(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out setWebhook; an empty address deletes it. Whoever polls is sent away."""
    url = args.text("url")
    if not url:
        return delete_webhook(room, args)
    checked_url(url)
    secret = checked_secret(args.text("secret_token"))
    most = min(max(args.integer("max_connections", USUAL_CONNECTIONS), 1), MOST_CONNECTIONS)
    if args.flag("drop_pending_updates"):
        room.updates.clear()
    room.updates.allow(allowed_updates(args))
    room.polling.interrupt(TelegramRefusal("terminated by setWebhook request", 409))
    room.webhook.set(url, secret, most)
    room.record("setWebhook", url=url, has_secret=bool(secret))
    return True


def delete_webhook(room: TelegramRoom, args: Arguments) -> bool:
    """Carry out deleteWebhook."""
    if args.flag("drop_pending_updates"):
        room.updates.clear()
    if room.webhook.url:
        room.record("deleteWebhook", url=room.webhook.url)
    room.webhook.unset()
    return True


def webhook_info(room: TelegramRoom, _args: Arguments) -> Json:
    """Carry out getWebhookInfo."""
    return {**room.webhook.info(), "allowed_updates": sorted(room.updates.allowed)}


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
}
