"""Land use as far as the outlines give it: a partition without overlaps. What they do not cover is unclassified, not drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo import area_ha
from layers._frames import layer
from layers._replacing import replaceable
from layers.lines import waterways
from layers.urban import outlines
from layers.workspace.value import Workspace

PRIORITY = ("water", "urban", "science_park", "industrial", "urban_industrial")  # what exists, the finer before the coarser
_CLASS = {
    "new_city": "urban",
    "high_tech_park": "science_park",
    "industrial_park": "industrial",
    "complex": "urban_industrial",
    "urban_industrial_complex": "urban_industrial",
    "science_park": "science_park",
}


@replaceable
def land_use(*, workspace: Workspace | None = None) -> GeoDataFrame:
    """Polygons of land use that do not overlap, index ``land_use_id`` (the id of the outline or river).

    Classes water, urban, science_park, industrial, urban_industrial. Where outlines overlap the earlier class keeps the ground;
    what is only planned yields to all that exists. Rivers are their centre lines at the stated mean width. No land-use polygons
    are published: parts of a complex have hectares (columns) but no place.
    """
    found = pd.concat([_water(workspace), _outlined(workspace)], ignore_index=True)
    rank = found["land_use"].map(PRIORITY.index) + np.where(found["status"] == "planned", len(PRIORITY), 0)
    found = found.assign(rank=rank).sort_values(["rank", "land_use_id"], ignore_index=True)
    pieces = found.set_geometry(_partition(found.geometry.to_numpy()))
    return layer("land_use", pieces.assign(mapped_area_ha=area_ha(pieces).round(2)))


def _water(workspace: Workspace | None) -> GeoDataFrame:
    rivers = waterways(workspace=workspace).reset_index().rename(columns={"corridor_id": "land_use_id"})
    rivers["geometry"] = shapely.buffer(rivers.geometry.to_numpy(), rivers["width_m"].to_numpy() / 2)
    return rivers.assign(land_use="water", source_layer="waterways")


def _outlined(workspace: Workspace | None) -> GeoDataFrame:
    areas = outlines(workspace=workspace).reset_index().rename(columns={"area_id": "land_use_id"})
    return areas.assign(land_use=areas["kind"].map(_CLASS), source_layer="outlines")


def _partition(shapes: np.ndarray) -> list[shapely.Geometry]:
    """Each shape without the ground of those before it."""
    taken, pieces = shapely.Polygon(), []
    for shape in shapes:
        pieces.append(shapely.difference(shape, taken))
        taken = shapely.union(taken, shape)
    return pieces
