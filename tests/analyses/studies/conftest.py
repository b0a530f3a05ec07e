"""The run of a module's study, its ``TEXT``, once for all its tests."""

import pytest

import analyses


@pytest.fixture(scope="module")
def run(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "trial.toml"
    path.write_text(request.module.TEXT, encoding="utf-8")
    return analyses.run_study(path)


@pytest.fixture(scope="module")
def found(run):
    return run.found
