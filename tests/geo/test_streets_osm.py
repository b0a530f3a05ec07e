import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from geo import PlanningDataError
from geo.movement import UNREACHED, Links, Network, times
from geo.movement.streets_osm import import_streets
from tests.geo.osm_text import EAST_M, NORTH_M, write_osm

Make = Callable[..., Network]
DATA = Path(__file__).parents[2].parent / "shared" / "data"
# A street from west to east with a side street to the north and one to the south at node 12.
CROSS = """
    way 1 11 12 highway=residential
    way 2 12 13 highway=residential
    way 3 12 22 highway=residential
    way 4 12 2 highway=residential
"""


@pytest.fixture
def streets(tmp_path: Path) -> Make:
    def make(text: str, *, without: tuple[int, ...] = (), island_nodes: int = 1) -> Network:
        return import_streets(write_osm(tmp_path / "a.osm", text, without=without), island_nodes=island_nodes)[0]

    return make


def seconds(network: Network, mode: str, start: int, end: int) -> float | None:
    """Time from node to node; of a split node every copy is an end."""
    n = len(network.node_xy)
    place = network.node_xy[network.nodes([end])]
    ends = np.flatnonzero(np.abs(network.node_xy - place).max(axis=1) < 0.01)
    here = Links.from_pairs(np.array([0]), network.nodes([start]), np.array([0]), (1, n))
    there = Links.from_pairs(np.zeros(len(ends), int), ends, np.zeros(len(ends), int), (1, n))
    found = int(times(network, mode, here, there)[0, 0])
    return None if found == UNREACHED else found / 10


def test_times_are_geodesic_length_by_speed(streets: Make) -> None:
    network = streets(CROSS)
    assert seconds(network, "car", 11, 12) == pytest.approx(EAST_M / (30 / 3.6), abs=0.05)
    assert seconds(network, "walk", 12, 22) == pytest.approx(NORTH_M / (4.8 / 3.6), abs=0.05)
    assert seconds(network, "bicycle", 11, 22) == pytest.approx((EAST_M + NORTH_M) / (15 / 3.6), abs=0.1)
    assert network.crs == "EPSG:9210"


def test_points_between_junctions_become_the_shape_of_one_edge(streets: Make) -> None:
    network = streets("way 1 11 12 22 23 highway=residential\nway 2 23 13 highway=residential")
    assert len(network.node_xy) == 3
    drawn = network.edges.frame(network.crs)
    assert len(drawn) == 2
    longest = drawn.loc[drawn["length_m"].idxmax()]
    assert (longest["osm_way_id"], len(longest.geometry.coords)) == (1, 4)
    assert longest.geometry.length == pytest.approx(longest["length_m"], rel=3e-4)


def test_one_way_streets_and_expressways(streets: Make) -> None:
    network = streets(
        "way 1 11 12 highway=motorway\nway 2 12 11 highway=primary oneway=-1\nway 3 12 13 highway=primary oneway=yes"
    )
    assert seconds(network, "car", 11, 12) == pytest.approx(EAST_M / (100 / 3.6), abs=0.05)
    assert seconds(network, "motorbike", 11, 12) == pytest.approx(EAST_M / (50 / 3.6), abs=0.05)
    assert seconds(network, "car", 12, 11) is None
    assert seconds(network, "car", 13, 12) is None
    assert seconds(network, "walk", 13, 11) is not None


def test_of_parallel_streets_each_mode_takes_its_fastest(streets: Make) -> None:
    network = streets("way 1 11 22 13 highway=motorway oneway=no\nway 2 11 12 13 highway=residential")
    assert seconds(network, "car", 11, 13) < seconds(network, "motorbike", 11, 13)
    assert len(network.edges) == 2


@pytest.mark.parametrize(
    ("rule", "closed"),
    [
        ("restriction=no_left_turn", [22]),
        ("restriction=only_left_turn", [13, 2]),
        ("restriction=no_left_turn except=motorcar", []),
        ("restriction=no_left_turn except=psv;motorcar", []),
        ("restriction:motorcar=no_left_turn", [22]),
        ("restriction:hgv=no_left_turn", []),
        ("restriction:conditional=no_left_turn_~@_~(07:00-09:00)", []),
    ],
)
def test_turn_bans_hold_for_their_vehicles_and_never_for_walkers(streets: Make, rule: str, closed: list[int]) -> None:
    network = streets(CROSS + f"ban 1 from=1 via=12 to=3 {rule}")
    direct = seconds(streets(CROSS), "car", 11, 22)
    for end in (13, 22, 2):
        is_late = seconds(network, "car", 11, end) is None or seconds(network, "car", 11, end) > direct * 1.5
        assert is_late == (end in closed)
        assert seconds(network, "walk", 11, end) == seconds(streets(CROSS), "walk", 11, end)
    assert seconds(network, "car", 13, 22) == pytest.approx(direct, abs=0.11)


def test_a_banned_turn_is_made_up_for_by_turning_round_further_on(streets: Make) -> None:
    network = streets(CROSS + "ban 1 from=1 via=12 to=3 restriction=no_left_turn")
    assert seconds(network, "car", 11, 22) == pytest.approx((3 * EAST_M + NORTH_M) / (30 / 3.6), abs=0.4)


def test_copies_of_junctions_never_take_the_id_of_a_node_drawn_by_hand(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", CROSS + "ban 1 from=1 via=12 to=3 restriction=no_left_turn")
    path.write_text(path.read_text().replace('ref="11"', 'ref="-1"').replace('node id="11"', 'node id="-1"'))
    assert sorted(import_streets(path, island_nodes=1)[0].node_id.tolist()) == [-2, -1, 2, 12, 13, 22]


def test_a_u_turn_ban_leaves_the_other_turns(streets: Make) -> None:
    network = streets(CROSS + "ban 1 from=1 via=12 to=1 restriction=no_u_turn")
    assert seconds(network, "car", 11, 22) == seconds(streets(CROSS), "car", 11, 22)
    assert len(network.node_xy) == 6


def test_restrictions_over_ways_or_with_lost_members_are_counted(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", CROSS + "ban 1 from=1 via=12 to=9 restriction=no_left_turn")
    assert import_streets(path, island_nodes=1)[1].notes["turn bans that fit no junction"] == 1
    path.write_text(path.read_text().replace('role="via"', 'role="location_hint"'))
    assert import_streets(path, island_nodes=1)[1].notes["turn bans with missing members, not applied"] == 1
    path.write_text(path.read_text().replace('type="node" ref="12" role="location_hint"', 'type="way" ref="2" role="via"'))
    assert import_streets(path, island_nodes=1)[1].notes["turn bans that fit no junction"] == 1
    for kind, note in (
        ('k="restriction" v="only_straight_on"', "commanded turns over a way, not applied"),
        ('k="restriction:conditional" v="no_left_turn @ (07:00-09:00)"', "turn bans at some hours, not applied"),
    ):
        other = path.with_name("b.osm")
        other.write_text(path.read_text().replace('k="restriction" v="no_left_turn"', kind))
        assert import_streets(other, island_nodes=1)[1].notes[note] == 1


def test_a_turn_ban_over_a_way_holds_for_who_comes_from_its_first_way_alone(streets: Make) -> None:
    text = "way 1 1 11 21 highway=residential\nway 2 11 12 13 highway=residential\nway 3 3 13 23 highway=residential\n"
    ban = "ban 9 from=1 via=w2 to=3 restriction=no_u_turn"
    plain, network = streets(text), streets(text + ban)
    direct, turned = 2 * NORTH_M + 2 * EAST_M, 2 * NORTH_M + 6 * EAST_M  # there, back, there again: who turns round is free
    assert seconds(plain, "car", 1, 3) == pytest.approx(direct / (30 / 3.6), abs=0.4)
    assert seconds(network, "car", 1, 3) == pytest.approx(turned / (30 / 3.6), abs=0.6)
    assert seconds(network, "car", 1, 13) == seconds(plain, "car", 1, 13)
    assert seconds(network, "car", 11, 3) == seconds(plain, "car", 11, 3)  # who starts on the way between
    assert seconds(network, "car", 3, 1) == seconds(plain, "car", 3, 1)
    assert seconds(network, "walk", 1, 3) == seconds(plain, "walk", 1, 3)


def test_turn_bans_that_are_applied_are_not_counted_as_unfit(tmp_path: Path) -> None:
    text = "way 1 1 11 21 highway=residential\nway 2 11 12 13 highway=residential\nway 3 3 13 23 highway=residential\n"
    over = "ban 9 from=1 via=w2 to=3 restriction=no_u_turn\n"
    at_node = "ban 8 from=1 via=11 to=2 restriction=no_right_turn\n"
    _, report = import_streets(write_osm(tmp_path / "a.osm", text + over + at_node), island_nodes=1)
    assert not [note for note in report.notes if "turn" in note]


def test_a_turn_ban_over_several_ways_leaves_other_ways_between_them(streets: Make) -> None:
    text = """
        way 1 1 11 highway=residential
        way 2 11 12 13 highway=residential
        way 3 13 14 15 highway=residential
        way 4 15 5 highway=residential
        way 5 11 21 22 23 13 highway=residential
    """
    network = streets(text + "ban 9 from=1 via=w2,w3 to=4 restriction=no_right_turn")
    assert seconds(network, "car", 1, 5) == pytest.approx((4 * NORTH_M + 4 * EAST_M) / (30 / 3.6), abs=0.6)  # round by way 5
    assert seconds(network, "car", 1, 15) == seconds(streets(text), "car", 1, 15)


def test_a_turn_ban_over_several_ways_leaves_who_turns_off_before_the_last_of_them(streets: Make) -> None:
    text = """
        way 1 1 11 highway=residential
        way 2 11 12 13 highway=residential
        way 3 13 14 15 highway=residential
        way 4 15 5 4 3 13 highway=residential
        way 5 3 2 highway=residential
    """
    network = streets(text + "ban 9 from=1 via=w2,w3 to=4 restriction=no_right_turn")
    assert seconds(network, "car", 1, 2) == pytest.approx((2 * NORTH_M + 3 * EAST_M) / (30 / 3.6), abs=0.5)


def test_a_bollard_stops_cars_both_ways_and_lets_motorbikes_through(streets: Make) -> None:
    network = streets("way 1 11 12 13 highway=residential\nnode 12 barrier=bollard")
    assert seconds(network, "car", 11, 13) is None
    assert seconds(network, "car", 13, 11) is None
    assert seconds(network, "car", 13, 12) is not None
    assert seconds(network, "motorbike", 11, 13) is not None
    assert seconds(network, "walk", 13, 11) is not None


def test_ferries_take_their_duration_and_carry_who_they_carry(streets: Make) -> None:
    text = "way 1 11 12 highway=residential\nway 2 13 14 highway=residential\nway 3 12 13 route=ferry duration=00:10"
    network = streets(text)
    assert seconds(network, "motorbike", 12, 13) == pytest.approx(600, abs=0.05)
    assert seconds(network, "walk", 12, 13) == pytest.approx(600, abs=0.05)
    assert seconds(network, "car", 12, 13) is None
    assert seconds(streets(text + " motor_vehicle=yes"), "car", 12, 13) == pytest.approx(600, abs=0.05)
    assert seconds(streets(text.replace("duration=00:10", "")), "walk", 12, 13) == pytest.approx(EAST_M / (8 / 3.6), abs=0.05)


def test_a_loop_road_can_be_driven_round_and_has_no_arc_to_itself(streets: Make) -> None:
    network = streets("way 1 11 12 highway=residential\nway 2 12 13 23 22 12 highway=residential")
    assert len(network.node_xy) == 3
    assert (network.edges.tail != network.edges.head).all()
    assert network.edges.table["length_m"].sum() == pytest.approx(3 * EAST_M + 2 * NORTH_M, rel=1e-3)


def test_islands_lose_their_mode_and_are_listed(tmp_path: Path) -> None:
    text = """
        way 1 1 2 3 4 highway=residential
        way 2 11 2 highway=footway
        way 3 3 13 highway=footway
        way 9 21 22 highway=residential
    """
    network, report = import_streets(write_osm(tmp_path / "a.osm", text), island_nodes=4)
    assert sorted(set(network.edges.table["osm_way_id"])) == [1, 2, 3]
    lost = report.islands[report.islands["mode"] == "walk"]
    assert lost["nodes"].tolist() == [2]
    assert lost["length_km"].iloc[0] == pytest.approx(EAST_M / 1000, rel=1e-3)
    assert lost.geometry.iloc[0].y == pytest.approx(11.102)


def test_forty_junctions_that_hang_together_are_no_island_where_nothing_is_said(tmp_path: Path) -> None:
    text = "".join(f"way {node} {node} {node + 1} highway=residential\n" for node in range(10, 49))
    network, report = import_streets(write_osm(tmp_path / "a.osm", text))
    assert (len(network.node_xy), len(report.islands)) == (40, 0)
    with pytest.raises(PlanningDataError, match="E-OSM-06"):
        import_streets(write_osm(tmp_path / "b.osm", text.removesuffix("way 48 48 49 highway=residential\n")))


def test_the_report_counts_what_was_read_and_assumed(tmp_path: Path) -> None:
    text = CROSS + "way 5 13 14 highway=primary maxspeed=schnell\nway 6 14 15 highway=primary maxspeed=40"
    _, report = import_streets(write_osm(tmp_path / "a.osm", text), island_nodes=1)
    assert (report.counts["ways_read"], report.counts["edges"], report.counts["nodes"]) == (6, 6, 7)
    assert report.notes == {"default speed": 5, "maxspeed not readable": 1}
    assert report.note_ways["maxspeed not readable"] == (5,)
    assert report.imputed_pct == pytest.approx(100 * 5 / 6, abs=0.5)
    assert "default speed: 5" in str(report)
    assert "38/2024" in report.source["limits"]


def test_another_table_changes_the_speeds(tmp_path: Path) -> None:
    own = Path(__file__).parents[2] / "geo" / "movement" / "data" / "speeds.toml"
    table = tmp_path / "mine.toml"
    table.write_text(own.read_text(encoding="utf-8").replace("walk = 4.8", "walk = 3.6"), encoding="utf-8")
    network, _ = import_streets(write_osm(tmp_path / "a.osm", CROSS), island_nodes=1, table=table)
    assert seconds(network, "walk", 11, 12) == pytest.approx(EAST_M, abs=0.1)


def test_compressed_text_is_the_same_network(tmp_path: Path) -> None:
    plain = write_osm(tmp_path / "a.osm", CROSS)
    with plain.open("rb") as source, gzip.open(tmp_path / "a.osm.gz", "wb") as target:
        shutil.copyfileobj(source, target)
    one, two = (import_streets(tmp_path / name, island_nodes=1)[0] for name in ("a.osm", "a.osm.gz"))
    assert one.head.tobytes() == two.head.tobytes()
    assert one.ds["car"].tobytes() == two.ds["car"].tobytes()


def test_a_way_is_interrupted_where_a_point_is_missing(streets: Make) -> None:
    many = "\n".join(f"way {100 + i} 31 32 highway=residential" for i in range(60))
    network = streets("way 1 11 12 13 14 15 highway=residential\n" + many, without=(13,))
    assert seconds(network, "walk", 11, 12) is not None
    assert seconds(network, "walk", 12, 14) is None


def test_many_missing_points_are_refused_with_the_ways(streets: Make) -> None:
    with pytest.raises(PlanningDataError, match=r"E-OSM-05.*Features: 3\b") as caught:
        streets(CROSS, without=(22,))
    assert caught.value.feature_ids == (3,)


@pytest.fixture
def small_pbf(tmp_path: Path) -> bytes:
    import osmium  # noqa: PLC0415 - heavy

    source, target = write_osm(tmp_path / "a.osm", CROSS), tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return target.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.osm.pbf", b"", "E-OSM-02"),
        ("a.osm.pbf", b"\0" * 5000, "E-OSM-02"),
        ("a.osm.pbf", b"<!DOCTYPE html><html>busy</html>", "E-OSM-02"),
        ("a.osm.pbf", bytes(range(256)) * 9, "E-OSM-02"),
        ("a.osm", b"<osm version='0.6'><node id='1'", "E-OSM-02"),
        ("a.osm", b"<osm version='0.6'></osm>", "E-OSM-03"),
        ("a.osm.gz", b"no gzip", "E-OSM-02"),
        ("a.txt", b"x", "E-OSM-02"),
    ],
)
def test_files_that_are_no_streets_are_refused(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PlanningDataError) as caught:
        import_streets(tmp_path / name)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_a_page_of_html_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.osm.pbf").write_bytes(b"  <html><body>504</body></html>")
    with pytest.raises(PlanningDataError, match="HTML"):
        import_streets(tmp_path / "a.osm.pbf")


def test_a_pbf_cut_anywhere_is_refused(tmp_path: Path, small_pbf: bytes) -> None:
    path = tmp_path / "cut.osm.pbf"
    for length in range(1, len(small_pbf), 7):
        path.write_bytes(small_pbf[:length])
        with pytest.raises(PlanningDataError, match=r"E-OSM-0[235]"):
            import_streets(path, island_nodes=1)
    path.write_bytes(small_pbf)
    assert len(import_streets(path, island_nodes=1)[0].node_xy) == 5


def test_another_checksum_is_refused(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", CROSS)
    _, report = import_streets(path, island_nodes=1)
    assert import_streets(path, island_nodes=1, sha256=report.sha256.upper())[1].sha256 == report.sha256
    with pytest.raises(PlanningDataError, match="E-OSM-04"):
        import_streets(path, sha256="0" * 64)
    with pytest.raises(PlanningDataError, match="E-OSM-01"):
        import_streets(tmp_path / "none.osm")


def test_only_islands_or_only_railways_are_refused(streets: Make) -> None:
    with pytest.raises(PlanningDataError, match="E-OSM-06"):
        streets(CROSS, island_nodes=40)
    with pytest.raises(PlanningDataError, match="E-OSM-03"):
        streets("way 1 11 12 highway=proposed")


@pytest.mark.parametrize(("name", "nodes"), [("osm/porto_portugal.osm.pbf", 50_000), ("poa/poa_osm.pbf", 15_000)])
def test_real_cities_hang_together_for_every_mode(name: str, nodes: int) -> None:
    if not (DATA / name).is_file():
        pytest.skip("the real files are not here")
    network, report = import_streets(DATA / name)
    assert len(network.node_xy) > nodes
    for mode in network.modes:
        graph = network.graph(mode)
        moving = np.unique(np.r_[graph.to, np.flatnonzero(np.diff(graph.ptr))])
        share = (network.components(mode)[moving] == 0).mean()
        assert share > 0.95, mode
    assert report.counts["edges"] == len(network.edges)
    assert report.open_km["walk"] > report.open_km["car"]
