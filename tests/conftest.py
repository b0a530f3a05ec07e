"""What takes long is made once for all tests."""

import os
import sys
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
def gallery(tmp_path_factory):
    """The shipped study, built once; tests read it and leave it as it is."""
    from maps.build import Form, build_region  # noqa: PLC0415 - only where it is asked for

    out, steps = tmp_path_factory.mktemp("study") / "out", []
    build_region(out, form=Form("vi"), step=lambda *step: steps.append(step))
    return Built(out, steps)


@pytest.fixture(scope="session")
def station_run():
    """The shipped study of station sheets over few drawn places, run once; tests read it and leave it as it is."""
    import analyses  # noqa: PLC0415 - as above

    read = analyses.read_study("tod_station_sheet")
    chosen = [f"brt_newcity_suoitien_{number}" for number in ("01", "02", "07", "12")]
    return analyses.run_study(read.model_copy(update={"stations": chosen, "draws": 20}))
