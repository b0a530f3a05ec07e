"""`Reports`: what a transport made from files rests on, in one value that stays with it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from geopandas import GeoDataFrame

from geo.crs import WGS84
from geo.errors import PlanningDataError
from geo.findings import Finding
from geo.movement.gtfs_notes import note_finding
from geo.movement.islands_report import people_cut_off
from geo.movement.network import Network
from geo.movement.osm_report import ImportReport
from geo.movement.slopes import SlopeReport


@dataclass(frozen=True, eq=False)
class Reports:
    """Reports of the files read, None or empty where there were none; ``print`` shows all in words.

    ``streets`` of the import from OpenStreetMap, ``slopes`` of the heights, ``feeds`` what the reader of timetables left out,
    repaired or doubts. They tell of the state as read: scenarios carry them on unchanged.
    """

    streets: ImportReport | None = None
    slopes: SlopeReport | None = None
    feeds: tuple[str, ...] = ()

    def islands(self) -> GeoDataFrame:
        """One point a component of streets that was too small to keep: ``mode``, ``nodes``, ``length_km``; EPSG:4326."""
        if self.streets is not None:
            return self.streets.islands
        return GeoDataFrame({"mode": [], "nodes": [], "length_km": []}, geometry=[], crs=WGS84)

    def findings(self) -> list[Finding]:
        """What the files told, as `Finding` each: E-OSM-19 to -21 of streets, E-GTFS-15 of feeds."""
        return [*(self.streets.findings() if self.streets else []), *map(note_finding, self.feeds)]

    def cut_off(self, network: Network, zones: GeoDataFrame, people: str) -> pd.DataFrame:
        """Who can not travel at all, one row a mode of the streets: ``islands`` closed, ``islands_km``, ``people_cut_off_pct``.

        ``people``: the column of ``zones`` that counts them; cut off are those whose centroid joins no street, or one outside the
        largest component (`people_cut_off`). Errors: E-CUT-02 streets that come from no file; those of `people_cut_off`.
        """
        if self.streets is None:
            mend = "ask a transport made with osm=..., or people_cut_off for a network of your own."
            raise PlanningDataError("E-CUT-02", "the streets were not imported from a file.", mend=mend)
        by_mode = self.islands().groupby("mode")["length_km"]
        modes = pd.Index(sorted(self.streets.open_km), name="mode")
        count, km = by_mode.count().reindex(modes, fill_value=0), by_mode.sum().reindex(modes, fill_value=0.0)
        share = [100 * people_cut_off(network, mode, zones, people) for mode in modes]
        return pd.DataFrame({"islands": count, "islands_km": km, "people_cut_off_pct": share}, index=modes)

    def __str__(self) -> str:
        told = [str(report) for report in (self.streets, self.slopes) if report is not None]
        return "\n".join([*told, *(f"feed {note}" for note in self.feeds)]) or "no files were read"
