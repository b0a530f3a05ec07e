"""Central meridians of Vietnam: the official ones pass, and one whose minutes were typed as a decimal is named."""

import pytest
from pyproj import CRS

from geo.reading.crs_labels import label_findings

WHOLE = (102, 103, 104, 105, 106, 107, 108, 111)
MINUTES = {
    104.5: 30, 104.75: 45, 105.5: 30, 105.75: 45, 106.25: 15, 106.5: 30, 107.25: 15, 107.5: 30, 107.75: 45, 108.25: 15, 108.5: 30,
}  # fmt: skip
VN_2000 = "+ellps=WGS84 +towgs84=-191.90441429,-39.30318279,-111.45032835,-0.00928836,0.01975479,-0.00427372,0.252906278"
ZONES = {
    105: 5897, 105.5: 9209, 105.75: 9210, 106: 9211, 106.25: 9212, 106.5: 9213, 107: 9214, 107.75: 5899, 108: 5898,
}  # fmt: skip


def told(meridian, datum=VN_2000):
    crs = CRS(f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0 {datum} +units=m +type=crs")
    return [(one.code, one.what, one.mend) for one in label_findings(crs, "a.gpkg", None)]


@pytest.mark.parametrize("meridian", [*WHOLE, *MINUTES])
def test_official_meridians_pass(meridian):
    assert told(meridian) == []


@pytest.mark.parametrize(("right", "minutes"), MINUTES.items())
def test_minutes_typed_as_a_decimal_are_named(right, minutes):
    degrees = int(right)
    wrong = degrees + minutes / 100
    km = round(abs(wrong - right) * 109.3)
    ((code, what, mend),) = told(f"{wrong:.2f}")
    assert code == "E-CRS-07"
    assert what == f"the central meridian is {wrong:g}°: {degrees}°{minutes}' written as a decimal, {km} km off."
    zone = f': read_vector(..., crs="EPSG:{ZONES[right]}").' if right in ZONES else "."
    assert mend == f"{degrees}°{minutes}' is {right:g}°{zone}"


@pytest.mark.parametrize("meridian", [105.1, 105.2, 105.46, 106.35, 109.45])
def test_other_meridians_are_nobody_s_mistake(meridian):
    assert told(meridian) == []


@pytest.mark.parametrize("meridian", [*WHOLE, *MINUTES])
def test_a_zone_of_vn_2000_on_another_datum_is_named_with_the_zone(meridian):
    wanted = [f'pass crs="EPSG:{ZONES[meridian]}" to have the datum shifted.'] if meridian in ZONES else []
    assert [mend for code, _, mend in told(meridian, "+datum=WGS84") if code == "E-CRS-08"] == wanted
