"""Logistics, innovation, services, figures and rules: what the scheme names is there, what is not known is empty."""

import layers


def test_logistics_are_made_up_of_their_kinds():
    kinds = layers.logistics()["kind"].value_counts().to_dict()
    assert kinds == {"river_port": 5, "dry_port": 2, "seaport": 2, "airport": 2, "rail_freight": 1}
    parts = (layers.river_ports(), layers.dry_ports(), layers.seaports(), layers.airports())
    assert sum(len(part) for part in parts) == 11


def test_river_ports_lie_on_their_river_within_their_accuracy():
    ports = layers.river_ports()
    rivers = layers.waterways().geometry.loc[ports["waterway_id"]].set_axis(ports.index)
    assert (ports.distance(rivers) <= ports["accuracy_m"]).all()


def test_the_three_helices_have_nodes():
    nodes = layers.innovation_nodes()
    assert set(nodes["helix"]) == {"state", "enterprise", "school"}
    named = {
        "eiu_incubator", "becamex_workshop", "block71_binhduong", "advanced_manufacturing_center", "binhduong_innovation_center",
        "tdmu_startup_centre", "thuyloi_startup_centre",
    }  # fmt: skip
    assert named <= set(nodes.index)
    assert nodes["floor_area_m2"]["becamex_workshop"] == 16_000


def test_hosts_of_nodes_are_universities_and_every_university_is_a_node():
    nodes, campuses = layers.innovation_nodes(), layers.universities()
    assert set(nodes["host"]) - {""} <= set(campuses.index)
    assert set(campuses.index) <= set(nodes.index)


def test_the_university_city_is_a_concept_at_its_nucleus():
    city, campuses = layers.university_city(), layers.universities()
    assert set(city["status"]) == {"concept"}
    assert list(campuses.index[campuses["nucleus"]]) == list(city["nucleus_id"]) == ["vgu_bencat"]


def test_the_exhibition_space_of_the_world_trade_center():
    assert layers.trade()["exhibition_area_m2"]["wtc_bdnc"] == 22_000


def test_the_new_hospital_is_under_construction_with_its_beds():
    hospital = layers.health().loc["hosp_1500"]
    assert (hospital["status"], hospital["beds"]) == ("under_construction", 1500)


def test_context_figures_are_those_of_the_scheme():
    figures = layers.context_figures()
    assert figures[["value_low", "value_high"]].loc["urbanisation"].tolist() == [82, 84]
    expected = {"fdi_capital": 40, "fdi_countries": 65, "fdi_projects": 4000, "income": 170}
    assert figures["value_low"].drop("urbanisation").to_dict() == expected
    assert set(figures["year"]) == {2020}


def test_the_phases_look_to_2030_and_2050():
    assert layers.phases()["horizon_year"].tolist() == [2030, 2050]


def test_speed_limits_are_dated_and_not_verified():
    limits = layers.speed_limits()
    assert not limits["verified"].any()
    assert set(limits["valid_from"]) == {"2025-01-01"}
    columns = ["built_up_divided_kmh", "built_up_undivided_kmh", "outside_divided_kmh", "outside_undivided_kmh"]
    assert limits.loc["light", columns].tolist() == [60, 50, 90, 80]
    assert limits.loc["moped", columns].tolist() == [40, 40, 40, 40]


def test_layers_the_facts_do_not_give_are_empty():
    empty = {name for name, about in layers.catalogue().iterrows() if not about["shipped"]}
    assert empty == {"congestion", "culture", "digital_infrastructure", "education", "social_housing"}
