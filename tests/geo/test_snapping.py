from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame, GeoSeries, points_from_xy
from shapely import LineString, Point

from geo import PlanningDataError
from geo.movement import CLOSED, UNREACHED, Links, LocalRoads, Network, along_one_edge, import_streets, node_links, snap, times

CRS = "EPSG:9210"
CORNER = np.array([600_000.0, 1_230_000.0])
DATA = Path(__file__).parents[2].parent / "shared" / "data"


def points(xy: object) -> GeoSeries:
    return GeoSeries(points_from_xy(*(np.asarray(xy, float).reshape(-1, 2) + CORNER).T), crs=CRS)


def drawn(lines: list[LineString], ds: dict[str, list[int]]) -> Network:
    """A network of one arc a line, from its first point to its last; equal ends are one node."""
    ends = np.array([line.coords[i] for line in lines for i in (0, -1)])
    xy, node = np.unique(ends, axis=0, return_inverse=True)
    return Network.from_edges(xy, CRS, node[::2], node[1::2], ds, edges=GeoDataFrame(geometry=lines, crs=CRS))


def line(*xy: tuple[float, float]) -> LineString:
    return LineString(np.array(xy, float) + CORNER)


STREET = [line((0, 0), (100, 0)), line((100, 0), (0, 0)), line((100, 0), (100, 100))]


@pytest.mark.parametrize("seed", range(12))
def test_the_nearest_street_equals_a_search_tree(seed: int) -> None:
    draw = np.random.default_rng(seed)
    size = [1, 5, 300][seed % 3]
    bends = [
        CORNER + draw.uniform(0, 5_000, 2) + np.cumsum(draw.normal(0, 150, (draw.integers(2, 6), 2)), axis=0) for _ in range(size)
    ]
    lines = [LineString(b.round(1 if seed % 2 else -2)) for b in bends]
    lines = [bent for bent in lines if bent.length > 0] + [line((-9_000, 3), (20_000, 9_000))]
    network = drawn(lines, {"walk": [7] * len(lines)})
    wanted = points(draw.uniform(-3_000, 8_000, (400, 2)))
    found = snap(network, "walk", wanted, far_m=1e9, threads=1)
    tree = shapely.STRtree(lines)
    (_, _), distance = tree.query_nearest(np.asarray(wanted), all_matches=False, return_distance=True)
    assert np.allclose(found.distance_m, distance, rtol=0, atol=1e-6)
    chosen = network.edges.lines()[found.edge]
    assert np.allclose(shapely.distance(np.asarray(wanted), chosen), distance, rtol=0, atol=1e-6)
    at = shapely.line_interpolate_point(chosen, found.fraction, normalized=True)
    assert np.allclose(shapely.distance(np.asarray(wanted), at), distance, rtol=0, atol=1e-6)


def test_both_ends_are_charged_with_the_leg_and_the_rest_of_the_street() -> None:
    network = drawn(STREET, {"walk": [100, 200, 300]})
    found = snap(network, "walk", points([30, 4]), leg_kmh=3.6)
    west, corner = network.nodes([0, 1])
    assert found.leg_ds.tolist() == [40]
    assert dict(zip(found.leaving.place.tolist(), found.leaving.ds.tolist(), strict=True)) == {corner: 40 + 70, west: 40 + 60}
    assert dict(zip(found.arriving.place.tolist(), found.arriving.ds.tolist(), strict=True)) == {corner: 40 + 140, west: 40 + 30}


def test_one_way_streets_are_left_ahead_and_reached_from_behind() -> None:
    network = drawn(STREET, {"walk": [100, 200, 300]})
    found = snap(network, "walk", points([100, 40]))
    corner, north = network.nodes([1, 2])
    assert (found.leaving.place.tolist(), found.leaving.ds.tolist()) == ([north], [180])
    assert (found.arriving.place.tolist(), found.arriving.ds.tolist()) == ([corner], [120])


def test_streets_closed_to_the_mode_are_passed_over() -> None:
    network = drawn([line((0, 0), (100, 0)), line((0, 50), (100, 50))], {"walk": [9, 9], "car": [CLOSED, 9]})
    assert snap(network, "walk", points([50, 10])).distance_m.tolist() == [10]
    assert snap(network, "car", points([50, 10])).distance_m.tolist() == [40]


def test_points_far_away_are_marked_and_points_beyond_are_refused_with_their_distance() -> None:
    network = drawn(STREET, {"walk": [100, 200, 300], "car": [10, 10, 10]})
    far = points([[50, -299], [50, -301], [50, -1_200], [50, -1_601], [-1_094_000, 0]])
    found = snap(network, "walk", far)
    assert found.edge.tolist() == [0, 0, 0, -1, -1]
    assert found.leg_ds[3:].tolist() == [0, 0]
    assert np.isnan(found.fraction).tolist() == [False] * 3 + [True] * 2
    report = found.report()
    assert report["reason"].tolist() == ["linked", "linked far", "linked far", *["off the network"] * 2]
    assert report["distance_m"].tolist() == [299, 301, 1_200, 1_601, 1_094_000]
    assert report["component"].tolist()[-2:] == [-1, -1]
    assert snap(network, "car", far).reason.tolist()[2] == "off the network"
    nowhere = snap(network, "walk", far.iloc[3:])
    assert len(nowhere.leaving.place) == 0
    assert (times(network, "walk", nowhere.leaving, nowhere.arriving) == UNREACHED).all()


def test_the_distance_to_streets_far_away_is_that_to_the_nearest_of_their_stretches() -> None:
    bent = [line((0, 0), (3_000, 0), (3_000, 3_000)), line((-4_000, 7_000), (0, 7_000))]
    network = drawn(bent, {"walk": [9, 9]})
    places = [[-3_000, -4_000], [1_500, -2_000], [6_000, 7_000], [0, 3_500], [6_500, 1_500], [5_000.000_44, 3_000]]
    found = snap(network, "walk", points(places))
    assert found.distance_m.tolist() == [5_000, 2_000, 5_000, 3_041.381, 3_500, 2_000]  # to the millimetre
    assert set(found.reason) == {"off the network"}


def test_two_points_of_one_street_need_no_junction_and_respect_its_direction() -> None:
    network = drawn([*STREET, line((100, 100), (0, 0))], {"walk": [100, 200, 300, 50]})
    two_way = snap(network, "walk", points([[20, 0], [70, 0]]))
    direct = along_one_edge(network, "walk", two_way, two_way)
    assert times(network, "walk", two_way.leaving, two_way.arriving, direct=direct).tolist() == [[0, 50], [100, 0]]
    assert times(network, "walk", two_way.leaving, two_way.arriving, 60, direct=direct).tolist() == [[0, 50], [UNREACHED, 0]]
    one_way = snap(network, "walk", points([[100, 20], [100, 70]]))
    direct = along_one_edge(network, "walk", one_way, one_way)
    found = times(network, "walk", one_way.leaving, one_way.arriving, direct=direct)
    assert found.tolist() == [[0, 150], [90 + 50 + 100 + 60, 0]]


@pytest.mark.parametrize(("origins", "destinations"), [([], []), ([], [[20, 0]]), ([[20, 0]], [])])
def test_of_no_points_there_are_no_pairs(origins: list[list[float]], destinations: list[list[float]]) -> None:
    network = drawn(STREET, {"walk": [100, 200, 300]})
    start, end = snap(network, "walk", points(origins)), snap(network, "walk", points(destinations))
    direct = along_one_edge(network, "walk", start, end)
    assert (direct.points, direct.places, len(direct.ds)) == (len(origins), len(destinations), 0)
    assert times(network, "walk", start.leaving, end.arriving, direct=direct).shape == (len(origins), len(destinations))


def test_points_within_a_centimetre_are_one_place_however_far_from_a_street() -> None:
    network = drawn(STREET, {"walk": [100, 200, 300]})
    house, other = (
        snap(network, "walk", points([30, 40])),
        snap(network, "walk", points([[30, 40.009], [30, 40.02], [30.009, 40]])),
    )
    found = along_one_edge(network, "walk", house, other)
    leg = int(house.leg_ds[0])
    assert dict(zip(found.place.tolist(), found.ds.tolist(), strict=True)) == {0: 0, 1: 2 * leg, 2: 0}
    lost = snap(network, "walk", points([30, 5_000]))
    assert len(along_one_edge(network, "walk", lost, lost).ds) == 0  # one that joins no street goes nowhere, to itself neither


@pytest.mark.parametrize("seed", range(25))
def test_snapped_trips_equal_a_network_with_the_points_as_nodes(seed: int) -> None:
    """Streets of 100 m whose times are whole multiples of 100 ds, points on whole metres: nothing is rounded anywhere."""
    draw = np.random.default_rng(seed)
    cells = [(c, r, *step) for c in range(4) for r in range(4) for step in ((1, 0), (0, 1)) if draw.random() < 0.8]
    ends = np.array([((c, r), (c + dc, r + dr)) for c, r, dc, dr in cells]) * 100.0
    forward, backward = (np.where(draw.random(len(ends)) < 0.8, draw.integers(1, 4, len(ends)) * 100, CLOSED) for _ in range(2))
    forward[backward == CLOSED] = 100
    lines = [LineString(e + CORNER) for e in [*ends, *ends[:, ::-1]]]
    network = drawn(lines, {"walk": [*forward, *backward]})
    street, metre = draw.integers(0, len(ends), 6), draw.integers(1, 100, 6)
    direction = (ends[:, 1] - ends[:, 0]) / 100
    xy = ends[street, 0] + direction[street] * metre[:, None]
    found = snap(network, "walk", points(xy), threads=1)
    assert found.distance_m.max() == 0
    direct = along_one_edge(network, "walk", found, found)
    pieces, ds = [], []
    for i in range(len(ends)):
        stops = [0, *np.unique(metre[street == i]), 100]
        for a, b in pairwise(stops):
            piece = [ends[i, 0] + direction[i] * a, ends[i, 0] + direction[i] * b]
            for shape, whole in ((piece, forward[i]), (piece[::-1], backward[i])):
                pieces.append(LineString(np.array(shape) + CORNER))
                ds.append(CLOSED if whole == CLOSED else int(whole) * (b - a) // 100)
    cut = drawn(pieces, {"walk": ds})
    place = np.array([int(np.abs(cut.node_xy - CORNER - p).sum(axis=1).argmin()) for p in xy])

    here = Links.from_pairs(np.arange(6), place, np.zeros(6, int), (6, len(cut.node_xy)))
    expected = times(cut, "walk", here, node_links(cut))[:, place]
    assert np.array_equal(times(network, "walk", found.leaving, found.arriving, direct=direct), expected)


def test_what_can_not_be_snapped_is_refused_by_code() -> None:
    network = drawn(STREET, {"walk": [1, 1, 1], "car": [CLOSED] * 3})
    for wrong, code in (
        (points([0, 0]).to_crs("EPSG:4326"), "E-SNAP-01"),
        (GeoSeries([Point(0, 0)]), "E-SNAP-01"),
        (GeoSeries([STREET[0]], crs=CRS), "E-SNAP-02"),
        (GeoSeries([None, Point()], crs=CRS), "E-SNAP-02"),
        (GeoSeries([Point(np.inf, 0)], crs=CRS), "E-SNAP-02"),
    ):
        with pytest.raises(PlanningDataError) as caught:
            snap(network, "walk", wrong)
        assert caught.value.code == code
    with pytest.raises(PlanningDataError, match="E-SNAP-03"):
        snap(network, "car", points([0, 0]))
    with pytest.raises(PlanningDataError, match="E-SNAP-03"):
        snap(Network.from_edges(network.node_xy, CRS, [0], [1], {"walk": [1]}), "walk", points([0, 0]))


def test_no_points_are_no_problem() -> None:
    found = snap(drawn(STREET, {"walk": [1, 1, 1]}), "walk", points(np.zeros((0, 2))))
    assert (found.leaving.points, len(found.report())) == (0, 0)


def test_a_real_city_snaps_as_the_search_tree_says_with_any_number_of_threads() -> None:
    path = DATA / "poa" / "poa_osm.pbf"
    if not path.is_file():
        pytest.skip("the real file is not here")
    network, _ = import_streets(path)
    draw = np.random.default_rng(1)
    low, high = network.node_xy.min(axis=0), network.node_xy.max(axis=0)
    wanted = GeoSeries(points_from_xy(*draw.uniform(low, high, (5_000, 2)).T), crs=network.crs)
    one, two = (snap(network, "car", wanted, far_m=1e9, threads=threads) for threads in (1, 2))
    usable = np.unique(network.edges.edge[network.edges.ds["car"] != CLOSED])
    tree = shapely.STRtree(network.edges.lines()[usable])
    _, distance = tree.query_nearest(np.asarray(wanted), all_matches=False, return_distance=True)
    assert np.allclose(one.distance_m, distance, rtol=0, atol=1e-6)
    assert one.leaving.ds.tobytes() == two.leaving.ds.tobytes()


def test_a_point_far_from_every_street_is_no_time_from_itself_and_two_legs_from_its_neighbour() -> None:
    network = drawn(STREET, {"walk": [100, 200, 300]})
    found = snap(network, "walk", points([[30, -250], [30, -250], [30, -251], [30, -250.001]]), leg_kmh=3.6)
    direct = along_one_edge(network, "walk", found, found)
    seen = times(network, "walk", found.leaving, found.arriving, direct=direct)
    assert np.diag(seen).tolist() == [0] * 4
    assert seen[0].tolist() == [0, 0, 2 * 2500 + 10, 0]  # two legs: nobody knows what lies between two places off the street
    nowhere = snap(network, "walk", points([50, 9_000]))
    refused = along_one_edge(network, "walk", nowhere, nowhere)
    assert times(network, "walk", nowhere.leaving, nowhere.arriving, direct=refused).tolist() == [[UNREACHED]]


def test_both_sides_of_a_street_are_two_places() -> None:
    network = drawn(STREET, {"walk": [100, 200, 300]})
    found = snap(network, "walk", points([[30, 40], [30, -40]]), leg_kmh=3.6)
    direct = along_one_edge(network, "walk", found, found)
    assert times(network, "walk", found.leaving, found.arriving, direct=direct).tolist() == [[0, 800], [800, 0]]


def test_who_stands_at_the_junction_of_a_one_way_street_is_not_bound_to_it() -> None:
    """Three streets meet at (100, 0), one of them one-way northwards; south-east of it all three are equally near."""
    streets = [line((100, 0), (100, 100)), line((0, 0), (100, 0)), line((100, 0), (0, 0))]
    for order in ([0, 1, 2], [1, 2, 0], [2, 0, 1]):
        network = drawn([streets[i] for i in order], {"car": [[300, 100, 100][i] for i in order]})
        corner = points([[110, -10], [50, 0]])
        found = snap(network, "car", corner, leg_kmh=3.6)
        assert found.leg_ds.tolist() == [141, 0]
        direct = along_one_edge(network, "car", found, found)
        seen = times(network, "car", found.leaving, found.arriving, direct=direct).tolist()
        assert seen == [[0, 141 + 50], [50 + 141, 0]], order


def test_who_stands_on_a_river_bank_drawn_through_his_place_is_where_he_is() -> None:
    """Local streets do not cross barriers, but nobody crosses anything on the way to himself."""
    here = CORNER + np.array([[0.0, 0.0], [0.0, 50.0], [0.0, -50.0]])
    bank = line((-900, 0), (900, 0))
    nothing = np.zeros(0, np.int32)
    local = LocalRoads(1.3, 2, 5000, 1000, {"car": 36.0}, bank, np.zeros((0, 2)), nothing, nothing)
    links = local.direct(here, here + np.array([0.001, 0.0]), "car")
    assert dict(zip(zip(links.point(), links.place, strict=True), links.ds, strict=True)) == {(0, 0): 0, (1, 1): 0, (2, 2): 0}


def test_a_town_of_one_straight_street_has_places_along_it() -> None:
    network = drawn([line((0, 0), (100, 0))], {"walk": [800]})
    found = snap(network, "walk", points([[25, 3], [140, 30]]))
    assert found.edge.tolist() == [0, 0]
    assert found.fraction.tolist() == pytest.approx([0.25, 1.0])
    assert found.distance_m.tolist() == pytest.approx([3, 50])


@pytest.mark.parametrize(
    ("away_m", "options", "edge", "reason"),
    [
        (300, {}, 0, "linked"),
        (300.001, {}, 0, "linked far"),
        (1_600, {}, 0, "linked far"),
        (1_600.0004, {}, -1, "off the network"),  # told to the millimetre as 1,600.000 m
        (40, {"near_m": 40}, 0, "linked"),
        (41, {"near_m": 40, "far_m": 41}, 0, "linked far"),
        (42, {"near_m": 40, "far_m": 41}, -1, "off the network"),
        (100, {"far_m": 100}, 0, "linked"),
        (200, {"far_m": 100}, -1, "off the network"),  # also where that is nearer than what is near
    ],
)
def test_a_point_is_linked_to_its_own_street_up_to_the_farthest_and_to_none_beyond(
    away_m: float, options: dict[str, float], edge: int, reason: str
) -> None:
    network = drawn([line((0, 0), (100, 0)), line((5_000, 0), (5_100, 0))], {"walk": [100, 100]})
    found = snap(network, "walk", points([25, -away_m]), leg_kmh=3.6, **options)
    assert (found.edge.tolist(), found.reason.tolist()) == ([edge], [reason])
    assert found.distance_m.tolist() == pytest.approx([away_m], abs=1e-3)
    linked = edge == 0
    assert found.leg_ds.tolist() == [round(away_m * 10) if linked else 0]
    assert len(found.leaving.ds) == len(found.arriving.ds) == linked
    assert (found.component >= 0).tolist() == [linked]
    assert found.fraction.tolist() == pytest.approx([0.25 if linked else np.nan], nan_ok=True)
