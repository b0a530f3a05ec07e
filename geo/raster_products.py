"""Global rasters planners have: what their numbers mean, and whether a file is one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from geo.errors import PlanningDataError, nearest_names
from geo.raster_cells import RasterLike, Reader, blocks, reading
from geo.units import Label

_SEEN = 4_000_000  # cells that are looked at


@dataclass(frozen=True)
class RasterProduct:
    """A global raster by its published description.

    ``title`` in both languages, ``kind`` as `reproject_raster` takes it, ``unit`` of a cell's value, ``classes`` {code: (key,
    label)} where cells are codes, ``nodata`` as the producer writes it, ``cell`` its usual size (degrees or metres), ``crs``,
    ``dtypes``, the ``source``, and a ``note`` on what the numbers are not.
    """

    name: str
    title: Label
    kind: str
    unit: str
    source: str
    crs: tuple[str, ...]
    cells: tuple[str, ...]
    dtypes: tuple[str, ...]
    note: Label
    nodata: tuple[str, ...] = ()
    classes: Mapping[int, tuple[str, Label]] = field(default_factory=dict)


def _classes(**named: tuple[int, str, str]) -> Mapping[int, tuple[str, Label]]:
    return MappingProxyType({code: (key, Label(vi, en)) for key, (code, vi, en) in named.items()})


_WORLDCOVER = _classes(
    tree_cover=(10, "cây gỗ", "tree cover"),
    shrubland=(20, "cây bụi", "shrubland"),
    grassland=(30, "đồng cỏ", "grassland"),
    cropland=(40, "đất trồng trọt", "cropland"),
    built_up=(50, "đất xây dựng", "built-up"),
    bare=(60, "đất trống, thực vật thưa", "bare or sparse vegetation"),
    snow_and_ice=(70, "băng tuyết", "snow and ice"),
    water=(80, "mặt nước thường xuyên", "permanent water bodies"),
    wetland=(90, "đất ngập nước có cỏ", "herbaceous wetland"),
    mangroves=(95, "rừng ngập mặn", "mangroves"),
    moss_and_lichen=(100, "rêu và địa y", "moss and lichen"),
)
_DYNAMIC_WORLD = _classes(
    water=(0, "mặt nước", "water"),
    tree_cover=(1, "cây gỗ", "trees"),
    grassland=(2, "cỏ", "grass"),
    wetland=(3, "thực vật ngập nước", "flooded vegetation"),
    cropland=(4, "đất trồng trọt", "crops"),
    shrubland=(5, "cây bụi", "shrub and scrub"),
    built_up=(6, "đất xây dựng", "built area"),
    bare=(7, "đất trống", "bare ground"),
    snow_and_ice=(8, "băng tuyết", "snow and ice"),
)
_DEGREES, _MOLLWEIDE = "EPSG:4326", "ESRI:54009"

PRODUCTS: Mapping[str, RasterProduct] = MappingProxyType(
    {
        product.name: product
        for product in (
            RasterProduct(
                name="worldcover",
                title=Label("Lớp phủ mặt đất ESA WorldCover", "ESA WorldCover land cover"),
                kind="class",
                unit="",
                source="ESA WorldCover 10 m 2020 v100, 2021 v200 (Zanaga et al. 2021, 2022), CC BY 4.0",
                crs=(_DEGREES,),
                cells=("1/12000°",),
                dtypes=("uint8",),
                nodata=("0",),
                classes=_WORLDCOVER,
                note=Label(
                    "2020 và 2021 dùng hai phiên bản thuật toán: chênh lệch không chỉ do đất thay đổi.",
                    "2020 and 2021 come from two versions of the algorithm: their difference is not change of land alone.",
                ),
            ),
            RasterProduct(
                name="dynamic_world",
                title=Label("Lớp phủ Dynamic World", "Dynamic World land cover (label)"),
                kind="class",
                unit="",
                source="Dynamic World V1 (Brown et al. 2022), Google and World Resources Institute, CC BY 4.0",
                crs=("UTM", _DEGREES),
                cells=("10 m",),
                dtypes=("uint8",),
                classes=_DYNAMIC_WORLD,
                note=Label(
                    "Mỗi ảnh là một thời điểm; hãy gộp cả năm trước khi so sánh.",
                    "A scene is a moment; merge a year before comparing.",
                ),
            ),
            RasterProduct(
                name="worldpop",
                title=Label("Dân số WorldPop", "WorldPop population count"),
                kind="amount",
                unit="people",
                source="WorldPop (Stevens et al. 2015), CC BY 4.0",
                crs=(_DEGREES,),
                cells=("3″", "30″"),
                dtypes=("float32",),
                nodata=("-99999",),
                note=Label(
                    "Người mỗi ô, ước tính; ô trống là nơi không có dân cư.",
                    "People a cell, modelled; no data means not settled.",
                ),
            ),
            RasterProduct(
                name="ghs_pop",
                title=Label("Dân số GHS-POP", "GHS-POP population count"),
                kind="amount",
                unit="people",
                source="GHS-POP R2023A (Schiavina et al. 2023), European Commission JRC, CC BY 4.0",
                crs=(_MOLLWEIDE, _DEGREES),
                cells=("100 m", "1000 m", "3″", "30″"),
                dtypes=("float32", "float64"),
                nodata=("-200",),
                note=Label("Người mỗi ô, ước tính theo đất xây dựng.", "People a cell, modelled from built-up land."),
            ),
            RasterProduct(
                name="ghs_built",
                title=Label("Đất xây dựng GHS-BUILT-S", "GHS-BUILT-S built-up surface"),
                kind="amount",
                unit="m2",
                source="GHS-BUILT-S R2023A (Pesaresi & Politis 2023), European Commission JRC, CC BY 4.0",
                crs=(_MOLLWEIDE, _DEGREES),
                cells=("10 m", "100 m", "1000 m", "3″", "30″"),
                dtypes=("uint8", "uint16", "uint32"),
                nodata=("255", "65535", "4294967295"),
                note=Label("Mét vuông mặt bằng nhà mỗi ô, không phải sàn.", "Square metres of footprint a cell, not of floor."),
            ),
            RasterProduct(
                name="copernicus_dem",
                title=Label("Độ cao Copernicus DEM", "Copernicus DEM heights"),
                kind="height",
                unit="m",
                source="Copernicus DEM GLO-30, GLO-90 (DLR e.V. 2010–2014, Airbus DS), EGM2008",
                crs=(_DEGREES,),
                cells=("1″", "3″"),
                dtypes=("float32",),
                note=Label(
                    "Bề mặt gồm cả nhà và cây; mặt biển không có ô.",
                    "A surface model: buildings and trees are on it; the sea has no tiles.",
                ),
            ),
            RasterProduct(
                name="viirs_nights",
                title=Label("Ánh sáng ban đêm VIIRS", "VIIRS night lights, annual"),
                kind="density",
                unit="nW/cm2/sr",
                source="VIIRS Nighttime Lights V2 (Elvidge et al. 2021), Earth Observation Group, CC BY 4.0",
                crs=(_DEGREES,),
                cells=("15″",),
                dtypes=("float32",),
                note=Label("Bức xạ trung bình năm, không phải dân số.", "Mean radiance of a year, not people."),
            ),
        )
    }
)


def raster_product(name: str) -> RasterProduct:
    """A product by its name. Errors: E-RAS-16 unknown, with the nearest names."""
    if name not in PRODUCTS:
        raise PlanningDataError("E-RAS-16", "no such raster product.", seen=name, mend=nearest_names(name, PRODUCTS))
    return PRODUCTS[name]


def raster_faults(raster: RasterLike, product: str, *, band: int = 1) -> list[str]:
    """What speaks against a raster being ``product`` as its producer publishes it, one sentence each; empty = nothing.

    Looked at: CRS, size of the cells, type, nodata, unit, values (of at most 4 million cells, spread over the raster). A cut or
    translated copy may rightly differ: sentences are for the reader to judge. Errors: E-RAS-16, those of `read_raster`.
    """
    want = raster_product(product)
    with reading(raster, band) as cells:
        return [text for text in (_place(cells, want), _kind(cells, want), _marks(cells, want), *_values(cells, want)) if text]


def recognise_raster(raster: RasterLike, *, band: int = 1) -> tuple[RasterProduct, ...]:
    """The products a raster may be: nothing in `raster_faults` speaks against them; several where they look alike."""
    with reading(raster, band):
        pass
    return tuple(product for name, product in PRODUCTS.items() if not raster_faults(raster, name, band=band))


def _place(cells: Reader, want: RasterProduct) -> str:
    crs = cells.grid.crs
    names = {f"{':'.join(found)}" for found in (crs.to_authority(min_confidence=60),) if found}
    names |= {"UTM"} if crs.utm_zone else set()
    names |= {_MOLLWEIDE} if crs.is_projected and "Mollweide" in crs.to_wkt() else set()
    if not names & set(want.crs):
        return f"CRS is {crs.name}, not {' or '.join(want.crs)}"
    size = cells.grid.transform.a, -cells.grid.transform.e
    if not any(np.allclose(size, _size(text), rtol=1e-4) for text in want.cells if _in_degrees(text) == crs.is_geographic):
        about = "°" if crs.is_geographic else "m"
        return f"cells are {size[0]:.6g} × {size[1]:.6g} {about}, not {' or '.join(want.cells)}"
    return ""


def _in_degrees(text: str) -> bool:
    return text.endswith(("°", "″"))


def _size(text: str) -> float:
    if text.endswith("″"):
        return float(text[:-1]) / 3600
    if text.endswith("°"):
        over, under = text[:-1].split("/")
        return float(over) / float(under)
    return float(text.removesuffix(" m"))


def _kind(cells: Reader, want: RasterProduct) -> str:
    if str(cells.dtype) not in want.dtypes:
        return f"cells are {cells.dtype}, not {' or '.join(want.dtypes)}"
    return f"the unit is {cells.unit!r}, not {want.unit!r}" if cells.unit and want.unit and cells.unit != want.unit else ""


def _marks(cells: Reader, want: RasterProduct) -> str:
    found = getattr(cells.source, "nodata", None)
    if found is None or not want.nodata or np.isnan(found) or any(np.isclose(found, float(mark)) for mark in want.nodata):
        return ""
    return f"nodata is {found:g}, not {' or '.join(want.nodata)}"


def _values(cells: Reader, want: RasterProduct) -> list[str]:
    """Codes outside the class table; amounts below 0; a footprint larger than its cell; heights off the Earth."""
    low, high, codes = np.inf, -np.inf, set[int]()
    for values in _looked_at(cells):
        if values.count():
            low, high = min(low, float(values.min())), max(high, float(values.max()))
            codes |= set(np.unique(values.compressed()).tolist()) if want.classes else set()
    if low > high:
        return ["no cell holds a value"]
    marks = {float(mark) for mark in want.nodata}
    strange = sorted(code for code in codes if code not in want.classes and code not in marks)
    found = [f"codes {strange[:5]} are in no class"] if strange else []
    if want.kind in {"amount", "density"} and low < 0 and low not in marks:
        found.append(f"values go down to {low:g}")
    if want.unit == "m2" and high > 1.01 * float(cells.grid.part(0, 0, (1, 1)).cell_areas_m2().max()) and high not in marks:
        found.append(f"{high:g} m² do not fit in a cell")
    if want.kind == "height" and not (-500 <= low <= high <= 9_000):  # noqa: PLR2004 - the Dead Sea, Everest
        found.append(f"heights of {low:g} to {high:g} m")
    return found


def _looked_at(cells: Reader) -> list[np.ma.MaskedArray]:
    """Whole small rasters, else every so many blocks."""
    parts = list(blocks(cells.grid, tiled=cells.tiled))
    size = parts[0].grid.shape[0] * parts[0].grid.shape[1]
    step = max(1, len(parts) * size // _SEEN)
    return [cells.read(part.row, part.column, part.grid.shape) for part in parts[::step]]
