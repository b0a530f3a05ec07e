"""The sentence of a projection: method, formula, source, figures, totals, and whose assumption, in both languages."""

import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

from analyses.studies import PeopleToCome
from analyses.studies.people_to_come import projected
from geo import METRIC
from maps.population_words import jobs_note, projection_note, projection_section

UNITS = GeoDataFrame(
    {"people": [1000.0], "jobs": [100.0], "room": [5000.0]}, geometry=[shapely.box(6e5, 12e5, 6e5 + 500, 12e5 + 500)], crs=METRIC
)
GROWTH = [{"until": 2030, "pct": 3.5}]
SAID = [
    ({}, "Dân số: tăng theo hàm mũ", "3,5 %/năm đến 2030", "(Shryock & Siegel 1976); r = 3.5 % a year up to 2030"),
    ({"method": "logistic", "capacity_people": 70000.0}, "Verhulst 1838", "K = 70.000 người", "K = 70,000 people"),
    ({"method": "logistic", "capacity_per_ha": 250.0}, "logistic tới sức chứa", "K = 250 người/ha", "K = 250 people a hectare"),
    ({"method": "logistic", "capacity_column": "room"}, "K theo cột room", "r = 3,5", "K by the column room"),
    ({"method": "jobs_led", "participation_pct": 55.0, "out_commuting_pct": 20.0}, "theo việc làm", "a = 55 %", "o = 20 %"),
    (
        {"totals_people": [2000.0]},
        "khớp với tổng khống chế (IPF)",
        "1,418",
        "factors 1.418–1.418",
    ),  # 2,000 / (1,000 · 1.035^10 = 1,410.6)
]


@pytest.mark.parametrize(("keys", "method", "figure", "english"), SAID)
def test_a_sentence_tells_how_people_came_about_and_whose_figures_these_are(keys, method, figure, english):
    told = PeopleToCome.model_validate({"base_year": 2020, "jobs_base_year": 2020, "years": [2030], "growth": GROWTH, **keys})
    jobs = pd.DataFrame({2020: [100.0], 2030: [200.0]})
    note = projection_note(told, projected(told, UNITS, "people", jobs))
    assert method in note.vi
    assert figure in note.vi
    assert english in note.en
    assert note.vi.endswith("giả định của người lập nghiên cứu, không phải dự báo được duyệt.")
    assert note.en.endswith("the planner's assumption, no approved forecast.")


def test_a_named_source_takes_the_place_of_the_assumption():
    keys = {"source_vi": "Đồ án điều chỉnh", "source_en": "The amended plan", "jobs_growth": [{"until": 2030, "pct": 2.0}]}
    told = PeopleToCome.model_validate(
        {"base_year": 2022, "years": [2025, 2030], "growth": GROWTH, "totals_people": [1.0, 2.0], **keys}
    )
    section = projection_section(told, projected(told, UNITS, "people"))
    assert section.text[0][0].endswith("; Đồ án điều chỉnh.")
    assert section.text[0][1].endswith("; The amended plan.")
    assert jobs_note(told).en == "Jobs: growth 2 % a year up to 2030; The amended plan."
    assert jobs_note(told).vi == "Việc làm: tăng 2 %/năm đến 2030; Đồ án điều chỉnh."
    assert section.table.to_dict("list") == {
        "year": ["2025", "2030"],
        "people": pytest.approx([1, 2]),
        "before_people": pytest.approx([1000 * 1.035**3, 1000 * 1.035**8]),
    }
