"""Ground on which nobody lives: industrial and high-tech parks that exist or are being built, and the rivers."""

from __future__ import annotations

from functools import cache
from math import pi, sqrt

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from layers import _files

HI_TECH_PARK = "saigon_hi_tech_park"
_STATUSES = ("existing", "under_construction")  # a planned park is still farmland and villages
_DISC_SEGMENTS = 16  # a quarter circle


@cache
def park_ground() -> GeoDataFrame:
    """The ground of every park, index ``park_id``, polygons in metres: its outline, else a disc of the published hectares.

    Columns of ``industrial_parks.csv``; Saigon Hi-Tech Park is among them. ``outline`` says which. Discs may overlap, as centres
    are known to 1 or 2 km only. Not to be changed.
    """
    parks = _files.points("industrial_parks").set_index("park_id")
    parks[["area_ha", "workers_per_ha"]] = parks[["area_ha", "workers_per_ha"]].astype(float)
    outlines = _files.shapes("outlines").set_index("area_id")
    peer = outlines.loc[[HI_TECH_PARK]].rename(columns={"published_area_ha": "area_ha"}).rename_axis("park_id")
    frame = pd.concat([parks, peer.reindex(columns=parks.columns)]).sort_index()
    own = frame.index.isin(outlines.index)
    drawn = outlines.geometry.reindex(frame.index)
    frame["geometry"] = [
        drawn[park] if has else _disc(frame.geometry[park], frame["area_ha"][park])
        for park, has in zip(frame.index, own, strict=True)
    ]
    return frame.assign(outline=own)


@cache
def closed_ground() -> shapely.Geometry:
    """Parks that exist or are being built and the rivers at their stated width, as one geometry in metres."""
    parks = park_ground()
    rivers = _files.shapes("corridors").query("mode == 'waterway'").sort_values("corridor_id")
    water = shapely.buffer(rivers.geometry.to_numpy(), rivers["width_m"].to_numpy(float) / 2)
    return shapely.union_all([*parks.geometry[parks["status"].isin(_STATUSES)], *water])


def _disc(centre: shapely.Point, area_ha: float) -> shapely.Geometry:
    disc = centre.buffer(sqrt(area_ha * 1e4 / pi), quad_segs=_DISC_SEGMENTS)
    grow = sqrt(area_ha * 1e4 / disc.area)  # a polygon in a circle is a little smaller than the circle
    return shapely.affinity.scale(disc, grow, grow, origin=centre)
