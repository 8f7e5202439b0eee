"""What the Slack adapter itself says and listens for: commands, names of its own parts, and a few sentences.

These are the sentences only Slack needs (an expired trigger, a form's own buttons); everything about cases is
said by handlers out of `config/texts/`.
"""

from __future__ import annotations

COMMANDS = (
    "log",
    "find",
    "mine",
    "case",
    "done",
    "update",
    "assign",
    "snooze",
    "nudge",
    "digest",
    "deskbell",
)
"""The slash commands, without their slash. A message that starts with one of them is a command, too."""
SPOKEN = {**{name: name for name in COMMANDS}, "help": "deskbell", "link": "link"}
"""First words of a written command and what they are called: `@deskbell help` is `/deskbell help`."""
LOG_SHORTCUT = "log_message"
"""The callback id of the message shortcut "Log this message…"."""
FORM = "deskbell_form"
TOLD = "deskbell_told"
"""The callback ids of our two kinds of view: a form, and an answer shown where a form was."""
AGAIN = "deskbell_again"
"""The action id of the button that opens a form whose moment had passed."""
EVENT_TYPE = "deskbell_effect"
"""The `event_type` of the metadata that carries an effect's key."""

APP = "Deskbell"
CLOSE = "Close"
YES = "Yes"
NO = "No"
CANCEL = "Cancel"
SURE = "Are you sure?"
ATTACHED = "Already attached: {names}"
YOU_WROTE = "You wrote: {given}"
OPEN_FORM = "Open the form"
TOO_LATE = "Slack did not let me open the form in time. Nothing is lost; open it with this button."
FORM_READY = "The form for that is ready."
PRESS_AGAIN = "Slack did not let me open the form in time. Nothing was done; please press it again."
CHOOSE_AGAIN = "Slack did not let me open the form in time. Nothing was done; please choose it once more."
ALL_DONE = "That is done. You can close this window."
NOT_SAVED = (
    "I cannot reach my records at the moment, so this was probably not saved. Wait a minute, look with /find"
    " whether it is there, and try again if it is not."
)
KEEP_FORM_OPEN = (
    "I cannot reach my records at the moment. Your answers are still here: send them again in a minute."
)
MISTAKE = (
    "Something went wrong on my side, so this was probably not saved. It is written down for the people who look"
    " after me. Look with /find whether it is there before you try again."
)
MISTAKE_IN_FORM = (
    "Something went wrong on my side. It is written down for the people who look after me. Your answers are still"
    " here: send them again, and tell those people if this comes back."
)
