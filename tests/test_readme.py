"""README tells the truth: its commands exist, its Python runs, its tables are those of the catalogue and the model."""

import re
import runpy
import subprocess
from pathlib import Path

import pytest

import analyses
from maps.listing import layer_markdown, study_markdown
from maps.measures_listing import measure_markdown

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


TABLES = {"layers": layer_markdown, "measures": measure_markdown, "studies": study_markdown}


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_those_of_the_code(name):
    shown = TEXT.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]
    assert shown == TABLES[name](), "run: python tests/test_readme.py"


def test_the_python_of_readme_runs_and_writes_its_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = []
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)):
        script = tmp_path / f"block_{number}.py"
        script.write_text(block, encoding="utf-8")
        found.append(runpy.run_path(str(script)))
    study, scenario, exported = found
    assert scenario["people"]["population_2019_people"].sum() > study["zones"]["population_2019_people"].sum()
    assert (tmp_path / "out/brt.html").stat().st_size > 10_000
    assert (tmp_path / "out/brt.geojson").stat().st_size > 10_000
    assert {path.name for path in (tmp_path / "out").glob("*.gpkg")} == {"new_city.gpkg", "brt.gpkg"}
    assert all(one.code.startswith("E-LOSS-") for one in exported["lost"])
    assert (study["access"]["jobs_within_45min_change"] >= 0).all()
    assert (study["access"]["jobs_within_45min_change"] > 0).any()


def test_the_study_files_of_readme_are_ready_to_run(tmp_path):
    found = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    for number, block in enumerate(found):
        path = tmp_path / f"study_{number}.toml"
        path.write_text(block, encoding="utf-8")
        study, ground = analyses.ready_study(path)
        assert set(ground.scenarios) == {one.id for one in study.scenarios}
    assert found


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", TEXT, re.MULTILINE))
def test_the_make_commands_of_readme_exist(target):
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607 - make is what the reader calls
    assert done.returncode == 0, done.stderr


def test_the_files_readme_names_exist():
    for name in re.findall(r"`((?:geo|layers|analyses|maps|tests)/[\w./]+\.\w+)`|\]\(([\w./]+)\)", TEXT):
        assert (ROOT / (name[0] or name[1])).is_file(), name


if __name__ == "__main__":
    for name, table in TABLES.items():
        head, rest = TEXT.split(f"<!-- {name} -->\n")
        TEXT = f"{head}<!-- {name} -->\n{table()}<!-- /{name} -->{rest.split(f'<!-- /{name} -->')[1]}"
    (ROOT / "README.md").write_text(TEXT, encoding="utf-8")
