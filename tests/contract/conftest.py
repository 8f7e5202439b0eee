"""Failures inside the shared classes are explained as in any test module; a chat that keeps something has a store."""

import pytest

from tests.database import database_url, server, store  # noqa: F401  # fixtures, asked for by name

pytest.register_assert_rewrite("tests.contract.chat", "tests.contract.sheet")
