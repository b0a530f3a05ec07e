"""R: rasters that give a plausible wrong number."""

from __future__ import annotations

import warnings

import numpy as np
import rasterio
from affine import Affine

import geo
from tests.corpus.rows import Row
from tests.corpus.saving import squares

CORNER = Affine(100, 0, 596_000, 0, -100, 1_237_000)
ZONE = squares(1)  # the place of the raster exactly: 10 x 10 cells of 100 m
WEST, NORTH = ZONE.to_crs(32648).total_bounds[[0, 3]].tolist()
UTM = Affine(100, 0, WEST - 2500, 0, -100, NORTH + 2500)
RAW = (
    "<VRTDataset rasterXSize='10' rasterYSize='10'><VRTRasterBand dataType='Byte' band='1' subClass='VRTRawRasterBand'>"
    "<SourceFilename relativeToVRT='0'>/etc/passwd</SourceFilename><ImageOffset>0</ImageOffset><PixelOffset>1</PixelOffset>"
    "<LineOffset>10</LineOffset></VRTRasterBand></VRTDataset>"
)


def people(**cells):
    """10 x 10 cells of 225 people, 22,500 in all; ``cells`` of other values: r0_c1=-99999."""
    values = np.full((10, 10), 225.0, np.float32)
    for name, value in cells.items():
        values[tuple(int(part[1:]) for part in name.split("_"))] = value
    return values


def tif(values, *, beside="", **told):
    """A GeoTIFF as other programs leave it; ``beside`` an ending under which a virtual raster lies next to it."""

    def make(folder, ending):
        path = folder / f"input.{ending}"
        size = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": values.dtype}
        with (
            warnings.catch_warnings(action="ignore"),
            rasterio.open(path, "w", **{"driver": "GTiff", "crs": "EPSG:9210", "transform": CORNER, **size, **told}) as out,
        ):
            out.write(values, 1)
        if beside:
            (folder / f"{path.name}.{beside}").write_text(RAW)
        return path

    return make


def total(wanted):
    """Of the cells and of the zone, whichever was asked for."""
    return lambda read: np.isclose(float(read.values.sum() if isinstance(read, geo.Raster) else read["sum"].sum()), wanted)


def _halved(folder, ending):
    """People taken to cells of three times the side, by the package: none is lost."""
    path = tif(people())(folder, ending)
    return geo.reproject_raster(path, folder / "input3.tif", kind="amount", crs="EPSG:32648", cell_m=300)


_TOLD = {"endings": ("tif",), "reader": "raster"}
ROWS = [
    Row(id="R01", what="-99999 and no nodata value", make=tif(people(r0_c0=-99999)), outcome="R", code="E-RAS-03",
        says=("-99999", "-a_nodata"), **_TOLD),
    Row(id="R01b", what="-99999 and another nodata value", make=tif(people(r0_c0=-99999), nodata=-1), outcome="R",
        code="E-RAS-03", says=("-99999", "another"), **_TOLD),
    *[Row(id=f"R01{letter}", what=f"{value:g} and no nodata value", make=tif(people(r0_c0=value)), outcome="R", code="E-RAS-03",
          says=("-a_nodata",), **_TOLD) for letter, value in (("c", -9999), ("d", 3.4028235e38), ("e", -3.4028235e38))],
    Row(id="R01f", what="-99999 that is named", make=tif(people(r0_c0=-99999), nodata=-99999), outcome="OK", holds=total(22_275),
        **_TOLD),
    Row(id="R02", what="NaN cells", make=tif(people(r0_c0=np.nan)), outcome="OK", holds=total(22_275), **_TOLD),
    Row(id="R02b", what="infinite cells", make=tif(people(r0_c0=np.inf)), outcome="OK", holds=total(22_275), **_TOLD),
    Row(id="R03", what="UTM, zones in VN-2000", outcome="OK", **_TOLD,
        make=tif(np.full((60, 60), 225, np.float32), crs="EPSG:32648", transform=UTM),
        holds=lambda read: isinstance(read, geo.Raster) or abs(read["sum"].sum() / 22_500 - 1) < 2e-3),
    Row(id="R03b", what="numbers of VN-2000 called UTM", make=tif(people(), crs="EPSG:32648"), outcome="R", code="E-RAS-06",
        reader="zones", endings=("tif",), checked=False),
    Row(id="R04", what="turned by 20°", make=tif(people(), transform=CORNER @ Affine.rotation(20)), outcome="R", code="E-RAS-07",
        says=("gdalwarp",), **_TOLD),
    Row(id="R05", what="south up", make=tif(people(r0_c0=0), transform=Affine(100, 0, 596_000, 0, 100, 1_236_000)), outcome="OK",
        holds=total(22_275), **_TOLD),
    Row(id="R06", what="no CRS", make=tif(people(), crs=None), outcome="R", code="E-RAS-02", says=("EPSG:9210",), **_TOLD),
    Row(id="R06b", what="no place", make=tif(people(), transform=None), outcome="R", code="E-RAS-02", says=("-a_ullr",), **_TOLD),
    Row(id="R07", what="people on coarser cells of another CRS", make=_halved, outcome="OK", **_TOLD,
        holds=lambda read: not isinstance(read, geo.Raster) or np.isclose(float(read.values.sum()), 22_500, rtol=1e-9)),
    Row(id="R08", what="people as bytes, cut off at 255", make=tif(people(r0_c0=255).astype(np.uint8)), outcome="W",
        code="E-RAS-17", says=("255", "cut off"), holds=total(22_530), **_TOLD),
    Row(id="R08b", what="65535 that may be nodata", make=tif(people(r0_c0=65535).astype(np.uint16)), outcome="W",
        code="E-RAS-17", says=("65,535", "-a_nodata 65535"), **_TOLD),
    Row(id="R08c", what="the least number of int32", make=tif(people(r0_c0=-(2.0**31)).astype(np.int32)), outcome="R",
        code="E-RAS-03", says=("-2147483648",), **_TOLD),
    *[Row(id=f"X04{letter}", what=f"a virtual raster of /etc/passwd as .{ending} beside", outcome="OK", holds=total(22_500),
          make=tif(people(), beside=ending), **_TOLD) for letter, ending in (("b", "msk"), ("c", "ovr"))],
    Row(id="X04", what="a virtual raster of /etc/passwd named .tif", outcome="R", code="E-RAS-01", **_TOLD,
        make=lambda folder, ending: _text(folder / f"input.{ending}")),
]  # fmt: skip


def _text(path):
    path.write_text(RAW)
    return path
