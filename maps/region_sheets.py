"""Sheets of what exists and what is planned: the region, parks and helix, people and jobs, units."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from geopandas import GeoDataFrame

import layers
from maps.areas import choropleth, outlines
from maps.labels_ import labels
from maps.lines_ import lines
from maps.points_ import points
from maps.sheets import MODELLED, REGION, Sheet, sheet, told

ACCENT = "#c4572e"
FRAME = "#8c2d5a"
HELIX = ("#5b2a86", "#d01c6b", "#7a5c00")  # apart from the colours of the parks on the same map


def region_sheets(zones: GeoDataFrame, *, lang: str, workspace: layers.Workspace | None = None) -> Iterator[Sheet]:
    """The four sheets of the region's layers, those of a workspace in their place."""
    yield _region(lang, workspace)
    yield _parks(lang, workspace)
    yield _people(zones, lang, workspace)
    yield _units(lang, workspace)


def _region(lang: str, own: layers.Workspace | None) -> Sheet:
    corridors = layers.corridors(workspace=own)
    freight = ("Logistics: cảng, cảng cạn, sân bay", "Logistics: ports, dry ports, airports")
    marks = [
        choropleth(
            layers.land_use(workspace=own),
            "land_use",
            title=("Sử dụng đất (ranh sơ đồ)", "Land use (schematic outlines)"),
            lang=lang,
        ),
        lines(corridors[corridors["mode"] != "axis"], "mode", title=("Hành lang giao thông", "Corridors"), lang=lang),
        outlines(
            layers.innovation_region(workspace=own),
            title=("Vùng đổi mới sáng tạo", "Innovation Region"),
            color=FRAME,
            width=2.4,
            lang=lang,
        ),
        points(layers.brt_stops(workspace=own), title=("Trạm BRT quy hoạch", "Planned BRT stops"), color=ACCENT, lang=lang),
        points(layers.gateways(workspace=own), "kind", title=("Cửa ngõ", "Gateways"), lang=lang, show=False),
        points(layers.logistics(workspace=own), "kind", title=freight, lang=lang, show=False),
        labels(_places(own), priority="published_area_ha", title=("Tên các khu", "Names of the areas"), lang=lang),
    ]
    text = told(
        "Thành phố mới {city} ha, khu công nghiệp khoa học công nghệ Bàu Bàng {park} ha (vị trí sơ đồ), {lines} hành lang: "
        "đường bộ, BRT, metro, đường sắt và sông.",
        "New City {city} ha, science and technology park at Bau Bang {park} ha (site schematic), {lines} corridors: roads, BRT, "
        "metro, rail and rivers.",
        city=layers.new_city(workspace=own)["published_area_ha"].sum(),
        park=layers.science_park(workspace=own)["published_area_ha"].sum(),
        lines=len(corridors),
    )
    title = ("Vùng đổi mới sáng tạo Bình Dương", "The Binh Duong Innovation Region")
    used = ("innovation_region", "new_city", "science_park", "land_use", "corridors", "gateways", "logistics")
    return sheet("region", REGION, title, text, marks, corridors, lang=lang, sources=used, workspace=own)


def _places(own: layers.Workspace | None) -> GeoDataFrame:
    """The areas that carry the scheme, to be named on the map."""
    kept = ["name_vi", "name_en", "published_area_ha", "geometry"]
    return GeoDataFrame(
        pd.concat(
            [
                one[kept]
                for one in (
                    layers.new_city(workspace=own),
                    layers.science_park(workspace=own),
                    layers.high_tech_park(workspace=own),
                )
            ]
        )
    )


def _parks(lang: str, own: layers.Workspace | None) -> Sheet:
    parks, nodes = layers.industrial_parks(workspace=own), layers.innovation_nodes(workspace=own)
    by_generation = ("Khu công nghiệp theo thế hệ", "Industrial parks by generation")
    helix = ("Ba nhà: Nhà nước, doanh nghiệp, nhà trường", "Triple Helix: state, enterprise, school")
    marks = [
        outlines(layers.outlines(workspace=own), title=("Ranh sơ đồ", "Schematic outlines"), lang=lang),
        points(parks, "generation", title=by_generation, radius=6, lang=lang),
        points(nodes, "helix", title=helix, palette=HELIX, lang=lang),
        labels(parks, priority="area_ha", title=("Tên khu công nghiệp", "Names of the parks"), lang=lang),
    ]
    text = told(
        "{parks} khu công nghiệp, {hectares} ha; {nodes} điểm đổi mới sáng tạo của ba nhà.",
        "{parks} industrial parks, {hectares} ha; {nodes} innovation nodes of the three helices.",
        parks=len(parks),
        hectares=parks["area_ha"].sum(),
        nodes=len(nodes),
    )
    title = ("Khu công nghiệp và mạng lưới ba nhà", "Industrial parks and the Triple Helix")
    return sheet(
        "parks_and_helix",
        REGION,
        title,
        text,
        marks,
        parks,
        lang=lang,
        sources=("industrial_parks", "innovation_nodes"),
        workspace=own,
    )


def _people(zones: GeoDataFrame, lang: str, own: layers.Workspace | None) -> Sheet:
    people = layers.people_column(zones) or "jobs"
    fields = ["unit_name_vi", "ward_name_vi", people, "jobs_low", "jobs", "jobs_high"]
    marks = [
        choropleth(zones, people, lang=lang, fields=fields),
        choropleth(zones, "jobs", palette="greens", lang=lang, fields=fields, show=False),
    ]
    year = "(2019) " if "2019" in people else ""
    text = told(
        f"{{people}} người {year}và {{jobs}} việc làm (mô hình) trong {{cells}} ô lục giác.",
        f"{{people}} people {year}and {{jobs}} jobs (modelled) in {{cells}} hexagons.",
        people=zones[people].sum(),
        jobs=zones["jobs"].sum(),
        cells=len(zones),
    )
    title = ("Dân số và việc làm", "People and jobs")
    used = ("zones", "population", "jobs")
    return sheet("people_and_jobs", REGION, title, text, marks, zones, lang=lang, sources=used, notes=(MODELLED,), workspace=own)


def _units(lang: str, own: layers.Workspace | None) -> Sheet:
    after, before = layers.units("2025", workspace=own), layers.units("2024", workspace=own)
    since = ("Phường, xã từ 01/07/2025: dân số 2019", "Units since 2025-07-01: people of 2019")
    marks = [
        choropleth(after, layers.people_column(after) or "mapped_area_ha", title=since, lang=lang),
        outlines(before, title=("Đơn vị cấp huyện trước 01/07/2025", "Districts before 2025-07-01"), lang=lang),
    ]
    text = told(
        "{before} đơn vị cấp huyện trước và {after} phường, xã từ ngày 01/07/2025; ranh mới dựng theo mô hình.",
        "{before} districts before and {after} wards and communes since 2025-07-01; the new outlines are modelled.",
        before=len(before),
        after=len(after),
    )
    title = ("Đơn vị hành chính trước và sau 01/07/2025", "Administrative units before and after 2025-07-01")
    return sheet(
        "units", REGION, title, text, marks, after, lang=lang, sources=("units", "unit_changes"), notes=(MODELLED,), workspace=own
    )
