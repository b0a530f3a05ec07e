"""A feed runs over streets of its own place only."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analyses
import layers
from geo import PlanningDataError
from geo.movement import Timetable, line_at_speed
from tests.geo.osm_text import write_osm
from tests.geo.test_gtfs import write as write_feed

ROOT = Path(__file__).parents[2]
KAZE = ROOT.parent / "shared" / "data" / "transit" / "kaze_gtfs_2018.zip"
PORTO = ROOT.parent / "shared" / "data" / "transit" / "porto_gtfs.zip"
GRID = "\n".join(
    [f"way {r + 1} {' '.join(str(10 * r + c) for c in range(8))} highway=residential" for r in range(8)]
    + [f"way {c + 11} {' '.join(str(10 * r + c) for r in range(8))} highway=residential" for c in range(8)]
)


def lines_at(*places):
    """A timetable with one line along these places (metres of EPSG:9210)."""
    stops = pd.DataFrame(places, columns=["x", "y"]).assign(stop_id=[f"s{number}" for number in range(len(places))])
    gaps_m = np.hypot(stops["x"].diff(), stops["y"].diff()).iloc[1:].tolist()
    every_10min = [(6 * 3600, 9 * 3600, 600)]
    return Timetable.from_lines(
        stops, [line_at_speed("a", "A", stops["stop_id"].tolist(), gaps_m, commercial_speed_kmh=30, periods=every_10min)]
    )


def test_most_stops_must_lie_in_the_region():
    here, there = [(600_000, 1_225_000), (601_000, 1_226_000)], [(600_000, 2_325_000), (601_000, 2_326_000), (602_000, 2_327_000)]
    assert layers.transport(gtfs=lines_at(*here, there[0])).name == "feeds over the region"
    with pytest.raises(PlanningDataError, match=r"E-PLACE-04 3 of 5 stops .*Features: s2, s3, s4\..*osm=") as caught:
        layers.transport(gtfs=lines_at(*here, *there))
    assert "° N" in str(caught.value.seen)


def test_a_feed_without_a_date_is_told_its_busiest_day(tmp_path):
    feed = write_feed(tmp_path)
    with pytest.raises(PlanningDataError, match=r'E-PLACE-01 .*date="2025-01-06" has most trips'):
        layers.transport(gtfs=feed)
    study = tmp_path / "s.toml"
    shipped = (ROOT / "analyses" / "studies" / "jobs_and_centres.toml").read_text(encoding="utf-8")
    study.write_text(shipped.replace("[base]", f'[base]\ngtfs = ["{feed.name}"]'), encoding="utf-8")
    with pytest.raises(PlanningDataError, match=r'E-STUDY-06 .*date = "2025-01-06" in \[base\]'):
        analyses.ready_study(study)


def test_streets_of_a_file_must_have_some_stops(tmp_path):
    streets = write_osm(tmp_path / "grid.osm", GRID)
    near, far = (593_000, 1_228_000), (593_000, 1_328_000)
    assert layers.transport(osm=streets, gtfs=lines_at(near, far)).timetable is not None
    with pytest.raises(PlanningDataError, match=r"E-PLACE-04 2 of 2 stops"):
        layers.transport(osm=streets, gtfs=lines_at(far, (594_000, 1_329_000)))


@pytest.mark.skipif(not PORTO.is_file(), reason="the real feeds are not here")
def test_the_metro_of_porto_does_not_run_through_binh_duong():
    with pytest.raises(PlanningDataError, match=r"E-PLACE-04 .*° N"):
        layers.transport(gtfs=PORTO, date="2026-07-22")
    assert layers.transport(gtfs=KAZE, date="2018-06-05").timetable is not None
