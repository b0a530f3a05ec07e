"""Ways over streets that are not in the data: entries, rivers and near points, in a plan of straight numbers."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.movement.local_roads import TOO_FAR, LocalRoads

# Road 0 is entered at (0, 0) and (1000, 0), road 1 at (0, 600), road 2, which is on top, at (300, 100). 36 km/h are 10 m/s.
ROADS = LocalRoads(
    detour=1.5,
    roads=1,
    reach_m=700,
    direct_m=500,
    speed_kmh={"car": 36.0},
    barriers=shapely.GeometryCollection(),
    entry_xy=np.array([[0.0, 0.0], [1000.0, 0.0], [0.0, 600.0], [300.0, 100.0]]),
    entry_node=np.array([10, 11, 12, 13], np.int32),
    entry_road=np.array([0, 0, 1, 2], np.int32),
    on_top=(2,),
)
RIVER = shapely.LineString([(-50, 250), (10, 250)])


def joined(roads, *xy):
    links, report = roads.join(np.array(xy, float), 20, "car")
    found = [{} for _ in xy]
    for point, node, ds in zip(links.point(), links.place, links.ds, strict=True):
        found[point][int(node)] = int(ds)
    return found, report


def test_a_point_enters_the_nearest_road_and_those_on_top():
    found, report = joined(ROADS, (0, 200), (0, 400))
    on_top = (np.hypot(300, 100), np.hypot(300, 300))
    assert found[0] == {10: 300, 13: np.ceil(on_top[0] * 1.5)}  # 200 m × 1.5 at 10 m/s are 30 s
    assert found[1] == {12: 300, 13: np.ceil(on_top[1] * 1.5)}
    assert report["distance_m"].tolist() == [200, 200]
    both, _ = joined(replace(ROADS, roads=2), (0, 200))
    assert set(both[0]) == {10, 12, 13}


def test_what_is_out_of_reach_is_refused_with_its_reason():
    found, report = joined(ROADS, (0, 1_300), (0, 1_301))
    assert found == [{12: 1050}, {}]  # 700 m are reached
    assert report["reason"].tolist() == ["", TOO_FAR]
    assert np.isinf(report["distance_m"][1])


def test_a_river_turns_a_point_to_the_road_on_its_bank_unless_every_road_lies_beyond():
    wet = replace(ROADS, barriers=RIVER)
    found, report = joined(wet, (0, 260))  # (0, 0) is nearer, across the river
    assert set(found[0]) == {12, 13}
    assert report["distance_m"][0] == pytest.approx(np.hypot(300, 160))
    island = replace(wet, barriers=shapely.MultiLineString([RIVER, [(-50, 270), (50, 270)]]))
    assert joined(island, (0, 260))[0][0] == {10: 390, 13: 510}  # no road is dry: the nearest, as if there were no river


def test_near_points_use_local_streets_alone_where_no_river_lies_between():
    here, there = np.array([[0.0, 0.0], [0.0, 240.0]]), np.array([[0.0, 500.0], [0.0, 501.0], [0.0, 200.0]])

    def pairs(roads):
        links = roads.direct(here, there, "car")
        return {(int(o), int(d)): int(ds) for o, d, ds in zip(links.point(), links.place, links.ds, strict=True)}

    assert pairs(ROADS) == {(0, 0): 750, (0, 2): 300, (1, 0): 390, (1, 1): 392, (1, 2): 60}
    assert pairs(replace(ROADS, barriers=RIVER)) == {(0, 2): 300, (1, 2): 60}


def test_an_hour_of_half_the_speed_takes_twice_as_long():
    slow = ROADS.join(np.array([[0.0, 200.0]]), 20, "car", 0.5)[0]
    assert slow.ds[slow.place == 10].tolist() == [600]
    assert ROADS.off_network_m(None, "car", 0.5, None, None, None, 600) == 300  # metres driven, the detour in them
