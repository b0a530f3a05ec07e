"""A short round of every trial but those of mutated inputs: what it tries must hold every time."""

import pytest

from tests.trust.table import MUTATED, TRIALS


@pytest.mark.parametrize("trial", [one for one in TRIALS if not one.name.startswith(MUTATED)], ids=lambda trial: trial.name)
def test_a_short_round(trial):
    found = trial.run(trial.short)
    assert not found.failures, found.failures[:5]
    assert found.tried >= trial.short
