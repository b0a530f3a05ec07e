"""The catalogue and the layers say the same, layer by layer."""

import re
import tomllib
import typing
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from pandas.testing import assert_frame_equal

import layers
from geo import METRIC, PlanningDataError, column_unit
from layers.register import COMMON, STATUSES, TOLD, entry

LAYERS = list(layers.catalogue().index)
NOT_LAYERS = {"catalogue", "osm_tags", "unit_shares"}  # the register itself; the table of tags; a table with a key of two parts
UNITS_BY_SUFFIX = ("m", "km", "ha", "m²", "km²", "km/h", "min", "%", "people", "jobs")
INNER_UNIT = re.compile(r"_km_(published|drawn)$")  # named so by the sources
VIETNAMESE_LETTER = re.compile("[\u0103\u0111\u01a1\u01b0\u00c0-\u00ff\u1ea0-\u1ef9]", re.IGNORECASE)
ENGLISH_WORD = re.compile(r"\b(the|of|and|from|with|see|none|row|rows|planning|estimates?|stops?|bridge|scheme)\b", re.IGNORECASE)
ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@cache
def built(name):
    return layers.get(name)


def in_layers_that(matches):
    return pytest.mark.parametrize("name", [name for name in LAYERS if matches(entry(name))])


every_layer = pytest.mark.parametrize("name", LAYERS)
located = in_layers_that(lambda about: about.geometry != "table")
shipped = in_layers_that(lambda about: about.shipped)
not_shipped = in_layers_that(lambda about: not about.shipped)


def test_there_is_one_row_a_layer_in_order_and_more_than_thirty():
    assert list(layers.catalogue().index) == sorted(set(LAYERS))
    assert layers.catalogue().index.name == "layer"
    assert len(LAYERS) >= 30


def test_every_public_function_that_returns_a_frame_is_in_the_catalogue_and_the_other_way_round():
    frames = {
        name
        for name in layers.__all__
        if callable(getattr(layers, name))
        and typing.get_type_hints(getattr(layers, name)).get("return") in (GeoDataFrame, pd.DataFrame)
        and _needs_nothing(name)
    }
    assert frames - NOT_LAYERS == set(LAYERS) - NOT_LAYERS


def _needs_nothing(name):
    function = getattr(layers, name)
    needed = function.__code__.co_argcount - len(function.__defaults__ or ())
    return needed == 0


@every_layer
def test_nothing_that_must_be_said_is_missing(name):
    about = layers.catalogue().loc[name]
    for said in ("title_vi", "title_en", "family", "source", "licence"):
        assert about[said].strip(), said
    assert about["status"] in STATUSES
    assert ISO_DATE.fullmatch(about["as_of"])
    assert np.isfinite(about["accuracy_m"]) or about["accuracy_note"]
    assert about["geometry"] in ("Point", "LineString", "Polygon", "table")


@every_layer
def test_source_licence_and_notes_are_told_in_vietnamese_too(name):
    about = layers.catalogue().loc[name]
    for told in TOLD:
        assert (about[f"{told}_vi"] == "") == (about[told] == "")
        assert_vietnamese(about[told], about[f"{told}_vi"])


@every_layer
def test_the_source_of_every_row_has_its_vietnamese(name):
    frames = [built(name), *([layers.get(name, vintage="2025")] if name == "units" else [])]
    for source in {source for frame in frames for source in frame["source"]}:
        assert_vietnamese(source, layers.in_vietnamese(source))


def assert_vietnamese(english, told):
    """Translated, with no English left, and with the same figures whatever sign parts their thousands and decimals."""
    if english:
        assert told != english
        assert VIETNAMESE_LETTER.search(told), told
        assert not ENGLISH_WORD.search(told), told
        assert figures(told) == figures(english), told


def figures(text):
    """The numbers of a text without signs between their digits, sorted: each language writes a date in its own order."""
    return sorted(int(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", text.replace(" April ", " 4 "))))


def test_no_vietnamese_is_kept_for_a_text_that_nothing_says_any_more():
    table = layers.catalogue()
    said = {text for column in (*TOLD, "plan_basis") for text in table[column]}
    for name in LAYERS:
        for frame in (built(name), *([layers.get(name, vintage="2025")] if name == "units" else [])):
            for column in {"source", "area_source", "plan_basis", "length_covers", "covers"} & set(frame):
                said |= set(frame[column])
    kept = (resources.files("layers") / "data" / "vietnamese.toml").read_text(encoding="utf-8")
    assert [text for text in tomllib.loads(kept) if not any(text in one for one in said)] == []


def test_a_text_that_is_not_of_the_catalogue_stays_as_it_is():
    for text in ("", "own survey", "planning estimates; own survey", "none shipped; "):
        assert layers.in_vietnamese(text) == text


@every_layer
def test_the_frame_has_exactly_the_documented_columns_in_their_order(name):
    frame = built(name)
    assert [column for column in frame.columns if column != "geometry"] == list(entry(name).columns)
    assert set(COMMON) <= set(frame.columns)


@every_layer
def test_the_unit_of_every_column_is_that_of_its_suffix(name):
    for column, (unit, meaning) in entry(name).columns.items():
        assert meaning
        suffix = column_unit(column).en
        if suffix or unit in UNITS_BY_SUFFIX:
            assert suffix == unit or (INNER_UNIT.search(column) and unit == "km"), column


@every_layer
def test_columns_hold_what_their_unit_promises(name):
    frame = built(name)
    for column, (unit, _) in entry(name).columns.items():
        if unit == "text":
            assert frame[column].dtype == "str", column
            assert frame[column].notna().all(), column
        elif unit == "yes/no":
            assert frame[column].dtype == bool, column
        else:
            assert pd.api.types.is_numeric_dtype(frame[column]), column
            assert not np.isinf(frame[column].to_numpy(float)).any(), column


@every_layer
def test_the_index_is_named_unique_sorted_and_text(name):
    index = built(name).index
    assert index.name == entry(name).index
    assert index.name.endswith("_id")
    assert index.is_unique
    assert index.is_monotonic_increasing
    assert all(isinstance(one, str) and one for one in index)


@shipped
def test_every_row_says_its_name_status_date_source_and_accuracy(name):
    frame = built(name)
    for column in ("name_vi", "name_en", "source"):
        assert (frame[column].str.strip() != "").all(), column
    assert set(frame["status"]) <= set(STATUSES)
    assert frame["as_of"].map(lambda day: bool(ISO_DATE.fullmatch(day))).all()
    if entry(name).geometry != "table":
        assert (frame["accuracy_m"] > 0).all()


@shipped
def test_what_is_planned_names_its_plan(name):
    frame = built(name)
    planned = frame[frame["status"].isin(["planned", "concept", "under_construction"])]
    assert (planned["plan_basis"] != "").all()


@shipped
def test_the_catalogue_sums_up_its_rows(name):
    frame, about = built(name), entry(name)
    statuses = set(frame["status"])
    assert len(frame) == about.features
    assert (statuses.pop() if len(statuses) == 1 else "mixed") == about.status
    assert frame["as_of"].max() == about.as_of
    assert frame["accuracy_m"].max() == about.accuracy_m or (frame["accuracy_m"].isna().all() and np.isnan(about.accuracy_m))


@located
def test_geometries_are_valid_of_the_stated_kind_and_in_metres(name):
    frame = built(name)
    assert isinstance(frame, GeoDataFrame)
    assert frame.crs == METRIC
    assert frame.geom_type.str.removeprefix("Multi").isin([entry(name).geometry]).all()
    assert frame.is_valid.all()
    assert not frame.is_empty.any()
    assert np.isfinite(shapely.get_coordinates(frame.geometry.to_numpy())).all()


@every_layer
def test_a_layer_may_be_changed_without_changing_the_next(name):
    before, mine = layers.get(name), layers.get(name)
    for column in mine.columns.intersection(["name_vi", "status"]):
        mine.loc[:, column] = "mine"
    if "geometry" in mine:
        mine.loc[:, "geometry"] = shapely.Point(0, 0)
    mine["own"], mine.index.name, mine.attrs["own"] = 1, "mine", True
    after = layers.get(name)
    assert_frame_equal(pd.DataFrame(after), pd.DataFrame(before))
    assert after.attrs == before.attrs


@not_shipped
def test_layers_without_data_are_empty_and_say_how_to_fill_them(name):
    assert built(name).empty
    assert "geo.read_vector" in entry(name).how_to_import


@shipped
def test_no_text_carries_working_notes(name):
    frame = built(name)
    text = " ".join([str(entry(name)), *frame.select_dtypes("str").to_numpy().ravel()])
    assert not re.search(r"\bgk\b|\bseed\b|TODO|PyPI|GitHub|REJECTED|\bva label", text)


def test_an_unknown_layer_is_refused_with_the_nearest_names():
    with pytest.raises(PlanningDataError) as refused:
        layers.get("corridor")
    assert refused.value.code == "E-LAYER-01"
    assert "corridors" in str(refused.value)


def test_options_reach_the_layer():
    assert len(layers.get("units", vintage="2025")) == 53
    assert len(layers.get("stations", line_id="metro_bd2")) == 13
