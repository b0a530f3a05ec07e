"""The check of a planning dossier (TT 16/2025, Appendix II): classes in, everything that is wrong with them out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyses.planning.dossier_fields import code_findings, field_findings
from analyses.planning.dossier_shapes import LEAST_M2, SHAPES, land_findings, place_findings, shape_findings
from analyses.planning.dossier_values import DossierRules, DossierTable
from geo import Finding

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*_[ALP]")


def dossier_findings(tables: Sequence[DossierTable], rules: DossierRules, *, least_m2: float = LEAST_M2) -> list[Finding]:
    """What is wrong with the classes of a dossier, each with class, field and features; an empty list where nothing is.

    Names (E-DOS-10, -11), fields (-13 missing, -14 type, -15 declared length, -16 too long, -17 empty, -18 and -19 codes, -20
    several dossiers, -21 and -22 class, -23 object twice, -24 province, -25 kind of plan), shapes (-30 none, -31 kind, -32
    invalid, -33 twice, -36 no feature), land (-40 no boundary, -41 overlap, -42 gap, -43 beyond; areas of ``least_m2`` and more),
    coordinate system (-50 none, -51 not VN-2000, -52 zone, -53 differs, -54 place). Source: TT 16/2025/TT-BXD and TT 26/2024,
    second-hand: ``rules`` says what of it is verified.
    """
    found: list[Finding] = []
    for table in tables:
        if not _NAME.fullmatch(table.name):
            mend = f"a name of Latin letters, digits and _, ending in {', '.join('_' + one for one in SHAPES)}."
            found.append(table.finding("E-DOS-10", "the name of the class does not follow the rule.", mend, seen=table.name))
        elif not table.role:
            mend = "take the name of a planning class, or of a class of the package, or add it to your own rules."
            found.append(table.finding("E-DOS-11", "no rule knows this class.", mend, seen=table.name))
        found += field_findings(table, rules)
        found += shape_findings(table)
    found += code_findings(tables)
    found += place_findings(tables, rules)
    found += land_findings(tables, least_m2)
    return found
