"""Fields of a planning dossier: there, of the right type and length, filled, codes as the rule builds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analyses.planning.dossier_values import DossierRules, DossierTable
from geo import Finding, nearest_names

INFO, DOSSIER, OBJECT, CLASS = "maThongTinQH", "maHoSoQH", "maDoiTuong", "phanLoai"
_SCHEMES = {"QHC": "QHC", "QPK": "QHPK", "QCT": "QHPK"}  # kind in the code of a dossier → list of classes


def field_findings(table: DossierTable, rules: DossierRules) -> Iterator[Finding]:
    """Every field of the rule in one class."""
    for name, rule in rules.fields.iterrows():
        field = str(name)
        if field not in table.frame.columns:
            near = nearest_names(field, [str(one) for one in table.frame.columns if one != "geometry"])
            yield table.finding("E-DOS-13", f"the field {field} is missing.", f"add it as {_declared(rule)}; {near}", field=field)
            continue
        yield from _declaration(table, field, rule)
        if len(table.frame):
            yield from _values(table, field, rule)
    if CLASS in table.frame and table.role == "land" and len(table.frame):
        yield from _classes(table, rules)
    if OBJECT in table.frame:
        yield from _twice(table)


def _declared(rule: pd.Series) -> str:
    return f"{rule['field_type']}({int(rule['field_length'])})"


def _declaration(table: DossierTable, field: str, rule: pd.Series) -> Iterator[Finding]:
    kind, _, letters = table.declared.get(field, str(rule["field_type"])).rstrip(")").partition("(")
    if kind != rule["field_type"]:
        what = f"the field {field} is {kind}, not {rule['field_type']}."
        yield table.finding("E-DOS-14", what, f"make it {_declared(rule)}.", seen=kind, field=field)
    elif letters and int(letters) != int(rule["field_length"]):
        length = int(letters)
        long = f"is {length} letters long" if length else "has no length"
        what = f"the field {field} {long}, not {int(rule['field_length'])} letters."
        yield table.finding("E-DOS-15", what, f"make it {_declared(rule)}.", seen=length, field=field)


def _values(table: DossierTable, field: str, rule: pd.Series) -> Iterator[Finding]:
    values, known = _texts(table.frame[field])
    long = known & (values.str.len() > int(rule["field_length"]))
    if long.any():
        seen = max(values[long], key=len)
        what = f"{field} is longer than {int(rule['field_length'])} letters."
        yield table.finding("E-DOS-16", what, "shorten it.", long, seen=seen, field=field)
    if rule["value_required"] and (~known).any():
        yield table.finding("E-DOS-17", f"{field} is empty.", "fill it in.", ~known, field=field)
    if rule["pattern"]:
        wrong = known & ~values.str.fullmatch(rule["pattern"])
        if wrong.any():
            code = "E-DOS-18" if field == INFO else "E-DOS-19"
            mend = f"{rule['note']}, such as {rule['example']}." if rule.get("note") else f"such as {rule['example']}."
            yield table.finding(code, f"{field} is no such code.", mend, wrong, seen=values[wrong].iloc[0], field=field)


def _texts(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The values as text without blanks around, and which are there at all."""
    values = column.astype("object").where(column.notna(), "").astype(str).str.strip()
    return values, values != ""


def _classes(table: DossierTable, rules: DossierRules) -> Iterator[Finding]:
    values, known = _texts(table.frame[CLASS])
    unknown = known & ~values.isin(rules.class_ids)
    if unknown.any():
        mend = nearest_names(values[unknown].iloc[0], sorted(rules.class_ids))
        seen = values[unknown].iloc[0]
        yield table.finding("E-DOS-21", f"{CLASS} is in no list of classes.", mend, unknown, seen=seen, field=CLASS)
    other = known & ~unknown & (values != table.class_id)
    if other.any():
        what, mend = f"{CLASS} is another class than the table's, {table.class_id}.", "move the rows to the table of their class."
        yield table.finding("E-DOS-22", what, mend, other, seen=values[other].iloc[0], field=CLASS)


def _twice(table: DossierTable) -> Iterator[Finding]:
    values, known = _texts(table.frame[OBJECT])
    again = known & values.duplicated(keep=False)
    if again.any():
        seen = values[again].iloc[0]
        yield table.finding("E-DOS-23", f"{OBJECT} is there twice.", "give each object its own.", again, seen=seen, field=OBJECT)


def code_findings(tables: Sequence[DossierTable]) -> Iterator[Finding]:
    """Codes across classes: one dossier, one province, the classes of its kind of plan."""
    kept = [(table, *_texts(table.frame[DOSSIER])) for table in tables if DOSSIER in table.frame]
    codes = pd.concat([values[known] for _, values, known in kept]) if kept else pd.Series(dtype="str")
    if codes.empty:
        return
    main = codes.value_counts().sort_index().sort_values(ascending=False, kind="stable").index[0]
    for table, values, known in kept:
        other = known & (values != main)
        if other.any():
            seen, mend = values[other].iloc[0], f"one dossier has one code; most rows say {main}."
            yield table.finding("E-DOS-20", f"{DOSSIER} differs within the dossier.", mend, other, seen=seen, field=DOSSIER)
    yield from _province(tables, main)
    wanted = _SCHEMES.get(main[2:5], "")
    for table in tables:
        if wanted and table.scheme and table.scheme != wanted and table.package == "QuyHoach":
            what = f"a class of {table.scheme} plans in a dossier of kind {main[2:5]}."
            mend = "take the class of the other list, or correct the code."
            yield table.finding("E-DOS-25", what, mend, seen=table.class_id, severity="warning", field=DOSSIER)


def _province(tables: Sequence[DossierTable], main: str) -> Iterator[Finding]:
    for table in tables:
        if INFO not in table.frame:
            continue
        values, known = _texts(table.frame[INFO])
        other = known & (values.str[:2] != main[:2])
        if other.any():
            what, mend = f"{INFO} begins with another province than {DOSSIER}.", f"both begin alike; {DOSSIER} is {main}."
            yield table.finding("E-DOS-24", what, mend, other, seen=values[other].iloc[0], field=INFO)
