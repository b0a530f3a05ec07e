"""Sites of a size made of squares: by hand, whole, apart from each other, and the same in any order."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import analyses
from geo import PlanningDataError

X, Y = 600_000, 1_220_000


def squares(rows, columns):
    """Hectares side by side, ids by row and column."""
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    shapes = [shapely.box(X + 100 * c, Y - 100 * r, X + 100 * c + 100, Y - 100 * r + 100) for r, c in cells]
    return gpd.GeoDataFrame(index=[f"{r}{c}" for r, c in cells], geometry=shapes, crs="EPSG:9210")


def test_the_best_neighbours_are_taken_by_hand():
    land = squares(2, 4)
    fits = pd.Series([0.1, 0.9, 0.8, 0.1, 0.1, 0.2, 0.7, 0.1], land.index)
    found = analyses.contiguous_sites(land, fits, 2.9, count=1, compactness=0)
    assert found.loc[1, "zone_ids"] == ("01", "02", "12")
    assert found.loc[1, "suitability"] == pytest.approx(0.8, rel=1e-6)
    assert found.loc[1, "area_ha"] == pytest.approx(3, rel=1e-3)
    assert found.loc[1, "perimeter_km"] == pytest.approx(0.8)
    assert found.loc[1, "roundness"] == pytest.approx(4 * np.pi * 3e4 / 800**2)


def test_compact_sites_are_rounder():
    land = squares(5, 8)
    fits = pd.Series([1.0 if name[0] == "2" else 0.7 for name in land.index], land.index)
    long, round_ = (analyses.contiguous_sites(land, fits, 7.9, count=1, compactness=c).loc[1] for c in (0, 0.8))
    assert set(long["zone_ids"]) == {f"2{c}" for c in range(8)}
    assert round_["roundness"] > long["roundness"] + 0.1


def test_compactness_of_one_asks_for_distance_alone_and_of_zero_for_suitability_alone():
    land = squares(5, 5)
    fits = pd.Series([1.0 if name[0] == "2" else 0.1 for name in land.index], land.index)
    fits["12"] = 0.2
    cross, row = (analyses.contiguous_sites(land, fits, 4.9, count=1, compactness=c).loc[1] for c in (1, 0))
    assert cross["zone_ids"] == ("12", "21", "22", "23", "32")  # the four nearest of 22
    assert cross["suitability"] == pytest.approx((3 + 0.2 + 0.1) / 5, rel=1e-4)
    assert row["zone_ids"] == ("20", "21", "22", "23", "24")


def test_sites_are_whole_apart_and_of_land_that_may_be_used():
    draw = np.random.default_rng(1)
    land = squares(9, 9)
    fits = pd.Series(draw.random(81), land.index).where(draw.random(81) > 0.15)
    found = analyses.contiguous_sites(land, fits, 7.9, count=4)
    ids = [name for site in found["zone_ids"] for name in site]
    assert len(ids) == len(set(ids))
    assert fits[ids].notna().all()
    assert (found.geometry.geom_type == "Polygon").all()
    assert found["suitability"].is_monotonic_decreasing
    mixed = draw.permutation(81)
    again = analyses.contiguous_sites(land.iloc[mixed], fits.iloc[draw.permutation(81)], 7.9, count=4)
    assert again["zone_ids"].tolist() == found["zone_ids"].tolist()


def test_a_corner_is_no_border():
    land = squares(2, 2)
    fits = pd.Series([0.9, np.nan, np.nan, 0.9], land.index)
    with pytest.raises(PlanningDataError, match=r"E-SITE-10 .*2 ha in 2 zones"):
        analyses.contiguous_sites(land, fits, 1.5)


LAND = squares(1, 2)
FITS = pd.Series([0.5, 1.0], LAND.index)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: analyses.contiguous_sites(LAND, FITS * 2, 1), "E-SITE-08"),
        (lambda: analyses.contiguous_sites(LAND, FITS.iloc[1:], 1), "E-SITE-08"),
        (lambda: analyses.contiguous_sites(LAND, FITS, 0), "E-SITE-09"),
        (lambda: analyses.contiguous_sites(LAND, FITS, 1, compactness=2), "E-SITE-09"),
        (lambda: analyses.contiguous_sites(LAND, FITS, 1, count=0), "E-SITE-09"),
        (lambda: analyses.contiguous_sites(LAND.to_crs("EPSG:4326"), FITS, 1), "E-CRS-02"),
    ],
)
def test_sites_that_make_no_sense_are_refused(ask, code):
    with pytest.raises(PlanningDataError, match=code):
        ask()


@pytest.mark.parametrize(("compactness", "straight"), [(0.136, True), (0.138, False)])
def test_distance_is_weighed_in_radii_of_the_site(compactness, straight):
    """R = √(79,000 / π) = 158.6 m. From the middle of the row its end is 400 m away, a worse zone beside it 100 m:
    the row is taken whole as long as 0.3 (1 − c) > c · 300 / 158.6, so up to c = 0.1369.
    """
    land = squares(5, 8)
    fits = pd.Series([1.0 if name[0] == "2" else 0.7 for name in land.index], land.index)
    found = analyses.contiguous_sites(land, fits, 7.9, count=1, compactness=compactness)
    assert (set(found.loc[1, "zone_ids"]) == {f"2{c}" for c in range(8)}) is straight


@pytest.mark.parametrize(("size_ha", "zones"), [(0.99, 1), (1.01, 2), (1.99, 2), (2.01, 3), (2.99, 3)])
def test_a_site_grows_until_it_is_large_enough_and_no_further(size_ha, zones):
    land = squares(1, 3)
    found = analyses.contiguous_sites(land, pd.Series(0.5, land.index), size_ha, count=1)
    assert len(found.loc[1, "zone_ids"]) == zones
    assert found.loc[1, "area_ha"] == pytest.approx(zones, rel=1e-3)


@pytest.mark.parametrize(
    ("count", "sites"), [(1, ["03"]), (2, ["03", "01"]), (4, ["03", "01", "00", "02"]), (9, ["03", "01", "00", "02"])]
)
def test_as_many_sites_as_asked_for_and_as_there_are_the_best_first(count, sites):
    land = squares(1, 4)
    fits = pd.Series([0.5, 0.6, 0.0, 1.0], land.index)
    found = analyses.contiguous_sites(land, fits, 0.9, count=count)
    assert found["zone_ids"].tolist() == [(name,) for name in sites]
    assert found.index.tolist() == list(range(1, len(sites) + 1))
    assert found["suitability"].tolist() == pytest.approx(sorted(fits, reverse=True)[: len(sites)])


@pytest.mark.parametrize(
    ("gap_m", "high_m", "joined"), [(0, 100, True), (0.4, 100, True), (0.6, 100, False), (0, 5, True), (0, 0.5, False)]
)
def test_zones_join_by_a_border_that_may_be_drawn_half_a_metre_apart(gap_m, high_m, joined):
    """The second square is raised until the border they share is ``high_m`` long."""
    shapes = [shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 100 + gap_m, Y + 100 - high_m, X + 200, Y + 200 - high_m)]
    land = gpd.GeoDataFrame(index=["a", "b"], geometry=shapes, crs="EPSG:9210")
    ask = (land, pd.Series(0.5, land.index), 1.5)
    if joined:
        assert analyses.contiguous_sites(*ask)["zone_ids"].tolist() == [("a", "b")]
    else:
        with pytest.raises(PlanningDataError, match="E-SITE-10"):
            analyses.contiguous_sites(*ask)
