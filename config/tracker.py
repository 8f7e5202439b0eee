"""One tracker as it is declared: columns, who may what, flow, supplier post, what counts as a duplicate."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from config.calendar import Length
from config.clock import Clock
from config.model import AMOUNT, Condition, Declared

ColumnType = Literal[
    "text", "longtext", "order", "ticket", "parcel", "sku", "qty", "money", "currency", "date", "datetime",
    "bool", "enum", "multi", "person", "email", "phone", "address", "country", "tracking", "url", "album",
    "files", "sr_no", "rma", "case_ref", "code", "network_reason",
]  # fmt: skip
Step = Literal["log", "triage", "supplier", "resolve", "finance", "system"]
STEPS: tuple[str, ...] = get_args(Step)
LOGGER = "logger"
"""As an owner: whoever logged the case."""
ON_TICKET = "csr_on_ticket"
"""As an owner: the agent who has the helpdesk ticket; as long as nobody can say who that is, the desk's stand-in."""


class Column(Declared):
    """One column of a tracker, which is one column of its tab."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    header: str = Field(min_length=1, max_length=60)
    type: ColumnType
    aliases: tuple[str, ...] = ()
    """Other headers under which an existing sheet may already have this column."""
    required: bool = False
    """Must be filled in at its step."""
    required_when: Condition | None = None
    """Asked, and then required, only while the condition holds."""
    choices: str | None = None
    """The name of the desk's list of choices, for `enum` and `multi`."""
    step: Step = "log"
    hint: str = Field(default="", max_length=150)
    counts_moves: str | None = None
    """A state: the bot counts here how often the case entered it."""
    counts_files: str | None = None
    """A column of files: the bot counts here how many it holds."""
    gathers: bool = False
    """A repeat's lines are added to those that are there, each once (`dedupe_action`)."""

    def is_asked(self, values: object) -> bool:
        """Whether the column has a place in a form with these answers so far (a mapping of key to value)."""
        return self.required_when is None or self.required_when.holds(values)  # type: ignore[arg-type]  # a Mapping

    def is_required(self, values: object) -> bool:
        """Whether the column must be filled in at its step, given the other answers (key to value)."""
        return self.required or (self.required_when is not None and self.is_asked(values))


class SupplierPost(Declared):
    """The request a supplier gets, from which state on, and what of the case he sees."""

    to: str
    """The key of the desk's channel."""
    from_state: str
    sees: tuple[str, ...] = Field(min_length=1)
    """Columns the supplier may see; everything else is kept from him."""
    when: Condition | None = None
    acknowledge: bool = True
    ships: bool = False
    """The supplier sends a parcel, so he may see where to: address, phone and e-mail may stand in `sees`."""
    ask: str = ""
    """The question the request ends with."""


class Rules(Declared):
    """Checks across columns that a flow's gates cannot say."""

    self_approval_from: str | None = Field(default=None, pattern=AMOUNT)
    """From this amount on, whoever logged the case cannot approve it (a decimal, in the case's currency)."""
    two_person_from: str | None = Field(default=None, pattern=AMOUNT)
    """From this amount on, a one-way state needs a second person (a decimal, in the case's currency)."""


class Tracker(Declared):
    """A declared kind of case. Its modal, tab, post, card and help text are all made from this."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")
    title: str = Field(min_length=1, max_length=60)
    short_title: str | None = Field(default=None, min_length=1, max_length=24)
    """What the tracker's form is called where `title` is longer than the 24 characters Slack shows."""
    say: tuple[str, ...] = ()
    """Other words for the tracker in a command (`/log broken …`)."""
    prefix: str = Field(pattern=r"^[A-Z]{2,4}$")
    document: str
    """The key of the desk's workbook."""
    tab: str = Field(min_length=1, max_length=100)
    log_by: tuple[str, ...] = Field(min_length=1)
    """Roles that may log a case."""
    blind_log_by: tuple[str, ...] = ()
    """Roles that may report a case and see nothing of the tracker afterwards."""
    read_by: tuple[str, ...] | None = None
    """Roles that may see cases; None: every role but suppliers, who see what was posted to them."""
    move_by: dict[str, tuple[str, ...]] = {}
    """State to the roles that may move a case there; other states: whoever may fill in the case's steps."""
    home: str = "csr"
    """The key of the desk's channel where the case's own thread lives."""
    owner: str
    """A person's key, `logger`, or `csr_on_ticket`."""
    owner_by_state: dict[str, str] = {}
    flow: str
    need: dict[str, tuple[str, ...]] = {}
    """Gates beside the flow's: columns to fill in to enter a state, each only while its own condition holds."""
    supplier_post: SupplierPost | None = None
    dedupe: tuple[str, ...] = ()
    """Columns that make an open case a likely duplicate when all of them are equal, or empty in both."""
    dedupe_action: Literal["ask", "add_occurrence"] = "ask"
    """What a duplicate does: it is asked about, or counted on the case that is open, without a row of its own."""
    rules: Rules = Rules()
    computes: Literal["dispute"] | None = None
    """The rule that fills the tracker's `system` columns, where there is one."""
    clocks: tuple[Clock, ...] = ()
    stale_after: Length | None = None
    """Stale after so much working time of the desk without a change, whatever else runs; None: as the desk says."""
    guide: tuple[str, ...] = ()
    """What to do, in order, shown in the help of the tracker."""
    columns: tuple[Column, ...] = Field(min_length=1)

    @property
    def form_title(self) -> str:
        """What the tracker's form is called."""
        return self.short_title or self.title

    def column(self, key: str) -> Column:
        """The column of that key.

        Raises:
            KeyError: the tracker has no such column.
        """
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def of_step(self, *steps: Step) -> tuple[Column, ...]:
        """The columns asked at these steps, in declared order."""
        return tuple(column for column in self.columns if column.step in steps)


SYSTEM_COLUMNS: tuple[Column, ...] = (
    Column(key="case_id", header="Case ID", type="code", step="system"),
    Column(key="status", header="Status", type="enum", aliases=("Done?", "State"), step="system"),
    Column(key="owner", header="Owner", type="person", step="system"),
    Column(
        key="logged_at", header="Logged at", type="datetime", step="system",
        aliases=("Date", "Date Logged", "Timestamp"),
    ),
    Column(key="logged_by", header="Logged by", type="person", aliases=("CSR", "Agent"), step="system"),
    Column(key="source", header="Source", type="text", step="system"),
    Column(key="next_check", header="Next check", type="datetime", step="system"),
    Column(key="post_link", header="Post", type="url", step="system"),
    Column(key="posted_by", header="Posted by", type="person", step="system"),
    Column(key="ack_by", header="Acknowledged by", type="person", step="system"),
    Column(key="ack_at", header="Acknowledged at", type="datetime", step="system"),
    Column(key="evidence", header="Evidence", type="text", step="system"),
    Column(key="note_ref", header="Note ref", type="code", step="system"),
    Column(key="closed_at", header="Closed at", type="datetime", step="system"),
    Column(key="bot_key", header="Bot key", type="code", step="system"),
    Column(key="row_hash", header="Row hash", type="code", step="system"),
)  # fmt: skip
"""The bot's own columns, written after the people's columns of every tab."""
VISIBLE_SYSTEM_COLUMNS = frozenset(
    {"case_id", "status", "owner", "logged_at", "logged_by", "next_check", "ack_by", "evidence"}
)
"""The bot's columns that people see; the others are hidden in the sheet."""
