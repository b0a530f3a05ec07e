"""The command line as a user meets it: help with examples, one line an error, and the old folder whole whatever happens."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

import analyses
import layers
from maps.__main__ import _run
from maps.cli import app
from maps.output import filled
from maps.progress import progress, stop

INNOREGION = Path(sys.executable).with_name("innoregion")
COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands]
STUDY = (Path(analyses.__file__).parent / "studies" / "first_look.toml").read_text(encoding="utf-8")
# where SIGINT is ignored when tests start (a job in the background of a shell), a child would ignore it too
OPEN_TO_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom maps.__main__ import main\nmain()"


def innoregion(*arguments, cwd=None, **env):
    return subprocess.run(
        [INNOREGION, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **env}
    )


def said(text):
    """The one line on stderr."""
    lines = text.splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("innoregion: ")
    assert "Traceback" not in text
    return lines[0]


@pytest.fixture
def before(tmp_path):
    """A folder of an earlier run, and what must be in it afterwards."""
    out = tmp_path / "out"
    (out / "maps").mkdir(parents=True)
    (out / "index.html").write_text("the gallery of yesterday")
    (out / "maps" / "region.html").write_text("the map of yesterday")
    (out / "manifest.json").write_text(json.dumps({"versions": {"innoregion": "0"}, "files": {"index.html": ""}}))
    return out


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextmanager
def left_as_it_was(out):
    """``out`` byte for byte, and nothing new beside it."""
    old, beside = contents(out), sorted(out.parent.iterdir())
    yield
    assert contents(out) == old
    assert sorted(out.parent.iterdir()) == beside


def test_the_commands_are_all_there():
    assert {"build", "run", "layers", "export"} <= set(COMMANDS)


def test_help_lists_every_command_and_an_example():
    ran = innoregion("--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Example: innoregion " in ran.stdout
    listed = [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("  ") and line.split()]
    assert set(COMMANDS) <= set(listed)


def test_without_a_command_help_is_shown():
    assert innoregion().stdout == innoregion("--help").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_that_starts_with_innoregion(command):
    ran = innoregion(command, "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"Usage: innoregion {command}" in ran.stdout
    assert f"Example: innoregion {command}" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "near"),
    [
        (["bild"], "E-CLI-01", "build"),
        (["build", "--ouut", "x"], "E-CLI-01", "--out"),
        (["build", "--lang", "fr"], "E-CLI-01", "'vi', 'en'"),
        (["run", "first_look"], "E-CLI-01", "--out"),
        (["export", "zones"], "E-CLI-01", "file"),
        (["layers", "science_prk"], "E-LAYER-01", "science_park"),
        (["run", "frist_look", "--out", "x"], "E-TOML-01", "first_look"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_word_is_one_line_with_a_code_and_the_nearest_names(arguments, code, near, tmp_path):
    ran = innoregion(*arguments, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stdout == ""
    line = said(ran.stderr)
    assert code in line
    assert near in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "cutoff_min = 45",
            "cutof_min = 45",
            ["E-TOML-03", "line 8", "'cutof_min'", "did you mean cutoff_min", "Allowed: kind, title_vi,"],
        ),
        (
            "draws = 200",
            "drawz = 200",
            ["E-TOML-03", "line 23", "'stops.drawz'", "did you mean draws", "Allowed: radii_m, draws"],
        ),
        ("[stops]", "[stop]", ["E-TOML-03", "line 21", "'stop'", "did you mean stops"]),
        ("seed = 0", "seed = ", ["E-TOML-02", "line 10"]),
        ("seed = 0", "seed = 0\nseed = 1", ["E-TOML-02", "line 11"]),
        ("seed = 0", "seed = 'x'", ["E-TOML-03", "line 10", "seed = 'x'", "integer"]),
        ("seed = 0", "seed = true", ["E-TOML-03", "line 10", "seed = True", "integer"]),
        ("cutoff_min = 45", "cutoff_min = 0", ["E-TOML-03", "line 8", "cutoff_min = 0", "greater than or equal to 1"]),
        ('["new_city", "thu_duc", "chon_thanh"]', '["new_city", 3]', ["E-TOML-03", "line 5", "destinations.1 = 3", "string"]),
        ('["thu_duc", "new_city", "chon_thanh"]', "[]", ["E-TOML-03", "line 6", "axis = []"]),
        ('"07:00"', '"25:00"', ["E-TOML-03", "line 13", "departure.time = '25:00'"]),
        ("[500, 1000]", "[500, -1]", ["E-TOML-03", "line 22", "stops.radii_m.1 = -1"]),
        ("planned_line = ", "# planned_line = ", ["E-TOML-03", "'planned_line' is missing"]),
        ("title_vi = ", 'title_vi = "\\ud800" #', ["E-TOML-02", "line 3"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_in_a_study_is_told_with_file_line_key_and_what_is_allowed(old, new, told, tmp_path, capsys):
    assert old in STUDY
    (tmp_path / "mine.toml").write_text(STUDY.replace(old, new, 1), encoding="utf-8")
    assert _run(["run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "out")]) == 2
    line = said(capsys.readouterr().err)
    for part in ["mine.toml", *told]:
        assert part in line
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_all_mistakes_of_a_study_are_told_at_once(tmp_path, capsys):
    wrong = STUDY.replace("seed = 0", "seed = 'x'").replace("draws = 200", "draw = 200").replace("cutoff_min", "cutoff")
    (tmp_path / "mine.toml").write_text(wrong, encoding="utf-8")
    assert _run(["run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "out")]) == 2
    line = said(capsys.readouterr().err)
    assert all(part in line for part in ("line 8", "line 10", "line 23"))


def test_a_study_that_is_no_text_is_refused(tmp_path, capsys):
    (tmp_path / "mine.toml").write_bytes(STUDY.encode("utf-16"))
    assert _run(["run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "out")]) == 2
    assert "E-TOML-02 mine.toml" in said(capsys.readouterr().err)


def test_a_study_as_an_editor_on_windows_saves_it_is_the_same_study(tmp_path):
    (tmp_path / "mine.toml").write_bytes(b"\xef\xbb\xbf" + STUDY.replace("\n", "\r\n").encode())
    assert analyses.read_study(tmp_path / "mine.toml") == analyses.read_study("first_look")


@pytest.mark.parametrize("command", ["build", "export"])
def test_a_place_that_can_not_be_written_is_one_line(command, tmp_path):
    (tmp_path / "file").write_text("in the way")
    place = tmp_path / "file" / "under.csv"
    ran = innoregion(*(["build", "--out", place] if command == "build" else ["export", "centres", place]))
    assert ran.returncode == 1
    line = said(ran.stderr)
    assert "E-OUT-01" in line
    assert str(tmp_path / "file") in line


def test_an_output_folder_that_is_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert _run(["build", "--out", str(tmp_path / "file")]) == 2
    assert "E-OUT-02" in said(capsys.readouterr().err)
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize("after", [0, 7])
def test_a_full_disk_is_one_line_and_leaves_the_old_folder_as_it_was(after, before, monkeypatch, capsys):
    from geo import write  # noqa: PLC0415 - the real one

    written = []

    def full(frame, path):
        if len(written) == after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        written.append(path)
        return write(frame, path)

    monkeypatch.setattr("maps.build.write", full)
    with left_as_it_was(before):
        assert _run(["build", "--out", str(before)]) == 1
    assert len(written) == after
    line = said(capsys.readouterr().err)
    assert "E-OUT-01" in line
    assert os.strerror(errno.ENOSPC) in line


def test_ctrl_c_in_a_step_is_one_line_and_leaves_the_old_folder_as_it_was(before, monkeypatch, capsys):
    seen = []

    def step(what, _done, _total):
        seen.append(what)
        if what == "layer centres":
            raise KeyboardInterrupt

    @contextmanager
    def progress():
        yield step

    monkeypatch.setattr("maps.progress.progress", progress)
    with left_as_it_was(before):
        assert _run(["build", "--out", str(before)]) == 1
    assert seen[-1] == "layer centres"
    assert "stopped" in said(capsys.readouterr().err)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
def test_ctrl_c_or_kill_in_the_middle_of_a_real_build_is_one_line_and_leaves_the_old_folder_as_it_was(before, sent):
    with left_as_it_was(before):
        command = [sys.executable, "-c", OPEN_TO_CTRL_C, "build", "--out", str(before)]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            _wait_for(lambda: list(before.parent.glob(".part-*/new/layers/airports.csv")), running)
            running.send_signal(signal.Signals[sent])
            out, err = running.communicate(timeout=120)
        finally:
            running.kill()
    assert (running.returncode, out) == (1, "")
    assert "stopped" in said(err)


def test_a_stop_that_a_library_swallows_comes_with_the_next_step(monkeypatch):
    monkeypatch.setattr("maps.progress._asked", [])
    with progress() as step:
        step("before", 0, 2)
        with pytest.raises(KeyboardInterrupt):
            stop(signal.SIGINT, None)
        with pytest.raises(KeyboardInterrupt):
            step("after", 1, 2)


def test_what_a_killed_run_left_beside_the_output_goes_with_the_next(tmp_path):
    with filled(tmp_path / "out") as folder:
        shutil.copytree(folder.parent, tmp_path / ".part-killed")
        (folder / "manifest.json").write_text("{}")
    old = time.time() - 3600
    os.utime(tmp_path / ".part-killed", (old, old))
    with filled(tmp_path / "out") as folder:
        (folder / "a.txt").write_text("a")
        (folder / "manifest.json").write_text("{}")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.txt", "manifest.json", "out"]


def _wait_for(condition, running, seconds=120):
    """Until the build is so far; it fails when it ends before or never gets there."""
    for _ in range(seconds * 20):
        if condition():
            return
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    pytest.fail("the build never got so far")


def test_a_fault_of_ours_is_one_line_and_the_traceback_is_there_on_request(monkeypatch, capsys):
    def broken(*_):
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr("maps.listing.layer_table", broken)
    assert _run(["layers"]) == 1
    line = said(capsys.readouterr().err)
    assert "E-BUG-01 ZeroDivisionError: nobody thought of this" in line
    assert "INNOREGION_DEBUG=1" in line
    broken_run = """import maps.listing, maps.__main__ as m
maps.listing.layer_table = lambda *_: 1 / 0
m.sys.argv = ['', 'layers']
m.main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", broken_run],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "INNOREGION_DEBUG": "1"},
    )
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr
    assert "ZeroDivisionError" in ran.stderr


def test_the_studies_and_their_schema_are_told(tmp_path, capsys):
    assert _run(["studies"]) == 0
    told = capsys.readouterr().out
    assert all(f"\n{name} " in told for name in analyses.shipped_studies())
    assert _run(["study-schema", str(tmp_path / "study.schema.json")]) == 0
    schema = json.loads((tmp_path / "study.schema.json").read_text(encoding="utf-8"))
    assert set(schema["discriminator"]["mapping"]) == set(analyses.KINDS)


def test_a_run_writes_the_study_alone_and_the_same_bytes_again(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'kind = "access"\ntitle_vi = "Thử"\ntitle_en = "Trial"\n[base]\nresolution = 6\n'
        '[[measures]]\nmeasure = "opportunities_within"\ncutoff_min = 60\n',
        encoding="utf-8",
    )
    for out in ("one", "two"):
        assert _run(["run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / out)]) == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    names = {path.as_posix() for path in contents(tmp_path / "one")}
    assert {"index.html", "report.html", "manifest.json", "maps/today.html", "data/today.csv", "data/today.geojson"} <= names
    assert not any(name.startswith("layers/") for name in names)


def test_the_listing_names_every_layer():
    ran = innoregion("layers")
    assert (ran.returncode, ran.stderr) == (0, "")
    listed = [line.split()[0] for line in ran.stdout.splitlines()[1:-1]]
    assert listed == list(layers.catalogue().index)


def test_the_sheet_of_a_layer_tells_all_its_columns_and_its_source(capsys):
    assert _run(["layers", "science_park"]) == 0
    told = capsys.readouterr().out
    about = layers.catalogue().loc["science_park"]
    assert about["source"] in told
    assert all(f"  {column} " in told for column in about["columns"])


def test_an_exported_layer_can_be_read_again(tmp_path, capsys):
    from geo import read_vector  # noqa: PLC0415

    file = tmp_path / "new" / "park.geojson"
    assert _run(["export", "science_park", str(file)]) == 0
    assert capsys.readouterr().out.startswith(f"{file}: 1 rows of science_park\n")
    assert list(read_vector(file)["name_en"]) == list(layers.science_park()["name_en"])


def test_an_unknown_ending_is_refused_with_those_that_are_known(tmp_path, capsys):
    assert _run(["export", "centres", str(tmp_path / "centres.shp")]) == 2
    line = said(capsys.readouterr().err)
    assert "E-IO-01" in line
    assert ".geojson" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not shutil.which("head"), reason="needs the tool head")
def test_a_reader_that_stops_reading_gets_no_traceback():
    ran = subprocess.run(f"'{INNOREGION}' layers | head -1", shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("layer ")
