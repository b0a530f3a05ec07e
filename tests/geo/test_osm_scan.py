"""OpenStreetMap files that are too large or swell, that are incomplete, or not the ones a checksum tells of."""

import bz2
import gzip
import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from geo import PlanningDataError
from geo.movement import import_streets, osm_scan, refuse_missing, scan_osm
from tests.geo.osm_text import write_osm

STREETS = "way 1 11 12 highway=residential\nway 2 12 13 highway=residential\nway 3 11 21 railway=rail\n"
PACKED = {".gz": gzip.compress, ".bz2": bz2.compress}


@pytest.fixture(params=PACKED)
def packed(request, tmp_path: Path) -> tuple[Path, int, int]:
    """A file, its size and that of what it holds."""
    plain = write_osm(tmp_path / "a.osm", STREETS).read_bytes()
    path = tmp_path / f"a.osm{request.param}"
    path.write_bytes(PACKED[request.param](plain))
    return path, path.stat().st_size, len(plain)


def taken(path: Path) -> list[int]:
    """Ids of the ways with a class of street."""
    seen: list[int] = []
    scan_osm(path, lambda thing: seen.append(thing.id), keys=["highway"])
    return seen


def told(path: Path) -> str:
    with pytest.raises(PlanningDataError, match="E-OSM-22") as caught:
        taken(path)
    assert caught.value.file == path.name
    assert caught.value.seen == f"{path.stat().st_size} bytes"
    return str(caught.value)


def test_what_swells_to_more_than_so_many_times_its_size_is_refused(packed, monkeypatch) -> None:
    path, size, unpacked = packed
    monkeypatch.setattr(osm_scan, "_SMALL_BYTES", 0)
    monkeypatch.setattr(osm_scan, "MOST_RATIO", Fraction(unpacked, size))
    assert taken(path) == [1, 2]  # as much as is allowed
    monkeypatch.setattr(osm_scan, "MOST_RATIO", Fraction(unpacked - 1, size))
    assert "times its size" in told(path)
    monkeypatch.setattr(osm_scan, "_SMALL_BYTES", unpacked)
    assert taken(path) == [1, 2]  # a small one does no harm
    monkeypatch.setattr(osm_scan, "_SMALL_BYTES", unpacked - 1)
    assert "times its size" in told(path)


def test_what_unpacks_to_more_than_is_read_is_refused(packed, monkeypatch) -> None:
    path, _, unpacked = packed
    monkeypatch.setattr(osm_scan, "MOST_UNPACKED_BYTES", unpacked)
    assert taken(path) == [1, 2]
    monkeypatch.setattr(osm_scan, "MOST_UNPACKED_BYTES", unpacked - 1)
    assert "unpacks to more than 0 GB" in told(path)


def test_what_unpacks_is_looked_at_block_by_block(packed, monkeypatch) -> None:
    path, _, unpacked = packed
    monkeypatch.setattr(osm_scan, "_CHUNK", 100)
    assert taken(path) == [1, 2]
    monkeypatch.setattr(osm_scan, "MOST_UNPACKED_BYTES", unpacked - 1)
    told(path)


@pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.bz2"])
def test_a_file_larger_than_is_read_is_refused_packed_or_not(tmp_path, monkeypatch, ending) -> None:
    plain = write_osm(tmp_path / "a.osm", STREETS)
    path = tmp_path / f"b{ending}"
    path.write_bytes(PACKED.get(path.suffix, bytes)(plain.read_bytes()))
    monkeypatch.setattr(osm_scan, "MOST_BYTES", path.stat().st_size)
    assert taken(path) == [1, 2]
    monkeypatch.setattr(osm_scan, "MOST_BYTES", path.stat().st_size - 1)
    assert "0 GB are read" in told(path)


@pytest.mark.parametrize("ending", [".osm.gz", ".osm.bz2"])
def test_a_packed_file_that_is_cut_is_damaged_and_no_other_fault(tmp_path, ending) -> None:
    data = PACKED[f".{ending.rsplit('.', 1)[1]}"](write_osm(tmp_path / "a.osm", STREETS).read_bytes())
    path = tmp_path / f"b{ending}"
    path.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(PlanningDataError, match="E-OSM-02"):
        import_streets(path, island_nodes=1)


@pytest.mark.parametrize(("lost", "points", "refused"), [(0, 0, False), (1, 100, False), (2, 199, True), (1, 99, True)])
def test_of_a_hundred_points_one_may_be_missing(lost, points, refused) -> None:
    if not refused:
        assert refuse_missing(Path("a.osm"), (lost, points), [7]) is None
        return
    with pytest.raises(PlanningDataError, match=r"E-OSM-05.*1\.0 %") as caught:
        refuse_missing(Path("a.osm"), (lost, points), [7])
    assert (caught.value.file, caught.value.feature_ids) == ("a.osm", (7,))


def test_a_checksum_beside_the_file_must_be_that_of_the_file(tmp_path) -> None:
    path = write_osm(tmp_path / "a.osm", STREETS)
    md5 = hashlib.md5(path.read_bytes()).hexdigest()  # noqa: S324 - as servers give it
    beside = tmp_path / "a.osm.md5"
    for text in (f"{md5}  a.osm\n", md5.upper(), "no checksum at all"):
        beside.write_text(text)
        assert taken(path) == [1, 2]
    beside.write_text("0" * 32)
    with pytest.raises(PlanningDataError, match=r"E-OSM-04.*a\.osm\.md5") as caught:
        taken(path)
    assert md5 in caught.value.seen
