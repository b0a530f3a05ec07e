"""What takes long is made once for all tests."""

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")  # what a test finds depends neither on chance nor on how busy the machine is

if os.environ.get("NUMBA_DISABLE_JIT") == "1":
    from tests import plain_kernels

    plain_kernels.install()


def pytest_runtest_logstart(nodeid):
    """Where coverage is measured, lines are put down to the test that runs them: `make mutants` asks which."""
    running = "coverage" in sys.modules and sys.modules["coverage"].Coverage.current()
    if running:
        running.switch_context(nodeid)


def pytest_collection_modifyitems(items):
    """More examples of every property than its test asks for, where `make trust` wants them."""
    for item in items:
        if os.environ.get("EXAMPLES") and hasattr(item, "obj") and hasattr(item.obj, "_hypothesis_internal_use_settings"):
            asked = item.obj._hypothesis_internal_use_settings
            item.obj._hypothesis_internal_use_settings = settings(asked, max_examples=int(os.environ["EXAMPLES"]))


@dataclass(frozen=True)
class Built:
    """The shipped study in a folder, and what it said on the way: (what, steps done, of how many)."""

    folder: Path
    steps: list[tuple[str, int, int]]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory, request):
    """The shipped study, built once by all processes of a run together; tests read it and leave it as it is."""
    if not hasattr(request.config, "workerinput"):
        return _built(tmp_path_factory.mktemp("study"))
    place = tmp_path_factory.getbasetemp().parent / "study"  # of all workers
    try:
        place.mkdir()
    except FileExistsError:
        return _awaited(place)
    try:
        built = _built(place)
    except BaseException:
        (place / "failed").touch()
        raise
    (place / "steps.json.part").write_text(json.dumps(built.steps), encoding="utf-8")
    (place / "steps.json.part").replace(place / "steps.json")
    return built


def _built(place):
    from maps.build import Form, build_region  # noqa: PLC0415 - only where it is asked for

    steps = []
    build_region(place / "out", form=Form("vi"), step=lambda *step: steps.append(step))
    return Built(place / "out", steps)


def _awaited(place, seconds=1_200):
    """What another process builds, as soon as it is there."""
    for _ in range(5 * seconds):
        if (place / "steps.json").exists():
            told = json.loads((place / "steps.json").read_text(encoding="utf-8"))
            return Built(place / "out", [tuple(step) for step in told])
        if (place / "failed").exists():
            break
        time.sleep(0.2)
    pytest.fail("the process that builds the shipped study did not finish it")


@pytest.fixture(scope="session")
def station_run():
    """The shipped study of station sheets over few drawn places, run once; tests read it and leave it as it is."""
    import analyses  # noqa: PLC0415 - as above

    read = analyses.read_study("tod_station_sheet")
    chosen = [f"brt_newcity_suoitien_{number}" for number in ("01", "02", "07", "12")]
    return analyses.run_study(read.model_copy(update={"stations": chosen, "draws": 20}))
