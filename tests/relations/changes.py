"""What planned changes may and may not do to the times of a city."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries, points_from_xy

import analyses
import layers
from geo.movement import line_edits
from tests.relations.cities import PEAK, City
from tests.relations.movement import weights
from tests.relations.register import asked_for, refused_is_untried, relation

NOTHING_THERE = ("E-SCN-01", "E-SCN-02", "E-SCN-03", "E-SCN-04", "E-SCN-05")


def _drive(city: City) -> str:
    asked_for(city.modes[0] != "walk")
    return city.modes[0]


def _stops(city: City, count: int = 4) -> GeoDataFrame:
    """Places for a new line: middles of zones drawn by lot."""
    some = city.zones.iloc[city.draw(20).permutation(len(city.zones))[:count]]
    return some.set_geometry(some.geometry.centroid)[["geometry"]].set_axis([f"n{n}" for n in range(count)])


def _road(city: City) -> GeoDataFrame:
    """A straight road between two junctions."""
    mode = weights(city)[0]
    streets = city.transport.streets
    used = np.unique(streets.tail[streets.ds[mode] >= 0])
    start, end = streets.node_xy[city.draw(21).choice(used, 2, replace=False)]
    return GeoDataFrame(geometry=[shapely.LineString([start, end])], crs=city.transport.crs)


def _round(city: City, what: int, radius_m: float = 350) -> GeoDataFrame:
    """The surroundings of a junction drawn by lot."""
    xy = city.transport.streets.node_xy[int(city.draw(what).integers(0, len(city.transport.streets.node_xy)))]
    return GeoDataFrame(geometry=GeoSeries([shapely.Point(xy).buffer(radius_m)], crs=city.transport.crs))


def _a_line(city: City) -> str:
    asked_for(city.transport.timetable)
    assert city.transport.timetable is not None
    ids = city.transport.timetable.line_ids
    return str(ids[int(city.draw(22).integers(0, len(ids)))])


@relation("A scenario without changes is the city as it is, bit for bit")
def nothing_planned(city: City) -> None:
    same = city.changed()
    for mode in city.modes:
        assert city.times(mode, same).minutes.tobytes() == city.times(mode).minutes.tobytes(), mode


@relation("A further line never makes any way longer")
def a_further_line(city: City) -> None:
    asked_for("transit" in city.modes)
    line = layers.AddLine("new", _stops(city), headway_min=5, commercial_speed_kmh=25)
    assert (city.times("transit", city.changed(line)).minutes <= city.times("transit").minutes).all()


@relation("A further road never makes any way longer")
def a_further_road(city: City) -> None:
    mode = _drive(city)
    with refused_is_untried(*NOTHING_THERE):
        new = city.changed(layers.AddRoad("new", _road(city), {mode: 70}, joins="ends", tolerance_m=500))
    for one in city.modes:
        assert (city.times(one, new).minutes <= city.times(one).minutes).all(), one


@relation("Faster streets never make any way longer")
def faster_streets(city: City) -> None:
    mode = _drive(city)
    with refused_is_untried(*NOTHING_THERE):
        new = city.changed(layers.ChangeRoadSpeed(area=_round(city, 23, 900), factor=1.6))
    assert (city.times(mode, new).minutes <= city.times(mode).minutes + 1e-6).all()


@relation("A street less never makes any way shorter")
def streets_less(city: City) -> None:
    with refused_is_untried(*NOTHING_THERE):
        new = city.changed(layers.CloseRoad(area=_round(city, 24)))
    for mode in city.modes:
        assert (city.times(mode, new).minutes >= city.times(mode).minutes).all(), mode


@relation("Slower streets never make any way shorter")
def slower_streets(city: City) -> None:
    mode = _drive(city)
    with refused_is_untried(*NOTHING_THERE):
        new = city.changed(layers.ChangeRoadSpeed(area=_round(city, 25, 900), factor=0.6))
    assert (city.times(mode, new).minutes >= city.times(mode).minutes - 1e-6).all()


@relation("A line less never makes any way shorter")
def a_line_less(city: City) -> None:
    new = city.changed(layers.RemoveLine(_a_line(city)))
    assert (city.times("transit", new).minutes >= city.times("transit").minutes).all()


@relation("A line that is added and removed leaves every bit as it was")
def there_and_gone(city: City) -> None:
    asked_for("transit" in city.modes)
    line = layers.AddLine("new", _stops(city, 3), headway_min=7, commercial_speed_kmh=20)
    back = city.changed(line, layers.RemoveLine("new"))
    assert np.array_equal(city.times("transit", back).minutes, city.times("transit").minutes)


@relation("What is changed far away changes no bit of near ways")
def far_away(city: City) -> None:
    xy = city.zones.geometry.centroid
    away = np.hypot(xy.x - xy.x.min(), xy.y - xy.y.min())
    near = city.zones[(away <= away.quantile(0.15)).to_numpy()]
    limit_min, reach_m = (1, 1_100) if city.drawn else (8, 16_000)  # at more than 60 and 120 km/h
    far = city.transport.streets.node_xy
    far = far[np.hypot(*(far - near.geometry.centroid.get_coordinates().to_numpy().mean(axis=0)).T) > reach_m]
    asked_for(len(far) > 1)
    place = GeoDataFrame(geometry=points_from_xy(*far[[0, -1]].T), index=["a", "b"], crs=city.transport.crs)
    changes = [layers.CloseRoad(area=GeoDataFrame(geometry=place.geometry.iloc[:1].buffer(300), crs=place.crs))]
    if "transit" in city.modes:
        changes.append(layers.AddLine("far", place, headway_min=3, commercial_speed_kmh=60))
    with refused_is_untried(*NOTHING_THERE):
        new = city.changed(*changes)
    for mode in city.modes:
        asked = {"zones": near, "limit_min": limit_min}
        assert np.array_equal(city.times(mode, new, **asked).minutes, city.times(mode, **asked).minutes), mode


@relation("Trips put between those of a timetable never make any way longer")
def denser_departures(city: City) -> None:
    asked_for(city.drawn and "transit" in city.modes)
    assert city.drawn is not None
    exact = [line for line, _ in city.drawn.lines if line.exact]
    asked_for(exact or None)
    first, last, every = exact[0].periods[0]
    between = exact[0].__class__(
        "between", "", exact[0].stop_ids, exact[0].ride_s, ((first + every // 3, last, every),), exact[0].dwell_s, exact=True
    )
    assert city.transport.timetable is not None
    stops = city.transport.timetable
    table = pd.DataFrame({"x": stops.x, "y": stops.y}, index=pd.Index(stops.stop_ids, name="stop_id"))
    new = city.transport.with_lines([between], table)
    assert (city.times("transit", new).minutes <= city.times("transit").minutes).all()


@relation("A line that runs twice as often never worsens the expected time, but for the chance of the draws")
def twice_as_often(city: City) -> None:
    name = _a_line(city)
    assert city.transport.timetable is not None
    headways = [trip.headway for trip in line_edits.line_trips(city.transport.timetable, name) if trip.headway]
    asked_for(headways or None)
    every = min(headways) / 60
    leaves = analyses.Departure("08:00", 30, tuple(range(10, 100, 10)))
    some = city.zones.iloc[city.draw(26).permutation(len(city.zones))[:12]]
    asked = {"departure": leaves, "draws": 15, "zones": some, "limit_min": 120}
    seldom, often = (
        np.minimum(city.times("transit", city.changed(layers.ChangeHeadway(name, h)), **asked).minutes, 120).mean(axis=0)
        for h in (every, every / 2)
    )
    assert (often <= seldom + every / 10).all()
    assert often.mean() <= seldom.mean() + 0.02


@relation("A failure takes time from people and gives it to nobody; the worst comes first")
def failures_cost(city: City) -> None:
    mode = _drive(city)
    table = city.transport.streets.edges.table if city.transport.streets.edges is not None else {}
    by = next((name for name in ("line_id", "name") if name in table), None)
    asked_for(by)
    roads = analyses.road_candidates(city.transport, by=by)
    names = pd.Series(sorted(map(str, roads.dropna().unique())))
    roads = roads.where(roads.isin(set(names.iloc[city.draw(27).permutation(len(names))[:4]])))
    found = analyses.robustness(
        city.transport, city.zones, city.zones, city.people, candidates=roads, mode=mode, departure=PEAK_ONE,
        opportunities=city.jobs, cutoff_min=15, limit_min=city.limit_min,
    )  # fmt: skip
    assert (found["extra_person_min"] >= 0).all()
    assert (found["cut_off_trips"] >= 0).all()
    assert (found.filter(like="_lost_") >= -1e-9).all().all()
    assert found["extra_person_min"].is_monotonic_decreasing
    before, failure = city.times(mode).minutes[0].astype(float), found.index[0]
    closed = city.changed(layers.CloseRoad(edge_ids=tuple(roads.index[roads == failure])))
    after = city.times(mode, closed).minutes[0].astype(float)
    both = np.isfinite(before) & np.isfinite(after)
    extra = np.where(both, after, 0) - np.where(both, before, 0)
    assert np.isclose((extra * city.people.to_numpy()[:, None]).sum(), found["extra_person_min"].iloc[0], rtol=1e-4, atol=0.1)


@relation("A screenline cut in two counts together what the whole one counts; drawn backwards it tells the other sides")
def screenlines_add_up(city: City) -> None:
    west, south, east, north = city.zones.total_bounds
    share = 0.35 + 0.3 * city.draw(28).random()
    start, end = (
        np.array([west - 500, south + share * (north - south)]),
        np.array([east + 500, north - share * (north - south) + 77]),
    )
    middle = start + 0.4837 * (end - start)
    lines = [shapely.LineString(ends) for ends in ([start, end], [start, middle], [middle, end], [end, start])]
    drawn = GeoDataFrame(index=["whole", "one", "other", "back"], geometry=lines, crs=city.transport.crs)
    mode = _drive(city)
    roads = analyses.screenline_roads(city.transport, drawn, mode=mode).groupby("screenline_id")["crossings"].sum()
    roads = roads.reindex(drawn.index, fill_value=0)
    assert roads["whole"] == roads["one"] + roads["other"] == roads["back"]
    asked_for(city.transport.timetable)
    trips = analyses.screenline_lines(city.transport, drawn).groupby(["screenline_id", "to_side"])["trips_per_hour"].sum()
    for side, other in (("left", "right"), ("right", "left")):
        assert np.isclose(trips.get(("whole", side), 0), trips.get(("one", side), 0) + trips.get(("other", side), 0))
        assert np.isclose(trips.get(("whole", side), 0), trips.get(("back", other), 0))


PEAK_ONE = analyses.Departure(PEAK.time, PEAK.window_min, (50,))
