"""Telegram: what it says in, what we say out."""

import os

# python-telegram-bot warns whoever reads a time that it will be no number of seconds one day, unless this is set.
os.environ.setdefault("PTB_TIMEDELTA", "1")
