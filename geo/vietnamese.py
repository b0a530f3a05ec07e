"""Vietnamese text: legacy font encodings told apart and read, and names made comparable.

Drawings and tables made before Unicode hold text that is right only in its font: TCVN3 (``.VnTime`` and other ABC fonts) and VNI
(``VNI-Times``) give Latin letters a second meaning. A file does not say so, but Vietnamese syllables have a narrow form: what
reads as such in one encoding alone was written in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from geo.errors import PlanningDataError

_TONES = "\u0301\u0300\u0309\u0303\u0323"  # sắc huyền hỏi ngã nặng
_TONE = re.compile(f"[{_TONES}]")
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W\d_]+")
_ALONE = re.compile(r"(?<![^ (\[])[©®§°±×·](?![^ )\],;.])")  # "(© OpenStreetMap": a sign, in no encoding a word
_VOWEL = re.compile("[aeiouy]")  # what has none is an abbreviation, such as ĐT
_SURE = 0.9  # share of the marked words that must read as syllables
_SYLLABLE = re.compile(
    "(?:b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
    "(?:(?:uyê|iê|yê|uô|ươ|oa|oă|oe|uâ|uê|uy|uơ|oo|[aăâeêioôơuưy])(?:ch|c|m|ng|nh|n|p|t)?"
    "|iêu|yêu|uôi|ươi|ươu|oai|oay|oao|oeo|uây|uyu|uêu|uya|[aâêi]u|[aâ]y|[ae]o|[aoôơuư]i|ưu|[iyuư]a|uơ)"
)


def _tcvn3() -> dict[str, str]:
    """One Latin letter a Vietnamese one (TCVN 5712:1993, VN3). Toned capitals do not exist: their font draws small ones large."""
    codes = ("µ¸¶·¹ ¨»¾¼½Æ ©ÇÊÈÉË ® ÌÐÎÏÑ ªÒÕÓÔÖ ×ÝØÜÞ ßãáâä «åèæçé ¬êíëìî ïóñòô \u00adõøö÷ù úýûüþ ¡¢§£¤¥¦").replace(" ", "")
    letters = "àáảãạ ăằắẳẵặ âầấẩẫậ đ èéẻẽẹ êềếểễệ ìíỉĩị òóỏõọ ôồốổỗộ ơờớởỡợ ùúủũụ ưừứửữự ỳýỷỹỵ ĂÂĐÊÔƠƯ".replace(" ", "")
    return dict(zip(codes, letters, strict=True))


def _vni() -> dict[str, str]:
    """Most letters are two codes, the plain letter and its mark; the rest have one of their own."""
    plain, roof, breve = ("ùøûõï", _TONES), ("âáàåãä", "\u0302" + _TONES), ("êéèúüë", "\u0306" + _TONES)
    table = {base + code: _joined(base, tone) for base in "aeouy" for code, tone in zip(*plain, strict=True)}
    for bases, (codes, tones), first in (("aeo", roof, "\u0302"), ("a", breve, "\u0306")):
        for base in bases:
            table |= {base + code: _joined(base, first + tone.strip(first)) for code, tone in zip(codes, tones, strict=True)}
    for code, letter in (("ô", "ơ"), ("ö", "ư")):
        table |= {code: letter} | {code + mark: _joined(letter, tone) for mark, tone in zip(*plain, strict=True)}
    table |= dict(zip("íìæóòîñ", "íìỉĩịỵđ", strict=True))
    return table | {code.upper(): letter.upper() for code, letter in table.items()}


def _joined(base: str, marks: str) -> str:
    return unicodedata.normalize("NFC", base + marks)


_TABLES = MappingProxyType({"tcvn3": _tcvn3(), "vni": _vni()})
_CODES = MappingProxyType({name: re.compile("|".join(sorted(table, key=len, reverse=True))) for name, table in _TABLES.items()})
_BYTES = MappingProxyType({"cp1258": "cp1258", "utf8": "utf-8"})  # text that was read as Western bytes
VIETNAMESE_ENCODINGS = ("unicode", *_TABLES, *_BYTES)


@dataclass(frozen=True)
class TextEncoding:
    """What texts are written in: ``encoding`` one of `VIETNAMESE_ENCODINGS`; ``share_pct`` of words with marks that read so."""

    encoding: str
    share_pct: float


def decode_vietnamese(text: str, encoding: str, *, capitals: bool = False) -> str:
    """The text in Unicode (NFC) from a legacy encoding.

    ``encoding``: ``"tcvn3"`` (fonts ``.Vn...``), ``"vni"`` (fonts ``VNI-...``), ``"cp1258"`` and ``"utf8"`` (bytes of these,
    read as Western European), ``"unicode"`` (composed only). ``capitals`` for the TCVN3 fonts that draw capitals (``.VnTimeH``).
    Errors: E-TEXT-01 no such encoding, E-TEXT-02 the text can not be in it (``cp1258``, ``utf8``). Source: TCVN 5712:1993; VNI.

    >>> decode_vietnamese("§Êt ë", "tcvn3"), decode_vietnamese("Bình Döông", "vni")
    ('Đất ở', 'Bình Dương')
    """
    if encoding not in VIETNAMESE_ENCODINGS:
        mend = f"one of {', '.join(VIETNAMESE_ENCODINGS)}."
        raise PlanningDataError("E-TEXT-01", "there is no such encoding here.", seen=encoding, mend=mend)
    if encoding in _TABLES:
        table = _TABLES[encoding]
        text = _CODES[encoding].sub(lambda found: table[found[0]], text)
    elif encoding in _BYTES:
        try:
            text = text.encode("cp1252").decode(_BYTES[encoding])
        except UnicodeError as error:
            mend = "find the encoding with geo.vietnamese_encoding."
            raise PlanningDataError("E-TEXT-02", f"the text is not in {encoding}.", seen=text, mend=mend) from error
    return unicodedata.normalize("NFC", text.upper() if capitals else text)


def vietnamese_encoding(texts: Iterable[str]) -> TextEncoding | None:
    """What the texts are written in, told by which reading gives Vietnamese syllables; all of one file or font together.

    None where no reading gives syllables for 90 % of the words with marks, or two do so equally well: then ask for the font.
    Texts without any mark are Unicode.

    >>> vietnamese_encoding(["Ñaát ôû", "Ñaát caây xanh"])
    TextEncoding(encoding='vni', share_pct=100.0)
    """
    kept = [text for text in (_ALONE.sub("", text) for text in texts) if not text.isascii()]
    if not kept:
        return TextEncoding("unicode", 100.0)
    shares = {name: _share(kept, name) for name in VIETNAMESE_ENCODINGS}
    best = max(shares.values())
    found = [name for name, share in shares.items() if share == best]
    if best < _SURE or (len(found) > 1 and found[0] != "unicode"):
        return None
    return TextEncoding(found[0], round(100 * best, 1))


def plain_name(name: str) -> str:
    """A name without accents, in small letters, with single spaces: for comparing and searching, never for showing.

    >>> plain_name("  Thủ  Dầu Một"), plain_name("ĐẤT Ở")
    ('thu dau mot', 'dat o')
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFD", name.casefold().replace("đ", "d")))
    return " ".join(bare.split())


def _share(texts: list[str], encoding: str) -> float:
    """Share of the words with marks, before or after reading, that have the form of a syllable after it."""
    read = sure = 0
    for text in texts:
        try:
            decoded = decode_vietnamese(text, encoding)
        except PlanningDataError:
            return 0.0
        if not all(mark.isalpha() or mark.isascii() or mark in "–—’“”²³°×…" for mark in decoded):
            read += 1  # a symbol in the place of a letter
        words = [word for word in _WORD.findall(decoded) if not word.isascii() and _VOWEL.search(plain_name(word))]
        read += len(words)
        sure += sum(map(_is_syllable, words))
    return sure / read if read else 0.0


def _is_syllable(word: str) -> bool:
    letters = unicodedata.normalize("NFD", word.casefold())
    bare, tones = _TONE.subn("", letters)
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))
