"""Slack: payloads become events, forms become modals, effects become messages."""
