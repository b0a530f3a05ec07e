"""From–to matrices of land: hectares by hand, sums of rows and columns, and Pontius's split."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import analyses
import geo
from geo import PlanningDataError

X, Y = 600_000, 1_220_000


def land(*strips, north=1, **columns):
    """Strips of hectometres (west, east, use), a hectare a hectometre."""
    shapes = [box(X + 100 * west, Y, X + 100 * east, Y + 100 * north) for west, east, _ in strips]
    return gpd.GeoDataFrame({"land_use": [use for *_, use in strips], **columns}, geometry=shapes, crs=geo.METRIC)


def test_the_matrix_by_hand():
    """10 ha: farms give 2 to homes and 1 to parks; homes give 1 to parks."""
    before = land((0, 6, "farm"), (6, 10, "homes"))
    after = land((0, 3, "farm"), (3, 5, "homes"), (5, 7, "parks"), (7, 10, "homes"))
    matrix = analyses.land_use_change(before, after)
    expected = pd.DataFrame([[3, 2, 1], [0, 3, 1], [0, 0, 0]], ["farm", "homes", "parks"], ["farm", "homes", "parks"])
    assert matrix.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-3, abs=1e-9)  # ground is not grid: up to 240 ppm
    assert matrix.index.tolist() == matrix.columns.tolist() == expected.index.tolist()


def test_hectares_are_those_of_the_ground():
    before = land((0, 6, "farm"), (6, 10, "homes"))
    matrix = analyses.land_use_change(before, before)
    assert np.diag(matrix) == pytest.approx(geo.area_ha(before).to_numpy(), rel=1e-5)
    assert matrix.to_numpy().sum() == pytest.approx(np.diag(matrix).sum(), rel=1e-12)


def test_land_in_one_layer_only_is_unclassified_in_the_other():
    matrix = analyses.land_use_change(land((0, 4, "farm")), land((1, 7, "homes")))
    assert matrix.index.tolist() == ["farm", "homes", "unclassified"]
    assert matrix.loc["farm"].to_numpy() == pytest.approx([0, 3, 1], rel=1e-3)
    assert matrix.loc["unclassified"].to_numpy() == pytest.approx([0, 3, 0], rel=1e-3)
    apart = analyses.land_use_change(land((0, 4, "farm")), land((5, 7, "farm")))
    assert apart.to_numpy() == pytest.approx(np.array([[0, 4], [2, 0]]), rel=1e-3)


ends = st.lists(st.integers(1, 19), min_size=0, max_size=4, unique=True)
uses = st.sampled_from(["farm", "homes", "parks"])


@settings(max_examples=30)
@given(ends, ends, st.data())
def test_rows_sum_to_the_land_before_and_columns_to_the_land_after(first, second, data):
    layers = []
    for inner in (first, second):
        cuts = [0, *sorted(inner), 20]
        layers.append(land(*[(w, e, data.draw(uses)) for w, e in pairwise(cuts)]))
    matrix = analyses.land_use_change(*layers)
    for layer, sums in zip(layers, (matrix.sum(axis=1), matrix.sum(axis=0)), strict=True):
        held = geo.area_ha(layer).groupby(layer["land_use"]).sum().reindex(matrix.index, fill_value=0)
        assert sums.to_numpy() == pytest.approx(held.to_numpy(), rel=1e-5)
    parts = analyses.change_components(matrix)
    assert parts["net_ha"].sum() == pytest.approx(0, abs=1e-9)
    assert parts["gain_ha"].sum() == pytest.approx(parts["loss_ha"].sum())
    assert (parts["net_ha"].abs() + parts["swap_ha"]).to_numpy() == pytest.approx(
        (parts["gain_ha"] + parts["loss_ha"]).to_numpy()
    )


def test_a_use_that_only_moves_is_all_swap():
    """Three classes as in the paper's explanation: what is lost in one place is won in another."""
    names = ["farm", "homes", "parks"]
    parts = analyses.change_components(pd.DataFrame([[10, 4, 0], [4, 20, 0], [1, 0, 5]], names, names))
    assert parts.loc["homes", ["gain_ha", "loss_ha", "net_ha", "swap_ha"]].tolist() == [4, 4, 0, 8]
    assert parts.loc["farm", ["gain_ha", "loss_ha", "net_ha", "swap_ha"]].tolist() == [5, 4, 1, 8]
    assert parts.loc["parks", ["before_ha", "after_ha", "persistence_ha", "net_ha", "swap_ha"]].tolist() == [6, 5, 5, -1, 0]


FARM = land((0, 4, "farm"), (4, 6, "homes"))
SQUARE = pd.DataFrame([[1.0, 2], [3, 4]], ["x", "y"], ["x", "y"])


@pytest.mark.parametrize(
    ("ask", "code", "ids"),
    [
        (lambda: analyses.land_use_change(FARM, FARM, column="landuse"), "E-CHANGE-01 .*land_use", ()),
        (lambda: analyses.land_use_change(FARM, FARM.assign(land_use=["farm", None])), "E-CHANGE-02", (1,)),
        (lambda: analyses.land_use_change(FARM, land((0, 4, "farm"), (2, 6, "homes"))), "E-POLY-04", (0, 1)),
        (lambda: analyses.land_use_change(FARM.set_index(pd.Index([7, 7])), FARM), "E-POLY-01", (7,)),
        (lambda: analyses.land_use_change(FARM, FARM.to_crs("EPSG:32648")), "E-CRS-02", ()),
        (lambda: analyses.change_components(SQUARE[["y", "x"]]), "E-CHANGE-03", ()),
        (lambda: analyses.change_components(SQUARE - 2), "E-CHANGE-04", ("x",)),
        (lambda: analyses.change_components(SQUARE.where(SQUARE != 3)), "E-CHANGE-04", ("y",)),
    ],
)
def test_bad_layers_are_refused_with_their_ids(ask, code, ids):
    with pytest.raises(PlanningDataError, match=code) as caught:
        ask()
    assert caught.value.feature_ids == ids
