"""Which parcels of a plan come after its period: they are drawn dashed, as the norm of drawings asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

import layers
from maps.style import LONG_TERM_STATUS


def long_term(parcels: pd.DataFrame, *, own: str | Path | None = None) -> npt.NDArray[np.bool_]:
    """Which rows come after the plan's period: ``status`` says "long_term", or the drawing tells two stages apart.

    ``given`` holds the classes as the plan named them: of a drawing with layers of the first phase (QHDD_) and of the long term
    (QHDH_) the latter are meant; a drawing of one stage alone tells nothing.
    """
    found = np.zeros(len(parcels), bool)
    if "status" in parcels:
        found |= (parcels["status"].astype(str) == LONG_TERM_STATUS).to_numpy()
    if "given" in parcels and len(parcels):
        stage = layers.drawing_layers(parcels["given"].astype(str), own=own)["stage"]
        if {"first_phase", "long_term"} <= set(stage):
            found |= (stage == "long_term").to_numpy()
    return found
