"""What reading a study's own files told reaches the command, the report and the manifest."""

import json

import pytest

from maps.__main__ import _run

STUDY = """
kind = "access"
title_vi = "Thử"
title_en = "Trial"
modes = ["motorbike"]
destinations = ["1"]
limit_min = 30
[base]
resolution = 6
[base.destinations]
file = "places.geojson"
[[measures]]
measure = "opportunities_within"
of = "jobs"
cutoff_min = [15]
"""
BOW_TIE = {"type": "Polygon", "coordinates": [[[106.6, 11.0], [106.7, 11.1], [106.7, 11.0], [106.6, 11.1], [106.6, 11.0]]]}
POINT = {"type": "Point", "coordinates": [106.66, 11.05]}


@pytest.fixture
def built(tmp_path, capsys):
    def build(geometry):
        features = [{"type": "Feature", "properties": {}, "geometry": geometry}]
        (tmp_path / "places.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        (tmp_path / "mine.toml").write_text(STUDY, encoding="utf-8")
        assert _run(["run", str(tmp_path / "mine.toml"), "--out", str(tmp_path / "out"), "--paper", "none"]) == 0
        manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
        return capsys.readouterr().out, (tmp_path / "out" / "report.html").read_text(encoding="utf-8"), manifest["findings"]

    return build


def test_what_was_mended_in_a_file_is_said_with_the_results(built):
    said, report, findings = built(BOW_TIE)
    assert [(one["code"], one["severity"], one["file"]) for one in findings] == [
        ("E-STUDY-10", "warning", "places.geojson"),
        ("E-GEOM-04", "fixed", "places.geojson"),
    ]
    for one in findings:
        assert f"  {one['severity']} places.geojson: {one['code']} {one['what']}" in said
        assert f"{one['code']} {one['what']}" in report
    for words in ("Tệp của nghiên cứu: những điều cần biết", "phần mềm ghi nhận 2 điểm", "đã sửa", "these 2 points"):
        assert words in report


def test_files_in_order_are_not_spoken_of(built):
    said, report, findings = built(POINT)
    assert (findings, said.count("\n")) == ([], 1)
    assert "Tệp của nghiên cứu" not in report
