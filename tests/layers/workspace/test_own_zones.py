"""Hexagons that follow a workspace: people by commune or by unit of 2025, jobs at their places; every total exact."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import geo
import layers
from geo import PlanningDataError

MINE = layers.Provenance(source="own count", licence="by agreement", as_of="2026-04-01")
CENSUS, OTHER = "population_2019_people", "population_people"


@pytest.fixture
def imported(tmp_path):
    """Imports a frame as a layer and gives the workspace."""

    def into(frame, name, **how):
        path = tmp_path / f"{name}{'.parquet' if isinstance(frame, gpd.GeoDataFrame) else '.csv'}"
        geo.write(frame, path)
        return layers.import_layer(path, name, tmp_path / "mine", told=MINE, **how).workspace

    return into


def test_people_of_communes_are_spread_anew_and_keep_their_totals(imported):
    before = layers.zones(7)
    communes = layers.population().rename(columns={CENSUS: OTHER})
    doubled = communes.assign(**{OTHER: communes[OTHER] * 2})
    mine = imported(doubled.drop(columns=["urban_2019_people", "rural_2019_people"]), "population")
    after = layers.zones(7, workspace=mine)
    assert CENSUS not in after
    study = communes[communes["in_study_area"] & (communes["study_unit"] != "dong_xoai")]
    assert after[OTHER].sum() == 2 * study[OTHER].sum() == 2 * before[CENSUS].sum()
    assert (after[OTHER] - 2 * before[CENSUS]).abs().max() <= 2 * 40  # rounding by commune and cell
    by_unit = after.groupby("unit_id")[OTHER].sum()
    assert (by_unit == 2 * before.groupby("unit_id")[CENSUS].sum()).all()
    assert_frame_equal(
        after[["jobs_low", "jobs", "jobs_high", "park_pct"]], before[["jobs_low", "jobs", "jobs_high", "park_pct"]]
    )
    assert set(after["as_of"]) == {"2026-04-01"}
    assert "own count" in after["source"].iloc[0]
    told = layers.catalogue(workspace=mine).loc["zones"]
    assert told["in_force"] == "derived from population of the workspace"
    assert "own count" in told["source"]
    with pytest.raises(PlanningDataError, match="E-WORK-15"):
        layers.zones(7, workspace=imported(doubled.iloc[:-100], "population"))


def test_a_table_of_wards_rescales_the_people_within_each(imported):
    before, wards = layers.zones(7), layers.units("2025")
    table = pd.DataFrame({"Phường, xã": wards["name_vi"], "Dân số": np.arange(len(wards)) * 1000 + 500})
    mine = imported(table.reset_index(drop=True), "units_2025")
    units = layers.units("2025", workspace=mine)
    assert list(units.index) == list(wards.index)
    assert list(units[OTHER]) == list(table["Dân số"])
    assert CENSUS not in units
    assert_frame_equal(units[["gso_code", "published_area_ha"]], wards[["gso_code", "published_area_ha"]])
    after = layers.zones(7, workspace=mine)
    found = after.groupby("ward_id")[OTHER].sum()
    asked = units[OTHER].reindex(found.index)
    assert (found[asked.notna()] == asked[asked.notna()]).all()
    there = after["ward_id"].isin(units.index)
    shares = after[OTHER] / after.groupby("ward_id")[OTHER].transform("sum")
    old = before[CENSUS] / before.groupby("ward_id")[CENSUS].transform("sum")
    assert (shares - old)[there].abs().max() < 0.002
    assert (after[OTHER][~there] == before[CENSUS][~there]).all()


def test_communes_of_the_same_name_are_told_apart_by_their_district_or_our_ids(imported):
    communes = layers.population()
    communes = communes[communes["in_study_area"]]
    table = pd.DataFrame({"Tên xã": communes["name_vi"], "Huyện": communes["district"], "Dân số": communes[CENSUS] + 1})
    with pytest.raises(PlanningDataError, match="ambiguous"):
        imported(table.drop(columns="Huyện").reset_index(drop=True), "population")
    for one in (table.reset_index(drop=True), table.drop(columns="Huyện").rename_axis("commune_id")):
        mine = imported(one, "population", reading=layers.Reading(units="2019"))
        found = layers.population(workspace=mine)
        assert list(found.index) == list(communes.index)
        assert (found[OTHER] == communes[CENSUS] + 1).all()
        assert list(found["study_unit"]) == list(communes["study_unit"])


def test_jobs_lie_at_their_points_and_over_their_areas(imported):
    zones = layers.zones(7)
    one, two = zones.index[100], zones.index[200]
    inside = zones.geometry[two].buffer(-10)
    places = gpd.GeoDataFrame(
        {
            "job_id": ["plant", "field", "far"],
            "kind": ["industrial_park", "other", "other"],
            "jobs": [120, 80, 999],
            "jobs_low": [100, 80, 999],
            "jobs_high": [150, 80, 999],
        },
        geometry=[zones.geometry[one].centroid.buffer(1), inside, zones.geometry[one].centroid.buffer(1)],
        crs=zones.crs,
    )
    places.loc[2, "geometry"] = gpd.points_from_xy([500_000], [1_250_000])[0].buffer(5)
    found = layers.zones(7, workspace=imported(places, "jobs"))
    assert (found.loc[one, ["jobs_low", "jobs", "jobs_high", "park_jobs"]] == [100, 120, 150, 120]).all()
    assert (found.loc[two, ["jobs_low", "jobs", "jobs_high", "park_jobs"]] == [80, 80, 80, 0]).all()
    assert found["jobs"].sum() == 200  # what lies outside all zones is no one's
    assert_frame_equal(found[[CENSUS]], zones[[CENSUS]])


def test_a_workspace_that_knows_nothing_of_them_leaves_the_hexagons_alone(imported):
    mine = imported(layers.health(), "health")
    assert_frame_equal(layers.zones(7, workspace=mine), layers.zones(7))
    with pytest.raises(PlanningDataError, match="E-WORK-14"):
        layers.zones(7, workspace=imported(layers.zones(6), "zones"))
    with pytest.raises(PlanningDataError, match="E-ZONE-02"):
        layers.zones(5, workspace=mine)
