"""Measures on the times of a city: access, competition, equity, benefits, places to build."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

import analyses
import layers
from tests.relations.cities import City
from tests.relations.movement import SAMPLE
from tests.relations.register import asked_for, holds, relation

CUTOFFS = [5, 15, 30, 45]


def middle(city: City, mode: str | None = None) -> analyses.TravelTimes:
    """The median times of one mode."""
    found = city.times(mode or city.modes[-1])
    return replace(found, minutes=found.minutes[1:2], percentiles=(50,))


@holds("Access grows with the cutoff, and never above all there is")
def access_grows(city: City) -> None:
    for mode in city.modes:
        table = analyses.opportunities_within(middle(city, mode), city.jobs, CUTOFFS).to_numpy()
        assert (np.diff(table, axis=1) >= 0).all()
        assert table.max(initial=0) <= city.jobs.sum()


@holds("Opportunities that are powers of two tell which places were reached")
def powers_of_two(city: City) -> None:
    some = city.zones.iloc[:SAMPLE]
    worth = pd.Series(2.0 ** np.arange(len(some)), some.index, name="code")
    found = middle(city)
    part = replace(found, minutes=found.minutes[:, :, : len(some)], destinations=some.index)
    for cutoff in CUTOFFS:
        coded = analyses.opportunities_within(part, worth, cutoff).iloc[:, 0].astype(np.int64).to_numpy()
        bits = (coded[:, None] >> np.arange(len(some))) & 1
        assert np.array_equal(bits.astype(bool), part.at() <= cutoff)


@relation("Access is linear in the opportunities")
def access_is_linear(city: City) -> None:
    twice, more = (analyses.opportunities_within(middle(city), 2 * city.jobs + k, CUTOFFS) for k in (0, 3))
    places = analyses.opportunities_within(middle(city), 0 * city.jobs + 1, CUTOFFS)
    assert np.array_equal(more.to_numpy(), (twice + 3 * places.to_numpy()).to_numpy())


@relation("A place cut in two holds what the whole one held")
def places_cut_in_two(city: City) -> None:
    found, jobs = middle(city), city.jobs
    share = pd.Series(city.draw(30).integers(0, jobs.to_numpy() + 1), jobs.index)
    both = pd.concat([share.add_prefix("a"), (jobs - share).add_prefix("b")]).rename("jobs")
    twice = replace(found, minutes=np.concatenate([found.minutes] * 2, axis=2), destinations=both.index)
    one, other = (analyses.opportunities_within(times, worth, CUTOFFS) for times, worth in ((found, jobs), (twice, both)))
    assert np.array_equal(one.to_numpy(), other.to_numpy())
    decay = analyses.decay_gaussian(15)
    assert np.allclose(analyses.gravity(found, jobs, decay), analyses.gravity(twice, both, decay), rtol=1e-12)


@relation("A decay as steep as a step turns gravity into the cumulative measure")
def steep_decay(city: City) -> None:
    counted = analyses.opportunities_within(middle(city), city.jobs, 20).to_numpy()
    assert np.allclose(analyses.gravity(middle(city), city.jobs, analyses.decay_step(20)), counted)
    steep = analyses.gravity(middle(city), city.jobs, analyses.decay_logistic(20 + 1 / 120, 1e-4)).to_numpy()
    assert np.allclose(steep, counted, rtol=1e-9)


@relation("Slower decay never lowers gravity")
def slower_decay(city: City) -> None:
    steep, flat = (analyses.gravity(middle(city), city.jobs, analyses.decay_exponential(half_life_min=h)) for h in (5, 20))
    assert (steep.to_numpy() <= flat.to_numpy() + 1e-9).all()


@holds("The more one wants to reach, the longer it takes; the second nearest is not nearer than the first")
def more_takes_longer(city: City) -> None:
    found = analyses.dual_access(middle(city), city.jobs, [10, 1000, 5000]).fillna(np.inf).to_numpy()
    assert (found[:, 1:] >= found[:, :-1]).all()
    nearest = analyses.time_to_nearest(middle(city), [1, 2, 3], opportunities=(city.jobs > 0).astype(int))
    ranks = nearest.fillna(np.inf).to_numpy()
    assert (ranks[:, 1:] >= ranks[:, :-1]).all()


@holds("Access by competition, times people, is the supply that somebody reaches")
def competition_keeps_the_supply(city: City) -> None:
    for options in ({"cutoff_min": 25}, {"method": "e2sfca", "decay": analyses.decay_gaussian(12)}):
        access = analyses.floating_catchment(middle(city), city.jobs, city.people, **options)
        reach = middle(city).at() <= options.get("cutoff_min", np.inf)
        if "decay" in options:
            reach = np.isfinite(middle(city).at())
        served = reach[city.people.to_numpy() > 0].any(axis=0)
        assert np.isclose((access * city.people).sum(), city.jobs.to_numpy()[served].sum(), rtol=1e-9)


@relation("Twice the supply doubles, twice the people halve what each has by competition")
def competition_scales(city: City) -> None:
    found, jobs, people = middle(city), city.jobs, city.people
    once = analyses.floating_catchment(found, jobs, people, cutoff_min=25)
    assert np.allclose(analyses.floating_catchment(found, 2 * jobs, people, cutoff_min=25), 2 * once, rtol=1e-12)
    assert np.allclose(analyses.floating_catchment(found, jobs, 2 * people, cutoff_min=25), once / 2, rtol=1e-12)


def _indices(access: pd.Series, people: pd.Series) -> dict[str, float]:
    return {
        "gini": analyses.gini(access, people),
        "theil": analyses.theil(access, people),
        "atkinson": analyses.atkinson(access, people, aversion=0.5),
        "palma": analyses.palma(access, people),
    }


def _access(city: City) -> tuple[pd.Series, pd.Series]:
    access = analyses.opportunities_within(middle(city), city.jobs, 30).iloc[:, 0] + 1.0
    return access, city.people + 1.0


@relation("Indices of inequality know no unit: ten times the access for everybody changes none")
def equity_knows_no_unit(city: City) -> None:
    access, people = _access(city)
    once, many = _indices(access, people), _indices(10 * access, people)
    assert all(np.isclose(once[name], many[name], rtol=1e-9, atol=1e-12) for name in once)


@relation("Indices of inequality know no size: the city beside itself is as unequal as the city")
def equity_knows_no_size(city: City) -> None:
    access, people = _access(city)
    twice = [pd.concat([one.add_prefix("a"), one.add_prefix("b")]) for one in (access, people)]
    once, both = _indices(access, people), _indices(*twice)
    assert all(np.isclose(once[name], both[name], rtol=1e-9, atol=1e-12) for name in ("gini", "theil", "atkinson"))


@relation("What the better off give to the worse off makes nothing more unequal")
def giving_is_not_more_unequal(city: City) -> None:
    access, people = _access(city)
    asked_for(access.max() > access.min())
    rich, poor = access.idxmax(), access.idxmin()
    heads = min(people[rich], people[poor])
    given = 0.4 * (access[rich] - access[poor]) * heads
    after = access.copy()
    after[rich] -= given / people[rich]
    after[poor] += given / people[poor]
    before, now = _indices(access, people), _indices(after, people)
    assert now["gini"] <= before["gini"] + 1e-12
    assert now["theil"] < before["theil"]
    assert now["atkinson"] < before["atkinson"]


@relation("A higher line of need leaves no fewer below it")
def a_higher_line(city: City) -> None:
    access, people = _access(city)
    low, high = (analyses.foster_greer_thorbecke(access, people, line) for line in (access.median(), access.median() * 1.5))
    assert (high >= low - 1e-12).all()


@relation("The way back of a change is worth what the change was worth, with the other sign")
def benefits_turn_round(city: City) -> None:
    before = middle(city)
    after = replace(before, minutes=before.minutes * np.float32(0.75))
    trips = pd.DataFrame(np.outer(city.people, city.jobs) / 1000, city.zones.index, city.zones.index)
    there, back = (analyses.rule_of_a_half(*pair, trips) for pair in ((before, after), (after, before)))
    assert np.allclose(there["saved_person_hours"], -back["saved_person_hours"], rtol=1e-9)
    assert (there["saved_person_hours"] >= 0).all()


@relation("Compared the other way round, every change has the other sign")
def comparison_turns_round(city: City) -> None:
    one, other = (analyses.opportunities_within(middle(city), city.jobs * k, 20) for k in (1, 2))
    there, back = analyses.compare(city.zones, one, other), analyses.compare(city.zones, other, one)
    column = next(name for name in there if name.endswith("_change"))
    assert np.allclose(there[column], -back[column])


@relation("A site more never leaves people farther away or fewer of them covered")
def a_site_more(city: City) -> None:
    found = middle(city, city.modes[0])
    sites = city.draw(31).permutation(len(city.zones))[:8]
    some = replace(found, minutes=found.minutes[:, :, sites], destinations=city.zones.index[sites])
    covered = [analyses.max_cover(some, city.people, k, 10).value for k in (1, 2, 3)]
    assert covered == sorted(covered)
    assert covered[-1] <= city.people.sum()
    reached = np.isfinite(some.at()).all(axis=1)
    whole = replace(some, minutes=some.minutes[:, reached], origins=some.origins[reached])
    asked_for(reached.sum() > 1)
    away = [analyses.p_median(whole, city.people[reached], k).value for k in (1, 2, 3)]
    assert away == sorted(away, reverse=True)


@relation("A line that runs more often never lowers the access level of public transport")
def more_often_is_no_lower_level(city: City) -> None:
    asked_for(city.transport.timetable)
    services = pd.DataFrame(
        [(zone, ("bus", "rail")[n % 2], 2.0 + n % 7, 3.0 + n % 5) for zone in city.zones.index for n in range(4)],
        columns=["point_id", "mode", "walk_min", "per_hour"],
    )
    before, more = (analyses.access_index(services.assign(per_hour=services["per_hour"] * k)) for k in (1, 1.5))
    assert (more["access_index"] > before["access_index"]).all()
    assert city.transport.timetable is not None
    line = city.transport.timetable.line_ids[0]
    new = city.changed(layers.ChangeHeadway(line, 1))
    once, often = (
        analyses.ptal(city.zones, transport, from_time="08:00", to_time="09:00") for transport in (city.transport, new)
    )
    assert (often["access_index"] >= once["access_index"] - 1e-12).all()


@holds(
    "Ranges round stations come in order; all stations together have no fewer people than any of them, and no more than there are"
)
def ranges_in_order(city: City) -> None:
    stops = city.zones.iloc[city.draw(32).permutation(len(city.zones))[:5]]
    stops = GeoDataFrame({"accuracy_m": [1.0, 60, 120, 60, 1]}, index=pd.Index(list("abcde"), name="stop_id"),
                         geometry=stops.geometry.centroid.to_numpy(), crs=city.zones.crs)  # fmt: skip
    found = analyses.within_stops(stops, city.zones, ["people"], radii_m=(400, 800), draws=40)
    known = found[found["assessable"]]
    assert (known["people_p10"] <= known["people_p50"] + 1e-9).all()
    assert (known["people_p50"] <= known["people_p90"] + 1e-9).all()
    near, far = (known[known["radius_m"] == r].set_index("stop_id")["people_p50"] for r in (400, 800))
    assert (near <= far.loc[near.index] + 1e-6).all()
    for radius in (400, 800):
        rows = known[known["radius_m"] == radius].set_index("stop_id")[["people_p10", "people_p50", "people_p90"]]
        assert (rows.loc["all"] >= rows.drop("all").max() - 1e-6).all()
        assert (rows.loc["all"] <= city.people.sum() + 1e-6).all()


@relation("A larger boundary never cuts off more of a reach")
def larger_boundary(city: City) -> None:
    found, ground = middle(city), city.zones.geometry.union_all()
    cut = [analyses.boundary_cut(found, city.zones, city.zones, ground.buffer(by), 10)["cut_pct"] for by in (0, 500)]
    assert (cut[1] <= cut[0] + 0.11).all()  # told in tenths
