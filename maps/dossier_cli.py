"""The commands ``innoregion dossier write`` and ``innoregion dossier check``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Planning dossiers (TT 16/2025): write the folder, check it.")
Own = Annotated[Path | None, typer.Option(help="TOML file of your own rules over the shipped ones.")]
Day = Annotated[str | None, typer.Option(help="Day whose rules hold, such as 2026-11-22; the newest when left out.")]


@app.command(
    epilog="Example: innoregion dossier write plan.gpkg --boundary edge.gpkg --name ThuDauMot --code 79QPK0010001 "
    "--plan-code 792632012345 --out out"
)
def write(  # noqa: PLR0913, PLR0917 - a dossier has these parts
    planned: Annotated[str, typer.Argument(help="Vector file of planned land, FILE or FILE:LAYER.")],
    name: Annotated[str, typer.Option(help="Name of the dossier: Latin letters, digits, - and _.")],
    code: Annotated[str, typer.Option(help="maHoSoQH, such as 79QPK0010001.")],
    plan_code: Annotated[str, typer.Option(help="maThongTinQH, such as 792632012345.")],
    boundary: Annotated[str, typer.Option(help="Boundary that the land fills, FILE or FILE:LAYER.")],
    out: Annotated[Path, typer.Option(help="Folder to write CSDL_<name> into.")],
    existing: Annotated[str | None, typer.Option(help="Existing land, FILE or FILE:LAYER.")] = None,
    contours: Annotated[str | None, typer.Option(help="Contour lines, FILE or FILE:LAYER.")] = None,
    heights: Annotated[str | None, typer.Option(help="Spot heights, FILE or FILE:LAYER.")] = None,
    markers: Annotated[str | None, typer.Option(help="Boundary markers, FILE or FILE:LAYER.")] = None,
    class_column: Annotated[str, typer.Option(help="Column of planning classes, layer names or status codes.")] = "class_id",
    document: Annotated[list[Path] | None, typer.Option(help="File for HoSoBASIC; may be repeated.")] = None,
    scan: Annotated[list[Path] | None, typer.Option(help="File for HoSoScan; may be repeated.")] = None,
    formats: Annotated[
        Literal["gpkg", "gdb", "both"], typer.Option("--format", help="GeoPackages, file geodatabases, or both.")
    ] = ("both"),
    zipped: Annotated[bool, typer.Option("--zip", help="Also CSDL_<name>.zip beside the folder.")] = False,  # noqa: FBT002 - an option
    on: Day = None,
    own: Own = None,
) -> None:
    """Write a dossier from vector files, check it, and tell what is left to do. Exit 2 where the check finds errors."""
    from maps.dossier_check import check_dossier, told  # noqa: PLC0415
    from maps.dossier_writing import write_dossier  # noqa: PLC0415

    terrain = {"DuongBinhDo": contours, "DiemDoCao": heights}
    folder = write_dossier(
        out,
        name,
        codes=(code, plan_code),
        planned=_frame(planned),
        boundary=_frame(boundary),
        existing=_frame(existing) if existing else None,
        terrain={core: _frame(file) for core, file in terrain.items() if file},
        markers=_frame(markers) if markers else None,
        class_column=class_column,
        documents=document or (),
        scans=scan or (),
        formats=formats,
        zipped=zipped,
        on=on,
        own=own,
    )
    _answer(told, check_dossier(folder, on=on, own=own), folder)


@app.command(epilog="Example: innoregion dossier check out/CSDL_ThuDauMot --against plan.dxf --json")
def check(
    folder: Annotated[Path, typer.Argument(help="The folder CSDL_<Name>.")],
    against: Annotated[Path | None, typer.Option(help="Drawing (DXF) whose areas are compared, parcel by parcel.")] = None,
    on: Day = None,
    own: Own = None,
    least_m2: Annotated[float, typer.Option(help="Smallest overlap, gap or difference that is told, m².")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Write the findings as JSON.")] = False,  # noqa: FBT002 - an option
) -> None:
    """Check a dossier: parts, names, fields, codes, shapes, land, zone. Exit 2 where there are errors."""
    from maps.dossier_check import check_dossier, told, told_as_json  # noqa: PLC0415

    found = check_dossier(folder, against=against, on=on, own=own, least_m2=least_m2)
    _answer(told_as_json if as_json else told, found, folder)


def _frame(text: str) -> Any:
    import geo  # noqa: PLC0415

    file, layer = text, None
    if not Path(text).exists() and ":" in text:
        file, _, layer = text.rpartition(":")
    return geo.read_vector(file, layer=layer, expect="anywhere")


def _answer(say: Any, found: list[Any], folder: Path) -> None:
    sys.stdout.write(say(found, folder))
    if any(one.severity == "error" for one in found):
        raise typer.Exit(2)
