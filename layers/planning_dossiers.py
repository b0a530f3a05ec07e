"""What a planning dossier (TT 16/2025, Appendix II) must hold, as dated data: parts, classes, fields, coordinate systems."""

from __future__ import annotations

import pandas as pd

from layers.planning_rules import Day, OwnRules, dated_rows


def dossier_parts(on: Day = None, *, own: OwnRules = None) -> pd.DataFrame:
    """Folders, packages and files of a dossier below ``CSDL_<Name>``, a row a part, index ``dossier_part_id``. Not verified.

    ``part`` the path ("{name}" stands for the dossier's name), ``part_kind`` folder, package, project or text, ``endings`` of
    its file. ``on``, ``own`` as of `planning_classes`. Errors: E-LAW-01 to E-LAW-05.

    >>> dossier_parts().loc["planned", ["part", "endings"]].tolist()
    ['HoSoGIS/QuyHoach', 'gpkg gdb']
    """
    return dated_rows("dossier_parts", on, own)


def dossier_classes(on: Day = None, *, own: OwnRules = None) -> pd.DataFrame:
    """Classes of a dossier that are no land, index ``dossier_class_id`` (package/name). Not verified: names are assumptions.

    ``shape`` A, L or P ends the name; ``role`` "boundary" is what the land must fill. Land is named by `planning_classes`
    (``DAT_HTXH_Yte_A``, existing land ``HT_DAT_HTXH_Yte_A``) or, existing, by `land_status_codes` (``HT_ODT_A``). ``on``,
    ``own`` as of `planning_classes`. Errors: E-LAW-01 to E-LAW-05.

    >>> dossier_classes().loc["MocGioi/MocGioi_P", "name_vi"]
    'Mốc giới'
    """
    return dated_rows("dossier_classes", on, own)


def dossier_fields(on: Day = None, *, own: OwnRules = None) -> pd.DataFrame:
    """The fields that every class of a dossier has at least, index ``dossier_field_id``, the field's name. Not verified.

    ``field_length`` letters at most; ``value_required`` whether it may be empty; ``pattern`` a regular expression of the whole
    value. ``on``, ``own`` as of `planning_classes`. Errors: E-LAW-01 to E-LAW-05.

    >>> int(dossier_fields().loc["maHoSoQH", "field_length"])
    15
    """
    return dated_rows("dossier_fields", on, own)


def vn2000_zones(on: Day = None, *, own: OwnRules = None) -> pd.DataFrame:
    """The zone of VN-2000 (TM 3°) in which a province maps, index ``vn2000_zone_id``. Not verified.

    ``province_code`` begins the codes of a dossier; ``epsg`` names the system. Provinces that were merged on 2025-07-01 end
    then. ``on``, ``own`` as of `planning_classes`. Errors: E-LAW-01 to E-LAW-05.

    >>> vn2000_zones("2026-11-22")["epsg"].to_dict()
    {'75': 'EPSG:5899', '79': 'EPSG:9210'}
    """
    return dated_rows("vn2000_zones", on, own)
