"""The desk that somebody tries to get into: the same as in the dialogs."""

from tests.database import server  # noqa: F401  # a fixture, asked for by name
from tests.scenarios.conftest import room  # noqa: F401  # another
