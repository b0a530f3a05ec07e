"""What a check of a planning dossier takes: its classes as tables, and the rules they must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
from geopandas import GeoDataFrame

from geo import Finding


@dataclass(frozen=True, eq=False)
class DossierTable:
    """A class of a dossier: its ``package`` (QuyHoach), ``name`` (DAT_HTXH_Yte_A), rows under the ids that QGIS shows.

    ``role`` "land", "boundary", "other", or "" where no rule knows the name; of land ``class_id``, ``scheme`` and ``stage``:
    existing land may lie under planned; ``declared`` the type of each field with its length: "TEXT(15)", "TEXT(0)" without a
    length, "TEXT" where it is not known.
    """

    package: str
    name: str
    frame: GeoDataFrame
    role: str = ""
    class_id: str = ""
    stage: str = ""
    scheme: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Package and name, as findings call it."""
        return f"{self.package}/{self.name}"

    def finding(self, code: str, what: str, mend: str, rows: pd.Series | None = None, **more: object) -> Finding:
        """A finding about the class, or its rows that are marked."""
        ids = () if rows is None else tuple(self.frame.index[rows.to_numpy(bool)].tolist())
        severity = more.pop("severity", "error")
        return Finding(code, what, mend, severity, None, self.title, ids, **more)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class DossierRules:
    """The rules: `layers.dossier_fields`, `layers.vn2000_zones`, and every class id that ``phanLoai`` may hold."""

    fields: pd.DataFrame
    zones: pd.DataFrame
    class_ids: frozenset[str]
