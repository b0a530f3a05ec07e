"""PostGIS, a real one: started for these tests alone in a folder of their own, on loopback, and stopped after them."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import Point, Polygon

import geo

psycopg = pytest.importorskip("psycopg", reason="needs the extra postgis")
PASSWORD = secrets.token_hex(8)


def binaries():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "/nowhere")]
    return found[-1].parent


def as_postgres(*command):
    """The command as a user that PostgreSQL starts under: it refuses root."""
    words = [str(word) for word in command]
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


@pytest.fixture(scope="module")
def database():
    home = binaries()
    if not (home / "postgres").exists():
        pytest.skip("PostgreSQL is not installed")
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        pytest.skip("no user postgres to start PostgreSQL as")
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "word").write_text(PASSWORD)
        (folder / "word").chmod(0o644)
        data = folder / "data"
        made = ["-D", data, "-U", "planner", "--pwfile", folder / "word", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
        subprocess.run(as_postgres(home / "initdb", *made), check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
        control = [home / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
        subprocess.run(as_postgres(*control, "-o", options, "start"), check=True, capture_output=True)
        url = f"postgresql://planner:{PASSWORD}@127.0.0.1:{port}/postgres"
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                try:
                    connection.execute("CREATE EXTENSION postgis")
                except psycopg.Error as error:
                    pytest.skip(f"PostGIS is not installed: {error}")
            yield url
        finally:
            subprocess.run(as_postgres(*control, "-m", "immediate", "stop"), check=False, capture_output=True)


def ask(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def plots():
    square = Polygon([(600_000, 1_220_000), (600_100, 1_220_000), (600_100, 1_220_100), (600_000, 1_220_100)])
    columns = {
        "name_vi": ["Lô số 1", "", None],
        "flag": pd.array([True, None, False], dtype="boolean"),
        "count": pd.array([1, None, 2**40], dtype="Int64"),
        "area_ha": [1 / 3, np.nan, np.inf],
        "since": pd.to_datetime(["2024-01-01 12:30:15.123456", None, "1999-12-31"], format="ISO8601"),
        'tab\tand "quote"': ["a\tb\\N", "\\", "x\ny"],
    }
    return GeoDataFrame(
        columns,
        geometry=[square, None, Point(600_000.123456789, 1_220_000)],
        crs=9210,
        index=pd.Index(["b", "a", "c"], name="plot_id"),
    )


def test_a_frame_comes_back_from_the_database(plots, database):
    losses = []
    geo.write(plots, database, layer="plans.plots", losses=losses)
    back = geo.read_vector(database, layer="plans.plots")
    assert [(one.code, one.seen) for one in losses] == [("E-LOSS-04", "area_ha")]
    assert list(back.index) == ["b", "a", "c"]
    assert back.index.name == "plot_id"
    assert back.crs.to_epsg() == 9210
    assert list(back["name_vi"].fillna("null")) == ["Lô số 1", "", "null"]
    assert [None if pd.isna(one) else one for one in back["flag"]] == [True, None, False]
    assert [None if pd.isna(one) else int(one) for one in back["count"]] == [1, None, 2**40]
    assert back["area_ha"].iloc[0] == 1 / 3
    assert back["area_ha"].isna().tolist() == [False, True, True]
    assert pd.Timestamp(back["since"].iloc[0]) == plots["since"].iloc[0]
    assert list(back.iloc[:, -2] if back.columns[-1] == "geometry" else back.iloc[:, -1]) == list(plots.iloc[:, 5])
    assert all(
        shapely.equals_exact(one, two) or (one is None and two is None)
        for one, two in zip(back.geometry, plots.geometry, strict=True)
    )
    assert ask(database, "SELECT Find_SRID('plans', 'plots', 'geom')") == [(9210,)]
    assert "gist" in ask(database, "SELECT indexdef FROM pg_indexes WHERE tablename = 'plots' AND indexdef LIKE '%gist%'")[0][0]
    (area,) = ask(database, "SELECT ST_Area(ST_Transform(geom, 32648)) FROM plans.plots WHERE plot_id = 'b'")[0]
    assert abs(area / 10_000 - 1) < 1e-3


def test_all_tables_are_written_or_none(plots, database):
    geo.write(plots.iloc[:1], database, layer="plans.kept", losses=[])
    bad = plots.set_crs(None, allow_override=True)
    with pytest.raises(geo.PlanningDataError, match="E-CRS-01"):
        geo.write({"plans.kept": plots, "plans.new": bad}, database, losses=[])
    assert ask(database, "SELECT COUNT(*) FROM plans.kept") == [(1,)]
    assert ask(database, "SELECT to_regclass('plans.new')") == [(None,)]
    geo.write({"plans.kept": plots, "new table": pd.DataFrame({"n": [1, 2]})}, database, losses=[])
    assert ask(database, "SELECT COUNT(*) FROM plans.kept") == [(3,)]
    assert ask(database, 'SELECT n FROM public."new table" ORDER BY n') == [(1,), (2,)]


def test_a_system_that_epsg_does_not_know_is_entered_once(plots, database):
    own = plots.to_crs("+proj=tmerc +lat_0=0 +lon_0=106.1 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +units=m")
    for name in ("one", "two"):
        geo.write(own, database, layer=name, losses=[])
    numbers = {row[0] for row in ask(database, "SELECT Find_SRID('public', t, 'geom') FROM (VALUES ('one'), ('two')) AS v(t)")}
    assert len(numbers) == 1
    assert geo.read_vector(database, layer="one").crs.is_projected


def test_errors_never_show_the_password(plots, database):
    wrong = database.replace(PASSWORD, PASSWORD[::-1])
    nowhere = database.rsplit(":", 1)[0] + ":1/postgres"
    for url in (wrong, nowhere):
        with pytest.raises(geo.PlanningDataError, match=r"E-WRITE-08.*the database refuses") as told:
            geo.write(plots, url, layer="x")
        for text in (str(told.value), repr(told.value.finding), repr(told.value.__cause__)):
            assert PASSWORD not in text
            assert PASSWORD[::-1] not in text
    with pytest.raises(geo.PlanningDataError, match="E-IO-04"):
        geo.read_vector(database, layer="plans.nothing")
