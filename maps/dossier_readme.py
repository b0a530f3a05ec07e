"""The text that a reader of a dossier opens first, in Vietnamese: what lies where, by which rules, and what is not verified."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pyproj import CRS

from geo import area_ha, format_number, write_text
from maps.dossier_reading import Rules

if TYPE_CHECKING:
    from maps.dossier_writing import DossierClass

_HEAD = """HỒ SƠ GIS QUY HOẠCH {name}

Thư mục này xếp theo {rule}, Phụ lục II. Các quy định về tên lớp, trường, mã và màu được dẫn lại qua nguồn thứ cấp và
CHƯA đối chiếu với Công báo: cơ quan tiếp nhận cần kiểm tra lại trước khi dùng làm hồ sơ chính thức.

Cách mở: dùng QGIS 3.22 trở lên, bấm đúp HoSoGIS/{name}.qgz. Không cần mạng; có thể chép cả thư mục đi nơi khác.
Hệ tọa độ: {crs} ({code}).
"""
_PARTS = "\nCÁC PHẦN\n"
_CLASSES = "\nCÁC LỚP (gói / lớp: tên, số đối tượng, diện tích)\n"
_FIELDS = "\nTRƯỜNG TỐI THIỂU (mọi lớp)\n"
_FORMATS = {
    "gpkg": "GeoPackage (.gpkg): mở bằng QGIS; bên trong có sẵn kiểu hiển thị và siêu dữ liệu.",
    "gdb": "FileGDB (thư mục .gdb): mở bằng ArcGIS 10 trở lên và QGIS; trường có độ dài và bí danh tiếng Việt,\n"
    "  tọa độ làm tròn đến 0,1 mm. Không đổi tên hay tách tệp bên trong thư mục .gdb.",
}
_BOTH = "Hai định dạng chứa cùng dữ liệu; sửa một bên thì phải xuất lại bên kia (lệnh kiểm tra báo lỗi E-DOS-80 đến E-DOS-85).\n"
_CHECK = "\nKiểm tra lại: innoregion dossier check {folder}\n"


def readme(path: Path, name: str, classes: Sequence[DossierClass], rules: Rules, crs: CRS, formats: Sequence[str]) -> Path:
    """Write the text."""
    fields = rules.check.fields
    rule = str(fields["rule"].iloc[0])
    text = _HEAD.format(name=name, rule=rule, crs=crs.name, code=crs.to_string()) + _PARTS
    parts = rules.parts.sort_values("part")
    text += "".join(f"- {str(one.part).format(name=name)}: {one.name_vi}\n" for one in parts.itertuples())
    text += "\nĐỊNH DẠNG CỦA CÁC GÓI\n" + "".join(f"- {_FORMATS[one]}\n" for one in formats)
    text += _BOTH if len(formats) > 1 else ""
    text += _CLASSES + "".join(f"- {one.package} / {one.name}: {_told(one)}\n" for one in classes)
    text += _FIELDS + "".join(
        f"- {one.Index}: {one.name_vi}, {one.field_type}({int(str(one.field_length))})"
        + (", bắt buộc có giá trị" if one.value_required else "")
        + "\n"
        for one in fields.itertuples()
    )
    return write_text(path, text + _CHECK.format(folder=path.parent.name))


def _told(one: DossierClass) -> str:
    told = f"{one.title}, {format_number(len(one.frame), 'vi')}"
    if one.name.endswith("_A") and len(one.frame):
        told += f", {format_number(float(area_ha(one.frame).sum()), 'vi', digits=2)} ha"
    return told
