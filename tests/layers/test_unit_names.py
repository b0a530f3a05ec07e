"""Names as tables write them find their unit, or say why not."""

from __future__ import annotations

import pandas as pd
import pytest

import layers
from geo import PlanningDataError, plain_name


def matched(name: object, vintage: str = "2025", within: str | None = None) -> tuple[object, str, str]:
    place = None if within is None else pd.Series([within], ["row"])
    found = layers.match_units(pd.Series([name], ["row"], dtype=object), vintage, within=place).loc["row"]  # type: ignore[arg-type]
    return found["unit_id"], found["matched_by"], found["candidates"]


@pytest.mark.parametrize("vintage", ["2024", "2025"])
def test_every_unit_finds_itself(vintage: str) -> None:
    units = layers.units(vintage)  # type: ignore[arg-type]
    for column in ("name_vi", "name_en", "gso_code"):
        found = layers.match_units(units[column], vintage)  # type: ignore[arg-type]
        assert list(found["unit_id"]) == list(units.index), column
    plain = layers.match_units(units["name_vi"].map(plain_name).str.upper(), vintage)  # type: ignore[arg-type]
    assert list(plain["unit_id"]) == list(units.index)


@pytest.mark.parametrize(
    ("seen", "name", "how"),
    [
        ("P. Chánh Hiệp", "Phường Chánh Hiệp", "name"),
        ("P.Chánh Hiệp", "Phường Chánh Hiệp", "name"),
        ("phường  CHÁNH HIỆP", "Phường Chánh Hiệp", "name"),
        ("Chanh Hiep", "Phường Chánh Hiệp", "plain_name"),
        ("Chanh Hiep ward", "Phường Chánh Hiệp", "plain_name"),
        (25195, "Phường Bình Phước", "code"),
        (25195.0, "Phường Bình Phước", "code"),
        ("Phường Hoà Lợi", "Phường Hòa Lợi", "name"),
        ("Chánh Phú Hòa", "Phường Chánh Phú Hòa", "name"),
        ("x. trừ văn thố", "Xã Trừ Văn Thố", "name"),
    ],
)
def test_as_people_write(seen: object, name: str, how: str) -> None:
    names = layers.units("2025")["name_vi"]
    unit, matched_by, _ = matched(seen)
    assert (names[unit], matched_by) == (name, how)


def test_accents_that_differ_are_another_name() -> None:
    assert matched("Bình Dương")[1] == "name"
    assert matched("Bình Đường")[:2] == (None, "none")
    assert matched("Binh Duong")[1] == "plain_name"


def test_the_town_is_not_the_ward() -> None:
    assert matched("Thị xã Bến Cát")[:2] == (None, "none")
    assert matched("Thị xã Bến Cát", "2024")[0] == "ben_cat"
    assert matched("TP. Thủ Đức", "2024")[0] == "thu_duc"
    assert matched("Phường Bến Cát", "2024")[0] is None
    assert matched("Xã Phú An")[0] is None  # a commune before the reform; the ward of today is larger
    assert matched("Bến Cát")[2] == matched("Phường Bến Cát")[2]


def test_names_that_occur_twice_need_their_district() -> None:
    communes = layers.population()
    twice = communes[communes.duplicated("name_vi", keep=False)].sort_values("name_vi")
    assert len(twice) > 10
    name, districts = twice["name_vi"].iloc[0], twice[twice["name_vi"] == twice["name_vi"].iloc[0]]["district"]
    assert matched(name, "2019")[1] == "ambiguous"
    assert len(matched(name, "2019")[2].split()) == len(districts)
    for commune, district in districts.items():
        assert matched(f"Xã {name}", "2019", within=f"Huyện {district}")[0] == commune


def test_unmatched_rows_name_the_nearest() -> None:
    names = layers.units("2025")["name_vi"]
    unit, how, near = matched("Phường Bình Dươngg")
    assert (unit, how) == (None, "none")
    assert "Phường Bình Dương" in {names[key] for key in near.split()}
    assert matched("")[:2] == matched(None)[:2] == matched(float("nan"))[:2] == (None, "none")
    assert matched("Osaka") == (None, "none", "")


def test_refused() -> None:
    with pytest.raises(PlanningDataError, match="E-UNIT-01"):
        layers.match_units(pd.Series(["a", "b"], [1, 1]))
    with pytest.raises(PlanningDataError, match="E-UNIT-01"):
        layers.match_units(pd.Series(["a"], [1]), within=pd.Series(["a"], [2]))
    with pytest.raises(PlanningDataError, match="E-LAYER-03"):
        layers.match_units(pd.Series(["a"]), "1990")  # type: ignore[arg-type]
