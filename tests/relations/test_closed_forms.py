"""Numbers that are known without this package: one table of closed forms, each beside what the package finds.

Others stand with what they are about: waiting for lines (tests/geo/test_manhattan.py), walks that fill a diamond
(tests/analyses/travel/test_reach.py), decays, competition, benefits, mixes, population, fitted tables.
"""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from geopandas import GeoDataFrame, points_from_xy
from pyproj import CRS, Geod
from scipy.special import erf

import analyses
import geo
from geo.movement import CrowFlies, NearestEdge, Network, OnStreets, Transport  # fmt: skip
from tests.analyses.stations.square_town import EAST_M, SOUTH_M, streets_on_foot

BLOCK_M, CORNERS = 80.0, 21  # a block is a minute at 4.8 km/h
GEOD = Geod(ellps="WGS84")
PEOPLE = 20_000
EULER = 0.5772156649015329


# --- walking over square blocks ------------------------------------------------------------------------------------------------


@cache
def blocks():
    """Minutes between all corners of a square town."""
    streets = streets_on_foot(BLOCK_M, CORNERS)
    town = Transport("blocks", streets, NearestEdge(), OnStreets(streets))
    across, up = np.meshgrid(np.arange(CORNERS), np.arange(CORNERS))
    corners = points_from_xy(EAST_M + across.ravel() * BLOCK_M, SOUTH_M + up.ravel() * BLOCK_M)
    frame = GeoDataFrame(index=[f"c{n:03}" for n in range(len(corners))], geometry=corners, crs=geo.METRIC)
    return analyses.travel_times(town, frame, mode="walk", limit_min=100)


MIDDLE = f"c{CORNERS * (CORNERS // 2) + CORNERS // 2:03}"


def corners_within(minutes):
    worth = pd.Series(1.0, blocks().destinations, name="corners")
    return analyses.opportunities_within(blocks(), worth, minutes).loc[MIDDLE].iloc[0]


def minutes_to_reach(corners):
    worth = pd.Series(1.0, blocks().destinations, name="corners")
    return analyses.dual_access(blocks(), worth, corners).loc[MIDDLE].iloc[0]


def detour_all_round():
    """Mean of network over straight length, by direction as on a circle."""
    minutes = blocks().at()[int(MIDDLE[1:])].astype(float)
    place = np.arange(CORNERS) - CORNERS // 2
    across, up = (part.ravel() for part in np.meshgrid(place, place))
    far = np.hypot(across, up)
    ring = (far > 8) & (far <= 10)
    turn = np.arctan2(np.abs(up[ring]), np.abs(across[ring]))
    order = np.argsort(turn)
    ratio = (minutes[ring] / far[ring])[order]
    return np.trapezoid(ratio, turn[order]) / (np.pi / 2)


# --- streets in a row, a star, a ring -----------------------------------------------------------------------------------------


def streets(pairs, xy, length_m=1000.0):
    tail, head = np.array([*pairs, *[(b, a) for a, b in pairs]]).T
    ground = np.asarray(xy, float) + np.array([EAST_M, SOUTH_M])
    lines = shapely.linestrings(ground[np.stack([tail, head], axis=1)])
    edges = GeoDataFrame({"length_m": length_m}, index=range(len(tail)), geometry=lines, crs=geo.METRIC)
    network = Network.from_edges(ground, geo.METRIC, tail, head, {"walk": np.full(len(tail), 7500)}, edges=edges)
    return analyses.street_centrality(Transport("few", network, NearestEdge(), OnStreets(network)), 10**6, mode="walk")


@cache
def row(count):
    return streets([(n, n + 1) for n in range(count - 1)], [(1000.0 * n, 0) for n in range(count)])


def _round(count):
    turn = 2 * np.pi * np.arange(count) / count
    return np.column_stack([np.cos(turn), np.sin(turn)]) * 1000


@cache
def star(rays):
    return streets([(0, n + 1) for n in range(rays)], [(0, 0), *_round(rays)])


@cache
def ring(count):
    return streets([(n, (n + 1) % count) for n in range(count)], _round(count))


# --- distributions of access -------------------------------------------------------------------------------------------------


def spread(quantile):
    """As many people as there are, each at the middle of his share of a distribution."""
    return pd.Series(quantile((np.arange(PEOPLE) + 0.5) / PEOPLE))


def normal_quantile(p):
    from scipy.stats import norm  # noqa: PLC0415 - of a few rows alone

    return norm.ppf(p)


UNIFORM = spread(lambda p: p)
EXPONENTIAL = spread(lambda p: -np.log1p(-p))
LOGNORMAL = spread(lambda p: np.exp(0.8 * normal_quantile(p)))
PARETO = spread(lambda p: (1 - p) ** (-1 / 4))  # exponent 4


def shortfall(alpha):
    return analyses.foster_greer_thorbecke(UNIFORM, pd.Series(1.0, UNIFORM.index), 0.6)[f"fgt_{alpha}"]


# --- opportunities along a line and on a plain --------------------------------------------------------------------------------


def along_a_line(decay, places=400):
    """One job a minute of way, from the first minute on."""
    pairs = pd.DataFrame({"from_id": "here", "to_id": range(places), "travel_time_min": np.arange(1.0, places + 1)})
    times = analyses.TravelTimes.from_frame(pairs)
    return analyses.gravity(times, pd.Series(1.0, times.destinations, name="jobs"), decay).iloc[0, 0]


@cache
def plain():
    """Lattice points a minute apart, walked as the crow flies."""
    steps = np.arange(-12, 13)
    across, up = np.meshgrid(steps, steps)
    xy = np.column_stack([EAST_M + BLOCK_M * across.ravel(), SOUTH_M + BLOCK_M * up.ravel()])
    return CrowFlies(1.0), xy


def lattice_within(radius):
    walking, xy = plain()
    return len(walking.links(np.array([[EAST_M, SOUTH_M]]), xy, radius * BLOCK_M + 1e-6, 4.8).place)


def one_site_in_a_row(measure, count):
    far = np.abs(np.arange(count)[:, None] - np.arange(count))
    places = pd.Index([f"p{n:02}" for n in range(count)])
    times = analyses.TravelTimes(far[None].astype(np.float32), places, places)
    people = pd.Series(1.0, places)
    return {"median": lambda: analyses.p_median(times, people, 1), "centre": lambda: analyses.p_center(times, 1)}[measure]().value


# --- the earth ----------------------------------------------------------------------------------------------------------------


def square_of(hectares):
    """A square round 106.63° E, 11.25° N that has this area on the ellipsoid."""
    half = math.sqrt(hectares * 1e4 / 2)
    for _ in range(6):
        lon, lat, _ = GEOD.fwd([106.63] * 4, [11.25] * 4, [45, 135, 225, 315], [half] * 4)
        half *= math.sqrt(hectares * 1e4 / abs(GEOD.polygon_area_perimeter(lon, lat)[0]))
    return GeoDataFrame(geometry=[shapely.Polygon(zip(lon, lat, strict=True))], crs=geo.WGS84)


def share_off(crs):
    """Parts in a million by which the area of 1,700 ha is wrong in a plane."""
    square = square_of(1700)
    dense = square.set_geometry(square.geometry.segmentize(1e-4))
    return (float(geo.to_crs(dense, crs).area.iloc[0]) / 17e6 - 1) * 1e6


def cell_of_a_degree():
    """Hectares from 11 to 12° N, 106 to 107° E, its parallels drawn by many points."""
    east = np.linspace(106, 107, 4001)
    ground = np.concatenate([np.column_stack([east, np.full(4001, 11.0)]), np.column_stack([east[::-1], np.full(4001, 12.0)])])
    return geo.area_ha(GeoDataFrame(geometry=[shapely.Polygon(ground)], crs=geo.WGS84)).iloc[0]


def authalic_ha(south, north, degrees):
    e = math.sqrt(GEOD.es)

    def zone(lat):
        s = math.sin(math.radians(lat))
        return s / (1 - GEOD.es * s * s) + math.atanh(e * s) / e

    return GEOD.b**2 / 2 * math.radians(degrees) * (zone(north) - zone(south)) / 1e4


def line_km(*ends):
    return geo.length_km(GeoDataFrame(geometry=[shapely.LineString(ends)], crs=geo.WGS84)).iloc[0]


def circle_share(radius_m):
    """Area of the circle round a station by that of the true circle."""
    stop = GeoDataFrame(index=pd.Index(["a"], name="stop_id"), geometry=[shapely.Point(EAST_M, SOUTH_M)], crs=geo.METRIC)
    area = analyses.station_areas(stop, radius_m=[radius_m], method="crow_fly", detour=1.0).geometry.iloc[0]
    corners = len(area.exterior.coords) - 1
    assert corners >= 64
    return area.area / (math.pi * radius_m**2) - math.sin(2 * math.pi / corners) / (2 * math.pi / corners)


# --- cells --------------------------------------------------------------------------------------------------------------------


def over_even_ground(across, down):
    size = 9
    grid = geo.Grid(CRS(geo.METRIC), Affine(100, 0, EAST_M, 0, -100, SOUTH_M), (size, size))
    start = GeoDataFrame(geometry=[shapely.Point(EAST_M + 50, SOUTH_M - 50)], crs=geo.METRIC)
    even = geo.Raster(grid, np.full((size, size), 0.01), "min/m")
    return np.asarray(analyses.cost_distance(even, start).values)[down, across]


def areas(*hectares):
    return pd.DataFrame([hectares], columns=[f"use {n}" for n in range(len(hectares))])


def grown(years, growth_pct, **options):
    units = pd.DataFrame({"people": [1000.0]})
    given = {"people": "people", "base_year": 2020, "growth_pct": growth_pct, **options}
    return analyses.population_projection(units, [2020 + years], **given).people.iloc[0, 0]


def fitted_cell(odds, total, row, column):
    """Of a table of 2 × 2 with this odds ratio the first cell, from the quadratic equation of its margins."""
    a, b, c = 1 - odds, total - row - column + odds * (row + column), -odds * row * column
    return (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a)


def fitted():
    seed = pd.DataFrame({"x": [1.0, 1.0], "y": [1.0, 3.0]}, index=["a", "b"])
    return analyses.fit_to_totals(seed, pd.Series({"a": 40.0, "b": 60.0}), pd.Series({"x": 50.0, "y": 50.0})).table.iloc[0, 0]


EXACT = 1e-9
CLOSED_FORMS = {
    # square blocks: 2k² + 2k + 1 corners within k blocks
    **{f"corners within {k} blocks": (lambda k=k: corners_within(k), 2 * k * k + 2 * k + 1, 0) for k in (0, 1, 4, 10)},
    **{
        f"minutes to reach {2 * k * k + 2 * k + 1} corners": (lambda k=k: minutes_to_reach(2 * k * k + 2 * k + 1), k, 1e-6)
        for k in (2, 7)
    },
    "one corner more takes a block more": (lambda: minutes_to_reach(42), 5, 1e-6),
    "mean way between two corners": (lambda: blocks().at().mean(), float(Fraction(2 * (CORNERS**2 - 1), 3 * CORNERS)), 1e-4),
    "longest way over the town": (lambda: blocks().at().max(), 2 * (CORNERS - 1), 1e-6),
    "detour over square blocks, all directions": (detour_all_round, 4 / math.pi, 0.01),
    # a row of n: 2 i (n − 1 − i) ordered pairs pass the place i; a star: (n − 1)(n − 2); a ring of odd n: (n − 1)(n − 3) / 4
    **{
        f"betweenness of place {i} in a row of 9": (lambda i=i: row(9)["betweenness"].iloc[i], 2 * i * (8 - i), EXACT)
        for i in (0, 1, 4)
    },
    "betweenness in the middle of a star of 7 rays": (lambda: star(7)["betweenness"].iloc[0], 7 * 6, EXACT),
    "betweenness at the end of a ray": (lambda: star(7)["betweenness"].iloc[3], 0, EXACT),
    "betweenness in a ring of 9": (lambda: ring(9)["betweenness"].iloc[2], 8 * 6 / 4, EXACT),
    "harmonic closeness at the end of a row of 9": (
        lambda: row(9)["harmonic_per_km"].iloc[0],
        sum(1 / k for k in range(1, 9)),
        EXACT,
    ),
    "closeness in the middle of a star": (lambda: star(7)["closeness_per_km"].iloc[0], 1, EXACT),
    "mean distance in a ring of 9": (lambda: ring(9)["mean_m"].iloc[0], 1000 * (9 + 1) / 4, EXACT),
    # inequality of known distributions
    "Gini of 1, 2 ... 10": (lambda: analyses.gini(pd.Series(range(1, 11))), 9 / 30, EXACT),
    "Gini of a uniform distribution": (lambda: analyses.gini(UNIFORM), 1 / 3, 1e-6),
    "Gini of an exponential distribution": (lambda: analyses.gini(EXPONENTIAL), 1 / 2, 1e-4),
    "Gini of a lognormal distribution": (lambda: analyses.gini(LOGNORMAL), erf(0.8 / 2), 1e-3),
    "Gini of a Pareto distribution": (lambda: analyses.gini(PARETO), 1 / (2 * 4 - 1), 1e-3),
    "Theil of an exponential distribution": (lambda: analyses.theil(EXPONENTIAL), 1 - EULER, 1e-3),
    "Theil of a lognormal distribution": (lambda: analyses.theil(LOGNORMAL), 0.8**2 / 2, 2e-3),
    "Theil of a Pareto distribution": (lambda: analyses.theil(PARETO), 1 / 3 - math.log(4 / 3), 1e-3),
    "Atkinson of a lognormal distribution": (
        lambda: analyses.atkinson(LOGNORMAL, aversion=0.5),
        1 - math.exp(-0.25 * 0.64),
        1e-3,
    ),
    "Palma of a uniform distribution": (lambda: analyses.palma(UNIFORM), 0.95 / 0.2, 1e-3),
    "Lorenz curve of a uniform distribution at one half": (
        lambda: analyses.lorenz(UNIFORM)["access_share"].iloc[PEOPLE // 2],
        0.25,
        1e-6,
    ),
    "concentration of what all have by rank": (lambda: analyses.concentration_index(UNIFORM, None, by=-UNIFORM), -1 / 3, 1e-6),
    **{f"shortfall of a uniform distribution, power {a}": (lambda a=a: shortfall(a), 0.6 / (a + 1), 1e-4) for a in (0, 1, 2)},
    # sums along a line and over a plain
    "gravity along a line, exponential": (
        lambda: along_a_line(analyses.decay_exponential(0.1)),
        math.exp(-0.1) / (1 - math.exp(-0.1)),
        EXACT,
    ),
    "gravity along a line, inverse square": (
        lambda: along_a_line(analyses.decay_power(2.0), 20_000),
        math.pi**2 / 6 - 1 / 20_000.5,
        1e-8,
    ),
    "gravity along a line, half-life": (lambda: along_a_line(analyses.decay_exponential(half_life_min=1)), 1, EXACT),
    **{f"lattice points within {r}": (lambda r=r: lattice_within(r), n, 0) for r, n in ((1, 5), (2, 13), (5, 81), (10, 317))},
    "one site in a row of 11, all minutes": (lambda: one_site_in_a_row("median", 11), 11 * 11 // 4, EXACT),
    "one site in a row of 11, the farthest": (lambda: one_site_in_a_row("centre", 11), 5, EXACT),
    # the ellipsoid
    "1,700 ha": (lambda: geo.area_ha(square_of(1700)).iloc[0], 1700, 1e-6),
    "1,700 ha in the equal-area plane, millionths off": (lambda: share_off("EPSG:6933"), 0, 0.1),
    "1,700 ha in TM-3 105°45', millionths off": (lambda: share_off("EPSG:9210"), 26, 3),
    "1,700 ha in UTM 48, millionths off": (lambda: share_off("EPSG:32648"), -16, 3),
    "1,700 ha on the web map, millionths off": (lambda: share_off("EPSG:3857"), 46_040, 60),
    "a cell of a degree": (cell_of_a_degree, authalic_ha(11, 12, 1), 0.1),
    "a degree of the equator": (lambda: line_km((106, 0), (107, 0)), math.pi * GEOD.a / 180 / 1000, 1e-9),
    "the first degree of a meridian": (lambda: line_km((106, 0), (106, 1)), 110.574388558, 1e-8),
    "a quarter of a meridian": (lambda: line_km((0, 0), (0, 90)), 10_001.965729, 1e-6),
    "circle of a station, less its corners": (lambda: circle_share(800), 0, 1e-12),
    # cells, shares, growth
    "over even ground in eight directions": (lambda: over_even_ground(7, 3), 0.01 * 100 * (4 + 3 * math.sqrt(2)), 2e-3),
    "entropy of a half and two quarters": (
        lambda: analyses.land_use_mix(areas(2, 1, 1)).iloc[0],
        1.5 * math.log(2) / math.log(3),
        EXACT,
    ),
    "Hill number of order 2 of a half and two quarters": (lambda: analyses.hill_number(areas(2, 1, 1), 2).iloc[0], 8 / 3, EXACT),
    "people after the time of doubling": (lambda: grown(10, 100 * (2**0.1 - 1)), 2000, 1e-6),
    "half-way to the capacity": (
        lambda: grown(2, 100 * (math.sqrt(3) - 1), method="logistic", capacity_people=pd.Series([4000.0])),
        2000,
        1e-6,
    ),
    "a table of 2 × 2 fitted to its totals": (fitted, fitted_cell(3, 100, 40, 50), 1e-6),
}


@pytest.mark.parametrize(("found", "known", "off"), CLOSED_FORMS.values(), ids=CLOSED_FORMS)
def test_what_is_found_is_what_is_known(found, known, off):
    assert float(found()) == pytest.approx(known, rel=0, abs=off)


def test_there_are_many():
    assert len(CLOSED_FORMS) >= 30
