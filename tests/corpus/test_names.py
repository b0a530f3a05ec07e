"""X02: names that come from data or from a person never lead out of a folder, and no two things take one file."""

from types import SimpleNamespace

import pyogrio
import pytest

import analyses
import geo
import layers
import maps
from geo import PlanningDataError, file_names, writable_file
from layers import import_layer, open_workspace
from maps import dossier_writing
from maps.__main__ import _run
from maps.output import filled
from maps.studies import tod_station_sheet
from tests.corpus.saving import points, save, squares

HOSTILE = (
    "../x", "/etc/x", "a/b", "a\\b", "a\0b", "CON", "con.txt", "NUL", "x.", "x ", " ", "", "...", "Đ" * 300, "é", "e\u0301",
    "E\u0301", "GA_1", "ga_1", "📍", "a\nb", "\ud800", "<x>", "C:\\x", "__proto__", "~", "-rf", "a:b",
)  # fmt: skip
ENDINGS = (".geojson", ".gpkg", ".csv", ".xlsx", ".shp.zip", ".kml", ".parquet", ".fgb", ".gdb.zip", ".gdb")
NO_FILES = (
    "http://127.0.0.1:9/x", "http:/127.0.0.1:9/x", "/vsimem/x", "/vsicurl/http://127.0.0.1:9/x", "\\vsimem\\x", "a\0b", "a\nb",
    "\ud800", "x" * 300, "Đ" * 150, "CON", "nul", "<x>", "{}", "s3://a/b",
)  # fmt: skip


def test_names_from_data_become_names_of_files_all_different():
    given = file_names(HOSTILE)
    assert list(given) == list(HOSTILE)
    assert all(
        0 < len(one) <= 80 and set(one) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
        for one in given.values()
    )
    assert len({one.casefold() for one in given.values()}) == len(HOSTILE)
    assert given["GA_1"] == "GA_1"  # the first to come; its twin is numbered
    assert file_names(["ga_1", "ga-2"]) == {"ga_1": "ga_1", "ga-2": "ga-2"}
    assert {one.upper() for one in given.values()}.isdisjoint({"CON", "NUL"})


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_is_written_under_a_name_that_is_no_file_here(tmp_path, monkeypatch, ending):
    monkeypatch.chdir(tmp_path)
    for name in NO_FILES:
        with pytest.raises(PlanningDataError, match="E-IO-05"):
            geo.write(squares(2), f"{name}{ending}", geometry="wkt" if ending in {".csv", ".xlsx"} else None)
    assert list(tmp_path.iterdir()) == []


def test_other_writers_refuse_them_as_well(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = maps.page("a", maps.points(points()))
    for name in NO_FILES:
        for write in (lambda path: maps.save(page, f"{path}.html"), lambda path: geo.write_text(path, "a")):
            with pytest.raises(PlanningDataError, match="E-IO-05"):
                write(name)
        with pytest.raises(PlanningDataError, match="E-IO-05"), filled(writable_file(name)):
            pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("letter", ["a", "ế"])
def test_names_have_at_most_200_bytes(letter):
    room = 200 - len(".csv")
    longest = letter * (room // len(letter.encode())) + "b" * (room % len(letter.encode())) + ".csv"
    assert writable_file(longest).name == longest
    with pytest.raises(PlanningDataError, match="E-IO-05"):
        writable_file(f"b{longest}")


def test_export_by_command_refuses_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("http://127.0.0.1:9/x.gpkg", "x" * 300 + ".csv", "CON.csv", "/vsimem/x.geojson"):
        assert _run(["export", "gateways", name]) == 2
        assert "E-IO-05" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_sheets_of_stations_with_hostile_ids_are_files_of_their_own(tmp_path, monkeypatch):
    """The real extras, cards and links of the study; what fills a file is left out."""
    station = {"name_vi": "Ga", "name_en": "Station"}
    sheets = {name: SimpleNamespace(station=station) for name in HOSTILE}
    monkeypatch.setattr(tod_station_sheet, "surroundings", lambda *_: None)
    monkeypatch.setattr(tod_station_sheet, "told_of", lambda *_: None)
    monkeypatch.setattr(tod_station_sheet, "save_sheet", lambda *given, **_: geo.write_text(given[4], "a"))
    monkeypatch.setattr(tod_station_sheet, "save_page", lambda *given, **_: geo.write_text(given[4], "a") and b"a")
    folder = tmp_path / "in" / "out"
    tod_station_sheet.extras(None, None, SimpleNamespace(sheets=sheets), folder, lang="vi")
    written = [path for path in (tmp_path).rglob("*") if path.is_file()]
    assert all(path.is_relative_to(folder) for path in written)
    assert len(written) == 3 * len(HOSTILE)
    assert len({str(path).casefold() for path in written}) == 3 * len(HOSTILE)


@pytest.mark.parametrize("name", ["../x", "/x", "a" * 81, "CON", "a b", "é", ""])
def test_ids_in_a_study_are_names(tmp_path, name):
    path = tmp_path / "s.toml"
    path.write_text(
        f'kind = "access"\ntitle_vi = "a"\ntitle_en = "a"\n[[scenarios]]\nid = "{name}"\ntitle_vi = "a"\ntitle_en = "a"\n'
    )
    with pytest.raises(PlanningDataError, match=r"E-TOML-03.*scenarios"):
        analyses.read_study(path)


@pytest.mark.parametrize("name", ["../x", "", "a" * 101, "/x", "a.b", "é"])
def test_the_name_of_a_dossier_is_one_folder(tmp_path, name):
    with pytest.raises(PlanningDataError, match="E-DOS-60"):
        dossier_writing._check(name, None, None, tmp_path / "x", "gpkg")


def test_two_documents_of_one_name_are_refused(tmp_path):
    for folder, name in (("a", "Quyết định.pdf"), ("b", "QUYẾT ĐỊNH.pdf")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(folder)
    (tmp_path / "out").mkdir()
    files = sorted(tmp_path.glob("*/*.pdf"))
    with pytest.raises(PlanningDataError, match="E-DOS-60 two documents"):
        dossier_writing._copy(files, tmp_path / "out")
    for name in ("http://127.0.0.1:9/a.pdf", "/vsimem/a.pdf"):
        with pytest.raises(PlanningDataError, match="E-IO-05"):
            dossier_writing._copy([name], tmp_path / "out")


def test_a_link_out_of_a_workspace_is_not_followed(tmp_path):
    import_layer(save(points(name=["a"] * 4), tmp_path / "a.gpkg"), "own", tmp_path / "w", new=True)
    held = next(iter(open_workspace(tmp_path / "w").layers.values()))
    file = tmp_path / "w" / held.file
    outside = file.rename(tmp_path / "secret.parquet")
    file.symlink_to(outside)
    with pytest.raises(PlanningDataError, match=r"E-WORK-02.*a link leads out"):
        open_workspace(tmp_path / "w")
    with pytest.raises(PlanningDataError, match="E-WORK-02"):
        layers.get("own", workspace=open_workspace(tmp_path / "w"))


def test_layers_of_one_file_are_all_kept(tmp_path):
    """Names that fall together where capitals, accents or forms of accents count for nothing."""
    names = ("Ga", "ga", "é", "e\u0301", "a.b", "a_b")
    for ending in (".gpkg", ".xlsx", ".shp.zip", ".gdb.zip"):
        path = geo.write(
            {name: squares(at + 1) for at, name in enumerate(names)},
            tmp_path / f"x{ending}",
            geometry="wkt" if ending == ".xlsx" else None,
        )
        address = f"/vsizip/{path}" if ending == ".shp.zip" else str(path)
        counts = sorted(
            len(pyogrio.read_dataframe(address, layer=one, read_geometry=False)) for one, _ in pyogrio.list_layers(address)
        )
        assert len(set(counts)) == len(counts) == len(names), ending


@pytest.mark.parametrize(
    "name", ["ab.", "ab.csv.", "ab ", "ab.csv ", "ab .csv", "long name .tar.gz", ".ab ", "a.", " .csv", "COM1.csv", "lpt9"]
)
def test_what_windows_cuts_off_or_keeps_for_itself_is_no_name(name):
    with pytest.raises(PlanningDataError, match="E-IO-05"):
        writable_file(name)


@pytest.mark.parametrize("name", ["ab", "a b.csv", "a. b", ".ab", "a.b c", "COM.csv", "COM10.csv", "lpt0", "a CON", " a.csv"])
def test_names_that_look_alike_are_taken_as_they_are(name):
    assert str(writable_file(name)) == name
