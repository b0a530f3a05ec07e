"""Land use, change of land and rasters for the study of all measures; rasters are derived from the region's own outlines."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from affine import Affine
from geopandas import GeoDataFrame
from pyproj import CRS
from shapely import box

import layers
from analyses.indicators.urban_growth import land_consumption, open_space_share
from analyses.land import balance, densities, gradient, interpolation, land_change, mix
from analyses.rasters import friction, land_cover, raster_zones, terrain
from analyses.scoring import suitability_ as suitability
from analyses.scoring.factors import Factor
from analyses.studies.measured_base import SMALL, Base, Family, Used, number
from geo import METRIC, Grid, Raster, area_ha, read_raster

CELL_M = 250.0
BUILT, WATER, OPEN = 50, 80, 40  # codes of ESA WorldCover, which the derived raster borrows
WALK_KMH = {BUILT: 4.0, WATER: 0.0, OPEN: 3.0}
DENSITY = {BUILT: 1.0, OPEN: 0.1}
STATES = (
    "ví dụ: trước = các khu hiện hữu, sau = cộng thêm các khu đang xây dựng và quy hoạch (không phải hai năm quan trắc)",
    "example: before = what exists, after = with what is under construction and planned (not two observed years)",
)
DERIVED = (
    "raster 250 m suy ra từ ranh giới sơ đồ của vùng, không phải ảnh vệ tinh",
    "a raster of 250 m derived from the region's schematic outlines, no satellite image",
)

MIXES = {mix.land_use_mix: "0–1", mix.herfindahl: "0–1", mix.simpson: "0–1", mix.hill_number: "classes"}  # with their units
GROWTH = (
    "ví dụ: đất theo hai trạng thái trên, dân số tăng 20 % trong 10 năm",
    "example: land of the two states above, people growing by 20 % in 10 years",
)
COMMUTERS = ("chưa có bảng đi làm theo nơi ở – nơi làm; ví dụ nhỏ tự đặt", "no table of commuters; a small made-up example")


def land_family(base: Base) -> Family:
    """Densities, mix, change and growth of land."""
    land, zones = layers.land_use(workspace=base.ground.workspace), base.zones
    dense = densities.land_densities(zones, [base.ground.people, base.ground.jobs]).table
    from_centre = zones.centroid.distance(layers.centres(workspace=base.ground.workspace).geometry["thu_dau_mot"]) / 1000
    fall = gradient.density_gradient(dense.iloc[:, 0], from_centre, weights=dense["area_ha"], empty="leave_out")
    cover = _cover(zones, land)
    areas = raster_zones.class_areas(zones, cover, "worldcover")
    by_unit = areas.groupby(zones["unit_id"]).sum()
    named = by_unit.loc[:, by_unit.sum() > 0]
    mixed = pd.DataFrame({measure.__name__: measure(named) for measure in MIXES})
    apart = mix.dissimilarity(base.people, base.jobs)
    units = layers.units("2024", workspace=base.ground.workspace)
    carried = interpolation.areal_interpolation(
        GeoDataFrame({"people": base.people}, geometry=zones.geometry, crs=zones.crs), units, extensive=["people"]
    ).table
    now, then = _states(land)
    matrix = land_change.land_use_change(now, then)
    parts = land_change.change_components(matrix)
    grown, free, kept = _growth_examples(float(base.people.sum()), now, then)
    tables: dict[str, pd.DataFrame] = {
        "densities": zones[["name_vi", "name_en", "unit_id", "geometry"]].join(dense),
        "density_gradient": pd.DataFrame([{"central_people_per_ha": fall.central_per_ha, "decline_per_km": fall.decline_per_km}]),
        "mix_by_district": _of_units(mixed),
        "people_by_district": _of_units(carried[["people"]].rename(columns={"people": "population_people"})),
        "land_use_from_to": matrix.rename_axis(columns=None).add_suffix("_ha").reset_index(),
        "land_use_components": parts.reset_index(),
        "growth_examples": _tables_of_growth(grown, free, kept),
    }
    changed = float(parts["gain_ha"].sum()) if "gain_ha" in parts else float(matrix.to_numpy().sum())
    return Family(
        (
            Used(densities.land_densities, "densities", base.mean(dense.iloc[:, 0]), "people / ha"),
            Used(gradient.density_gradient, "density_gradient", fall.decline_per_km, "1 / km"),
            *(
                Used(measure, "mix_by_district", float(mixed[measure.__name__].mean()), unit, "derived", DERIVED)
                for measure, unit in MIXES.items()
            ),
            Used(mix.dissimilarity, "densities", apart, "0–1, people and jobs"),
            Used(interpolation.areal_interpolation, "people_by_district", float(carried["people"].max()), "people"),
            Used(land_change.land_use_change, "land_use_from_to", float(matrix.to_numpy().sum()), "ha", "derived", STATES),
            Used(land_change.change_components, "land_use_components", changed, "ha gained", "derived", STATES),
            Used(land_consumption, "growth_examples", float(grown["lcrpgr"]), "ratio", "example", GROWTH),
            Used(open_space_share, "growth_examples", float(free["sdg_11_7_1_pct"]), "%", "example", SMALL),
            Used(
                balance.self_containment, "growth_examples", number(kept.loc["a", "containment_pct"]), "%", "example", COMMUTERS
            ),
        ),
        tables,
    )


def raster_family(base: Base) -> Family:
    """What rasters give: classes and people in zones, walking over land, slopes (made up), suitability by cell."""
    land, zones = layers.land_use(workspace=base.ground.workspace), base.zones
    now, then = _states(land)
    before, after = _cover(zones, now), _cover(zones, then)
    crowd = _burnt(zones, before.grid, base.people / zones.geometry.area * CELL_M**2)
    inside = raster_zones.zonal(zones, crowd, {"raster_people": "sum"})
    classes = raster_zones.class_areas(zones, before, "worldcover")
    built = raster_zones.built_up_share(zones, before, "worldcover")
    moved = land_cover.land_cover_change(before, after, "worldcover")
    changed = float(moved.to_numpy().sum() - np.trace(moved.to_numpy()))
    surface = friction.friction_surface(before, WALK_KMH)
    minutes = friction.cost_distance(surface, base.hospitals, limit_min=600)
    walked = raster_zones.zonal(zones, minutes, {"walk_to_hospital_min": "mean"})
    on_foot = base.mean(walked["walk_to_hospital_min"])
    weights = friction.dasymetric_weights(before, DENSITY)
    ramp = Raster(Grid(CRS(METRIC), Affine(10, 0, 600_000, 0, -10, 1_220_050), (5, 5)), np.tile(np.arange(5.0), (5, 1)), "m")
    slope, faces = terrain.slope_pct(ramp), terrain.aspect(ramp)
    score = _scores(minutes, crowd)
    table = zones[["name_vi", "name_en", "unit_id", "geometry"]].join([inside.drop(columns="data_pct"), built])
    table = table.join(walked.drop(columns="data_pct"))
    units = classes.loc[:, classes.sum() > 0].groupby(zones["unit_id"]).sum()
    summary = pd.DataFrame(
        [
            ("friction_min_per_km", 1000 * float(np.median(_cells(surface)))),
            ("dasymetric_ha", float(_cells(weights).sum() / 10_000)),
            ("slope_pct", float(_cells(slope).mean())),
            ("aspect_deg", float(_cells(faces).mean())),
            ("suitability", score),
        ],
        columns=["measure", "value"],
    )
    tables = {
        "zones_rasters": table,
        "class_areas": _of_units(units),
        "land_cover_from_to": moved.rename_axis(columns=None).add_suffix("_ha").reset_index(),
        "rasters": summary,
    }
    value = summary.set_index("measure")["value"]
    height = (
        "vùng chưa có mô hình độ cao; ví dụ: mặt dốc đều 10 %, hướng tây",
        "the region has no model of heights; example: an even slope of 10 % that looks west",
    )
    return Family(
        (
            Used(raster_zones.zonal, "zones_rasters", float(inside["raster_people"].sum()), "people", "derived", DERIVED),
            Used(raster_zones.class_areas, "class_areas", float(classes["built_up_ha"].sum()), "ha built-up", "derived", DERIVED),
            Used(raster_zones.built_up_share, "zones_rasters", float(built["built_up_pct"].mean()), "%", "derived", DERIVED),
            Used(land_cover.land_cover_change, "land_cover_from_to", changed, "ha changed", "derived", STATES),
            Used(friction.friction_surface, "rasters", value["friction_min_per_km"], "min / km", "derived", DERIVED),
            Used(friction.cost_distance, "zones_rasters", on_foot, "min on foot", "derived", DERIVED),
            Used(friction.dasymetric_weights, "rasters", value["dasymetric_ha"], "ha, weighted", "derived", DERIVED),
            Used(terrain.slope_pct, "rasters", value["slope_pct"], "%", "example", height),
            Used(terrain.aspect, "rasters", value["aspect_deg"], "degrees", "example", height),
            Used(suitability.suitability_raster, "rasters", value["suitability"], "0–1", "derived", DERIVED),
        ),
        tables,
    )


def _cells(raster: Raster) -> np.ndarray:
    """The values of all cells that have a finite one."""
    values: np.ndarray = np.ma.filled(np.ma.asarray(raster.values, dtype=float), np.nan)
    return values[np.isfinite(values)]


def _of_units(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of districts with their names before them."""
    names = layers.units("2024")[["name_vi", "name_en"]]
    return names.join(table, how="inner").reset_index(drop=True)


def _states(land: GeoDataFrame) -> tuple[GeoDataFrame, GeoDataFrame]:
    """Land that exists, and with what is being built or planned; each place once, by the order of the rows."""
    shapes, taken = [], None
    for shape in land.geometry:
        own = shape if taken is None else shape.difference(taken)
        taken = shape if taken is None else taken.union(shape)
        shapes.append(own)
    whole = land[["land_use", "status"]].set_geometry(shapes, crs=land.crs)
    whole = whole[whole.area > 1]
    return whole[whole["status"].eq("existing")], whole


def _grid(zones: GeoDataFrame) -> Grid:
    west, south, east, north = zones.total_bounds
    shape = int(np.ceil((north - south) / CELL_M)), int(np.ceil((east - west) / CELL_M))
    return Grid(CRS(zones.crs), Affine(CELL_M, 0, float(west), 0, -CELL_M, float(north)), shape)


def _burnt(frame: GeoDataFrame, grid: Grid, values: pd.Series) -> Raster:
    from rasterio.features import rasterize  # noqa: PLC0415 - heavy

    pairs = zip(frame.geometry, values.astype(float), strict=True)
    return Raster(grid, rasterize(pairs, grid.shape, transform=grid.transform, fill=np.nan, dtype="float64"), "people")


def _cover(zones: GeoDataFrame, land: GeoDataFrame) -> Raster:
    """Built-up where an outline says so, water, and open land in all the rest of the zones."""
    from rasterio.features import rasterize  # noqa: PLC0415 - heavy

    grid = _grid(zones)
    codes = np.where(land["land_use"].eq("water"), WATER, BUILT)
    pairs = [(shape, OPEN) for shape in zones.geometry] + list(zip(land.geometry, codes.tolist(), strict=True))
    burnt = rasterize(pairs, grid.shape, transform=grid.transform, fill=0, dtype="uint8")
    return Raster(grid, np.ma.masked_equal(burnt, 0), "")


def _scores(minutes: Raster, crowd: Raster) -> float:
    """The mean suitability of cells near hospitals and people."""
    factors = {"minutes": Factor(0.5, worst=600, best=0), "people": Factor(0.5, worst=0, best=200)}
    with TemporaryDirectory() as folder:
        path = suitability.suitability_raster({"minutes": minutes, "people": crowd}, factors, Path(folder) / "suitability.tif")
        return float(_cells(read_raster(path)).mean())


def _growth_examples(people: float, now: GeoDataFrame, then: GeoDataFrame) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Growth of land against people, open space of a square, commuters of two places: what the region has no figures for."""
    built = [float(area_ha(part[part["land_use"].ne("water")]).sum()) for part in (now, then)]
    grown = land_consumption(built[0], built[1], people, 1.2 * people, years=10)
    flows = pd.DataFrame([("a", "a", 60), ("a", "b", 40), ("b", "b", 100)], columns=["from_id", "to_id", "workers_people"])
    kept = balance.self_containment(flows)
    square = box(600_000, 1_220_000, 601_000, 1_221_000)
    one = {"built_up": square, "open": square.intersection(box(600_000, 1_220_000, 600_200, 1_221_000))}
    shapes = {name: GeoDataFrame(geometry=[shape], crs=METRIC) for name, shape in one.items()}
    street = GeoDataFrame({"width_m": [20.0]}, geometry=[square.boundary], crs=METRIC)
    free = open_space_share(shapes["built_up"], shapes["open"], street)
    return grown, free, kept


def _tables_of_growth(grown: pd.Series, free: pd.Series, kept: pd.DataFrame) -> pd.DataFrame:
    values = {**grown.to_dict(), **free.to_dict(), "containment_pct": kept.loc["a", "containment_pct"]}
    return pd.DataFrame({"measure": list(values), "value": [float(value) for value in values.values()]})
