"""Failures inside the shared classes are explained as those of any test module."""

import pytest

pytest.register_assert_rewrite("tests.contract.chat", "tests.contract.sheet")
