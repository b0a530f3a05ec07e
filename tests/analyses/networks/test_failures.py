"""What failures cost: equal to closing every road and removing every line in turn, and to what a small city gives by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame, points_from_xy
from shapely import LineString

import analyses
import layers
from geo import METRIC, PlanningDataError
from geo.movement import NearestEdge, Network, OnStreets, Transport, street_detours
from tests.layers.synthetic_city import addresses, city, way

LIMIT = 240
AT = analyses.Departure("07:00", 30, (50,))


@pytest.fixture(scope="module")
def town():
    return city()


@pytest.fixture(scope="module")
def homes():
    return addresses(20, seed=3)


@pytest.fixture(scope="module")
def offices():
    return addresses(9, seed=4).add_prefix("", axis=0).rename(lambda name: f"o{name}")


@pytest.fixture(scope="module")
def people(homes):
    return pd.Series(np.arange(1.0, len(homes) + 1), homes.index)


@pytest.fixture(scope="module")
def jobs(offices):
    return pd.Series(2.0 ** np.arange(len(offices)), offices.index, name="jobs")


def brute(transport, ends, people, jobs, changes, how, limit=LIMIT, cutoff=10):
    """Every failure applied to the transport, every pair timed anew."""
    timed = {"limit_min": limit, **how}
    before = analyses.travel_times(transport, *ends, **timed).at().astype(float)
    rows = {}
    for name, change in changes.items():
        closed = layers.Scenario(str(name), change if isinstance(change, list) else [change]).apply(transport)
        after = analyses.travel_times(closed, *ends, **timed).at().astype(float)
        cut, slower = np.isfinite(before) & ~np.isfinite(after), np.isfinite(after) & (after > before)
        weight = np.broadcast_to(people.loc[ends[0].index].to_numpy()[:, None], before.shape)
        unit = 600 if how["mode"] != "transit" and how["mode"] != "walk" else 60
        whole = np.round(np.where(slower, after, 0) * unit) - np.round(np.where(slower, before, 0) * unit)
        lost = ((before <= cutoff) & ~(after <= cutoff)) @ jobs.loc[ends[1].index].to_numpy()
        rows[name] = {
            "extra_person_min": (weight * whole).sum() / unit,
            "slower_pairs": slower.sum(),
            "cut_off_pairs": cut.sum(),
            "cut_off_trips": (weight * cut).sum(),
            "jobs_lost_within_10min": people.loc[ends[0].index].to_numpy() @ lost / people.sum(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").astype(float)


def same(found, expected):
    ours = pd.DataFrame(found.drop(columns="geometry")).loc[expected.index, expected.columns].astype(float)
    pd.testing.assert_frame_equal(ours, expected, check_names=False, rtol=1e-9, atol=1e-6)


def close(candidates):
    named = candidates.dropna()
    return {name: layers.CloseRoad(edge_ids=list(rows)) for name, rows in named.groupby(named).groups.items()}


@pytest.mark.parametrize("mode", ["car", "motorbike", "walk"])
def test_every_street_of_a_city_that_fails_costs_what_closing_it_costs(town, homes, offices, people, jobs, mode):
    names = analyses.road_candidates(town, by="name")
    if mode == "walk":
        names = analyses.road_candidates(town, by="name", only=["Row 4", "Column 3", "Motorway"])
    options = {"opportunities": jobs, "cutoff_min": 10, "limit_min": LIMIT}
    found = analyses.robustness(town, homes, offices, people, candidates=names, mode=mode, **options)
    expected = brute(town, (homes, offices), people, jobs, close(names), {"mode": mode})
    same(found, expected)
    assert (expected["slower_pairs"] > 0).any()
    assert found["rank"].is_monotonic_increasing


def test_a_road_chosen_by_name_and_by_its_edges_is_the_same_failure(town, homes, people):
    named = analyses.robustness(town, homes, homes, people, candidates={"Row 4": layers.CloseRoad("Row 4")})
    edges = analyses.robustness(town, homes, homes, people, candidates=analyses.road_candidates(town, by="name", only=["Row 4"]))
    pd.testing.assert_frame_equal(named, edges)
    assert named.geometry.length.iloc[0] == pytest.approx(9 * 400)


def test_a_road_closed_to_others_costs_nothing(town, homes, people):
    shut = {"Row 4": layers.CloseRoad("Row 4", modes=["motorbike"])}
    assert analyses.robustness(town, homes, homes, people, candidates=shut)["extra_person_min"].item() == 0
    shut = {"Row 4": layers.CloseRoad("Row 4", modes=["car"])}
    assert analyses.robustness(town, homes, homes, people, candidates=shut)["extra_person_min"].item() > 0


@pytest.mark.parametrize("slack", [0, 60])
def test_every_line_and_stop_that_fails_costs_what_removing_it_costs(town, homes, offices, people, jobs, slack):
    failures = analyses.line_candidates(town)
    some = analyses.station_candidates(town, ["7,2", "3,8", "7,8"])
    failures = {**failures, **some, "E and N": [layers.RemoveLine("E"), layers.RemoveLine("N")]}
    options = {"opportunities": jobs, "cutoff_min": 10, "limit_min": 60, "board_slack_s": slack}
    found = analyses.robustness(town, homes, offices, people, candidates=failures, mode="transit", departure=AT, **options)
    how = {"mode": "transit", "departure": AT, "board_slack_s": slack}
    expected = brute(town, (homes, offices), people, jobs, failures, how, limit=60)
    same(found, expected)
    assert (expected["slower_pairs"] > 0).sum() > 3


def test_origins_that_no_failing_line_could_serve_are_not_timed_anew(town, homes, people, monkeypatch):
    from analyses.networks import failing_lines  # noqa: PLC0415 - looked into

    timed, real = [], failing_lines.transit_times

    def counted(table, **given):
        timed.append(given["access"].points)
        return real(table, **given)

    monkeypatch.setattr(failing_lines, "transit_times", counted)
    far = homes.assign(geometry=points_from_xy(homes.geometry.x, np.minimum(homes.geometry.y, 1_220_500)))
    analyses.robustness(
        town, far, far, people, candidates={"T": layers.RemoveLine("T")}, mode="transit", departure=AT, limit_min=20
    )
    assert timed[:3] == [20, 20, 10]  # before, and the two bounds, the second from the ten stops of T
    assert sum(timed[3:]) < 5  # T runs too far north for nearly everybody
    timed.clear()
    same_times = analyses.robustness(
        town, far, far, people, candidates={"E": layers.RemoveLine("E")}, mode="transit", departure=AT, limit_min=45
    )
    assert 5 < sum(timed[3:]) <= 20
    assert same_times[["slower_pairs", "cut_off_pairs"]].sum(axis=1).item() > 0


def test_arriving_by_a_time_is_bounded_as_well(town, homes, people):
    by = analyses.Departure("08:00", 20, (50,), arrive_by=True)
    lines = analyses.line_candidates(town)
    found = analyses.robustness(
        town, homes, homes, people, candidates=lines, mode="transit", departure=by, limit_min=45, opportunities=None
    )
    expected = brute(town, (homes, homes), people, people.rename("jobs"), lines, {"mode": "transit", "departure": by}, limit=45)
    same(found, expected[["extra_person_min", "slower_pairs", "cut_off_pairs", "cut_off_trips"]])


def two_banks(bridges=2):
    """Four places a kilometre apart on each bank of a river; bridges at the ends or one; 60 km/h: a minute a kilometre."""
    xy = [(600_000 + 1000 * i, 1_220_000 + 1000 * bank) for bank in (0, 1) for i in range(4)]
    ways = [(i, i + 1) for i in range(3)] + [(i, i + 1) for i in range(4, 7)] + [(0, 4), (3, 7)][:bridges]
    arcs = [*ways, *((b, a) for a, b in ways)]
    names = ["west", "west", "west", "east", "east", "east", "first bridge", "second bridge"][: len(ways)] * 2
    lines = [LineString([xy[a], xy[b]]) for a, b in arcs]
    frame = GeoDataFrame({"name": names, "length_m": 1000.0}, geometry=lines, crs=METRIC)
    tail, head = zip(*arcs, strict=True)
    network = Network.from_edges(xy, METRIC, tail, head, {"car": [600] * len(arcs)}, edges=frame)
    points = GeoDataFrame(index=[f"p{n}" for n in range(8)], geometry=points_from_xy(*zip(*xy, strict=True)), crs=METRIC)
    return Transport("banks", network, NearestEdge(), OnStreets(network)), points


def test_a_bridge_of_two_costs_the_way_round_and_the_only_one_cuts_off():
    banks, points = two_banks()
    people = pd.Series(1.0, points.index)
    found = analyses.robustness(banks, points, points, people, candidates=analyses.road_candidates(banks, by="name"))
    # over the first bridge from i to j: i + 1 + j minutes, over the second 7 - i - j; the failure of the first costs the
    # difference 6 - 2(i + j) to the pairs i + j < 3, which are (0,0) 6, (0,1), (1,0) 4, (0,2), (1,1), (2,0) 2: 20 each way
    assert found.loc["first bridge", "extra_person_min"] == pytest.approx(40)
    assert found.loc["second bridge", "extra_person_min"] == pytest.approx(40)
    assert found.loc["first bridge", "slower_pairs"] == 12
    assert found["cut_off_pairs"].loc[["first bridge", "second bridge"]].tolist() == [0, 0]
    banks, points = two_banks(bridges=1)
    found = analyses.robustness(banks, points, points, people, candidates=analyses.road_candidates(banks, by="name"))
    assert found.loc["first bridge", ["extra_person_min", "cut_off_pairs", "cut_off_trips"]].tolist() == [0, 32, 32]
    assert found["cut_off_rank"].loc["first bridge"] == 1 or found.loc["west", "cut_off_pairs"] >= 32


def test_travellers_by_pair_weigh_only_those_who_go():
    banks, points = two_banks()
    trips = pd.DataFrame(0.0, points.index, points.index)
    trips.loc["p0", "p4"] = 10
    found = analyses.robustness(banks, points, points, trips, candidates=analyses.road_candidates(banks, by="name"))
    assert found.loc["first bridge", "extra_person_min"] == pytest.approx(60)
    assert found.loc["first bridge", "extra_min"] == pytest.approx(6)
    assert found.loc["second bridge", "extra_person_min"] == 0


def test_of_parallel_streets_the_other_one_carries_on():
    xy = [(600_000.0, 1_220_000.0), (601_000.0, 1_220_000.0)]
    straight, bow = LineString(xy), LineString([xy[0], (600_500, 1_220_400), xy[1]])
    frame = GeoDataFrame({"name": ["fast", "slow"] * 2, "length_m": 1000.0}, geometry=[straight, bow] * 2, crs=METRIC)
    frame.loc[2:, "geometry"] = frame.geometry.loc[2:].reverse()
    network = Network.from_edges(xy, METRIC, [0, 0, 1, 1], [1, 1, 0, 0], {"car": [600, 900, 600, 900]}, edges=frame)
    pair = Transport("pair", network, NearestEdge(), OnStreets(network))
    points = GeoDataFrame(index=["a", "b"], geometry=points_from_xy(*zip(*xy, strict=True)), crs=METRIC)
    found = analyses.robustness(
        pair, points, points, pd.Series(1.0, points.index), candidates=analyses.road_candidates(pair, by="name")
    )
    # a and b stand on the ends of the closed street itself and leave it there
    assert found.loc["slow", "extra_person_min"] == 0
    assert found.loc["fast", "extra_person_min"] == pytest.approx(
        brute(
            pair, (points, points), pd.Series(1.0, points.index), pd.Series(1.0, points.index),
            {"fast": layers.CloseRoad("fast")}, {"mode": "car"},
        ).loc["fast", "extra_person_min"]
    )  # fmt: skip


@pytest.fixture(scope="module")
def region():
    zones = layers.zones()
    return layers.transport(), zones[zones["population_2019_people"] > 0].iloc[::12], layers.centres()


@pytest.mark.parametrize(("mode", "time"), [("car", "07:00"), ("motorbike", "10:00")])
def test_roads_and_bridges_of_the_region_cost_what_closing_them_costs(region, mode, time):
    today, zones, centres = region
    jobs = pd.Series(1.0, centres.index, name="jobs")
    people, at = zones["population_2019_people"].astype(float), analyses.Departure(time)
    roads = ["ql13", "dt741", "mptv", "xlhn_vo_nguyen_giap", "dt744"]
    candidates = {**{road: layers.CloseRoad(road) for road in roads}}
    bridges = analyses.bridge_candidates(today, layers.waterways())
    candidates |= close(bridges.where(bridges.isin(["river_saigon/ql13", "river_saigon/dt744", "river_be/dt747"])))
    options = {"opportunities": jobs, "cutoff_min": 10}
    found = analyses.robustness(today, zones, centres, people, candidates=candidates, mode=mode, departure=at, **options)
    same(found, brute(today, (zones, centres), people, jobs, candidates, {"mode": mode, "departure": at}))
    assert found.loc["ql13", "extra_min"] > 1


def test_the_same_bytes_in_any_order_of_rows_and_with_any_threads(region):
    today, zones, centres = region
    people, roads = zones["population_2019_people"], analyses.road_candidates(today)
    one = analyses.robustness(today, zones, centres, people, candidates=roads, threads=1)
    mixed = zones.sample(frac=1, random_state=1)
    other = analyses.robustness(
        today, mixed, centres.iloc[::-1], people.sample(frac=1, random_state=2), candidates=roads.iloc[::-1], threads=3
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_failure_is_never_a_gain_and_two_together_cost_no_less_than_one(region):
    today, zones, centres = region
    people = zones["population_2019_people"]
    failures = {"a": layers.CloseRoad("ql13"), "b": layers.CloseRoad("dt741"), "ab": [layers.CloseRoad(["ql13", "dt741"])]}
    found = analyses.robustness(today, zones, centres, people, candidates=failures, limit_min=10_000)
    assert (found["extra_person_min"] >= 0).all()
    whole = found["extra_person_min"] + 10_000 * found["cut_off_trips"]
    assert whole["ab"] >= max(whole["a"], whole["b"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"candidates": {}}, "E-ROB-01"),
        ({"measure": "pain"}, "E-ROB-01"),
        ({"measure": "access_loss"}, "E-ROB-01"),
        ({"candidates": {"x": layers.RemoveLine("E")}}, "E-ROB-02"),
        ({"candidates": {"x": []}}, "E-ROB-02"),
        ({"candidates": {"x": layers.CloseRoad("Nowhere Road")}}, "E-SCN-01"),
        ({"candidates": {"x": layers.CloseRoad("Row 4")}, "mode": "transit"}, "E-ROB-02"),
        ({"candidates": {"x": layers.RemoveLine("Z")}, "mode": "transit"}, "E-SCN-01"),
        ({"candidates": pd.Series(["x"], [10**6])}, "E-ROB-04"),
        ({"candidates": pd.Series([None], [0], dtype=object)}, "E-ROB-01"),
        ({"max_rides": 2}, "E-ROB-02"),
        ({"mode": "boat"}, "E-MODE-01"),
        ({"limit_min": np.inf}, "E-LIMIT-01"),
        ({"weights": -1.0}, "E-DEMAND-02"),
        ({"weights": np.nan}, "E-DEMAND-02"),
        ({"weights": 0.0}, "E-DEMAND-03"),
        ({"weights": "short"}, "E-DEMAND-01"),
    ],
)
def test_what_makes_no_sense_is_refused(town, homes, people, change, code):
    given = {"candidates": {"Row 4": layers.CloseRoad("Row 4")}, **change}
    weights = given.pop("weights", people)
    if isinstance(weights, str):
        weights = people.iloc[1:]
    elif isinstance(weights, float):
        weights = pd.Series(weights, homes.index)
    with pytest.raises(PlanningDataError, match=code):
        analyses.robustness(town, homes, homes, weights, **given)


def test_failures_of_streets_need_streets_and_those_of_lines_lines(town, homes, people):
    with pytest.raises(PlanningDataError, match="E-ROB-02"):
        analyses.robustness(town, homes, homes, people, candidates=analyses.road_candidates(town, by="name"), mode="transit")
    with pytest.raises(PlanningDataError, match="E-ROB-04"):
        analyses.road_candidates(replace(town, streets=replace(town.streets, edges=None)))
    columns = pd.DataFrame(1.0, homes.index, homes.index)
    for odd in (columns.iloc[:, 1:], pd.concat([columns, columns.iloc[:, :1]], axis=1)):
        with pytest.raises(PlanningDataError, match="E-DEMAND-01") as caught:
            analyses.robustness(town, homes, homes, odd, candidates={"Row 4": layers.CloseRoad("Row 4")})
        assert caught.value.feature_ids == (homes.index[0],)


def test_where_no_street_meets_water_there_is_no_bridge(town):
    with pytest.raises(PlanningDataError, match=r"E-ROB-04.*no bridge"):
        analyses.bridge_candidates(town, way((-5, -9), (5, -9)).set_axis(["river"]))


def test_candidates_are_found_by_what_the_data_tell(town):
    with pytest.raises(PlanningDataError, match="E-ROB-04"):
        analyses.bridge_candidates(town)
    with pytest.raises(PlanningDataError, match="E-ROB-04"):
        analyses.road_candidates(town, by="line_id")
    with pytest.raises(PlanningDataError, match="E-ROB-04"):
        analyses.road_candidates(town, by="name", only=["Nowhere Road"])
    with pytest.raises(PlanningDataError, match="E-ROB-03"):
        analyses.station_candidates(town, ["0,0"])
    today = layers.transport()
    found = analyses.bridge_candidates(today, layers.waterways())
    lines = today.streets.edges.frame(today.crs)
    rivers = layers.waterways().geometry.union_all()
    assert lines.loc[found.notna()].intersects(rivers).all()
    assert not lines.loc[found.isna()].intersects(rivers).any()


def test_bridges_of_roads_without_a_name_stay_apart(town):
    """Rows 0 to 3 of one name each and none: a river under all of them is crossed by as many bridges as there are roads."""
    edges = town.streets.edges
    nameless = edges.table["name"].where(edges.table["name"].isin(["Row 2", "Row 3"]), "")
    network = replace(town.streets, edges=replace(edges, table=edges.table.assign(name=nameless)))
    river = way((4.5, -1), (4.5, 3.5)).set_axis(["river"])
    found = analyses.bridge_candidates(replace(town, streets=network), river).dropna()
    assert found.nunique() == 4
    assert {"river/Row 2", "river/Row 3"} < set(found)
    ways = replace(edges, table=edges.table.assign(name=nameless, bridge=True, osm_way_id=np.arange(len(edges)) // 2))
    tagged = analyses.bridge_candidates(replace(town, streets=replace(town.streets, edges=ways)))
    assert tagged[nameless == ""].str.fullmatch(r"way \d+").all()
    assert tagged[nameless == "Row 2"].str.fullmatch(r"Row 2 \d+").all()


def test_no_failure_at_all_is_refused_by_the_engine_too(town):
    with pytest.raises(PlanningDataError, match="E-NET-15"):
        street_detours(town.streets, "car", *[None] * 2, [], travellers=None, opportunities=None, cutoff_ds=0, limit_ds=1)
