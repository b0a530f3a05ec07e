from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geo
import layers
from layers import _files, ward_outlines

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "region" / "wards_2025_bbox_s15m.gpkg"


def outlines():
    return ward_outlines.outlines_2025()


def test_every_unit_of_2025_has_one_valid_outline():
    drawn = outlines()
    assert set(drawn.index) == set(_files.rows("units_2025")["unit_id"])
    assert len(drawn) == 53
    assert drawn.is_valid.all()
    assert not drawn.is_empty.any()


def test_outlines_and_communes_are_coverages_without_overlap():
    for frame in (outlines(), ward_outlines.commune_outlines()):
        assert shapely.coverage_is_valid(frame.geometry.to_numpy())
        assert frame.area.sum() == pytest.approx(frame.union_all().area, rel=1e-9)


def test_communes_cover_every_district_to_a_tenth_of_a_percent():
    districts = layers.units("2024")
    communes = ward_outlines.pieces().dissolve("unit_2024_id")
    missed = districts.symmetric_difference(communes.geometry).area / districts.area
    assert missed.max() < 0.001


def test_outlines_cover_the_study_units_but_for_the_commune_that_left():
    left = ward_outlines.commune_outlines().loc[["chon_thanh__quang_minh"]]
    ground = layers.units("2024").union_all()
    covered = outlines().union_all().union(left.union_all())
    assert ground.symmetric_difference(covered).area < 0.001 * ground.area


def test_communes_get_their_published_share_of_the_district():
    communes = layers.population().loc[ward_outlines.commune_outlines().index]
    drawn = ward_outlines.commune_outlines().area / 1e6
    scale = drawn.groupby(communes["study_unit"]).transform("sum") / communes.groupby("study_unit")["area_km2"].transform("sum")
    deviation = (drawn / (communes["area_km2"] * scale) - 1).abs()
    assert deviation.median() < 0.005
    assert deviation.max() < 0.15


def test_a_commune_lies_in_its_district_and_in_the_units_that_hold_it():
    pieces = ward_outlines.pieces()
    holders = _files.rows("unit_parts").groupby("commune_id")["unit_id"].apply(set)
    home = layers.population()["study_unit"]
    assert (pieces["unit_2024_id"] == pieces["commune_id"].map(home)).all()
    assert all(unit in holders[commune] for commune, unit in zip(pieces["commune_id"], pieces["unit_id"], strict=True))
    assert set(zip(pieces["commune_id"], pieces["unit_id"], strict=True)) == {
        (commune, unit) for commune, units in holders.items() for unit in units
    }


def test_namesakes_stay_apart():
    parts = _files.rows("unit_parts").set_index("commune_id")["unit_id"]
    names = layers.units("2025")["name_vi"]
    assert names[parts["di_an__an_binh"]] == "Phường Dĩ An"
    assert names[parts["phu_giao__an_binh"]] == "Xã Phú Giáo"
    assert names[parts["ben_cat__tan_dinh"]] == "Phường Hòa Lợi"
    assert names[parts["bac_tan_uyen__tan_dinh"]] == "Xã Bắc Tân Uyên"
    assert names[parts["tan_uyen__tan_hiep"]] == "Phường Tân Hiệp"
    assert names[parts["phu_giao__tan_hiep"]] == "Xã Phước Thành"


def test_units_of_2025_are_polygons_with_people():
    after = layers.units("2025")
    assert len(after) == 53
    assert set(after.geom_type) <= {"Polygon", "MultiPolygon"}
    assert after["accuracy_m"].eq(ward_outlines.MEASURED["boundary_p68_m"]).all()
    assert (after["mapped_area_ha"] / after["published_area_ha"] - 1).abs().max() < 0.05
    assert after["population_2019_people"].min() > 2_000


def test_people_by_new_unit_add_up_to_the_census():
    shares = layers.unit_shares()
    census = layers.population()["population_2019_people"]
    by_commune = shares.groupby("commune_id")["population_2019_people"].sum()
    assert (by_commune == census[by_commune.index]).all()
    by_unit = shares.groupby("unit_2024_id")["population_2019_people"].sum()
    assert (by_unit == layers.units("2024")["population_2019_people"]).all()
    assert shares.groupby("commune_id")[["area_share", "habitable_share"]].sum().to_numpy() == pytest.approx(1)
    assert layers.units("2025")["population_2019_people"].sum() + 3_140 == by_unit.sum()  # Quang Minh left for Tan Quan


def test_changing_a_result_leaves_the_next_one_alone():
    mine = layers.unit_shares()
    mine["population_2019_people"] = 0
    assert layers.unit_shares()["population_2019_people"].sum() == 3_796_149


@pytest.mark.skipif(not REAL.exists(), reason="public outlines of the units of 2025 are not here")
def test_the_measured_accuracy_is_the_stated_one():
    ours = outlines()
    real = geo.to_metric(gpd.read_file(REAL))
    real = real.set_index(real["code"].astype(str).str.zfill(5)).geometry[ours.index]
    ratio = ours.intersection(real).area / ours.union(real).area
    away = np.concatenate([_boundary_distances(ours.geometry[unit], real[unit]) for unit in ours.index])
    published = layers.units("2025")["published_area_ha"]
    stated = ward_outlines.MEASURED
    assert ratio.median() == pytest.approx(stated["median_iou"], abs=0.01)
    assert ratio.min() == pytest.approx(stated["least_iou"], abs=0.01)
    assert np.percentile(away, 50) == pytest.approx(stated["boundary_p50_m"], abs=10)
    assert np.percentile(away, 68) == pytest.approx(stated["boundary_p68_m"], abs=20)
    assert 100 * (geo.area_ha(ours) / published - 1).abs().median() == pytest.approx(stated["median_area_deviation_pct"], abs=0.1)


def _boundary_distances(ours, real):
    steps = np.arange(0, ours.boundary.length, 50.0)
    return shapely.distance(shapely.line_interpolate_point(ours.boundary, steps), real.boundary)
