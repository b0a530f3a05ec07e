"""A short round of every trial: what it tries must hold every time."""

import pytest

from tests.trust.table import TRIALS


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_a_short_round(trial):
    found = trial.run(trial.short)
    assert not found.failures, found.failures[:5]
    assert found.tried >= trial.short
