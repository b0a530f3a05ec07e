"""Values that planning tables hold as short codes, as readers of both languages want to read them."""

from __future__ import annotations

import re

import numpy as np

import layers
from geo import Label

VALUES: dict[str, Label] = {
    "line": Label("tuyến vận tải công cộng", "transit line"),
    "bridge": Label("cầu", "bridge"),
    "assessable": Label("đánh giá được", "assessable"),
    "unclassified": Label("chưa phân loại", "not classified"),
    "not_assessable": Label("không đánh giá được", "not assessable"),
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
    "tram": Label("tàu điện mặt đất", "tram"),
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
    "science_park": Label("khu khoa học công nghệ", "science and technology park"),
    "hospital": Label("bệnh viện", "hospital"),
    "school": Label("nhà trường", "school"),
    "market": Label("chợ", "market"),
    "admin_centre": Label("trung tâm hành chính", "administrative centre"),
    "administration": Label("cơ quan hành chính", "administration"),
    "bus_terminal": Label("bến xe", "bus terminal"),
    "business_park": Label("khu văn phòng", "business park"),
    "city_centre": Label("trung tâm thành phố", "city centre"),
    "clinic": Label("phòng khám", "clinic"),
    "commercial_centre": Label("trung tâm thương mại", "commercial centre"),
    "complex": Label("khu liên hợp", "complex"),
    "district_centre": Label("trung tâm cấp huyện", "district centre"),
    "general_hospital": Label("bệnh viện đa khoa", "general hospital"),
    "high_tech_park": Label("khu công nghệ cao", "high-tech park"),
    "hotel": Label("khách sạn", "hotel"),
    "housing": Label("nhà ở", "housing"),
    "incubator": Label("vườn ươm doanh nghiệp", "incubator"),
    "junction": Label("nút giao", "junction"),
    "lab": Label("phòng thí nghiệm", "laboratory"),
    "leisure": Label("vui chơi giải trí", "leisure"),
    "medical_centre": Label("trung tâm y tế", "medical centre"),
    "metro_station": Label("ga metro", "metro station"),
    "metro_terminal": Label("ga cuối tuyến metro", "metro terminal"),
    "new_city": Label("thành phố mới", "new city"),
    "office": Label("văn phòng", "office"),
    "other": Label("khác", "other"),
    "park": Label("công viên", "park"),
    "centre": Label("trung tâm", "centre"),
    "rail_freight": Label("ga hàng hóa", "rail freight"),
    "rail_station": Label("ga đường sắt", "railway station"),
    "retail": Label("bán lẻ", "retail"),
    "specialised_hospital": Label("bệnh viện chuyên khoa", "specialised hospital"),
    "sports": Label("thể thao", "sports"),
    "startup_support": Label("hỗ trợ khởi nghiệp", "start-up support"),
    "trade_centre": Label("trung tâm thương mại, triển lãm", "trade and exhibition centre"),
    "transit_hub": Label("đầu mối giao thông", "transit hub"),
    "urban_area": Label("khu đô thị", "urban area"),
    "urban_industrial_complex": Label("khu công nghiệp – đô thị", "urban and industrial complex"),
    "urban": Label("đô thị", "urban"),
    "urban_industrial": Label("công nghiệp – đô thị", "urban and industrial"),
    "industrial": Label("công nghiệp", "industrial"),
    "water": Label("mặt nước", "water"),
    "belt_road": Label("đường vành đai", "belt road"),
    "national_road": Label("quốc lộ", "national road"),
    "provincial_road": Label("đường tỉnh", "provincial road"),
    "urban_road": Label("đường đô thị", "urban road"),
    "north": Label("phía bắc", "north"),
    "south": Label("phía nam", "south"),
    "south-east": Label("phía đông nam", "south-east"),
    "combined_urban_service": Label("kết hợp đô thị, dịch vụ", "combined with urban and service"),
    "science_technology": Label("khoa học công nghệ", "science and technology"),
    "smart_green": Label("thông minh, xanh", "smart and green"),
    "traditional": Label("truyền thống", "traditional"),
    "balance": Label("cân bằng", "balance"),
    "stress": Label("quá tải", "stress"),
    "dependence": Label("phụ thuộc", "dependence"),
    "unsustained_node": Label("nút vượt nơi chốn", "unsustained node"),
    "unsustained_place": Label("nơi chốn vượt nút", "unsustained place"),
    "enterprise": Label("doanh nghiệp", "enterprise"),
    "state": Label("nhà nước", "state"),
    "district": Label("huyện, thị xã, thành phố", "district"),
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
    "transit_planned": Label("vận tải công cộng khi có tuyến quy hoạch", "public transport with the planned line"),
    "peak": Label("giờ cao điểm", "peak"),
    "off_peak": Label("ngoài giờ cao điểm", "off peak"),
    "binh_duong": Label("Bình Dương", "Binh Duong"),
    "chon_thanh": Label("Chơn Thành", "Chon Thanh"),
    "thu_duc": Label("Thủ Đức", "Thu Duc"),
    "preschool": Label("mầm non", "preschool"),
    "primary": Label("tiểu học", "primary"),
    "lower_secondary": Label("trung học cơ sở", "lower secondary"),
    "upper_secondary": Label("trung học phổ thông", "upper secondary"),
    "vocational": Label("giáo dục nghề nghiệp", "vocational"),
    "fixed": Label("cố định", "fixed"),
    "mobile": Label("di động", "mobile"),
    "work area; urban area": Label("khu làm việc; khu đô thị", "work area; urban area"),
    "area": Label("diện tích", "area"),
    "length": Label("chiều dài", "length"),
    "%": Label("%", "%"),
    "ha": Label("ha", "ha"),
    "km": Label("km", "km"),
    "bn USD": Label("tỷ USD", "bn USD"),
    "million VND": Label("triệu đồng", "million VND"),
    "countries": Label("quốc gia", "countries"),
    "projects": Label("dự án", "projects"),
    "corridors": Label("hành lang", "corridors"),
    "corridor_segments": Label("đoạn tuyến", "stretches of lines"),
    "outlines": Label("ranh sơ đồ các khu", "schematic outlines"),
    "units": Label("đơn vị hành chính", "administrative units"),
    "waterways": Label("sông", "waterways"),
}
ORDER = ("existing", "under_construction", "mixed", "planned", "proposed", "concept", "superseded")
COLORS: dict[str, str] = {
    "unclassified": "#dcdcd6",
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
    "national_road": "#8c7b68",
    "provincial_road": "#b5a793",
    "urban_road": "#cabfae",
    "belt_road": "#7a5f45",
    "water": "#8fbfdd",
    "industrial": "#b3508f",
    "urban": "#e0a030",
    "urban_industrial": "#c9785a",
    "science_park": "#3b7dba",
    "balance": "#2f8f6b",
    "stress": "#b02a2a",
    "dependence": "#d9c58a",
    "unsustained_node": "#3b7dba",
    "unsustained_place": "#e0803a",
    "not_assessable": "#b5b5ae",
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
SUPERSEDED = VALUES["superseded"]

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def value_label(value: object) -> Label:
    """A value of a text or yes/no column in both languages; what neither we nor the catalogue know stays as it is."""
    if isinstance(value, bool | np.bool_):
        return YES_NO[bool(value)]
    text = str(value)
    plain = text.replace("_", " ") if _CODE.fullmatch(text) else text  # a code we do not know still reads as words
    return VALUES.get(text) or Label(layers.in_vietnamese(plain), plain)
