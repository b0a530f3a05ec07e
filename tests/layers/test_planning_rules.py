"""Rules of planning as dated data: which hold on a day, a planner's own rows over them, one list read as another."""

import datetime as dt

import pandas as pd
import pytest

import layers
from geo import PlanningDataError

CODES = layers.land_status_codes()
CLASSES = layers.planning_classes()
NORMS = layers.planning_norms()
WALK = layers.land_crosswalk()


def refused(code, call, *arguments, **options):
    with pytest.raises(PlanningDataError) as caught:
        call(*arguments, **options)
    assert caught.value.code == code
    return str(caught.value)


def test_a_day_picks_the_rule_in_force():
    old, new = layers.land_status_codes("2024-07-31"), layers.land_status_codes(dt.date(2024, 8, 1))
    assert set(old["rule"]) == {"TT 27/2018/TT-BTNMT"}
    assert set(new["rule"]) == {"TT 08/2024/TT-BTNMT, TT 23/2025/TT-BNNMT"}
    assert {"DDT", "SKT", "LUN"} <= set(old["code"]) - set(new["code"])
    assert {"DDD", "CNT", "SCT"} <= set(new["code"]) - set(old["code"])
    assert old["code"].is_unique
    assert new["code"].is_unique
    assert len(old) + len(new) == len(CODES)
    for day, rule, share in (("2026-12-31", "QCVN 01:2021/BXD", 0.4), ("2027-01-01", "QCVN 01:2026/BXD", 0.6)):
        norms = layers.planning_norms(day)
        assert set(norms["rule"]) == {rule}
        assert norms.set_index("item").loc["upper_secondary", "m2_per_person"] == share


def test_nothing_is_said_to_be_verified_and_every_row_has_rule_day_and_source():
    for table in (CODES, CLASSES, NORMS):
        assert not table["verified"].any()
        for column in ("rule", "valid_from", "source", "confidence"):
            assert (table[column] != "").all(), column
        assert ((table["valid_to"] == "") | (table["valid_to"] > table["valid_from"])).all()


def test_days_without_a_rule_and_what_is_no_day_are_refused():
    assert "TT 16/2025" in refused("E-LAW-02", layers.planning_classes, "2025-06-30")
    refused("E-LAW-02", layers.planning_norms, "2021-07-04")
    refused("E-LAW-01", layers.planning_norms, "31/12/2026")
    refused("E-LAW-06", layers.planning_classes, scheme="QHX")


def test_colours_and_numbers_are_those_of_the_tables():
    color = CODES[CODES["valid_to"] == ""].set_index("code")["color"]
    assert color[["ODT", "ONT", "LUC", "SKK", "DGT", "SON"]].tolist() == [
        "#ffa0ff", "#ffd0ff", "#fffc8c", "#faaaa0", "#ffaa32", "#a0ffff",
    ]  # fmt: skip
    looks = CLASSES[["aci", "color"]].to_dict("index")
    assert looks["DAT_O_Nhomnhao"] == {"aci": 42, "color": "#cc9900"}
    assert looks["DAT_HTXH_CayxanhCC"] == {"aci": 72, "color": "#66cc00"}
    assert looks["DAT_DD_Donvio"] == {"aci": 30, "color": "#ff7f00"}
    assert CODES["color"].str.fullmatch("#[0-9a-f]{6}").all()
    assert CLASSES["color"].str.fullmatch("#[0-9a-f]{6}").all()
    assert CLASSES["aci"].between(1, 255).all()
    assert not CLASSES.drop_duplicates(["aci", "color"])["aci"].duplicated().any()  # one number, one colour


def test_rows_and_sections_stand_in_the_order_of_the_circular():
    general = layers.planning_classes(scheme="QHC").sort_values("table_order")
    assert general["section"].drop_duplicates().tolist() == ["I", "II", "III"]
    assert general.groupby("section")["row_no"].nunique().tolist() == [7, 14, 7]
    zoning = layers.planning_classes(scheme="QHPK").sort_values("table_order")
    assert zoning["row_no"].drop_duplicates().astype(int).tolist() == list(range(1, 31))
    assert (zoning["row_no"] == "25").sum() == 3  # three forests in one row
    parents = CODES["parent"][CODES["parent"] != ""]
    assert all(parent in set(CODES.loc[CODES["rule"] == CODES.loc[row, "rule"], "code"]) for row, parent in parents.items())


def test_a_planners_file_changes_and_adds_rows(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        '[[planning_norms]]\nid = "qcvn01_2026_city_upper_secondary"\nm2_per_person = 0.55\nverified = true\n'
        'source = "Công báo"\n'
        '[[planning_norms]]\nid = "own_library"\nname_vi = "Thư viện"\nname_en = "Libraries"\nrule = "QĐ 1/2026"\n'
        'valid_from = "2026-01-01"\nsource = "quyết định"\nitem = "library"\nmeasure = "land"\nm2_per_person = 0.1\n',
        encoding="utf-8",
    )
    mine = layers.planning_norms("2027-06-01", own=own)
    changed = mine.loc["qcvn01_2026_city_upper_secondary"]
    assert changed[["m2_per_person", "verified", "source", "radius_m"]].tolist() == [0.55, True, "Công báo", 2000.0]
    assert mine.loc["own_library", ["m2_per_person", "verified", "rule"]].tolist() == [0.1, False, "QĐ 1/2026"]
    assert len(mine) == len(layers.planning_norms("2027-06-01")) + 1
    assert layers.planning_norms("2027-06-01").loc["qcvn01_2026_city_upper_secondary", "m2_per_person"] == 0.6
    for text, code in (
        ("[[planning_norms", "E-LAW-03"),
        ("[[norms]]\nid = 'a'", "E-LAW-04"),
        ("[[planning_norms]]\nid = 'a'\nm2 = 1", "E-LAW-04"),
        ("[[planning_norms]]\nm2_per_person = 1", "E-LAW-04"),
        ("[[planning_norms]]\nid = 'a'\nm2_per_person = 1", "E-LAW-05"),
    ):
        own.write_text(text, encoding="utf-8")
        refused(code, layers.planning_norms, "2027-06-01", own=own)
    refused("E-LAW-03", layers.planning_norms, own=tmp_path / "none.toml")


def test_the_crosswalk_marks_every_choice_as_a_judgement_with_its_reason():
    ways = WALK.groupby(["from_system", "from_value", "to_system", "scheme"])
    several = ways["to_value"].transform("size") > 1
    assert several.sum() > 200
    assert (WALK.loc[several, "kind"] == "judgement").all()
    judged = WALK["kind"] == "judgement"
    assert (WALK.loc[judged, ["reason_vi", "reason_en"]] != "").all(axis=None)
    assert (ways["choice"].agg(sorted).map(lambda found: found == list(range(1, len(found) + 1)))).all()
    known = set(CODES["code"]) | set(CLASSES.index)
    assert set(WALK["to_value"]) <= known
    assert set(WALK.loc[WALK["from_system"].isin(["status", "planning"]), "from_value"]) <= known
    for scheme in ("QHC", "QHPK"):  # every code that is no rest group has a class in both tables
        covered = set(WALK.loc[(WALK["from_system"] == "status") & (WALK["scheme"] == scheme), "from_value"])
        assert set(CODES["code"]) - covered == {"PNN", "PNK"}


def test_values_of_one_list_are_read_as_another():
    tags = pd.Series(["amenity=marketplace", "landuse=retail", "landuse=unheard"], ["a", "b", "c"])
    found = layers.crosswalked(tags, "osm", "status")
    assert found[["to_value", "choice", "kind"]].to_numpy().tolist() == [
        ["DCH", 1, "exact"], ["TMD", 1, "judgement"], ["DCH", 2, "judgement"], ["", 1, "unknown"],
    ]  # fmt: skip
    assert found.index.tolist() == ["a", "b", "b", "c"]
    cover = layers.crosswalked(pd.Series([10, 50]), "worldcover", "status")
    assert cover.loc[0, "to_value"].tolist()[0] == "CLN"  # rubber before forest
    homes = layers.crosswalked(pd.Series(["ODT"]), "status", "planning", scheme="QHC")
    assert homes["to_value"].tolist() == ["DAT_DD_Donvio", "DAT_DD_Honhop"]
    refused("E-LAW-07", layers.crosswalked, tags, "osm", "planning")
    refused("E-LAW-07", layers.crosswalked, pd.Series(["ODT"]), "status", "planning")


def test_names_of_drawing_layers_are_read_and_written():
    names = [
        "QHDH_DAT_HTXH_Yte_DVO",
        "xref$0$QHDD_DAT_CTHTKT_DuongGT_CH",
        "ht_dat_htxh_truonghoc_th",
        "HT_ĐAT_Cayxanhhanche",
        "HT_CN_Cấp nước",
    ]
    found = layers.drawing_layers(pd.Series(names))
    assert found.iloc[0].tolist() == ["long_term", "DAT_HTXH_Yte", "unit", "health", False]
    assert found.iloc[1].tolist() == ["first_phase", "DAT_HTKT_DuongGT", "city", "transport_land", True]
    assert found.iloc[2].tolist() == ["existing", "DAT_HTXH_Truonghoc", "", "primary", False]
    assert found.iloc[3].tolist() == ["existing", "DAT_Cayxanhhanche", "", "", False]
    assert found.iloc[4, 1] == ""
    stages = ("existing", "first_phase", "long_term", "planned")
    every = [[stage, class_id, "unit"] for class_id in CLASSES.index for stage in stages]
    written = pd.Series([layers.drawing_layer_name(class_id, stage, level=level) for stage, class_id, level in every])
    assert layers.drawing_layers(written).iloc[:, :3].to_numpy().tolist() == every
    assert layers.drawing_layer_name("DAT_HTXH_Truonghoc", service="lower_secondary") == "QHDH_DAT_HTXH_Truonghoc_THCS"
    refused("E-LAW-08", layers.drawing_layer_name, "DAT_HTXH_Yte", "soon")
