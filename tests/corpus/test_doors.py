"""X: addresses, names and keys that are no files: nothing is asked of a network, nothing is written outside of a folder."""

import socket
import sys
import threading
import zipfile

import folium
import numpy as np
import pytest

import analyses
import geo
import layers
import maps
from geo import PlanningDataError
from geo.movement import Network, check_gtfs, import_streets, read_gtfs
from geo.movement.street_table import street_table
from layers import import_layer, import_osm, import_raster, osm_layers
from maps import dossier_reading
from maps.check import check_files, expected
from maps.qgis_store import slug
from tests.corpus import rasters
from tests.corpus.saving import points, save, squares
from tests.corpus.test_corpus import CASES, _read

CODES = {
    "E-TOML-01",
    "E-TOML-02",
    "E-LAW-03",
    "E-WORK-01",
    "E-MAP-14",
    "E-OSM-09",
    "E-NET-14",
    "E-RAS-01",
    "E-IO-05",
    "E-IO-03",
    "E-OSM-01",
    "E-GTFS-09",
}
READERS = {
    "vector": (".geojson", geo.read_vector),
    "table": (".csv", geo.read_table),
    "workbook": (".xlsx", geo.read_table),
    "drawing": (".dxf", lambda path: geo.read_drawing(path, crs="EPSG:9210")),
    "raster": (".tif", geo.read_raster),
    "zones": (".tif", lambda path: geo.zonal_stats(path, rasters.ZONE)),
    "cells": (".tif", lambda path: geo.reproject_raster(path, "out.tif", kind="amount", crs="EPSG:9210", cell_m=100)),
    "streets": (".osm.pbf", import_streets),
    "layers": (".osm", osm_layers),
    "feed": (".zip", lambda path: read_gtfs(path, "2025-01-13")),
    "import vector": (".gpkg", lambda path: import_layer(path, "education", "w", dry_run=True)),
    "import osm": (".osm.pbf", lambda path: import_osm(path, "w", dry_run=True)),
    "import raster": (".tif", lambda path: import_raster(path, "own", "w", dry_run=True)),
    "check": (".tif", lambda path: _raised(geo.check_file(path))),
    "check vector": (".gpkg", lambda path: _raised(geo.check_file(path))),
    "list of corners": (".csv", lambda path: geo.read_coordinate_list(path, crs="EPSG:9210")),
    "study": (".toml", analyses.read_study),
    "criteria": (".toml", analyses.read_siting_criteria),
    "rules": (".toml", lambda path: layers.dossier_parts(None, own=path)),
    "streets table": (".toml", street_table),
    "workspace": ("", layers.open_workspace),
    "network": (".npz", Network.load),
    "place": (".gpkg", expected),
    "map raster": (".tif", lambda path: maps.raster(path, "x")),
    "check study": (".toml", lambda path: _raised(check_files([path], {})[path])),
    "import lines": (".kml", lambda path: import_layer(path, "education", "w", dry_run=True)),
    "mapinfo": (".tab", geo.read_vector),
    "microstation": (".dgn", geo.read_vector),
    "archive": (".zip", geo.read_vector),
    "gml": (".gml", geo.read_vector),
    "check feed": (".zip", lambda path: _raised(problem.finding for problem in check_gtfs(path))),
}
NAMES = ("../x", "/etc/x", "a\0b", "CON", "Đ" * 300, "x.", "", "...", "a/b\\c", "__proto__", "NUL.txt", "  ", "📍")


def _raised(found):
    for one in found:
        raise PlanningDataError.of(one)


@pytest.fixture(scope="module")
def server():
    """A server on this machine that counts who asks: GDAL's own connections pass by Python's hooks."""
    asked = []
    opened = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                other, _ = opened.accept()
            except OSError:
                return
            with other:
                asked.append(other.recv(200))
                other.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield f"127.0.0.1:{opened.getsockname()[1]}", asked
    opened.close()


@pytest.mark.parametrize("reader", READERS)
def test_an_address_is_no_path(server, reader):
    host, asked = server
    ending, read = READERS[reader]
    forms = ("http://{}/x", "/vsicurl/http://{}/x", "/vsizip//vsicurl/http://{}/y.zip/x", "\\vsicurl\\http://{}/x", "ftp://{}/x")
    for form in (*forms, "/vsimem/x", "/vsistdin/x", "GTIFF_RAW:/etc/passwd", "<VRTDataset/>", "a\0x", "x" * 5000):
        with pytest.raises(PlanningDataError) as caught:
            read(form.format(host) + ending)
        assert caught.value.code in CODES, caught.value
    assert asked == []


@pytest.mark.parametrize("crs", ["http://{}/x", "/etc/passwd", "+init=/etc/passwd:x", "@/etc/passwd", "file:///etc/passwd",
                                 "+proj=longlat +ellps=WGS84 +nadgrids=http://{}/x", "a\0b", "x" * 100_000, ""])  # fmt: skip
def test_a_crs_is_no_address(tmp_path, server, crs):
    host, asked = server
    path, raster = save(points(), tmp_path / "p.gpkg"), rasters.tif(rasters.people())(tmp_path, "tif")
    for read in (
        lambda: geo.read_vector(path, crs=crs.format(host)),
        lambda: geo.to_crs(points(), crs.format(host)),
        lambda: geo.reproject_raster(raster, tmp_path / "o.tif", kind="amount", crs=crs.format(host), cell_m=100),
    ):
        with pytest.raises(PlanningDataError, match="E-CRS-04"):
            read()
    assert asked == []


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_no_path(tmp_path, name):
    """Layers in one file, names of the workspace, of tables and rasters of a project."""
    folder = tmp_path / "in" / "side"
    folder.mkdir(parents=True)
    path = save(squares(), folder / "input.gpkg")
    for read in (
        lambda: import_layer(path, name, folder / "w", new=True),
        lambda: import_raster(rasters.tif(rasters.people())(folder, "tif"), name, folder / "w"),
    ):
        with pytest.raises(PlanningDataError, match=r"E-IMPORT-(01|11)"):
            read()
    for ending in (".shp.zip", ".gpkg", ".xlsx", ".gdb.zip"):
        try:
            geo.write({name: squares(), "b": squares()}, folder / f"out{ending}", geometry="wkt" if ending == ".xlsx" else None)
        except PlanningDataError:
            continue
        if ending == ".shp.zip":
            with zipfile.ZipFile(folder / "out.shp.zip") as archive:
                held = archive.namelist()
            assert all(set(one) <= SAFE and len(one) < 90 and not one.startswith(".") for one in held), held
            assert {one.partition(".")[0].upper() for one in held}.isdisjoint({"CON", "NUL", ""})
    assert slug(name) == "" or (set(slug(name)) <= SAFE - set(".-") and len(slug(name)) <= 48)
    assert [one for one in tmp_path.iterdir() if one.name != "in"] == []
    assert {one.name.partition(".")[0] for one in folder.iterdir()} <= {"input", "out", "w"}
    assert not (folder / "w").exists()


SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


def test_a_network_is_not_unpickled(tmp_path):
    path = tmp_path / "streets.npz"
    np.savez(path, node_xy=np.array([object()], dtype=object), allow_pickle=True)
    with pytest.raises(PlanningDataError, match="E-NET-14"):
        Network.load(path)


def test_a_key_in_the_address_of_tiles_is_not_written(tmp_path):
    page = maps.page("Bản đồ", maps.points(points()))
    folium.TileLayer("https://tiles.example/{z}/{x}/{y}.png?apikey=SECRET", attr="a").add_to(page)
    with pytest.raises(PlanningDataError, match="E-MAP-18") as caught:
        maps.save(page, tmp_path / "page.html")
    assert "SECRET" not in str(caught.value)
    assert not (tmp_path / "page.html").exists()


def test_no_reader_opens_a_socket(tmp_path):
    """All files of the corpus that name a server, are something else than they say, or come from a server."""
    events = []
    listening = [True]
    seen = {"socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "pickle.find_class"}
    sys.addaudithook(lambda event, _: events.append(event) if listening[0] and event in seen else None)
    for number, case in enumerate(CASES):
        row, ending = case.values
        if row.id[0] == "X" or row.id in {"C03b", "S14", "S14b", "S14c", "T12d"}:
            folder = tmp_path / str(number)
            folder.mkdir()
            listening[0] = False
            path = row.make(folder, ending)
            listening[0] = True
            _read(row, path)
    listening[0] = False
    assert events == []


@pytest.mark.parametrize("ending", ["gpkg", "gdb"])
def test_a_package_of_a_dossier_is_opened_by_its_own_format_alone(tmp_path, server, ending):
    """GDAL would open a virtual file by any name, and follow what it names."""
    host, asked = server
    path = tmp_path / "GIS" / f"QuyHoach.{ending}"
    path.parent.mkdir()
    virtual = f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/vsicurl/http://{host}/x</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    outside = save(points(), tmp_path / "outside.gpkg")
    for make in (lambda: path.write_text(virtual), lambda: path.symlink_to(outside), lambda: path.symlink_to(tmp_path)):
        make()
        found = dossier_reading.Dossier(tmp_path, "a")
        assert dossier_reading._read("QuyHoach", path, found) is None
        assert [one.code for one in found.findings] == ["E-DOS-06"]
        path.unlink()
    assert asked == []


@pytest.mark.parametrize("name", ["../secret.toml", "/etc/passwd", "layers/../../x", "a/b/c", ""])
def test_an_entry_of_a_workspace_is_a_file_in_it(tmp_path, name):
    import_layer(save(points(), tmp_path / "a.gpkg"), "own", tmp_path / "w", new=True)
    told = tmp_path / "w" / "workspace.toml"
    (held,) = [line for line in told.read_text().splitlines() if line.startswith("file = ")]
    told.write_text(told.read_text().replace(held, f'file = "{name}"'))
    with pytest.raises(PlanningDataError, match="E-WORK-02"):
        layers.open_workspace(tmp_path / "w")
