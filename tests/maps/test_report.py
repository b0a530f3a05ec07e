"""The page of text: both languages, numbers as each writes them, tables that head themselves, text that stays text."""

import re

import numpy as np
import pandas as pd
import pytest

from geo import PlanningDataError
from maps import small_multiples
from maps.report import Section, write_report

TITLE, FIRST = ("Báo cáo thử", "A trial"), ("Lời đầu", "First words")


def written(tmp_path, *sections):
    return write_report(tmp_path, "report.html", TITLE, FIRST, sections, lang="vi").read_text(encoding="utf-8")


def test_a_table_heads_itself_and_writes_numbers_as_each_language_does(tmp_path):
    table = pd.DataFrame(
        {
            "name_vi": ["Dĩ An", "Bến Cát"],
            "name_en": ["Di An", "Ben Cat"],
            "better_people": [12345, 0],
            "travel_time_min_change": [-3.25, np.nan],
            "mode": ["motorbike", "transit"],
        }
    )
    text = written(tmp_path, Section(("Phần", "Part"), table=table))
    heads = re.findall(r"<th[^>]*>(.*?)</th>", text)
    assert len(heads) == 4
    assert "Được lợi (người)" in heads[1]
    assert "Better off (people)" in heads[1]
    for part in ("12.345", "12,345", "−3,2", "−3.2", ">–<", "xe máy", "motorbike", "Di An"):
        assert part in text
    assert "không tới được" in written(tmp_path, Section(("P", "P"), table=pd.DataFrame({"travel_time_min": [np.inf]})))


def test_text_from_data_stays_text(tmp_path):
    evil = "<script>alert(1)</script>"
    text = written(tmp_path, Section((evil, evil), [(evil, evil)], pd.DataFrame({"name_vi": [evil]}), caption=(evil, evil)))
    assert evil not in text
    assert text.count("&lt;script&gt;") == 4
    assert text.count("<script>") == 1


def test_a_picture_is_drawn_into_the_folder_and_into_the_page(tmp_path):
    text = written(tmp_path, Section(("P", "P"), picture=lambda path: (path.parent.mkdir(), path.write_bytes(b"png"))))
    assert (tmp_path / "pictures" / "01.png").read_bytes() == b"png"
    assert "data:image/png;base64,cG5n" in text


def test_small_multiples_share_their_classes_and_are_the_same_bytes_again(zones, tmp_path):
    frame = zones[["geometry"]].assign(one=zones["jobs_change"], two=2 * zones["jobs_change"])
    paths = [tmp_path / f"{name}.png" for name in "ab"]
    for path in paths:
        small_multiples(frame, ["one", "two"], path, measure="jobs_change", titles=["1", "2"], across=2)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    with pytest.raises(PlanningDataError, match="E-MAP-01"):
        small_multiples(frame, ["one", "two"], paths[0], measure="jobs_change", titles=["1"], across=2)
    with pytest.raises(PlanningDataError, match="E-MAP-09"):
        small_multiples(frame, ["one"], tmp_path / "a.pdf", measure="jobs_change", titles=["1"], across=1)


def test_the_report_of_the_first_look_tells_the_numbers_of_its_tables(gallery):
    text = (gallery.folder / "report.html").read_text(encoding="utf-8")
    reached = pd.read_csv(gallery.folder / "data" / "people_reached.csv")
    for share in reached["share_pct"]:
        assert f"{share:g}".replace(".", ",") in text
    assert "<noscript>" not in text
