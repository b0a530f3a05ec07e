"""The workbook of a balance: formulas that a spreadsheet recomputes to our numbers, and the same bytes each time."""

import re

import geopandas as gpd
import pytest
import shapely
from openpyxl import load_workbook

import analyses
import maps
from geo import METRIC
from maps.balance_words import HEADS

CELL = re.compile(r"\$?([A-Z]+)\$?(\d+)")


def box(x0, x1):
    return shapely.box(604_000 + x0, 1_222_000, 604_000 + x1, 1_223_000)


def strips(classes):
    """Strips of 100 x 1,000 m, a class each."""
    return gpd.GeoDataFrame(
        {"class_id": classes}, geometry=[box(100 * at, 100 * at + 100) for at in range(len(classes))], crs=METRIC
    )


PLANS = {
    "QHPK": ["DAT_O_Nhomnhao", "DAT_HTXH_Truonghoc", "DAT_HTXH_TruongTHPT", "=1+1", "DAT_NN_Rungphongho"],
    "QHC": ["DAT_DD_Donvio", "DAT_DD_TruongTHPT", "DAT_NDD_Congnghiep", "DAT_NNK_Songsuoi", "DAT_DD_DVCCdothi"],
}


class Sheet:
    """Evaluates the four forms of formula that the workbook holds, with no eye on our numbers."""

    def __init__(self, sheet):
        self.sheet = sheet

    def value(self, cell):
        there = self.sheet[cell.replace("$", "")]
        return self.formula(there.value) if there.data_type == "f" else there.value

    def formula(self, text):
        if text.startswith("=IF("):
            return self._if(text)
        if found := re.fullmatch(r"=([A-Z]+\d+)-([A-Z]+\d+)", text):
            return self.value(found[1]) - self.value(found[2])
        cells = text.removeprefix("=").split("+")
        assert all(CELL.fullmatch(one) for one in cells), text
        return sum(self.value(one) or 0 for one in cells)

    def _if(self, text):
        condition, then, otherwise = re.fullmatch(r"=IF\((.+?)>0,(.+),(0|\"\")\)", text).groups()
        asked = CELL.search(condition)[0]
        if not (self.value(asked) or 0) > 0:
            return 0 if otherwise == "0" else None
        if found := re.fullmatch(r"([A-Z]+\d+)/([$A-Z0-9]+)\*100", then):
            return self.value(found[1]) / self.value(found[2]) * 100
        found = re.fullmatch(r"([A-Z]+\d+)\*10000/([$A-Z0-9]+)", then)
        return self.value(found[1]) * 10_000 / self.value(found[2])


@pytest.mark.parametrize("scheme", PLANS)
@pytest.mark.parametrize(("people", "existing"), [(61_000, 8_200), (None, None)])
def test_formulas_recompute_to_our_numbers(scheme, people, existing, tmp_path):
    status = strips(["CLN", "ODT", "CLN", "CLN"])
    plan = strips(PLANS[scheme])
    found = analyses.land_use_balance(plan, status, people, scheme=scheme, on="2026-11-22", existing_people=existing)
    path = maps.save_balance(
        found, tmp_path / "balance.xlsx", norms=[analyses.norm_check(plan, people, on="2027-01-01", scheme=scheme)]
    )
    book = load_workbook(path)
    sheet = book.worksheets[0]
    read = Sheet(sheet)
    columns = ("existing_ha", "existing_pct", "existing_m2_per_person", "planned_ha", "planned_pct", "planned_m2_per_person")
    formulas = 0
    for at, (row, numbers) in enumerate(found.table.iterrows()):
        assert sheet.cell(8 + at, 2).value == numbers["name_vi"]
        for place, name in enumerate((*columns, "planned_ha_change"), 5):
            cell = sheet.cell(8 + at, place)
            formulas += cell.data_type == "f"
            told = read.value(cell.coordinate)
            if numbers[name] != numbers[name]:
                assert told is None
            else:
                assert told == pytest.approx(numbers[name], abs=1e-9), (row, name)
            if name not in {"existing_ha", "planned_ha"} or numbers["kind"] in {"total", "section"}:
                assert cell.data_type == "f", (row, name)
    assert formulas > 5 * len(found.table)
    assert [sheet.cell(7, at).value for at in range(1, 12)] == [head[0] for head in HEADS]
    assert len(book.worksheets) == 5


def test_a_changed_cell_is_carried_through_and_names_never_become_formulas(tmp_path):
    found = analyses.land_use_balance(strips(PLANS["QHPK"]), None, 1_000, scheme="QHPK", on="2026-11-22")
    path = maps.save_balance(found, tmp_path / "balance.xlsx", lang="en")
    sheet = load_workbook(path).worksheets[0]
    rows = {sheet.cell(at, 4).value: at for at in range(8, 60)}
    assert sheet.cell(rows["=1+1"], 4).data_type == "s"
    homes, last = rows["DAT_O_Nhomnhao"], 8 + len(found.table) - 1
    sheet.cell(homes, 8).value = 60
    sheet["C5"].value = 2_000
    read = Sheet(sheet)
    assert read.value(f"H{last}") == pytest.approx(100, rel=1e-4)  # 60 and four strips of 10 ha
    assert read.value(f"I{homes}") == pytest.approx(60, rel=1e-4)
    assert read.value(f"J{homes}") == pytest.approx(300)
    assert sheet["E8"].value is None  # no status map


def test_the_same_balance_is_the_same_bytes(tmp_path):
    found = analyses.land_use_balance(strips(PLANS["QHPK"]), None, None, scheme="QHPK", on="2026-11-22")
    first, second = (maps.save_balance(found, tmp_path / f"{name}.xlsx").read_bytes() for name in "ab")
    assert first == second
    assert b"2026" not in first[:200]
