from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame, GeoSeries
from shapely import LineString, Point

from geo import PlanningDataError
from geo.movement import Network, import_streets, node_links, snap, times
from geo.movement.hierarchy import has_hierarchy, hierarchy
from tests.geo.osm_text import write_osm
from tests.geo.random_networks import random_network

CROSS = """
    way 1 11 12 highway=residential name=Lê_~Lợi
    way 2 12 13 highway=residential oneway=yes
    way 3 12 22 highway=footway
    way 4 12 2 highway=residential
    ban 9 from=1 via=12 to=4 restriction=no_right_turn
"""


@pytest.fixture
def streets(tmp_path: Path) -> Network:
    return import_streets(write_osm(tmp_path / "a.osm", CROSS), island_nodes=1)[0]


def test_a_network_comes_back_as_it_was(tmp_path: Path, streets: Network) -> None:
    hierarchy(streets, "car")
    back = Network.load(streets.save(tmp_path / "streets.npz"))
    assert (back.crs, back.modes) == (streets.crs, streets.modes)
    for name in ("node_xy", "node_id", "ptr", "head"):
        assert getattr(back, name).tobytes() == getattr(streets, name).tobytes()
        assert not getattr(back, name).flags.writeable
    assert all(back.ds[mode].tobytes() == streets.ds[mode].tobytes() for mode in back.modes)
    pd.testing.assert_frame_equal(back.edges.frame(back.crs), streets.edges.frame(streets.crs))
    assert "Lê Lợi" in back.edges.table["name"].tolist()


def test_what_was_prepared_is_saved_and_answers_stay_the_same(tmp_path: Path, streets: Network) -> None:
    hierarchy(streets, "car")
    back = Network.load(streets.save(tmp_path / "streets.npz"))
    assert has_hierarchy(back, "car")
    assert not has_hierarchy(back, "walk")
    every = node_links(back)
    assert np.array_equal(
        times(back, "car", every, every, kernel="hierarchy"), times(streets, "car", every, every, kernel="search")
    )
    place = GeoSeries([Point(streets.node_xy.mean(axis=0))], crs=streets.crs)
    assert snap(back, "walk", place).leaving.ds.tobytes() == snap(streets, "walk", place).leaving.ds.tobytes()


def test_a_network_without_drawing_comes_back_too(tmp_path: Path) -> None:
    network, _ = random_network(5)
    back = Network.load(network.save(tmp_path / "plain.npz"))
    assert back.edges is None
    assert back.head.tobytes() == network.head.tobytes()


def test_the_same_network_gives_the_same_bytes(tmp_path: Path, streets: Network) -> None:
    one, two = streets.save(tmp_path / "one.npz"), streets.save(tmp_path / "two.npz")
    assert one.read_bytes() == two.read_bytes()
    assert Network.load(one).save(tmp_path / "three.npz").read_bytes() == one.read_bytes()


def test_every_damaged_file_is_refused(tmp_path: Path) -> None:
    network, _ = random_network(5, nodes=10)
    path = network.save(tmp_path / "a.npz")
    whole = path.read_bytes()
    draw = np.random.default_rng(0)
    stored, refused = Network.load(path), 0
    for _ in range(60):
        bytes_ = bytearray(whole)
        for place in draw.integers(0, len(whole), 3):
            bytes_[place] ^= int(draw.integers(1, 256))
        path.write_bytes(bytes_)
        try:
            back = Network.load(path)
        except PlanningDataError:
            refused += 1
        else:  # only fields of the archive that mean nothing were hit
            assert back.head.tobytes() == stored.head.tobytes()
            assert back.node_xy.tobytes() == stored.node_xy.tobytes()
    assert refused > 40
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(PlanningDataError, match="E-NET-14"):
            Network.load(path)


def test_other_files_and_versions_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", a=np.ones(3))
    np.savez(tmp_path / "newer.npz", format=np.array(["innoregion network", "99"]))
    np.savez(tmp_path / "evil.npz", allow_pickle=True, format=np.array([{}], dtype=object))
    (tmp_path / "text.npz").write_text("hello")
    for name in ("other", "newer", "evil", "text", "missing"):
        with pytest.raises(PlanningDataError, match="E-NET-14"):
            Network.load(tmp_path / f"{name}.npz")


def test_a_failed_save_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    lines = [LineString([(0, 0), (1, 1)])]
    things = GeoDataFrame({"thing": [object()]}, geometry=lines, crs="EPSG:9210")
    bad = Network.from_edges([[0, 0], [1, 1]], "EPSG:9210", [0], [1], {"walk": [5]}, edges=things)
    path = tmp_path / "a.npz"
    path.write_text("old")
    with pytest.raises(PlanningDataError, match=r"E-NET-13.*thing"):
        bad.save(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


def test_gaps_in_text_columns_stay_gaps(tmp_path: Path) -> None:
    frame = GeoDataFrame(
        {"name": ["A", None]}, geometry=[LineString([(0, 0), (1, 1)]), LineString([(1, 1), (2, 0)])], crs="EPSG:9210"
    )
    network = Network.from_edges([[0, 0], [1, 1], [2, 0]], "EPSG:9210", [0, 1], [1, 2], {"walk": [5, 5]}, edges=frame)
    assert Network.load(network.save(tmp_path / "a.npz")).edges.table["name"].isna().tolist() == [False, True]


def test_a_file_whose_numbers_were_changed_is_refused(tmp_path: Path, streets: Network) -> None:
    path = streets.save(tmp_path / "a.npz")
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["head"] = arrays["head"][::-1].copy()
    np.savez(path, **arrays)
    with pytest.raises(PlanningDataError, match=r"E-NET-14.*checksum"):
        Network.load(path)
