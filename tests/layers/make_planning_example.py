"""Makes the embedded worked example of a zoning plan: `python -m tests.layers.make_planning_example` writes its files anew.

A made-up town of 61,000 people by the river, beside New City: seven by five blocks in VN-2000 metres with whole coordinates, so
that neighbours share their corners exactly. It holds on purpose what real plans hold by mistake: an overlap, a gap, a parcel
beyond the boundary, a class in no table, schools whose level is not told, and existing parcels that straddle classes.
"""

import csv
import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo import METRIC, largest_remainder, to_wgs84

ROOT = Path(__file__).parents[2]
EAST, NORTH = 604_000, 1_222_000  # the corner of the first block
BLOCK_X, BLOCK_Y, STREET = 360, 340, 30
PEOPLE, EXISTING = 61_000, 8_200
WEST, SOUTH, TOP = -230, -260, 5 * (BLOCK_Y + STREET) - STREET
RIVER = [2_700, 2_690, 2_676, 2_684, 2_700, 2_712, 2_698, 2_680, 2_670, 2_676, 2_690]  # its west bank at the sides of every row
RIVER_M = 140
MAP = ["HHSHHVV", "HMHGHSH", "IUCGMHH", "HSHWHMH", "HHKHSHZ"]  # from north to south
DENSITY = {"H": 1.0, "M": 2.4, "V": 0.4}
NAMES = {
    "H": ("QHDH_DAT_O_Nhomnhao", "Nhóm nhà ở", "Housing group"),
    "M": ("QHDH_DAT_O_Honhop_Nhomo", "Hỗn hợp nhà ở và dịch vụ", "Mixed housing and services"),
    "V": ("QHDH_DAT_O_Langxom", "Làng xóm chỉnh trang", "Village"),
    "G": ("QHDH_DAT_HTXH_CayxanhCC", "Công viên trung tâm", "Central park"),
    "W": ("QHDH_DAT_KHAC_Honuoc", "Hồ điều hòa", "Lake"),
    "I": ("QHDH_DAT_SX_Congnghiep", "Cụm sản xuất, kho", "Production and storage"),
    "U": ("QHDH_DAT_DaotaoNC", "Khu đại học, nghiên cứu", "University and research"),
    "Z": ("QHDH_DAT_THUNGHIEM", "Khu thử nghiệm", "Test field"),
}
# Parts of a block: x, y, width, height, layer, service, level, Vietnamese, English; the rest of the block is housing.
UNIT = [
    (0, 0, 120, 100, "DAT_HTXH_Truonghoc_TH", "", "", "Trường tiểu học", "Primary school"),
    (0, 100, 120, 80, "DAT_HTXH_Truonghoc_THCS", "", "", "Trường trung học cơ sở", "Lower secondary school"),
    (0, 180, 120, 90, "DAT_HTXH_Theducthethao_DVO", "", "", "Sân thể thao", "Sports ground"),
    (0, 270, 60, 70, "DAT_HTXH_Vanhoa_DVO", "", "", "Nhà văn hóa", "House of culture"),
    (60, 270, 60, 70, "DAT_HTXH_Yte_DVO", "", "", "Trạm y tế", "Health station"),
    (120, 0, 120, 90, "DAT_HTXH_Truonghoc_MN", "", "", "Trường mầm non", "Preschool"),
    (120, 90, 120, 70, "DAT_Dichvu_CHO", "market", "unit", "Chợ", "Market"),
    (240, 0, 120, 200, "DAT_HTXH_CayxanhCC_DVO", "", "", "Vườn hoa đơn vị ở", "Garden of the unit"),
    (240, 200, 120, 40, "DAT_HTKT_Baidoxe_DVO", "", "", "Bãi đỗ xe", "Parking"),
]
CENTRE = [
    (0, 0, 180, 170, "DAT_HTXH_Yte", "hospital", "city", "Bệnh viện đa khoa", "General hospital"),
    (180, 0, 180, 170, "DAT_HTXH_TruongTHPT", "", "", "Trường trung học phổ thông", "Upper secondary school"),
    (0, 170, 120, 170, "DAT_HTXH_Vanhoa", "", "city", "Trung tâm văn hóa", "Centre of culture"),
    (120, 170, 120, 170, "DAT_Coquan", "", "", "Trung tâm hành chính", "Administration"),
    (240, 170, 120, 170, "DAT_Dichvu_TTTM", "market", "city", "Trung tâm thương mại", "Trade centre"),
]
WORKS = [
    (0, 0, 120, 340, "DAT_Ditich_tongiao", "", "", "Chùa, đình làng", "Pagoda and village hall"),
    (120, 0, 120, 200, "DAT_HTKT_Hatangkhac", "", "", "Trạm xử lý nước thải", "Waste water plant"),
    (120, 200, 120, 140, "DAT_HTKT_Nghiatrang", "", "", "Nghĩa trang hiện hữu", "Cemetery"),
    (240, 0, 120, 120, "DAT_Anninh", "", "", "Trụ sở công an", "Police"),
    (240, 120, 120, 220, "DAT_HTKT_Baidoxe", "", "city", "Bãi đỗ xe trung tâm", "Central parking"),
]
SPLIT = {"S": UNIT, "C": CENTRE, "K": WORKS}
# The status map: columns and rows of large parcels that follow no block.
STATUS_X, STATUS_Y = [WEST, 310, 905, 930, 1_500, 2_120, None], [SOUTH, 150, 690, 1_210, TOP]
STATUS = [  # from south to north, west to east
    ["LUC", "LUK", "DGT", "CLN", "CLN", "HNK"],
    ["CLN", "CLN", "DGT", "ONT", "CLN", "CLN"],
    ["SKC", "CLN", "DGT", "ODT", "NTD", "PNK"],
    ["CLN", "BCS", "DGT", "CLN", "", "ONT"],
]


def row_y(row):
    """South side of a row of blocks, row 0 the northernmost."""
    return (len(MAP) - 1 - row) * (BLOCK_Y + STREET)


def bank(y):
    """The river's west bank at one of the heights where it has a corner."""
    heights = [SOUTH, *(side for row in range(4, -1, -1) for side in (row_y(row), row_y(row) + BLOCK_Y))]
    return RIVER[heights.index(y)]


def box(x, y, wide, high):
    return shapely.box(x, y, x + wide, y + high)


def plan_parcels():
    """Parcels of the plan: shape, layer, service, level, names, weight of people."""
    found = []
    for row, letters in enumerate(MAP):
        y = row_y(row)
        for column, letter in enumerate(letters):
            x = column * (BLOCK_X + STREET)
            last = column == len(letters) - 1
            by_river = [(x, y), (bank(y), y), (bank(y + BLOCK_Y), y + BLOCK_Y), (x, y + BLOCK_Y)]
            block = shapely.Polygon(by_river) if last else box(x, y, BLOCK_X, BLOCK_Y)
            found += block_parcels(block, letter, x, y, (row, column))
            if not last:
                found.append((box(x + BLOCK_X, y, STREET, BLOCK_Y), "QHDH_DAT_HTKT_DuongGT", "", "", "Đường", "Street", 0.0))
        if row < len(MAP) - 1:
            strip = [(-STREET, y - STREET), (bank(y - STREET), y - STREET), (bank(y), y), (-STREET, y)]
            found.append((shapely.Polygon(strip), "QHDH_DAT_HTKT_DuongGT", "", "", "Đường", "Street", 0.0))
    buffer = box(WEST, SOUTH, -STREET - WEST, TOP - SOUTH)
    found.append((buffer, "QHDH_DAT_Cayxanhchuyendung", "", "", "Cây xanh cách ly", "Green buffer", 0.0))
    ring = "QHDH_DAT_HTKT_DuongGT", "", "", "Đường vành đai", "Ring road", 0.0
    found += [(box(-STREET, row_y(row), STREET, BLOCK_Y), *ring) for row in range(len(MAP))]
    south = [(-STREET, SOUTH - 80), (bank(SOUTH), SOUTH - 80)]  # reaches 80 m beyond the boundary
    fields = shapely.Polygon([*south, (bank(SOUTH), SOUTH), (bank(0), 0), (-STREET, 0), (-STREET, SOUTH)])
    found.append((fields, "QHDH_DAT_NN_Nongnghiep", "", "", "Vườn cây, ruộng", "Orchards and fields", 0.0))
    found.append((river(), "QHDH_DAT_KHAC_Songsuoi", "", "", "Sông", "River", 0.0))
    return found


def block_parcels(block, letter, x, y, at):
    if letter not in SPLIT:
        layer, vi, en = NAMES[letter]
        if at == (1, 1):  # drawn 12 m too wide: it overlaps the street and the next block
            block = box(x, y, BLOCK_X + STREET + 12, BLOCK_Y)
        if at == (4, 1):  # a strip of 20 m is left without a class
            block = box(x, y, BLOCK_X - 20, BLOCK_Y)
        return [(block, layer, "", "", vi, en, DENSITY.get(letter, 0.0) * block.area)]
    parts = []
    for px, py, wide, high, layer, service, level, vi, en in SPLIT[letter]:
        if letter == "S" and at == (4, 4) and layer.startswith(("DAT_Dichvu", "DAT_HTKT")):
            continue  # the south-eastern unit has neither market nor parking
        if letter == "S" and at == (1, 5):
            layer = layer.replace("_MN", "").replace("_THCS", "")  # noqa: PLW2901 - the level of two schools is not told
        parts.append((box(x + px, y + py, wide, high), f"QHDH_{layer}", service, level, vi, en, 0.0))
    rest = block.difference(shapely.union_all([part[0] for part in parts]))
    if rest.area > 0:
        layer, vi, en = NAMES["H"]
        parts += [(one, layer, "", "", vi, en, DENSITY["H"] * one.area) for one in shapely.get_parts(rest)]
    return parts


def river():
    heights = [SOUTH, *(side for row in range(4, -1, -1) for side in (row_y(row), row_y(row) + BLOCK_Y))]
    west = list(zip(RIVER, heights, strict=True))
    return shapely.Polygon([*west, *((x + RIVER_M, y) for x, y in reversed(west))])


def boundary():
    heights = [SOUTH, *(side for row in range(4, -1, -1) for side in (row_y(row), row_y(row) + BLOCK_Y))]
    east = [(x + RIVER_M, y) for x, y in zip(RIVER, heights, strict=True)]
    return shapely.Polygon([(WEST, SOUTH), *east, (WEST, TOP)])


def status_parcels():
    """Existing parcels: shape and code; the river's bank closes the last column."""
    land = boundary().difference(river())
    found = [(river(), "SON")]
    for row, codes in enumerate(STATUS):
        for column, code in enumerate(codes):
            if not code:
                continue  # no status is known there
            x0, x1 = STATUS_X[column], STATUS_X[column + 1] or 4_000
            y0, y1 = STATUS_Y[row], STATUS_Y[row + 1]
            shape = shapely.box(x0, y0, x1, y1)
            if code == "ODT":
                shape = shapely.box(x0, y0, x1 + 15, y1)  # overlaps its neighbour
            found.append((shape if x1 < 2_600 else shape.intersection(land), code))
    return found


def streets():
    """OpenStreetMap text of the streets: round every block, and across blocks of homes."""
    xs = [column * (BLOCK_X + STREET) - STREET // 2 for column in range(8)]
    ys = [row * (BLOCK_Y + STREET) - STREET // 2 for row in range(6)]
    ways = [([(x, y) for x in xs], "secondary" if at == 2 else "residential") for at, y in enumerate(ys)]
    ways += [([(x, y) for y in ys], "secondary" if at == 3 else "residential") for at, x in enumerate(xs)]
    for row, letters in enumerate(MAP):
        for column, letter in enumerate(letters):
            if letter in "HMVS":
                middle = column * (BLOCK_X + STREET) + BLOCK_X // 2
                south = (len(MAP) - 1 - row) * (BLOCK_Y + STREET) - STREET // 2
                ways.append(([(middle, south), (middle, south + BLOCK_Y + STREET)], "living_street"))
    return osm_text(ways)


def osm_text(ways):
    crossings = {point for line, _ in ways for point in line}
    for line, _ in ways:  # ends of middle streets join the streets they meet
        (x0, y0), (x1, y1) = line[0], line[-1]
        more = [p for p in crossings if shapely.LineString(line).distance(shapely.Point(p)) == 0]
        line[:] = sorted(set(more), key=lambda p: (p[0] - x0) * (x1 - x0) + (p[1] - y0) * (y1 - y0))
    points = sorted({point for line, _ in ways for point in line})
    placed = to_wgs84(gpd.GeoDataFrame(geometry=[shapely.Point(EAST + x, NORTH + y) for x, y in points], crs=METRIC))
    ids = {point: at for at, point in enumerate(points, 1)}
    text = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="worked example, made up">']
    for p, g in zip(points, placed.geometry, strict=True):
        text.append(f'<node id="{ids[p]}" version="1" lat="{g.y:.7f}" lon="{g.x:.7f}"/>')
    for at, (line, kind) in enumerate(ways, 1):
        nodes = "".join(f'<nd ref="{ids[p]}"/>' for p in line)
        text.append(f'<way id="{at}" version="1">{nodes}<tag k="highway" v="{kind}"/></way>')
    return "\n".join([*text, "</osm>", ""])


def table(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def wkt(shape):
    moved = shapely.transform(shape, lambda xy: np.add(xy, (EAST, NORTH)))
    return shapely.to_wkt(shapely.normalize(moved), rounding_precision=6, trim=True)


def files():
    """Name and text of every file of the example."""
    parcels = plan_parcels()
    people = largest_remainder([part[6] for part in parcels], PEOPLE)
    plan = [
        (f"P{at:03d}", layer, service, level, f"{vi} (ví dụ)", f"{en} (example)", count, wkt(shape))
        for at, ((shape, layer, service, level, vi, en, _), count) in enumerate(zip(parcels, people, strict=True), 1)
    ]
    status = [(f"H{at:02d}", code, wkt(shape)) for at, (shape, code) in enumerate(status_parcels(), 1)]
    stops = [
        (f"B{at}", "stops", f"Trạm {at} (ví dụ)", f"Stop {at} (example)", wkt(shapely.Point(x, y)))
        for at, (x, y) in enumerate([(165, 725), (945, 725), (1_725, 725), (2_505, 725), (1_155, 180), (1_155, 1_290)], 1)
    ]
    return {
        "example_plan.csv": table(["parcel_id", "class_id", "service", "level", "name_vi", "name_en", "people", "wkt"], plan),
        "example_status.csv": table(["parcel_id", "class_id", "wkt"], status),
        "example_boundary.csv": table(["boundary_id", "wkt"], [("boundary", wkt(boundary()))]),
        "example_services.csv": table(["place_id", "service", "name_vi", "name_en", "wkt"], stops),
        "example_streets.osm": streets(),
    }


if __name__ == "__main__":
    for name, text in files().items():
        (ROOT / "layers" / "data" / "planning" / name).write_text(text, encoding="utf-8")
