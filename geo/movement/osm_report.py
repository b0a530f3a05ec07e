"""`ImportReport`: what an import read, assumed, closed and left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame

from geo.findings import Finding
from geo.movement.arcs import CLOSED
from geo.movement.network import Network
from geo.movement.osm_file import RawStreets
from geo.movement.osm_tags import Profile
from geo.movement.street_table import StreetTable

SHOWN_WAYS = 10
MOTOR = ("car", "motorbike", "truck")


@dataclass(frozen=True, eq=False)
class ImportReport:
    """Everything a reader needs to trust an imported network, or not.

    ``counts``: ways_read, ways_used, points_missing, nodes, edges, arcs, copies_for_turns, turn_bans, barriers;
    ``notes``: what was doubtful or assumed → number of ways or relations; ``note_ways``: the same → ids of the first ways;
    ``imputed_km``, ``motor_km``: length whose speed comes from the table, and length open to motor vehicles;
    ``open_km``: mode → length open in at least one direction; ``islands``: one point a removed component and mode
    (mode, nodes, length_km), EPSG:4326; ``source``: where the assumed speeds come from.
    """

    file: str
    size_bytes: int
    sha256: str
    counts: Mapping[str, int]
    notes: Mapping[str, int]
    note_ways: Mapping[str, tuple[int, ...]]
    imputed_km: float
    motor_km: float
    open_km: Mapping[str, float]
    islands: GeoDataFrame
    source: Mapping[str, str]

    @property
    def imputed_pct(self) -> float:
        """Share of the motor vehicles' length whose speed is assumed, in percent."""
        return 100 * self.imputed_km / self.motor_km if self.motor_km else 0.0

    def __str__(self) -> str:
        lines = [f"{self.file}: {self.size_bytes:,} bytes, SHA-256 {self.sha256}"]
        lines += [f"  {name.replace('_', ' ')}: {value:,}" for name, value in self.counts.items()]
        lines += [f"  open to {mode}: {km:,.1f} km" for mode, km in self.open_km.items()]
        lines.append(f"  speed from the table: {self.imputed_km:,.1f} of {self.motor_km:,.1f} km ({self.imputed_pct:.0f} %)")
        lines += [f"  {note}: {count:,}" for note, count in self.notes.items()]
        for mode, islands in self.islands.groupby("mode"):
            lines.append(f"  islands closed to {mode}: {len(islands):,} ({islands['length_km'].sum():,.1f} km)")
        return "\n".join(lines)

    def findings(self) -> list[Finding]:
        """What a reader of results must know: E-OSM-19 doubtful or assumed, -21 points that are missing, -20 islands closed."""
        found = [
            Finding("E-OSM-19", f"{note}: {count:,} ways.", "", "warning", self.file, None, self.note_ways.get(note, ()))
            for note, count in self.notes.items()
        ]
        if lost := self.counts["points_missing"]:
            what = f"{lost:,} points of ways are not in the file: streets have a gap there."
            mend = "cut extracts with complete ways (osmium extract --strategy complete_ways)."
            found.append(Finding("E-OSM-21", what, mend, "warning", self.file))
        for mode, islands in self.islands.groupby("mode"):
            what = (
                f"{len(islands):,} islands of {islands['length_km'].sum():,.1f} km are closed to {mode}: no street leads there."
            )
            mend = "join them in OpenStreetMap, or lower island_nodes."
            found.append(Finding("E-OSM-20", what, mend, "warning", self.file))
        return found


def report_of(
    raw: RawStreets,
    network: Network,
    profiles: Sequence[Profile | None],
    counts: Mapping[str, int],
    islands: GeoDataFrame,
    rules: StreetTable,
) -> ImportReport:
    """The report of an import; lengths are of the imported edges."""
    ways: dict[str, list[int]] = defaultdict(list)
    for way, found in zip(raw.way_id.tolist(), profiles, strict=True):
        for note in found.notes if found else ():
            ways[note].append(way)
    notes = Counter({note: len(ids) for note, ids in ways.items()}) + Counter(raw.bans_unread)
    notes["turn bans that fit no junction"] += len(raw.bans) - counts["turn_bans"]
    edges = network.edges
    assert edges is not None  # noqa: S101 - an import always draws its streets
    km = edges.table["length_m"].to_numpy() / 1000
    open_to = {mode: np.bincount(edges.edge[ds != CLOSED], minlength=len(edges)) > 0 for mode, ds in edges.ds.items()}
    motor = np.any([open_to[mode] for mode in MOTOR], axis=0)
    sizes = {"nodes": len(network.node_xy), "edges": len(edges), "arcs": len(network.head)}
    return ImportReport(
        raw.file.name,
        raw.size_bytes,
        raw.sha256,
        {**counts, **sizes},
        {note: count for note, count in sorted(notes.items()) if count},
        {note: tuple(ids[:SHOWN_WAYS]) for note, ids in sorted(ways.items())},
        float(km[motor & edges.table["speed_assumed"].to_numpy()].sum()),
        float(km[motor].sum()),
        {mode: float(km[is_open].sum()) for mode, is_open in open_to.items()},
        islands,
        rules.source,
    )
