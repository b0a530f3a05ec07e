"""The areas of a dossier against those of the drawing it was made from: what a committee checks, parcel by parcel."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from geopandas import GeoDataFrame

from analyses.planning.dossier_shapes import LEAST_M2, together
from analyses.planning.dossier_values import DossierTable
from geo import Finding, compare_areas

TOLERANCE_PCT = 0.1


def dossier_against_drawing(
    tables: Sequence[DossierTable], parcels: GeoDataFrame, *, least_m2: float = LEAST_M2, tolerance_pct: float = TOLERANCE_PCT
) -> list[Finding]:
    """Planned land of a dossier against the ``parcels`` of its drawing (areas with ``class_id``, under their handles).

    Parcels pair by greatest overlap (`compare_areas`), areas in the plane of the drawing. E-DOS-70: areas differ by more than
    ``least_m2`` and ``tolerance_pct`` of the drawing; -71: a parcel of the drawing that the dossier has not; -72: one that the
    drawing has not; -73: another class. Returns one finding a class and kind, with the features and up to ten pairs. Errors:
    E-PAIR-01 where the drawing is not in metres.
    """
    land = [table for table in tables if table.package == "QuyHoach" and table.role == "land" and table.stage != "existing"]
    land = [table for table in land if table.name.endswith("_A") and len(table.frame) and table.frame.crs is not None]
    if not land:
        return [Finding("E-DOS-72", "the dossier has no planned land to compare.", "write its classes.", layer="QuyHoach")]
    ours = together(land).assign(class_id=lambda frame: frame["layer"].map({table.title: table.class_id for table in land}))
    pairs = compare_areas(parcels[~parcels.geometry.is_empty], ours)
    both = pairs[pairs["cad_id"].notna() & pairs["gis_id"].notna()]
    off = both[(both["difference_m2"].abs() > least_m2) & (both["difference_pct"].abs() > tolerance_pct)]
    other = both[[parcels.loc[a, "class_id"] != ours.loc[b, "class_id"] for a, b in both[["cad_id", "gis_id"]].to_numpy()]]
    return [
        *_by_layer(ours, off, "E-DOS-70", "areas differ from those of the drawing", "find out which one is right."),
        *_lost(parcels, pairs[pairs["gis_id"].isna()]),
        *_by_layer(ours, pairs[pairs["cad_id"].isna()], "E-DOS-72", "parcels that the drawing has not", "draw or drop them."),
        *_by_layer(ours, other, "E-DOS-73", "parcels of another class than in the drawing", "correct the class."),
    ]


def _by_layer(ours: GeoDataFrame, rows: pd.DataFrame, code: str, what: str, mend: str) -> list[Finding]:
    """One finding a class of the dossier."""
    found = []
    layers = ours.loc[rows["gis_id"].to_numpy(), "layer"].to_numpy()
    for layer in dict.fromkeys(layers):
        own = rows[layers == layer]
        ids = tuple(ours.loc[own["gis_id"].to_numpy(), "id"].tolist())
        seen = [f"{row.cad_id}: drawing {row.cad_m2:,.1f} m², dossier {row.gis_m2:,.1f} m²" for row in own.head(10).itertuples()]
        found.append(Finding(code, f"{len(own)} {what}.", mend, "error", None, layer, ids, seen))
    return found


def _lost(parcels: GeoDataFrame, rows: pd.DataFrame) -> list[Finding]:
    if rows.empty:
        return []
    handles = tuple(rows["cad_id"].tolist())
    seen = sorted(set(parcels.loc[list(handles), "class_id"]))
    what = f"{len(rows)} parcels of the drawing that the dossier has not, {rows['cad_m2'].sum():,.1f} m² (features by handle)."
    return [Finding("E-DOS-71", what, "add them to their class.", "error", None, "QuyHoach", handles, seen)]
