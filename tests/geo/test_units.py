"""Labels, units and number formats made from column names."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import Label, column_digits, column_label, column_unit, format_date, format_number, is_change, lower_is_better
from geo.unit_words import PHRASES


@pytest.mark.parametrize(
    ("column", "vi", "en", "unit_vi", "unit_en"),
    [
        ("jobs", "Việc làm", "Jobs", "việc làm", "jobs"),
        ("jobs_within_45min", "Việc làm trong 45 phút", "Jobs within 45 min", "việc làm", "jobs"),
        ("jobs_within_45min_change", "Việc làm trong 45 phút, thay đổi", "Jobs within 45 min, change", "việc làm", "jobs"),
        ("population_2019_people", "Dân số 2019", "Population 2019", "người", "people"),
        ("jobs_per_ha", "Việc làm", "Jobs", "việc làm/ha", "jobs/ha"),
        ("travel_time_p50_min", "Thời gian đi (phân vị 50)", "Travel time (percentile 50)", "phút", "min"),
        ("area_ha", "Diện tích", "Area", "ha", "ha"),
        ("design_speed_kmh", "Tốc độ thiết kế", "Design speed", "km/h", "km/h"),
        ("served_pct_after", "Được phục vụ, sau", "Served, after", "%", "%"),
        ("jobs_within_1.5km", "Việc làm trong 1,5 km", "Jobs within 1.5 km", "việc làm", "jobs"),
        ("jobs_p90", "Việc làm (phân vị 90)", "Jobs (percentile 90)", "việc làm", "jobs"),
        ("zeta_index", "Zeta chỉ số", "Zeta index", "", ""),
        ("min", "Phút", "Min", "", ""),
    ],
)
def test_label_and_unit_come_from_the_column_name(column: str, vi: str, en: str, unit_vi: str, unit_en: str) -> None:
    if column == "min":
        assert column_unit(column) == Label("", "")  # a bare unit is no unit of anything
        return
    assert column_label(column) == Label(vi, en)
    assert column_unit(column) == Label(unit_vi, unit_en)


@given(st.text(max_size=30))
def test_any_column_name_has_a_label(name: str) -> None:
    label = column_label(name)
    assert all(isinstance(text, str) for text in (*label, *column_unit(name)))
    assert bool(label.vi) == bool(name)


def test_every_phrase_is_told_in_both_languages() -> None:
    assert all(vi.strip() and en.strip() for vi, en in PHRASES.values())
    assert list(PHRASES) == sorted(PHRASES)


@pytest.mark.parametrize(
    ("value", "digits", "vi", "en"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-1234.5, 1, "−1.234,5", "−1,234.5"),
        (1_000_000, None, "1.000.000", "1,000,000"),
        (0.01234, None, "0,0123", "0.0123"),
        (12.0, 2, "12", "12"),
        (-0.2, 0, "0", "0"),
        (math.nan, None, "–", "–"),
        (None, None, "–", "–"),
        (math.inf, None, "∞", "∞"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(value: float | None, digits: int | None, vi: str, en: str) -> None:
    assert format_number(value, "vi", digits=digits) == vi
    assert format_number(value, "en", digits=digits) == en


def test_changes_carry_their_sign() -> None:
    assert [format_number(v, "en", digits=0, signed=True) for v in (5, 0, -5)] == ["+5", "0", "−5"]
    assert is_change("jobs_change")
    assert not is_change("change_jobs")


def test_dates_are_written_as_each_language_writes_them() -> None:
    assert format_date("2026-11-22", "vi") == format_date(dt.date(2026, 11, 22)) == "22/11/2026"
    assert format_date("2026-11-22", "en") == "2026-11-22"
    assert format_date("2018", "vi") == "2018"
    assert [format_date("2025-04", lang) for lang in ("vi", "en")] == ["04/2025", "2025-04"]
    assert format_date("2025-13") == "2025-13"


def test_times_and_distances_are_better_when_lower() -> None:
    assert lower_is_better("travel_time_min")
    assert lower_is_better("time_to_nearest_min_change")
    assert not lower_is_better("jobs_within_45min")
    assert not lower_is_better("area_ha")
    assert not lower_is_better("elevation_m")
    assert not lower_is_better("street_km")


def test_decimals_come_from_the_unit() -> None:
    assert [column_digits(name) for name in ("jobs", "area_ha", "travel_time_min", "people_per_ha", "gini")] == [0, 1, 1, 1, None]


@pytest.mark.parametrize(
    ("column", "vi"),
    [
        ("bus_tram_per_hour", "Chuyến xe buýt, tàu điện mặt đất mỗi giờ"),
        ("node_level", "Mức giá trị nút"),  # no level of schools
        ("street_km_per_km2", "Mật độ đường"),
        ("sdg_11_2_1_pct", "Tiếp cận thuận tiện giao thông công cộng (SDG 11.2.1)"),
    ],
)
def test_standard_indicators_read_as_planners_write_them(column, vi):
    assert column_label(column).vi == vi
