"""Services of a plan as norms count them, and where its people live."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

import layers
from analyses.planning.plan_classes import class_column, resolved_classes
from analyses.planning.plan_cover import areas_m2, areas_only, metric_areas
from analyses.planning.rules_used import OwnRules
from geo import Label, PlanningDataError, to_crs, to_metric

CITY_LEVEL = ("hospital", "upper_secondary")  # services that are the city's where the plan says nothing
PARK_M2 = 10_000.0  # public green of this size on is the city's where the plan says nothing
_NO_SERVICE = ("", "school", "trade", "transport_land", "unit_land")  # the service is not told, or is none to go to
_SITE = ["service", "level", "area_m2", "planned", "name"]
_BOXES = 4_000_000  # cells of a grid that are tried at once


def plan_classes_read(plan: GeoDataFrame, scheme: str, column: str, own: OwnRules) -> GeoDataFrame:
    """The plan in metres with ``class_id``, ``service``, ``level``, ``area_m2``, and ``homes``, ``built`` of its classes."""
    frame = metric_areas(to_metric(plan), "the plan")
    found = resolved_classes(class_column(frame, column, "the plan"), scheme, None, own)
    for name in ("service", "level"):  # a column of the plan says more than the name of a layer
        if name in frame:
            said = frame[name].fillna("").astype(str)
            found[name] = said.where(said != "", found[name])
    classes = layers.planning_classes(own=own)
    gives = classes["service"].reindex(found["class_id"]).fillna("").to_numpy()
    found["service"] = found["service"].where(found["service"] != "", gives)
    for name in ("homes", "built"):
        found[name] = classes[name].reindex(found["class_id"]).fillna(value=False).astype(bool).to_numpy()
    kept = frame.drop(columns=[name for name in found if name in frame])
    read = GeoDataFrame(kept.join(found), geometry=frame.geometry, crs=frame.crs)
    return read.assign(area_m2=areas_m2(read.geometry.to_numpy(), read.crs))


def service_sites(plan: GeoDataFrame, services: GeoDataFrame | None) -> GeoDataFrame:
    """Sites that give a service: the plan's parcels (``planned``), and ``services`` beside them; as points, index ``site_id``.

    ``services``: points or areas with a column ``service`` and, if known, ``level``; they count for reach, not for land.
    Errors: E-NORM-02 no column ``service``.
    """
    parcels = plan[~plan["service"].isin(_NO_SERVICE)]
    own = pd.DataFrame(parcels[["service", "level", "area_m2"]]).assign(planned=True, name=_names(parcels))
    points = [parcels.geometry.centroid.where(parcels.contains(parcels.geometry.centroid), parcels.representative_point())]
    parts = [own.set_axis([f"plan {one}" for one in parcels.index])]
    if services is not None and len(services):
        if "service" not in services:
            mend = "say what every place gives: preschool, primary, health, green, market, parking, stops ..."
            raise PlanningDataError("E-NORM-02", "the services have no column 'service'.", seen=list(services.columns), mend=mend)
        there = to_crs(services, plan.crs)
        level = there["level"].fillna("").astype(str) if "level" in there else ""
        area = areas_m2(there.geometry.to_numpy(), there.crs)
        more = pd.DataFrame({"service": there["service"].astype(str), "level": level}, index=there.index)
        more = more.assign(area_m2=area, planned=False, name=_names(there))
        parts.append(more.set_axis([f"given {one}" for one in there.index]))
        points.append(there.geometry.centroid)
    sites = pd.concat(parts)
    sites["level"] = sites["level"].where(sites["level"] != "", _usual_level(sites))
    shapes = np.concatenate([part.to_numpy() for part in points])
    return GeoDataFrame(sites[_SITE], geometry=shapes, crs=plan.crs).rename_axis("site_id")


def people_cells(
    plan: GeoDataFrame, people: float | GeoDataFrame | None, cell_m: float
) -> tuple[GeoDataFrame, tuple[Label, ...]]:
    """Where people live, as cells with ``people``, and what must be said of it; no rows where people are not known.

    A number is spread over the parcels where people live by their area; a frame has its own column ``people``.
    Errors: E-NORM-01 people below 0 or none, E-NORM-03 no place for them.
    """
    if people is None:
        return GeoDataFrame({"people": np.zeros(0)}, geometry=[], crs=plan.crs), ()
    if isinstance(people, GeoDataFrame):
        if "people" not in people or not (people["people"] >= 0).all() or not people["people"].sum() > 0:
            raise PlanningDataError(
                "E-NORM-01", "people are missing or below 0.", seen=list(people.columns), mend="column people."
            )
        return cells_of(to_crs(people, plan.crs), people["people"], cell_m), ()
    if not (np.isfinite(people) and people > 0):
        raise PlanningDataError("E-NORM-01", "this is no number of people.", seen=people, mend="give people above 0, or None.")
    homes = plan[plan["homes"]]
    if homes.empty:
        mend = "give people as a frame of zones with a column 'people'."
        raise PlanningDataError("E-NORM-03", "no parcel of the plan is for homes.", seen=len(plan), mend=mend)
    note = Label(
        "Dân số được phân bổ đều theo diện tích đất ở của đồ án.", "People are spread evenly over the plan's land for homes."
    )
    return cells_of(homes, people * homes["area_m2"] / homes["area_m2"].sum(), cell_m), (note,)


def checked_cell_m(cell_m: float) -> float:
    """The side of a cell. Errors: E-NORM-04 (not above 0)."""
    if not cell_m > 0:
        raise PlanningDataError("E-NORM-04", "cells need a size.", seen=cell_m, mend="give metres above 0.")
    return cell_m


def cells_of(areas: GeoDataFrame, people: pd.Series, cell_m: float) -> GeoDataFrame:
    """Squares of a fixed grid cut to the areas, people by area; points stay points."""
    shapes, amounts = areas.geometry.to_numpy(), people.to_numpy(float)
    pieces, of = [], []
    for row, shape in enumerate(shapes):
        parts = _squares(shape, cell_m) if shape.area > 0 else np.array([shape], object)
        pieces.append(parts)
        of.append(np.full(len(parts), row))
    cells, rows = np.concatenate(pieces), np.concatenate(of)
    size = np.where(shapely.area(shapes)[rows] > 0, shapely.area(cells), 1.0)
    share = size / np.bincount(rows, size)[rows]
    made = GeoDataFrame({"people": amounts[rows] * share, "parcel_id": areas.index[rows]}, geometry=cells, crs=areas.crs)
    return made[made["people"] > 0].reset_index(drop=True).rename_axis("cell_id")


def _squares(shape: shapely.Geometry, cell_m: float) -> np.ndarray:
    west, south, east, north = np.floor(np.array(shape.bounds) / cell_m).astype(int)
    if (east - west + 1) * (north - south + 1) > _BOXES:
        raise PlanningDataError("E-NORM-04", "cells are too small for this plan.", seen=cell_m, mend="give a larger cell_m.")
    x, y = (one.ravel() * cell_m for one in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1)))
    cut = shapely.box(x, y, x + cell_m, y + cell_m)
    shapely.prepare(shape)
    edge = ~shapely.contains_properly(shape, cut)  # squares wholly inside are not cut
    cut[edge] = areas_only(shapely.intersection(cut[edge], shape))
    return np.asarray(cut[shapely.area(cut) > 0])


def _usual_level(sites: pd.DataFrame) -> np.ndarray:
    green = (sites["service"] == "green") & (sites["area_m2"] >= PARK_M2)
    return np.where(sites["service"].isin(CITY_LEVEL) | green, "city", "unit")


def _names(frame: GeoDataFrame) -> pd.Series:
    for name in ("name_vi", "name"):
        if name in frame:
            return frame[name].fillna("").astype(str)
    return pd.Series(frame.index.astype(str), index=frame.index)
