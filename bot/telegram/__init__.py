"""Telegram: what it says in, what we say out."""
