from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import geo
import layers
from layers import _closed, _files, _replacing, _settlement, employment, hexagons, ward_outlines

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "region" / "hcmc_ward_population_2009_2019.gpkg"
CACHED = (
    _closed.park_ground, _closed.closed_ground, _settlement.cells, _settlement.people, _settlement.communes,
    employment.controls, employment.park_totals, employment._park_jobs, employment._other_jobs, employment._jobs,
    hexagons._zones, ward_outlines.pieces, ward_outlines._shares, _replacing._made,
)  # fmt: skip


@pytest.fixture
def afresh():
    """Nothing cached before, nothing left behind."""
    for function in CACHED:
        function.cache_clear()
    yield
    for function in CACHED:
        function.cache_clear()


def free_share(zones):
    return zones.difference(_closed.closed_ground()).area / zones.area


def test_zones_are_the_cells_with_their_centre_in_the_region():
    zones = layers.zones()
    assert len(zones) == 3_898
    assert zones.index.name == "zone_id"
    assert zones.index.is_monotonic_increasing
    assert zones.index.is_unique
    assert zones.crs == geo.METRIC
    region = layers.units("2024").drop(index="dong_xoai")
    at = gpd.GeoDataFrame(geometry=zones.centroid).sjoin(region[["geometry"]], predicate="within")
    assert (at["unit_id"] == zones["unit_id"][at.index]).all()
    assert len(at) > 3_890  # a centroid in metres may fall a metre beside the H3 centre


def test_every_ward_of_the_region_has_a_zone():
    dong_xoai = {"25195", "25210"}
    assert set(layers.zones()["ward_id"]) == set(layers.units("2025").index) - dong_xoai | set(ward_outlines.BEYOND)


@pytest.mark.parametrize("resolution", [6, 7, 8, 9])
def test_people_keep_the_census_of_every_unit(resolution):
    zones = layers.zones(resolution)
    by_unit = zones.groupby("unit_id")["population_2019_people"].sum()
    assert (by_unit == layers.units("2024")["population_2019_people"][by_unit.index]).all()
    assert by_unit["thu_duc"] == 1_169_967
    assert by_unit.drop(["thu_duc", "chon_thanh"]).sum() == 2_426_561


@pytest.mark.parametrize("resolution", [7, 8])
def test_people_keep_the_census_of_every_commune_in_cells_of_their_unit(resolution):
    living, zones = _settlement.people(resolution), layers.zones(resolution)
    census = layers.population().query("in_study_area and study_unit != 'dong_xoai'")
    assert (living.groupby("commune_id")["people"].sum() == census["population_2019_people"]).all()
    assert (living["people"] > 0).all()
    home = census["study_unit"][living["commune_id"]].to_numpy()
    assert (zones["unit_id"][living["zone_id"]].to_numpy() == home).all()
    assert (living.groupby("zone_id")["people"].sum() == zones["population_2019_people"].loc[lambda n: n > 0]).all()


def test_everybody_lives_within_reach_of_the_commune():
    living, zones, communes = _settlement.people(8), layers.zones(), _settlement.communes()
    label = communes.geometry[living["commune_id"]].to_numpy()
    far = zones.geometry[living["zone_id"]].distance(gpd.GeoSeries(label, crs=geo.METRIC), align=False)
    assert (far.to_numpy() <= communes["reach_m"][living["commune_id"]].to_numpy()).all()


def test_nobody_lives_in_cells_of_parks_and_rivers_only():
    zones = layers.zones()
    closed = free_share(zones) < 0.05
    assert closed.sum() > 50
    assert zones.loc[closed, "population_2019_people"].eq(0).all()
    assert zones.loc[closed, "habitable_pct"].eq(0).all()
    assert zones.loc[~closed, "population_2019_people"].gt(0).all()


def test_a_commune_without_ground_of_its_own_goes_to_the_nearest_habitable_cell():
    grid, commune = _settlement.cells(8), _settlement.communes().loc["thu_duc_quan_9__phuoc_binh"]
    found = _settlement._spread(commune, 15_746, None, grid)
    own = grid[(grid["unit_id"] == "thu_duc") & (grid["habitable_share"] > 0)]
    assert found["people"].tolist() == [15_746]
    assert found["zone_id"].tolist() == [own.distance(commune.geometry).idxmin()]


def test_a_planned_park_keeps_its_villages():
    planned = _closed.park_ground().geometry["laihung"].difference(_closed.closed_ground())
    zones = layers.zones()
    inside = zones[zones.within(planned)]
    assert len(inside) >= 2
    assert inside["population_2019_people"].gt(0).all()
    assert inside["park_pct"].eq(100).all()


def test_town_centres_are_denser_than_the_country():
    zones = layers.zones()
    density = zones["population_2019_people"] / zones["area_ha"]
    by_unit = density.groupby(zones["unit_id"]).mean()
    assert by_unit["thuan_an"] > 20 * by_unit["dau_tieng"]
    assert density.max() < 400  # 40,000 a km2: no ward of the region is that dense


def test_habitable_and_park_shares_are_percent_of_the_cell():
    zones = layers.zones()
    for column in ("habitable_pct", "park_pct"):
        assert zones[column].between(0, 100).all()
    assert zones["area_ha"].between(80, 90).all()


@pytest.mark.parametrize("resolution", [5, 11, "8", None])
def test_resolutions_not_offered_are_refused(resolution):
    with pytest.raises(geo.PlanningDataError, match="E-ZONE-02"):
        layers.zones(resolution)


def test_changing_a_result_leaves_the_next_one_alone():
    mine = layers.zones()
    mine["jobs"] = 0
    assert layers.zones()["jobs"].sum() == 2_260_000


@pytest.mark.usefixtures("afresh")
def test_order_of_the_input_rows_does_not_matter(monkeypatch):
    before, jobs_before = layers.zones(7), layers.jobs()
    for function in CACHED:
        function.cache_clear()
    rows, shapes, draw = _files.rows, _files.shapes, np.random.default_rng(5)
    shuffled = lambda read: lambda name: read(name).sample(frac=1, random_state=draw).reset_index(drop=True)  # noqa: E731
    monkeypatch.setattr(_files, "rows", shuffled(rows))
    monkeypatch.setattr(_files, "shapes", shuffled(shapes))
    assert layers.zones(7).equals(before)
    assert layers.jobs().equals(jobs_before)


@pytest.mark.skipif(not REAL.exists(), reason="public outlines of the wards of 2019 are not here")
def test_one_in_ten_of_thu_duc_is_placed_in_another_cell_than_the_true_wards_say():
    zones = layers.zones().query("unit_id == 'thu_duc'")
    communes = _settlement.communes().query("study_unit == 'thu_duc'")
    wards = geo.to_metric(gpd.read_file(REAL))
    inside = communes[["geometry"]].sjoin(wards[["geometry"]], predicate="within")["index_right"]
    free = wards.geometry[inside].difference(_closed.closed_ground()).set_axis(inside.index)
    ground = geo.overlaps(free, zones)
    part = ground["area_m2"] / ground.groupby("left")["area_m2"].transform("sum")
    true = (part * communes["population_2019_people"][ground["left"]].to_numpy()).groupby(ground["right"]).sum()
    moved = (true.reindex(zones.index).fillna(0) - zones["population_2019_people"]).abs().sum() / 2
    assert moved / communes["population_2019_people"].sum() == pytest.approx(0.10, abs=0.01)
