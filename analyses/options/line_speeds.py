"""A line as it runs: length, stops, minutes on board, and its two speeds."""

from __future__ import annotations

import numpy as np

from geo.movement import Transport, line_edits


def line_figures(transport: Transport, line_id: str, length_km: float) -> dict[str, float]:
    """Figures of the line's longest trip: a line known by headway tells its headway, a scheduled one null.

    Formula: commercial speed = length / (riding + standing at the stops between the ends), running speed = length / riding.
    Source: stated here.

    ``in_vehicle_min`` end to end. The speeds are two things: adding standing to a commercial speed counts it twice.
    """
    table = transport.timetable
    assert table is not None  # noqa: S101 - a line that runs has a timetable
    trip = max(line_edits.line_trips(table, line_id), key=lambda one: len(one.stops))
    ride, dwell = line_edits.profile(trip)
    riding_s = float(ride.sum())
    whole_s = riding_s + float(dwell[1:-1].sum())
    return {
        "stops": len(trip.stops),
        "length_km": round(length_km, 2),
        "headway_min": trip.headway / 60 if trip.headway else np.nan,
        "in_vehicle_min": round(whole_s / 60, 2),
        "commercial_speed_kmh": round(length_km / whole_s * 3600, 2),
        "running_speed_kmh": round(length_km / riding_s * 3600, 2),
        "dwell_s": float(np.median(dwell[1:-1])) if len(dwell) > 2 else 0.0,  # noqa: PLR2004 - stops between two ends
    }
