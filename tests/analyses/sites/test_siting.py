"""The siting of the science park: its numbers are plausible, its criteria can be replaced, mistakes are told with their line."""

from importlib import resources

import geopandas as gpd
import numpy as np
import pytest
import shapely

import analyses
import layers
from geo import PlanningDataError

SHIPPED = (resources.files("analyses") / "criteria" / "science_park.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def siting():
    return analyses.science_park_siting()


def test_sites_are_large_enough_near_bau_bang_and_displace_nobody(siting):
    sites, zones = siting.sites, siting.zones
    assert sites.index.tolist() == [1, 2, 3]
    assert sites["area_ha"].between(1_700, 1_800).all()
    assert (sites.geometry.geom_type == "Polygon").all()
    assert (sites.geometry.distance(layers.science_park().geometry.iloc[0]) < 12_000).all()
    taken = zones.loc[[zone for ids in sites["zone_ids"] for zone in ids]]
    assert (taken["people_per_ha"] <= 15).all()
    assert (taken["park_pct"] <= 25).all()
    assert (taken["habitable_pct"] >= 80).all()
    assert (taken["excluded_by"] == "").all()
    assert sites["suitability"].iloc[0] > zones["suitability"].quantile(0.9)


def test_values_behind_the_scores_are_those_of_the_place(siting):
    """New City holds 17 times the people of the land round Bau Bang; ports lie on rivers 25 km away and more."""
    zones = siting.zones
    assert zones["expressway_min"].min() < 3
    assert zones["expressway_min"].median() < 30
    assert zones["people_within_45min"].between(100_000, 2_000_000).all()
    assert zones["river_port_min"].median() > 2 * zones["expressway_min"].median()
    open_ = zones[zones["excluded_by"] == ""]
    weights = {name: factor.weight for name, factor in siting.criteria.factors.items()}
    by_hand = sum(weight * open_[f"{name}_score"] for name, weight in weights.items())
    assert by_hand.to_numpy() == pytest.approx(open_["suitability"].to_numpy())


def test_the_ranking_does_not_hang_on_one_weight(siting):
    told = siting.sensitivity
    assert len(told) == 2 * len(siting.criteria.factors)
    assert (told["rank_correlation"] > 0.9).all()


def test_other_criteria_give_other_sites_from_the_same_values(siting, tmp_path):
    """Rail alone, for a smaller park: the best site lies nearer to a station; with one weight there is nothing to vary."""
    rail = '[factors.rail_min]\nlabel_vi = "ga"\nlabel_en = "station"\nweight = 1\nworst = 40\nbest = 0\n'
    text = SHIPPED.split("[factors.expressway_min]")[0].replace("area_ha = 1700", "area_ha = 400")
    (tmp_path / "mine.toml").write_text(text + rail, encoding="utf-8")
    found = analyses.judged_sites(siting.zones, analyses.read_siting_criteria(tmp_path / "mine.toml"))
    assert found.sites["area_ha"].between(400, 500).all()
    assert found.sites.loc[1, "rail_min"] < siting.sites.loc[1, "rail_min"]
    assert found.sensitivity.empty


@pytest.mark.parametrize(
    ("wrong", "right", "code"),
    [
        ("area_ha = 1700", "area_ha = 0", "E-TOML-03 .*line 6: area_ha"),
        ("compactness", "compactnes", "E-TOML-03 .*line 9: .*compactness"),
        ("weight = 0.25\nworst = 30", "weight = 25\nworst = 30", "E-TOML-03 .*factors.expressway_min.weight"),
        ("best = 20\n", "", "E-SUIT-01"),
        ('title_vi = "', "title_vi = ", "E-TOML-02"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path, wrong, right, code):
    file = tmp_path / "c.toml"
    assert wrong in SHIPPED
    file.write_text(SHIPPED.replace(wrong, right, 1), encoding="utf-8")
    with pytest.raises(PlanningDataError, match=code):
        analyses.read_siting_criteria(file)


def test_unknown_criteria_and_columns_are_refused(siting):
    with pytest.raises(PlanningDataError, match=r"E-TOML-01 .*science_park"):
        analyses.read_siting_criteria("science_parc")
    with pytest.raises(PlanningDataError, match=r"E-SITING-01 .*rail_min"):
        analyses.judged_sites(siting.zones.drop(columns="rail_min"), siting.criteria)


def test_zones_elsewhere_or_without_people_are_refused():
    zones = layers.zones(resolution=6)
    nobody = zones.drop(columns=[column for column in zones if "people" in column])
    with pytest.raises(PlanningDataError, match=r"E-SITING-03 .*population_people"):
        analyses.science_park_siting(zones=nobody)
    south = zones.cx[:, : zones.total_bounds[1] + 20_000]
    with pytest.raises(PlanningDataError, match=r"E-SITING-02 .*search_km"):
        analyses.science_park_siting(zones=south)


def test_lines_meet_where_they_cross_and_at_both_ends_of_a_common_stretch():
    def lines(**shapes):
        return gpd.GeoDataFrame(
            index=list(shapes), geometry=[shapely.LineString(one) for one in shapes.values()], crs="EPSG:9210"
        )

    fast = lines(fast=[(0, 0), (10_000, 0)])
    slow = lines(across=[(3_000, -500), (3_000, 500)], far=[(0, 900), (9_000, 900)], along=[(6_000, 0), (8_000, 0)])
    found = analyses.line_crossings(fast, slow)
    assert found["other_id"].tolist() == ["across", "along", "along"]
    assert np.round(found.geometry.x, -2).tolist() == [3_000, 6_000, 8_000]
    named = analyses.line_crossings(fast.assign(interchanges_with="across;other"), slow)
    assert named["other_id"].tolist() == ["across"]


def test_a_factor_of_categories_is_told_by_the_one_with_most_land():
    spans = [(600_000, 601_000), (601_000, 604_000)]
    squares = [shapely.box(west, 1_220_000, east, 1_221_000) for west, east in spans]
    land = gpd.GeoDataFrame({"soil": ["clay", "sand"], "cover": [10, 50]}, geometry=squares, index=["p", "q"], crs="EPSG:9210")
    of_both = {"label_vi": "đất", "label_en": "land", "weight": 0.5, "method": "categories"}
    criteria = analyses.SitingCriteria(
        title_vi="thử", title_en="trial", area_ha=350,
        factors={"soil": {**of_both, "scores": {"clay": 1, "sand": 0.9}}, "cover": {**of_both, "scores": {"10": 1, "50": 0.9}}},
    )  # fmt: skip
    found = analyses.judged_sites(land.assign(cover=land["cover"].astype(str)), criteria).sites.loc[1]
    assert (found["soil"], found["cover"]) == ("sand", "50")
