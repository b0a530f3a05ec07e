"""A frame made elsewhere, from a table or in Python, through the guard that files go through."""

from __future__ import annotations

from geopandas import GeoDataFrame
from pyproj import CRS

from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.reading.guard import guarded_frame
from geo.reading.options import Expected, Kind, Options
from geo.reading.refusing import refuse


def check_frame(
    frame: GeoDataFrame,
    name: str,
    *,
    expect: Expected = "region",
    kind: Kind | None = None,
    report: list[Finding] | None = None,
) -> GeoDataFrame:
    """The frame as `read_vector` would return it from a file ``name``: mended or refused by the same checks, and by its findings.

    ``expect``, ``kind``, ``report`` as there. Errors: E-CRS-01 no CRS; E-CRS-03 to -11, E-GEOM-03 to -12, E-ATTR-04, -05.
    """
    if frame.crs is None:
        mend = 'name it: frame.set_crs("EPSG:4326"), "EPSG:9210" for VN-2000 / TM-3 105°45\'.'
        raise PlanningDataError("E-CRS-01", "the frame has no coordinate reference system.", file=name, mend=mend)
    found: list[Finding] = []
    checked = guarded_frame(frame, CRS(frame.crs), name, None, Options(expect=expect, kind=kind), found)
    if report is not None:
        report.extend(found)
    refuse(found)
    return checked
