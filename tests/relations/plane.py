"""Shapes, tables and land of a city: what survives being moved, cut, reprojected and written."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
import shapely
from geopandas import GeoDataFrame
from rasterio.transform import from_origin

import analyses
import geo
import layers
from tests.relations.cities import NAMES, City
from tests.relations.register import asked_for, holds, relation

FORMATS = (".gpkg", ".geojson", ".fgb", ".parquet")


def _streets(city: City) -> GeoDataFrame:
    """Up to 200 streets as lines."""
    edges = city.transport.streets.edges
    asked_for(edges)
    assert edges is not None
    lines = edges.lines()
    some = np.sort(city.draw(40).permutation(len(lines))[:200])
    return GeoDataFrame(geometry=lines[some], crs=city.transport.crs)


@relation("Projected there and back every corner is where it was, within a millimetre")
def there_and_back_again(city: City) -> None:
    for crs in ("EPSG:4326", city.zones.estimate_utm_crs(), "EPSG:6933"):
        back = geo.to_crs(geo.to_crs(city.zones, crs), city.zones.crs)
        apart = shapely.get_coordinates(back.geometry.to_numpy()) - shapely.get_coordinates(city.zones.geometry.to_numpy())
        assert np.hypot(*apart.T).max() <= (2e-3 if crs == "EPSG:6933" else 1e-3), crs  # PROJ's way back from it is a series


@relation("Rings drawn the other way round have the same area")
def rings_reversed(city: City) -> None:
    back = city.zones.set_geometry(city.zones.geometry.reverse())
    assert np.allclose(geo.area_ha(back), geo.area_ha(city.zones), rtol=1e-12)


@relation("Lines with further points on them are as long as before")
def lines_densified(city: City) -> None:
    lines = _streets(city)
    lines = geo.to_crs(lines, "EPSG:4326")
    dense = lines.set_geometry(lines.geometry.segmentize(1e-4))
    once, again = geo.length_km(lines), geo.length_km(dense)
    assert (np.abs(again - once) <= 1e-9 * once + 1e-9).all()  # a millionth of a metre for what is near no length
    assert np.allclose(*(shapely.length(shapes.geometry.to_numpy()) for shapes in (lines, dense)), rtol=1e-9)


@relation("Geodesic areas are those of the equal-area plane to a part in a million, of the metric plane to one in a thousand")
def areas_agree(city: City) -> None:
    geodesic = geo.area_ha(city.zones)
    fine = city.zones.set_geometry(city.zones.geometry.segmentize(50.0))
    assert np.allclose(geo.to_crs(fine, "EPSG:6933").area / 1e4, geodesic, rtol=1e-6)
    assert np.allclose(city.zones.area / 1e4, geodesic, rtol=1e-3)  # the plane of a transverse Mercator zone


@holds("Zones that share out the ground share out its area")
def parts_of_the_ground(city: City) -> None:
    asked_for(city.drawn)
    whole = GeoDataFrame(geometry=[city.zones.geometry.union_all()], crs=city.zones.crs)
    assert np.isclose(geo.area_ha(city.zones).sum(), geo.area_ha(whole).sum(), rtol=1e-7)


@relation("Simplified outlines stay within the tolerance")
def simplified(city: City) -> None:
    bent = city.zones.geometry.buffer(30).to_numpy()
    for tolerance in (1.0, 10.0):
        thin = shapely.simplify(bent, tolerance, preserve_topology=True)
        assert shapely.hausdorff_distance(thin, bent).max() <= tolerance + 1e-9
        assert shapely.is_valid(thin).all()


@relation("Written and read again a table is the same: rows, order, ids, types, nulls, text, CRS, shapes")
def written_and_read(city: City) -> None:
    frame = city.zones.copy()
    frame["note"] = [None if n % 3 == 0 else NAMES[n % len(NAMES)] for n in range(len(frame))]
    frame["share"] = np.where(np.arange(len(frame)) % 4 == 0, np.nan, city.draw(41).random(len(frame)))
    with tempfile.TemporaryDirectory() as folder:
        for ending in FORMATS:
            path = Path(folder) / f"zones{ending}"
            geo.write(frame, path)
            back = geo.to_crs(geo.read_vector(path, expect="anywhere"), frame.crs)
            back = back.set_index(frame.index.name) if frame.index.name in back else back
            back = back.loc[frame.index] if ending == ".fgb" else back  # which keeps its rows in the order of its tree
            assert list(back.index) == list(frame.index), ending
            for name in ("people", "jobs"):
                assert np.array_equal(back[name], frame[name]), (ending, name)
            assert np.allclose(back["share"].to_numpy(float), frame["share"], rtol=0, atol=0, equal_nan=True), ending
            assert back["note"].isna().equals(frame["note"].isna()), ending
            assert back["note"].dropna().tolist() == frame["note"].dropna().tolist(), ending
            apart = shapely.hausdorff_distance(
                shapely.normalize(back.geometry.to_numpy()), shapely.normalize(frame.geometry.to_numpy())
            )
            assert apart.max() <= (0.08 if ending == ".geojson" else 1e-3), ending  # told to six decimals of a degree


@relation("Names in composed and decomposed letters are the same names")
def letters_composed_or_not(city: City) -> None:
    names = [f"{NAMES[n % len(NAMES)]} {n}" for n in range(len(city.zones))]
    with tempfile.TemporaryDirectory() as folder:
        tables = []
        for form in ("NFC", "NFD"):
            path = Path(folder) / f"{form}.csv"
            rows = [f"{unicodedata.normalize(form, name)},{people}" for name, people in zip(names, city.people, strict=True)]
            path.write_text("\n".join(["name_vi,people", *rows]) + "\n", encoding="utf-8")
            tables.append(geo.read_table(path))
        pd.testing.assert_frame_equal(*tables)
        assert len(tables[0].merge(tables[1], on="name_vi")) == len(names)


@relation("Moved onto other zones the people are as many; onto the same zones each as before")
def people_moved(city: City) -> None:
    west, south, east, north = city.zones.total_bounds
    cuts = np.sort(city.draw(42).uniform(west, east, 3))
    strips = [shapely.box(a, south - 9, b, north + 9) for a, b in zip([west - 9, *cuts], [*cuts, east + 9], strict=True)]
    others = GeoDataFrame(index=[f"s{n}" for n in range(4)], geometry=strips, crs=city.zones.crs)
    ours = city.zones[["people", "geometry"]]
    found = analyses.areal_interpolation(ours, others, extensive=["people"])
    assert np.isclose(found.table["people"].sum() + found.uncovered["people"].sum(), city.people.sum(), rtol=1e-9)
    same = analyses.areal_interpolation(ours, ours, extensive=["people"]).table["people"]
    assert np.allclose(same, city.people, rtol=1e-9, atol=1e-9)


@relation("Two halves of a zone hold together what the zone held on a raster, and all zones what the raster holds")
def raster_parts(city: City) -> None:
    west, south, east, north = city.zones.total_bounds
    side = (east - west) / 40
    rows = int(np.ceil((north - south) / side))
    values = city.draw(43).integers(0, 50, (rows, 40)).astype(np.float64)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.tif"
        profile = {"driver": "GTiff", "height": rows, "width": 40, "count": 1, "dtype": "float64", "nodata": -1.0}
        with rasterio.open(path, "w", crs=city.zones.crs, transform=from_origin(west, north, side, side), **profile) as file:
            file.write(values, 1)
        half = (west + east) / 2 + 17.3
        left, right = (GeoDataFrame(geometry=city.zones.geometry.intersection(shapely.box(*bounds)), crs=city.zones.crs)
                       for bounds in ((west, south, half, north), (half, south, east, north)))  # fmt: skip
        whole, *parts = (
            geo.zonal_stats(path, zones[~zones.geometry.is_empty])["sum"].sum() for zones in (city.zones, left, right)
        )
    assert np.isclose(sum(parts), whole, rtol=1e-5)
    asked_for(city.drawn)  # hexagons leave corners free
    covered = values.sum() - values[-1].sum() * (1 - ((north - south) / side - (rows - 1)))
    assert np.isclose(whole, covered, rtol=1e-5)


@holds("A balance of land adds up to the land, and its shares to a hundred")
def land_adds_up(city: City) -> None:
    asked_for(city.drawn)
    classes = list(layers.planning_classes().index)
    plan = city.zones.assign(class_id=[classes[n] for n in city.draw(44).integers(0, len(classes), len(city.zones))])
    found = analyses.land_use_balance(plan, None, float(city.people.sum()), scheme="QHPK")
    table = found.table
    total = table[table["level"] == 0] if "level" in table else table.iloc[[-1]]
    assert np.isclose(total.filter(like="planned_ha").iloc[-1, 0], geo.area_ha(city.zones).sum(), rtol=1e-6)


@relation("More people never need less land by the norms")
def more_people_need_no_less(city: City) -> None:
    asked_for(city.drawn)
    plan = city.zones.iloc[:9].assign(class_id="DAT_O_Nhomnhao")
    few, many = (analyses.norm_check(plan, people, on="2027-01-01", cell_m=400).table for people in (5_000, 26_000))
    needed = few["needed_m2"].fillna(0).to_numpy(), many["needed_m2"].fillna(0).to_numpy()
    assert (needed[0] <= needed[1] + 1e-6).all()
    assert (needed[0] < needed[1]).any()


@relation("A table fitted to totals keeps them, and fitted again it is itself")
def fitted_twice(city: City) -> None:
    table = pd.DataFrame(city.draw(45).uniform(0.1, 9, (5, 4)), list("abcde"), list("wxyz"))
    rows = pd.Series(city.draw(46).uniform(10, 90, 5), table.index)
    columns = pd.Series(city.draw(47).uniform(10, 90, 4), table.columns)
    columns *= rows.sum() / columns.sum()
    once = analyses.fit_to_totals(table, rows, columns).table
    assert np.allclose(once.sum(axis=1), rows, rtol=1e-8)
    assert np.allclose(once.sum(axis=0), columns, rtol=1e-8)
    assert np.allclose(analyses.fit_to_totals(once, rows, columns).table, once, rtol=1e-7)


@holds("Projected people of the units add up to the control total")
def people_projected(city: City) -> None:
    units = pd.DataFrame({"people": city.people.astype(float)})
    found = analyses.population_projection(units, [2030], people="people", base_year=2020, growth_pct=2.0)
    once = found.people.iloc[:, 0]
    assert np.allclose(once, city.people * 1.02**10, rtol=1e-9)
    twice = analyses.population_projection(units * 2, [2030], people="people", base_year=2020, growth_pct=2.0)
    assert np.allclose(twice.people.iloc[:, 0], 2 * once, rtol=1e-9)


@relation("Land that changes back has changed from and to the same, and what is swapped is neither gained nor lost")
def land_changes_back(city: City) -> None:
    asked_for(city.drawn)
    uses = np.array(["farm", "homes", "work"])
    one, other = (city.zones.assign(land_use=uses[city.draw(what).integers(0, 3, len(city.zones))]) for what in (48, 49))
    there, back = analyses.land_use_change(one, other), analyses.land_use_change(other, one)
    assert np.allclose(there.to_numpy(), back.T.reindex(index=there.index, columns=there.columns).to_numpy(), atol=1e-6)
    parts = analyses.change_components(there)
    assert np.isclose(parts["net_ha"].sum(), 0, atol=1e-6)
    assert np.allclose(parts["net_ha"].abs() + parts["swap_ha"], parts["gain_ha"] + parts["loss_ha"])


@relation("Uses that are mixed more evenly are never less mixed")
def mixed_more_evenly(city: City) -> None:
    areas = pd.DataFrame(city.draw(50).uniform(0.5, 9, (20, 4)), columns=list("abcd"))
    even = areas.sub(areas.mean(axis=1), axis=0) * 0.5
    even = even.add(areas.mean(axis=1), axis=0)
    assert (analyses.land_use_mix(even) >= analyses.land_use_mix(areas) - 1e-12).all()
    assert (analyses.herfindahl(even) <= analyses.herfindahl(areas) + 1e-12).all()
