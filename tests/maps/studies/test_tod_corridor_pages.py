"""The pages of the study of TOD: the strip map is written, and linked where readers look."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from maps.cli import app

TEXT = """kind = "tod_corridor"
title_vi = "Thử"
title_en = "Trial"
line = "brt_newcity_suoitien"
scenario = "brt"
draws = 4
[base]
resolution = 6
[[scenarios]]
id = "brt"
title_vi = "Có"
title_en = "With"
changes = [{ change = "AddLine", name = "BRT", stops = "brt_newcity_suoitien", headway_min = 6, commercial_speed_kmh = 23 }]
[[phases]]
id = "later"
title_vi = "Sau"
title_en = "Later"
core = { people_per_ha = [100, 200, 300], jobs_per_ha = [50, 100, 150] }
transition = { people_per_ha = [60, 120, 180], jobs_per_ha = [30, 60, 90] }
"""


def test_the_strip_map_lies_beside_the_gallery_and_is_linked(tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(tmp_path / "trial.toml"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "strip_map.pdf").read_bytes().startswith(b"%PDF")
    for page in ("index.html", "report.html"):
        assert 'href="strip_map.pdf"' in (tmp_path / "out" / page).read_text(encoding="utf-8")
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count("không đánh giá được") >= 5 * 2 * 2  # five placeholders, people and jobs, today and later
