"""The stations of the region: what may be said of them, what adds up, and what a planner would expect."""

import pandas as pd
import pytest

import analyses
import layers

PEOPLE = "population_2019_people"
DIMENSIONS = {
    "density": ["people_per_ha_p50", "jobs_per_ha_p50"],
    "diversity": ["activity_mix_p50", "job_housing_balance_p50"],
    "distance": ["people_walk_m_p50"],
    "capacity": ["lines", "trips_per_hour"],
    "access": ["jobs_within_45min"],
}


@pytest.fixture(scope="module")
def zones():
    return layers.zones()


@pytest.fixture(scope="module")
def indicators(zones):
    stops = layers.stations("brt_newcity_suoitien")
    brt = layers.Scenario("BRT", [layers.AddLine("BRT", stops, headway_min=6, commercial_speed_kmh=23)])
    return analyses.tod_indicators(stops, zones, transport=brt.apply(layers.transport()), detour=1, draws=40)


def test_five_placeholders_of_the_brt_tell_nothing_and_seven_stops_do(indicators):
    assert indicators["assessable"].sum() == 7
    assert indicators.loc[~indicators["assessable"], "people_per_ha_p50"].isna().all()
    known = indicators[indicators["assessable"]]
    assert known["people_per_ha_p50"].between(5, 200).all()
    assert (known["people_per_ha_p10"] < known["people_per_ha_p90"]).all()
    assert known["people_walk_m_p50"].between(550, 800).all()


def test_every_brt_stop_has_its_line_in_both_directions(indicators):
    """Every 6 minutes each way; at the ends those that leave alone, besides buses and the metro of Suoi Tien."""
    assert indicators["lines"].ge(1).all()
    assert indicators["trips_per_hour"].iloc[1:-1].ge(20).all()
    assert indicators["trips_per_hour"].iloc[[0, -1]].ge(10).all()


def test_jobs_within_reach_grow_towards_thu_duc(indicators, zones):
    reached = indicators["jobs_within_45min"]
    assert reached.between(50_000, 0.25 * zones["jobs"].sum()).all()
    assert reached.iloc[-2:].min() > reached.iloc[:2].max()


def test_the_tod_index_of_the_region_ranks_by_what_it_is_made_of(indicators):
    known = indicators[indicators["assessable"]]
    table = analyses.tod_index(
        known[[name for mine in DIMENSIONS.values() for name in mine]], dimensions=DIMENSIONS, transit=["capacity", "access"]
    )
    assert table["tod_index"].between(0, 1).all()
    scores = table[[f"{name}_score" for name in DIMENSIONS]]
    assert table["tod_index"].to_numpy() == pytest.approx(scores.mean(axis=1).to_numpy())
    assert table["tod_potential"].to_numpy() == pytest.approx(scores.iloc[:, :3].mean(axis=1).to_numpy())


def test_people_of_metro_line_1_areas_shared_out_sum_to_those_of_their_union(zones):
    """Stations of the old line in Thu Duc that lie within the zones, 1,000 m."""
    stops = layers.stations("metro_hcmc1")
    inside = stops[stops.within(zones.union_all().buffer(-1000))]
    assert len(inside) > 5
    areas = analyses.station_areas(inside, radius_m=[1000], overlap="nearest")
    table = analyses.station_amounts(areas, zones, [PEOPLE, "jobs"], once=True)
    assert table[PEOPLE].iloc[:-1].sum() == pytest.approx(table[PEOPLE].iloc[-1])
    whole = analyses.station_amounts(analyses.station_areas(inside, radius_m=[1000]), zones, [PEOPLE])
    assert whole[PEOPLE].iloc[-1] == pytest.approx(table[PEOPLE].iloc[-1], rel=1e-6)
    assert whole[PEOPLE].iloc[:-1].sum() > whole[PEOPLE].iloc[-1]


def test_no_station_of_the_planned_metro_is_placed_well_enough_for_its_area():
    areas = analyses.station_areas(layers.stations("metro_bd1_2026"))
    assert len(areas) == 34
    assert not areas["assessable"].any()


def test_helices_lie_together_round_new_city_by_motorbike_and_nowhere_on_foot(zones):
    nodes, near = layers.innovation_nodes(), zones[zones["unit_id"] == "thu_dau_mot"]
    found = {
        mode: analyses.co_location(
            analyses.travel_times(layers.transport(), near, nodes, mode=mode, limit_min=15), nodes["helix"]
        )
        for mode in ("walk", "motorbike")
    }
    assert found["walk"]["co_location"].max() == 0
    assert found["motorbike"]["co_location"].max() > 2


def test_density_falls_from_the_centre_of_the_city_and_less_clearly_from_the_axis(zones):
    lived = zones[zones[PEOPLE] > 0]
    density, axis = lived[PEOPLE] / lived["area_ha"], layers.innovation_axis().union_all()
    fit = analyses.density_gradient(density, lived.centroid.distance(axis) / 1000, weights=lived["area_ha"])
    assert fit.decline_per_km > 10 * fit.decline_error_per_km
    assert 0.2 < fit.r2 < 0.6
    assert 3 < fit.half_km < 15


def test_homes_and_jobs_of_districts_in_balance(zones):
    units = zones.groupby("unit_id")[[PEOPLE, "jobs"]].sum()
    balance = analyses.jobs_housing_balance(units[PEOPLE], units["jobs"])
    assert balance.between(0.5, 1).all()
    assert pd.Series(balance).idxmin() == "bau_bang"  # parks before homes
