"""Legacy Vietnamese text: every letter there and back, whole files told apart, doubt said."""

from __future__ import annotations

import unicodedata

import pytest

import layers
from geo import VIETNAMESE_ENCODINGS, PlanningDataError, decode_vietnamese, plain_name, vietnamese_encoding
from geo.vietnamese import _TABLES, TextEncoding

SMALL = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def written(text: str, encoding: str) -> str:
    """The text as a program that knows nothing of the encoding shows it: made by other means than the tables' own order."""
    if encoding == "utf8":
        return text.encode().decode("cp1252")
    if encoding == "cp1258":
        return b"".join(_cp1258(letter) for letter in text).decode("cp1252")
    codes = {letter: code for code, letter in _TABLES[encoding].items()} if encoding in _TABLES else {}
    return "".join(codes.get(letter, letter) for letter in text)


def _cp1258(letter: str) -> bytes:
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in parts if mark in TONES)
    return (unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONES)) + tones).encode("cp1258")


@pytest.fixture(scope="module")
def names() -> list[str]:
    return sorted({*layers.population()["name_vi"], *layers.units("2025")["name_vi"], *layers.roads()["name_vi"]})


@pytest.mark.parametrize("encoding", ["unicode", "tcvn3", "vni", "cp1258"])
def test_every_letter_is_read(encoding: str) -> None:
    capitals = SMALL.upper() if encoding != "tcvn3" else "ĂÂĐÊÔƠƯ"
    for letter in SMALL + capitals:
        assert decode_vietnamese(written(letter, encoding), encoding) == letter


@pytest.mark.parametrize(
    ("seen", "encoding", "meant"),
    [
        ("§Êt ë", "tcvn3", "Đất ở"),
        ("®Êt c©y xanh", "tcvn3", "đất cây xanh"),
        ("TP. Thñ DÇu Mét", "tcvn3", "TP. Thủ Dầu Một"),
        ("Ñaát ôû", "vni", "Đất ở"),
        ("TP. Thuû Daàu Moät", "vni", "TP. Thủ Dầu Một"),
        ("khu coâng nghieäp", "vni", "khu công nghiệp"),
        ("Đất", "unicode", "Đất"),
        ("BÃ¬nh", "utf8", "Bình"),
    ],
)
def test_texts_as_drawings_hold_them(seen: str, encoding: str, meant: str) -> None:
    assert decode_vietnamese(seen, encoding) == meant


def test_fonts_of_capitals() -> None:
    assert decode_vietnamese("®Êt ë", "tcvn3", capitals=True) == "ĐẤT Ở"


@pytest.mark.parametrize("encoding", ["unicode", "tcvn3", "vni", "cp1258", "utf8"])
def test_a_whole_file_tells_its_encoding(encoding: str, names: list[str]) -> None:
    seen = []
    for name in names:
        try:
            seen.append(written(name.lower() if encoding == "tcvn3" else name, encoding))
        except UnicodeError:  # five bytes have no letter in Windows' Western table: such a name is lost when it is shown
            assert encoding == "utf8"
    found = vietnamese_encoding(seen)
    assert found is not None
    assert found.encoding == encoding
    assert found.share_pct > 99
    back = {decode_vietnamese(text, encoding) for text in seen}
    assert back <= {unicodedata.normalize("NFC", name) for name in names} | {name.lower() for name in names}


def test_decomposed_text_is_composed() -> None:
    apart = unicodedata.normalize("NFD", "Thủ Dầu Một")
    assert vietnamese_encoding([apart]) is not None
    assert decode_vietnamese(apart, "unicode") == "Thủ Dầu Một"


def test_a_sign_that_stands_alone_is_no_letter() -> None:
    assert vietnamese_encoding(["KAZE survey, © OpenStreetMap contributors, ODbL", "± 5 m", "stops (© OSM)"]) == TextEncoding(
        "unicode", 100.0
    )
    assert vietnamese_encoding(["© Ñaát ôû"]) == TextEncoding("vni", 100.0)


@pytest.mark.parametrize("texts", [["Ærøskøbing Æ", "Blåbærgrød"], ["§§ ¶¶", "÷ø"], ["Straße", "größer", "äußerst"]])
def test_doubt_is_said(texts: list[str]) -> None:
    assert vietnamese_encoding(texts) is None


def test_plain_text_is_unicode() -> None:
    found = vietnamese_encoding(["KCN", "Road 13", ""])
    assert found is not None
    assert found.encoding == "unicode"


def test_refused() -> None:
    with pytest.raises(PlanningDataError, match="E-TEXT-01"):
        decode_vietnamese("a", "viscii")
    with pytest.raises(PlanningDataError, match="E-TEXT-02"):
        decode_vietnamese("Đất", "cp1258")
    assert len(VIETNAMESE_ENCODINGS) == 5


def test_plain_names() -> None:
    assert plain_name("ĐƯỜNG  Nguyễn Văn Tiết ") == "duong nguyen van tiet"
    assert plain_name(unicodedata.normalize("NFD", "Đồng Nai")) == plain_name("Đồng Nai") == "dong nai"
