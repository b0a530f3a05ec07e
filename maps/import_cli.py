"""``innoregion import``: a planner's own files into a workspace, each told what was understood of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from layers import Imported, Provenance

What = Annotated[
    Literal["osm", "gtfs", "vector", "table", "raster"],
    typer.Argument(help="osm: streets; gtfs: a timetable; vector, table: a layer; raster: a GeoTIFF."),
]
File = Annotated[Path, typer.Argument(help=".osm.pbf .osm | .zip | .geojson .gpkg .dxf .parquet ... | .csv .xlsx | .tif")]
Into = Annotated[Path, typer.Option("--workspace", help="Folder of the workspace; made where there is none.")]
Name = Annotated[
    str | None,
    typer.Option("--as", help="Layer it fills (`innoregion layers`), one of your own with --new, or the raster's name."),
]
Source = Annotated[str, typer.Option(help="Where the data come from.")]
Licence = Annotated[str, typer.Option(help="Under which licence.")]
Status = Annotated[str, typer.Option(help="Status of rows that state none: existing, planned, under_construction, concept.")]
AsOf = Annotated[str, typer.Option(help="Date up to which the data hold: 2026, 2026-06 or 2026-06-30.")]
Accuracy = Annotated[float | None, typer.Option(help="Accuracy of the positions in metres (one sigma).")]
Maps = Annotated[list[str] | None, typer.Option("--map", metavar="THEIRS=OURS", help="Their column is ours; may be repeated.")]
Keep = Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="Take a further column as it is; may be repeated.")]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="OURS=VALUE", help="One value for every row; may be repeated.")
]
Blank = Annotated[list[str] | None, typer.Option(metavar="OURS=VALUE", help="What an empty cell means; may be repeated.")]
Crs = Annotated[str | None, typer.Option(help="CRS where the file names none, such as EPSG:9210.")]
Table = Annotated[
    str | None, typer.Option("--table", help="Layer of a GeoPackage, sheet of a workbook, layers of a drawing (HT_*).")
]
Encoding = Annotated[str | None, typer.Option(help="Encoding of texts that are not Unicode: tcvn3, vni, cp1258.")]
Expect = Annotated[str | None, typer.Option(help="Where features must lie: region (as usual) or anywhere.")]
Corners = Annotated[bool, typer.Option("--corners", help="The table lists corners of parcels, northing and easting.")]
Units = Annotated[str | None, typer.Option(help="Rows are units of this year, joined by code or name: 2019, 2024 or 2025.")]
New = Annotated[bool, typer.Option("--new", help="A layer of your own, whatever its columns.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and tell all, write nothing.")]


@dataclass(frozen=True)
class Asked:
    """What the command line said, besides which file goes where."""

    told: Mapping[str, str | float | None]
    reading: Mapping[str, str | bool | None]
    columns: Mapping[str, Sequence[str]]
    new: bool
    dry_run: bool


def take(what: str, file: Path, name: str | None, workspace: Path, asked: Asked) -> None:
    """Import the file and tell what was made of it. Errors: those of `layers.import_layer` and its fellows."""
    import layers  # noqa: PLC0415 - heavy; the help answers at once

    told = _provenance(asked.told)
    if what in ("osm", "gtfs"):
        _only(what, name, asked)
        one = layers.import_osm if what == "osm" else layers.import_gtfs
        return _say(one(file, workspace, told=told, dry_run=asked.dry_run))
    if name is None:
        raise typer.BadParameter("a layer or raster needs --as NAME; `innoregion layers` lists the layers.")
    if what == "raster":
        _only(what, None, asked)
        return _say(layers.import_raster(file, name, workspace, told=told, dry_run=asked.dry_run))
    columns = layers.Columns(
        given=_pairs(asked.columns["--map"], "--map"),
        keep=tuple(asked.columns["--keep"]),
        values=_pairs(asked.columns["--set"], "--set"),
        blank=_pairs(asked.columns["--blank"], "--blank"),
    )
    reading = layers.Reading(**asked.reading)  # type: ignore[arg-type] # of the types the options have
    return _say(
        layers.import_layer(
            file, name, workspace, columns=columns, told=told, reading=reading, new=asked.new, dry_run=asked.dry_run
        )
    )


def _only(what: str, name: str | None, asked: Asked) -> None:
    """Refuse what says nothing of such a file."""
    given = [option for option, told in asked.columns.items() if told]
    given += [f"--{option}" for option, told in asked.reading.items() if told]
    given += ["--new"] if asked.new else []
    given += ["--as"] if name else []
    if given:
        raise typer.BadParameter(f"import {what} takes no {', '.join(given)}.")


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    pairs = [one.rpartition("=") for one in given]  # a column may be called a=b, ours never
    for left, sign, _ in pairs:
        if not left or not sign:
            raise typer.BadParameter(f"{option} takes two names with = between, such as 'Dân số=population_people'.")
    return {left.strip(): right.strip() for left, _, right in pairs}


def _provenance(said: Mapping[str, str | float | None]) -> Provenance:
    import layers  # noqa: PLC0415 - as above

    given = {key: value for key, value in said.items() if value not in ("", None)}
    return layers.Provenance(**given)  # type: ignore[arg-type] # of the types the options have


def _say(made: Imported) -> None:
    """What came in, how columns were understood, what was left out, what was found."""
    held = made.holding
    lines = [f"{held.origin}: {held.rows:,} rows" + (f", {held.geometry}, {held.crs}" if held.geometry else "")]
    lines += [f"  {one}" for one in made.mapped]
    if made.left_out:
        lines.append(f"  left out: {', '.join(made.left_out)}   (--map THEIRS=OURS or --keep COLUMN takes them)")
    lines += [f"  {one.severity} {one}" for one in made.findings]
    lines.append(
        "nothing was written (--dry-run)."
        if made.workspace is None
        else f"{held.kind}/{held.name} in {made.workspace.folder}: in force with --workspace."
    )
    sys.stdout.write("\n".join(lines) + "\n")
