"""Archives: how much may be in one, file by file and all together, and what its names may be."""

import zipfile

import numpy as np
import pytest

from geo import PlanningDataError
from geo.reading import archives
from geo.reading.archives import checked_members

NOISE = np.random.default_rng(1).bytes(2_000_000)  # what can not be packed


def zipped(folder, **members):
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("members", "swollen"),
    [
        ({"small": bytes(1_000_000)}, ()),  # a thousand times its size, and harmless
        ({"large": NOISE}, ()),
        ({"swollen": bytes(1_000_001)}, ("swollen",)),
        ({"a": NOISE, "b": bytes(3_000_000), "c": b"", "d": bytes(3_000_000)}, ("b", "d")),
        ({"packed": NOISE[:40_000] + bytes(2_000_000)}, ()),  # fifty times its size
    ],
)
def test_a_file_of_more_than_a_megabyte_may_be_a_hundred_times_its_packed_size(tmp_path, members, swollen):
    path = zipped(tmp_path, **members)
    if not swollen:
        assert [one.filename for one in checked_members(path, "a.zip", allow_large=False)] == list(members)
        return
    with pytest.raises(PlanningDataError, match="E-ZIP-03") as told:
        checked_members(path, "a.zip", allow_large=False)
    assert (told.value.feature_ids, told.value.file) == (swollen, "a.zip")
    assert len(checked_members(path, "a.zip", allow_large=True)) == len(members)


def test_all_files_together_have_a_limit_and_their_number_too(tmp_path, monkeypatch):
    path = zipped(tmp_path, a=NOISE, b=NOISE)
    assert len(checked_members(path, "a.zip", allow_large=False, most_bytes=4_000_000)) == 2
    with pytest.raises(PlanningDataError, match=r"E-ZIP-03.*unpacks to 4 MB in 2 files; 4 MB, 100 times its size, 10,000 files"):
        checked_members(path, "a.zip", allow_large=False, most_bytes=3_999_999)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    with pytest.raises(PlanningDataError, match="E-ZIP-03"):
        checked_members(path, "a.zip", allow_large=False)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    assert len(checked_members(path, "a.zip", allow_large=False)) == 2


@pytest.mark.parametrize("name", ["/a", "../a", "a/../../b", "C:a", "a\\..\\b", "\\a"])
def test_names_outside_of_the_archive_are_refused(tmp_path, name):
    with pytest.raises(PlanningDataError, match="E-ZIP-02") as told:
        checked_members(zipped(tmp_path, good=b"a", **{name: b"b"}), "a.zip", allow_large=True)
    assert len(told.value.feature_ids) == 1


def test_names_with_dots_and_folders_are_no_harm(tmp_path):
    names = ["..a", "a..b", "a/b.shp", "...", "a.b/c"]
    assert len(checked_members(zipped(tmp_path, **dict.fromkeys(names, b"a")), "a.zip", allow_large=False)) == len(names)
