"""The pages of the study of TOD: the strip map is written, and linked where readers look."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from maps.cli import app
from tests.analyses.studies.test_tod_corridor import TEXT


def test_the_strip_map_lies_beside_the_gallery_and_is_linked(tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(tmp_path / "trial.toml"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "strip_map.pdf").read_bytes().startswith(b"%PDF")
    for page in ("index.html", "report.html"):
        assert 'href="strip_map.pdf"' in (tmp_path / "out" / page).read_text(encoding="utf-8")
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count("không đánh giá được") >= 5 * 2 * 2  # five placeholders, people and jobs, today and later
