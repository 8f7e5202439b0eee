"""The database fixtures, for the sweep over the worker's own boundaries."""

from tests.database import database_url, server  # noqa: F401  # fixtures, asked for by name
