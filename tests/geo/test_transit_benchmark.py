"""The benchmark script still runs, and what it compares is equal."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "transit.py"


def test_both_engines_agree_on_a_region_of_planned_lines(capsys):
    spec = importlib.util.spec_from_file_location("transit_benchmark", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.measure("region", *script.planned_region(), [("lanes", 1, 5), ("raptor", 1, 10)], limit_min=60)
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 2
    assert "equal: True" in rows[1]
