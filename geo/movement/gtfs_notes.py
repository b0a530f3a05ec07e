"""What of a GTFS feed is not used as it is written: sentences that go with its timetable."""

from __future__ import annotations

import pandas as pd

from geo.findings import Finding
from geo.movement.gtfs_checks import displaced
from geo.movement.gtfs_files import Feed

IN_SEAT = ("4", "5")


def feed_notes(feed: Feed) -> tuple[str, ...]:
    """Each begins with the name of the feed."""
    name, notes = feed.file.name, list(feed.notes)
    if "pathways.txt" in feed.tables:
        notes.append(f"{name}: pathways.txt is not used; walking in stations follows the streets")
    if "transfers.txt" in feed.tables and len(plain_transfers(feed)) < len(feed.tables["transfers.txt"]):
        notes.append(f"{name}: transfers of single trips or routes and in-seat transfers are not used")
    if (feed.tables["trips.txt"].get("block_id", pd.Series(dtype=str)) != "").any():
        notes.append(f"{name}: staying on board where a vehicle changes its trip counts as a change")
    sizes = feed.tables["stop_times.txt"]["trip_id"].value_counts()
    single = int((sizes == 1).sum()) + int((~feed.tables["trips.txt"]["trip_id"].isin(sizes.index)).sum())
    if single:
        notes.append(f"{name}: {single} trips with fewer than two stops are left out")
    served = pd.concat([feed.tables[one]["service_id"] for one in ("calendar.txt", "calendar_dates.txt") if one in feed.tables])
    idle = int((~feed.tables["trips.txt"]["service_id"].isin(served)).sum())
    if idle:
        notes.append(f"{name}: {idle} trips never run, for no calendar names their service")
    far = displaced(feed)
    if far:
        notes.append(f"{name}: {len(far)} stops lie far off the way between their neighbours, check: {', '.join(far[:10])}")
    return tuple(notes)


def note_finding(note: str) -> Finding:
    """A note as E-GTFS-15: something was repaired, assumed or left out."""
    file, _, what = note.partition(": ")
    return Finding("E-GTFS-15", f"{what}.", "", "warning", file)


def plain_transfers(feed: Feed) -> pd.DataFrame:
    """Transfers that hold for stops whatever the trip, the general ones (of stations) first."""
    table = feed.tables["transfers.txt"]
    if "min_transfer_time" not in table:
        table = table.assign(min_transfer_time="")
    special = [c for c in ("from_route_id", "to_route_id", "from_trip_id", "to_trip_id") if c in table]
    plain = table[(table[special] == "").all(axis=1) & ~table["transfer_type"].isin(IN_SEAT)]
    stations = set(feed.tables["stops.txt"].get("parent_station", pd.Series(dtype=str))) - {""}
    general = -(plain["from_stop_id"].isin(stations).astype(int) + plain["to_stop_id"].isin(stations).astype(int))
    return plain.assign(general=general).sort_values(["general", "from_stop_id", "to_stop_id", "transfer_type"], kind="stable")
