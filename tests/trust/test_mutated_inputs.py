"""Two thousand mutated inputs of every reader of text: a file of its own, so that another process may take it."""

import pytest

from tests.trust.table import MUTATED, TRIALS


@pytest.mark.parametrize("trial", [one for one in TRIALS if one.name.startswith(MUTATED)], ids=lambda trial: trial.name)
def test_mutated_inputs_are_read_or_refused(trial):
    found = trial.run(trial.short)
    assert not found.failures, found.failures[:5]
    assert found.tried == trial.short >= 2000
