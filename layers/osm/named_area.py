"""Areas by name: the region, its units, the drawn outlines."""

from __future__ import annotations

from geopandas import GeoDataFrame

from geo import PlanningDataError, nearest_names, plain_name
from layers.admin import units
from layers.urban import outlines

REGION = "region"


def named_area(name: str) -> GeoDataFrame:
    """The polygons of a place of the package: "region" (its 12 units), a unit ("Bến Cát") or an outline ("new_city").

    Ids and names in either language, with or without accents. Errors: E-FETCH-08 no such place, with the nearest names.
    """
    found = units()
    if plain_name(name) == REGION:
        return found[["geometry"]]
    for frame in (found, outlines()):
        names = {plain_name(str(told)): at for column in ("name_en", "name_vi") for at, told in frame[column].items()}
        names |= {plain_name(str(at)): at for at in frame.index}
        if plain_name(name) in names:
            return frame.loc[[names[plain_name(name)]], ["geometry"]]
    known = [REGION, *found.index, *outlines().index]
    mend = nearest_names(name, map(str, known))
    raise PlanningDataError("E-FETCH-08", "no such place is known here.", seen=name, mend=mend)
