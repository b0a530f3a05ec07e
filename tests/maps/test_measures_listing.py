"""The table of measures is what the docstrings state."""

import inspect
import re
from pathlib import Path

import analyses
from maps.measures_listing import measure_markdown, measures


def test_every_measure_of_these_families_states_formula_and_source():
    stated = {one.name: one for one in measures()}
    families = {"opportunities", "decay", "equity", "floating", "interpolation", "land_change", "mix"}
    public = [getattr(analyses, name) for name in analyses.__all__]
    ours = {one.__name__ for one in public if inspect.isfunction(one) and one.__module__.split(".")[-1] in families}
    assert len(ours) > 25
    assert ours <= set(stated)
    assert all(re.search(r"\d{4}|stated here", one.source) for one in stated.values())


def test_the_table_has_one_row_of_five_cells_a_measure():
    head, rule, *rows = measure_markdown().splitlines()
    assert [len(re.split(r"(?<!\\)\|", line)) for line in (head, rule, *rows)] == [7] * (len(rows) + 2)
    gini = next(row for row in rows if row.startswith("| `gini`"))
    assert gini.endswith("| Gini 1912; Lorenz 1905 | inequality (Gini) |")
    assert "along the Lorenz curve" in gini
    assert len(rows) == len({row.split("`")[1] for row in rows})


def test_a_peer_named_is_compared_with_and_a_measure_compared_names_its_peer():
    files = [path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1] / "peers").glob("test_*.py")]
    compared = {name for text in files for name in re.findall(r"analyses\.(\w+)", text)}
    stated = {one.name: one.peer for one in measures()}
    assert {name for name, peer in stated.items() if peer} == compared & set(stated)
    for name, peer in stated.items():
        own = " ".join(text for text in files if f"analyses.{name}(" in text)
        named = re.findall(r"(\w+) \(([^)]*)\)", peer)
        assert not peer or named, (name, peer)
        for package, functions in named:
            assert all(re.search(rf"\b{one}\b", own) for one in (package, *functions.split(", "))), (name, peer)
