"""Dialogs over the sandbox: who says what, what they see, what the sheet holds."""
