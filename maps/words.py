"""Values that planning tables hold as short codes, as readers of both languages want to read them."""

from __future__ import annotations

import numpy as np

from geo import Label

VALUES: dict[str, Label] = {
    "existing": Label("hiện có", "existing"),
    "under_construction": Label("đang xây dựng", "under construction"),
    "planned": Label("quy hoạch", "planned"),
    "proposed": Label("đề xuất", "proposed"),
    "concept": Label("ý tưởng", "concept"),
    "mixed": Label("hiện có và quy hoạch", "existing and planned"),
    "superseded": Label("đã được thay thế", "superseded"),
    "road": Label("đường bộ", "road"),
    "expressway": Label("đường cao tốc", "expressway"),
    "motorway": Label("đường cao tốc", "motorway"),
    "brt": Label("xe buýt nhanh (BRT)", "bus rapid transit (BRT)"),
    "bus": Label("xe buýt", "bus"),
    "metro": Label("đường sắt đô thị (metro)", "metro"),
    "rail": Label("đường sắt", "railway"),
    "tram": Label("tàu điện", "tram"),
    "waterway": Label("sông, kênh", "river, canal"),
    "river": Label("sông", "river"),
    "canal": Label("kênh", "canal"),
    "axis": Label("trục đổi mới sáng tạo", "innovation axis"),
    "airport": Label("sân bay", "airport"),
    "seaport": Label("cảng biển", "seaport"),
    "river_port": Label("cảng sông", "river port"),
    "inland_port": Label("cảng cạn (ICD)", "dry port (ICD)"),
    "dry_port": Label("cảng cạn", "dry port"),
    "station": Label("ga, trạm", "station"),
    "university": Label("đại học", "university"),
    "industrial_park": Label("khu công nghiệp", "industrial park"),
    "science_park": Label("khu công nghiệp khoa học công nghệ", "science and technology park"),
    "hospital": Label("bệnh viện", "hospital"),
    "school": Label("trường học", "school"),
    "market": Label("chợ", "market"),
    "district": Label("huyện, thành phố", "district"),
    "province": Label("tỉnh", "province"),
    "ward": Label("phường, xã", "ward"),
    "city": Label("thành phố", "city"),
    "town": Label("thị xã, thị trấn", "town"),
    "walk": Label("đi bộ", "walking"),
    "bicycle": Label("xe đạp", "bicycle"),
    "motorbike": Label("xe máy", "motorbike"),
    "car": Label("ô tô", "car"),
    "truck": Label("xe tải", "truck"),
    "transit": Label("vận tải công cộng", "public transport"),
}
ORDER = ("existing", "under_construction", "mixed", "planned", "proposed", "concept", "superseded")
COLORS: dict[str, str] = {
    "brt": "#d55e00",
    "bus": "#2f8f6b",
    "metro": "#8e3a80",
    "rail": "#33373c",
    "road": "#8c7b68",
    "expressway": "#b3702a",
    "motorway": "#b3702a",
    "waterway": "#4b93c4",
    "river": "#4b93c4",
    "canal": "#7fb2d6",
    "axis": "#c2a200",
}
YES_NO = {True: Label("có", "yes"), False: Label("không", "no")}

NO_DATA = Label("không có dữ liệu", "no data")
NOT_REACHED = Label("không tới được", "not reached")
LOST = Label("không còn tới được", "no longer reached")
GAINED = Label("mới tới được", "newly reached")
NO_CHANGE = Label("0 (không đổi)", "0 (no change)")
OTHER = Label("khác", "other")
PLANNED = Label("quy hoạch", "planned")
BUILDING = Label("đang xây dựng", "under construction")
SCHEMATIC = Label("vị trí sơ đồ", "schematic position")


def value_label(value: object) -> Label:
    """A value of a text or yes/no column in both languages; unknown text stays as it is."""
    if isinstance(value, bool | np.bool_):
        return YES_NO[bool(value)]
    text = str(value)
    return VALUES.get(text, Label(text, text))
