"""The commands. Each imports what it needs when it runs, so that ``innoregion --help`` answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from maps import dossier_cli
from maps import import_cli as own

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Planning workbench for the Binh Duong Innovation Region: layers, accessibility, corridors, offline maps.",
    epilog="Example: innoregion build --out out",
)

Out = Annotated[Path, typer.Option(help="Folder to write into; files of an earlier run are replaced, others stay.")]
Own = Annotated[
    Path | None,
    typer.Option("--workspace", help="Folder of `innoregion import`: its layers take the place of the embedded ones."),
]
Day = Annotated[str | None, typer.Option(help="Day that feeds are read for, such as 2026-11-23, where the study names none.")]
Lang = Annotated[Literal["vi", "en"], typer.Option(help="Language that pages open in; both are in every page.")]

Paper = Annotated[
    Literal["A4", "A3", "A2", "A1", "A0", "none"], typer.Option(help="Paper of the PDF beside each map; none for no PDFs.")
]


@app.command(epilog="Example: innoregion build --out out --lang en")
def build(out: Out = Path("out"), lang: Lang = "vi", paper: Paper = "A3", workspace: Own = None, date: Day = None) -> None:
    """Build every layer, the first study, its maps, tables and the gallery."""
    from maps.build import Form, build_region  # noqa: PLC0415
    from maps.progress import progress  # noqa: PLC0415

    with progress() as step:
        _done(build_region(out, form=Form(lang, paper, workspace, date), step=step))


@app.command(epilog="Example: innoregion run first_look --out out/first   or   innoregion run my_study.toml --out out/mine")
def run(
    study: Annotated[str, typer.Argument(help="A study file (.toml) or the name of a shipped study.")],
    out: Out,
    lang: Lang = "vi",
    paper: Paper = "A3",
    workspace: Own = None,
    date: Day = None,
    workers: Annotated[int | None, typer.Option(help="Work block by block in this many processes (kind access).")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Work block by block on a Dask cluster, tcp://host:8786.")] = None,
    memory_gib: Annotated[float | None, typer.Option(help="Work block by block within this memory.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Folder for finished blocks: a killed run goes on from them.")] = None,
) -> None:
    """Run a study file; copy a shipped one (`innoregion studies`) to write your own."""
    from maps.build import Form, build_study  # noqa: PLC0415
    from maps.by_block import asked_blocks  # noqa: PLC0415
    from maps.progress import progress  # noqa: PLC0415

    with progress() as step, asked_blocks(workers, scheduler, memory_gib, keep, step) as blocks:
        _done(build_study(study, out, form=Form(lang, paper, workspace, date), step=step, blocks=blocks))


@app.command(epilog="Example: innoregion studies")
def studies() -> None:
    """List the shipped studies, their kinds and where their files lie."""
    from maps.listing import study_table  # noqa: PLC0415

    sys.stdout.write(study_table())


@app.command("study-schema", epilog="Example: innoregion study-schema study.schema.json")
def study_schema(file: Annotated[Path, typer.Argument(help="File to write; editors check studies with it.")]) -> None:
    """Write the JSON schema of study files, for editors (`#:schema FILE` in the first line of a study)."""
    import json  # noqa: PLC0415

    import analyses  # noqa: PLC0415
    import geo  # noqa: PLC0415

    schema = analyses.study_schema()
    geo.write_text(file, json.dumps(schema, ensure_ascii=False, indent=1) + "\n")
    sys.stdout.write(f"{file}: {len(analyses.KINDS)} kinds of studies\n")


def _done(index: Path) -> None:
    from maps.input_findings import lines  # noqa: PLC0415

    sys.stdout.write(f"{lines(index)}Done. Open {index} in a browser; it needs no network.\n")


@app.command(epilog="Example: innoregion layers   or   innoregion layers science_park")
def layers(
    name: Annotated[str | None, typer.Argument(help="One layer, with its columns; all layers when left out.")] = None,
    workspace: Own = None,
) -> None:
    """List the layers with status, date, accuracy and source; with a workspace, which source is in force."""
    from maps.listing import layer_sheet, layer_table  # noqa: PLC0415

    sys.stdout.write(layer_table(workspace) if name is None else layer_sheet(name, workspace))


@app.command(epilog="Example: innoregion export zones zones.gpkg   or   innoregion export all region.gpkg")
def export(
    layer: Annotated[str, typer.Argument(help="A layer, several with commas between, or all.")],
    file: Annotated[
        str, typer.Argument(help=".geojson .geojsonl .gpkg .fgb .kml .parquet .csv .xlsx .shp.zip .gdb .pmtiles postgresql://")
    ],
    workspace: Own = None,
    geometry: Annotated[Literal["wkt", "lonlat"] | None, typer.Option(help="Geometry as columns of .csv and .xlsx.")] = None,
    bom: Annotated[bool, typer.Option("--bom", help="The mark by which Excel knows UTF-8 in .csv.")] = False,  # noqa: FBT002 - an option
    decimals: Annotated[int, typer.Option(min=0, max=12, help="Decimals of degrees in GeoJSON and KML.")] = 6,
    sidecar: Annotated[bool, typer.Option(help="Write FILE.meta.json: source, licence, units, losses, SHA-256.")] = True,  # noqa: FBT002
) -> None:
    """Write layers to a file for other programs, and say what that format can not hold."""
    from maps.exporting import export_layers  # noqa: PLC0415

    told = export_layers(layer, file, workspace=workspace, geometry=geometry, bom=bom, decimals=decimals, sidecar=sidecar)
    sys.stdout.write(told)


@app.command("export-lines", epilog="Example: innoregion export-lines lines.zip --study brt_new_city_suoi_tien --scenario brt")
def export_lines(
    file: Annotated[Path, typer.Argument(help="GTFS feed to write: .zip")],
    planned: Annotated[str, typer.Option(help="Planned lines to open, by id, commas between.")] = "",
    study: Annotated[str | None, typer.Option(help="A study; its --scenario's lines are written.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Id of a scenario of the study; today's lines when left out.")] = None,
    date: Annotated[str, typer.Option(help="Service day of the feed.")] = "2026-01-05",
    workspace: Own = None,
) -> None:
    """Write the lines that run, or those of a scenario, as a GTFS feed."""
    from maps import exporting  # noqa: PLC0415

    told = exporting.export_lines(file, planned=planned, study=study, scenario=scenario, date=date, workspace=workspace)
    sys.stdout.write(told)


@app.command(epilog="Example: innoregion check zones.gpkg lines.geojson --expect anywhere --json")
def check(
    files: Annotated[list[str], typer.Argument(help="Vector files, tables, GeoTIFFs, GTFS feeds, .osm.pbf, studies (.toml).")],
    crs: Annotated[str | None, typer.Option(help="CRS of files that name none or a wrong one, such as EPSG:9210.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of a file of several.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of texts that are not Unicode: tcvn3, vni, cp1258.")] = None,
    expect: Annotated[str, typer.Option(help="Where features must lie: region, anywhere, W,S,E,N, or a vector file.")] = "region",
    id_column: Annotated[str | None, typer.Option("--id", help="Column of ids, which must be unique.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the findings as JSON.")] = False,  # noqa: FBT002 - an option
    partition: Annotated[bool, typer.Option("--partition", help="Areas must cover the ground once.")] = False,  # noqa: FBT002 - an option
    allow_large: Annotated[bool, typer.Option("--allow-large", help="Lift the limits of size.")] = False,  # noqa: FBT002 - an option
) -> None:
    """Check files before they are used: all findings, each with a code and a mend. Exit 2 where one can not be used."""
    from maps import check as checking  # noqa: PLC0415

    told = {
        "crs": crs,
        "layer": layer,
        "encoding": encoding,
        "id_column": id_column,
        "allow_large": allow_large,
        "partition": partition,
    }
    found = checking.check_files(files, told | {"expect": checking.expected(expect)})
    sys.stdout.write(checking.as_json(found) if as_json else checking.as_text(found))
    if code := checking.exit_code(found):
        raise typer.Exit(code)


@app.command(epilog="Example: innoregion codes")
def codes() -> None:
    """List every code that an error or a finding may bear, with what it says and where it is raised."""
    from maps.codes import code_table  # noqa: PLC0415

    sys.stdout.write(code_table())


@app.command(
    epilog="Example: innoregion fetch all --place region --out osm   or   fetch streets --bbox 106.62,11.02,106.72,11.10 a.osm"
)
def fetch(
    what: Annotated[str, typer.Argument(help="all, streets, land_use, buildings, pois, boundaries, stations, or one layer.")],
    file: Annotated[Path | None, typer.Argument(help="For streets alone: the .osm file to write.")] = None,
    bbox: Annotated[str | None, typer.Option(help="Area: W,S,E,N in degrees.")] = None,
    polygon: Annotated[Path | None, typer.Option(help="Area: a file of polygons.")] = None,
    place: Annotated[str | None, typer.Option(help="Area: region, or the name of a unit or outline.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for streets.osm and the layers (.parquet).")] = None,
    server: Annotated[str | None, typer.Option(help='Overpass server, up to "/api"; the public one when left out.')] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder that keeps answers; .answers in the folder when left out.")] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask anew even where an answer is kept.")] = False,  # noqa: FBT002
) -> None:
    """Fetch OpenStreetMap as it is today. A fetch that was broken off goes on. The only command that uses the network."""
    from maps.fetch_command import fetch_into  # noqa: PLC0415

    sys.stdout.write(fetch_into(what, (bbox, polygon, place), file, out, server=server, cache=cache, refresh=refresh))


@app.command("osm-tags", epilog="Example: innoregion osm-tags")
def osm_tags() -> None:
    """List which tags of OpenStreetMap become which layer."""
    from maps.listing import tag_table  # noqa: PLC0415

    sys.stdout.write(tag_table())


@app.command(
    "import", epilog="Example: innoregion import vector schools.gpkg --as education --map truong=name_vi --workspace mine"
)
def import_(  # noqa: PLR0913, PLR0917 - the options of a command
    what: own.What,
    file: own.File,
    workspace: own.Into,
    name: own.Name = None,
    columns: own.Maps = None,
    keep: own.Keep = None,
    values: own.Values = None,
    blank: own.Blank = None,
    crs: own.Crs = None,
    table: own.Table = None,
    encoding: own.Encoding = None,
    expect: own.Expect = None,
    corners: own.Corners = False,  # noqa: FBT002 - typer makes a flag of it
    units: own.Units = None,
    source: own.Source = "",
    licence: own.Licence = "",
    status: own.Status = "",
    as_of: own.AsOf = "",
    accuracy_m: own.Accuracy = None,
    new: own.New = False,  # noqa: FBT002 - as above
    dry_run: own.DryRun = False,  # noqa: FBT002 - as above
) -> None:
    """Take your own data into a workspace: streets, timetables, layers from files and tables, rasters."""
    told = {"source": source, "licence": licence, "status": status, "as_of": as_of, "accuracy_m": accuracy_m}
    reading = {"crs": crs, "table": table, "encoding": encoding, "expect": expect, "units": units, "corners": corners}
    mapping = {"--map": columns or [], "--keep": keep or [], "--set": values or [], "--blank": blank or []}
    own.take(what, file, name, workspace, own.Asked(told, reading, mapping, new, dry_run))


@app.command(epilog="Example: innoregion warmup")
def warmup() -> None:
    """Compile the routing kernels once, so that the first study does not wait for it."""
    import analyses  # noqa: PLC0415
    import layers as catalogue  # noqa: PLC0415
    from maps.progress import progress  # noqa: PLC0415

    today, few, many = catalogue.transport(), catalogue.centres(), catalogue.zones().iloc[::3]
    with progress() as step:
        for done, mode in enumerate(today.modes):
            step(f"compiling: {mode}", done, len(today.modes))
            analyses.travel_times(today, many if mode == "car" else few, mode=mode)  # many: kernels for large matrices
    sys.stdout.write(f"Ready: {', '.join(today.modes)}.\n")


def command_line() -> typer.Typer:
    """All commands, those in groups too."""
    if not app.registered_groups:
        app.add_typer(dossier_cli.app, name="dossier", epilog="Example: innoregion dossier check out/CSDL_ThuDauMot --json")
    return app
