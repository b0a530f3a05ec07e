"""OpenStreetMap files into layers: one pass, every layer that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo import Finding, PlanningDataError
from geo.movement import has_ways, refuse_missing, scan_osm
from layers.osm.area import Area, area_outline
from layers.osm.collecting import Collector
from layers.osm.frames import frames_of
from layers.osm.table import asked
from layers.osm.undrawn import undrawn_outlines


def osm_layers(
    path: str | Path,
    *,
    layers: str | Sequence[str] | None = None,
    within: Area | None = None,
    crs: str | None = None,
    tags: bool = False,
    sha256: str | None = None,
    as_of: str = "",
    report: list[Finding] | None = None,
) -> dict[str, GeoDataFrame]:
    """Layers of a .osm.pbf, .osm or .osm.gz file, name → frame, by the table `osm_tags`, in one pass.

    ``layers``: names or groups ("streets", "pois", ["health", "land_use"]); all if None. ``within``: polygons with a CRS, or
    (west, south, east, north) in degrees; what meets it is kept, whole. ``crs``: default EPSG:9210 in the region, the local UTM
    zone elsewhere. ``tags`` adds all tags as JSON text. ``as_of``: date of the data where the file does not tell.

    Index ``osm_id`` ("node/7", "way/8", "relation/9"), sorted by kind and number; columns of the catalogue's layer of that name
    and of the table, names in one form of accents (NFC), numbers from the beginning of their tags, texts empty where nothing is
    tagged. Areas are geodesic within 1 ppm. A place mapped both as a node and as an area is two rows, as it is two things there.

    What is doubtful is appended to ``report``: W-OSM-01 outlines that are no polygon (members or points missing, rings not
    closed or crossing) and ways with areas' tags that are not closed; W-OSM-02 lines with gaps where points are missing.
    A file cut exactly between two blocks of ways can not be told from a whole one: give its ``sha256`` where it is known.
    Errors: E-OSM-01, -02, -04 as `import_streets`; -03 no way at all in the file; -05 more than 1 % of the points of ways are
    missing; -10 unknown layer. Data © OpenStreetMap contributors, ODbL 1.0.
    """
    path = Path(path)
    area = None if within is None else area_outline(within)
    kept = Collector(asked(layers), tags=tags)
    _, dated = scan_osm(path, kept.take, keys=kept.keys, areas=kept.area_keys, sha256=sha256)
    findings = _doubts(path, kept)
    if report is not None:
        report.extend(findings)
    return frames_of(kept, within=area, crs=crs, as_of=as_of or dated[:10])


def _doubts(path: Path, kept: Collector) -> list[Finding]:
    """What the file lacks; refuses a file without ways and one with too many gaps."""
    undrawn = undrawn_outlines(path, sorted(kept.outlines - kept.drawn))
    lost, cut = kept.lost_points + undrawn.lost_points, sorted({*kept.gaps, *undrawn.cut_ways})
    if cut:
        points = int(shapely.get_num_coordinates(shapely.from_wkb(np.array(kept.wkb, dtype=object))).sum())
        refuse_missing(path, (lost, points + lost), cut)
    elif not any(kept.of) and not kept.outlines and not has_ways(path):  # of: 0 is a node
        mend = "the file may be cut after its nodes: fetch it again and compare its size."
        raise PlanningDataError("E-OSM-03", "there is no way in the file.", file=path.name, seen=0, mend=mend)
    told = {
        "outlines without all of their members or points, left out.": undrawn.cut,
        "outlines whose rings cross or do not close, left out.": undrawn.broken,
        "ways with the tags of an area that are not closed, left out.": undrawn.open,
    }
    mend = "mend them in OpenStreetMap, or take an extract with complete relations (osmium extract --strategy smart)."
    found = [_warning("W-OSM-01", what, mend, path, ids) for what, ids in told.items() if ids]
    if kept.gaps:
        ids = [f"way/{number}" for number in sorted(kept.gaps)]
        mend = "cut extracts with complete ways (osmium extract --strategy complete_ways)."
        found.append(_warning("W-OSM-02", "lines lack points and are drawn with gaps.", mend, path, ids))
    return found


def _warning(code: str, what: str, mend: str, path: Path, ids: Sequence[str]) -> Finding:
    return Finding(code, f"{len(ids)} {what}", mend, "warning", path.name, None, tuple(ids))
