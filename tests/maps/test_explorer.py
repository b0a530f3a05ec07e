"""What the explorer carries: whole minutes, zones in order, fewer zones where there are too many."""

from __future__ import annotations

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import shapely

import analyses
import geo
import maps
from geo import PlanningDataError
from maps import explorer_
from maps.explorer_looks import minutes_look, saved_look
from maps.explorer_times import NONE, coarser, differences, explored
from maps.offline import html_of
from tests.maps.explored import CUTOFFS_MIN, LIMIT_MIN, permuted, random_times, times, town

COUNTED = {"opportunities": ["jobs", "shops_ha"], "population": "people", "cutoffs_min": CUTOFFS_MIN, "background": False}


def test_minutes_are_rounded_up_so_that_every_whole_cutoff_agrees():
    zones = town()
    before, _ = times(zones)
    minutes = explored(zones, [before], None).minutes[0]
    for cut in range(LIMIT_MIN + 1):
        assert ((minutes <= cut) == (before.at() <= cut)).all(), cut
    assert ((minutes == NONE) == np.isinf(before.at())).all()


def test_minutes_stand_in_the_order_of_the_zones_however_the_times_are_sorted():
    zones = town()
    before, _ = times(zones)
    mixed = np.random.default_rng(1).permutation(len(zones)), np.random.default_rng(2).permutation(len(zones))
    other = analyses.TravelTimes(before.minutes[:, mixed[0]][:, :, mixed[1]], zones.index[mixed[0]], zones.index[mixed[1]])
    assert (explored(zones, [other], None).minutes[0] == explored(zones, [before], None).minutes[0]).all()


def test_the_longest_time_is_the_shorter_limit_and_at_most_254_minutes():
    zones = town()
    before, after = times(zones)
    shorter = analyses.TravelTimes(after.minutes, zones.index, zones.index, limit_min=30)
    both = explored(zones, [before, shorter], None)
    assert both.limit_min == 30
    assert max(one[one != NONE].max() for one in both.minutes) == 30
    far = analyses.TravelTimes(np.full((1, 30, 30), 254.5, np.float32), zones.index, zones.index)
    assert explored(zones, [far], None).limit_min == 254
    assert (explored(zones, [far], None).minutes[0] == NONE).all()


def test_differences_are_undone_by_sums_that_wrap():
    rows = np.random.default_rng(3).integers(0, 256, (9, 9)).astype(np.uint8)
    assert (np.cumsum(differences(rows).astype(int), axis=0) % 256 == rows).all()


def test_a_page_is_the_same_for_any_order_of_rows():
    zones = town()
    before, after = times(zones)
    mixed = np.random.default_rng(5).permutation(len(zones))
    shuffled = [permuted(one, mixed) for one in (before, after)]
    first = html_of(maps.explorer(zones, before, after, **COUNTED))
    assert html_of(maps.explorer(zones.iloc[mixed], *shuffled, **COUNTED)) == first


def hexagons(resolution: int = 8) -> gpd.GeoDataFrame:
    """Two parents with their seven children each."""
    centre = h3.latlng_to_cell(11.05, 106.66, resolution - 1)
    cells = sorted(cell for parent in list(h3.grid_ring(centre, 1))[:2] for cell in h3.cell_to_children(parent, resolution))
    outlines = [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)]) for cell in cells]
    people = np.arange(14) * 10 % 70
    frame = {"jobs": np.arange(14), "shops_ha": 0.5, "people": people}
    return gpd.GeoDataFrame(frame, index=pd.Index(cells, name="zone_id"), geometry=outlines, crs=4326)


def test_hexagons_that_are_too_many_become_their_parents():
    zones = hexagons()
    fine = explored(zones, [random_times(zones, at) for at in (0, 1)], None)
    joined = coarser(fine, ["people", "jobs"])
    parents = sorted({h3.cell_to_parent(cell) for cell in zones.index})
    assert list(joined.zones.index) == parents
    assert joined.joined == 7
    assert joined.zones["jobs"].sum() == zones["jobs"].sum()
    assert shapely.area(joined.zones.geometry).sum() == pytest.approx(shapely.area(zones.geometry).sum())
    inside = [[cell for cell in zones.index if h3.cell_to_parent(cell) == parent] for parent in parents]
    at = zones.index.get_indexer([zones.loc[cells, "people"].idxmax() for cells in inside])
    for coarse, whole in zip(joined.minutes, fine.minutes, strict=True):
        assert (coarse == whole[np.ix_(at, at)]).all()


def test_a_page_of_joined_zones_says_so(monkeypatch: pytest.MonkeyPatch):
    zones = town()
    before, after = times(zones)
    monkeypatch.setattr(explorer_, "MOST_ZONES", 10)
    page = maps.explorer(zones, before, after, **COUNTED)
    assert any("gộp (bình quân 6 ô" in note.vi and "6 into 1" in note.en for note in page.head["notes"])
    monkeypatch.setattr(explorer_, "MOST_ZONES", 30)
    assert not any("gộp" in note.vi for note in maps.explorer(zones, before, after, **COUNTED).head["notes"])


def test_zones_are_joined_until_the_times_fit_the_page(monkeypatch: pytest.MonkeyPatch):
    zones = town()
    before, after = times(zones)
    size = len(part(maps.explorer(zones, before, after, **COUNTED)).block)
    monkeypatch.setattr(explorer_, "MOST_BYTES", size - 100)
    found = part(maps.explorer(zones, before, after, **COUNTED))
    assert len(found.block) <= size - 100
    assert len(found.layer.frame) < len(zones)


def part(page: maps.Page) -> explorer_._Explorer:
    return next(child for child in page._children.values() if isinstance(child, explorer_._Explorer))


def test_faster_slower_reached_newly_and_no_longer_are_classes_of_their_own():
    look = saved_look(60)
    labels = [label.en for label in look["labels"]]
    assert labels == [
        "≤ −21 (faster)", "−20 – −11 (faster)", "−10 – −6 (faster)", "−5 – −1 (faster)", "0 (no change)",
        "+1 – +5 (slower)", "+6 – +10 (slower)", "+11 – +20 (slower)", "≥ +21 (slower)",
    ]  # fmt: skip
    assert {label.en for _, label in look["odd"].values()} == {"newly reached", "no longer reached", "not reached"}
    assert len(set(look["colors"]) | {color for color, _ in look["odd"].values()}) == 12
    assert [label.vi for label in minutes_look(60)["labels"]] == ["≤ 10", "11 – 20", "21 – 30", "31 – 45", "≥ 46"]


WRONG = {
    "E-EXPLORE-01": lambda zones, before: (zones.iloc[1:], before, {}),
    "E-EXPLORE-02": lambda zones, before: (zones.set_geometry([None, *zones.geometry[1:]], crs=4326), before, {}),
    "E-EXPLORE-03": lambda zones, before: (zones, before, {"cutoffs_min": [30, 61]}),
    "E-EXPLORE-04": lambda zones, before: (zones.assign(jobs=-1), before, {}),
    "E-MAP-02": lambda zones, before: (zones, before, {"opportunities": ["job"]}),
    "E-MAP-03": lambda zones, before: (zones.set_geometry(geo.to_metric(zones).centroid), before, {}),
    "E-PCT-01": lambda zones, before: (zones, before, {"percentile": 5}),
    "E-TIMES-02": lambda zones, before: (zones, analyses.TravelTimes(before.minutes * -1, zones.index, zones.index), {}),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_does_not_fit_is_refused(code: str):
    zones, before, options = WRONG[code](town(), times(town())[0])
    with pytest.raises(PlanningDataError) as refused:
        maps.explorer(zones, before, **(COUNTED | options))
    assert refused.value.code == code
