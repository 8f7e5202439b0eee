"""The database fixtures, for every test of what runs."""

from tests.database import database_url, server, store  # noqa: F401  # fixtures, asked for by name
