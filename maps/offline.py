"""From a folium map to one file that needs no network and lets no foreign script run.

folium renders the map once; then the page is written here:

* links to CDNs become the files of the packages django-js-lib-leaflet and, only where some folium object asks for ``$``,
  XStatic-jQuery; a part we can not bring offline is an error that names it, never a silent network call;
* a Content-Security-Policy with the hash of each of our scripts, taken from the parts before they are joined, never by
  scanning the finished page: a script smuggled in by data can not bless itself;
* folium's random ids become running numbers: same input, same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
from branca.element import CssLink, Element, JavascriptLink

from geo import Label, PlanningDataError, write_text
from maps import safe_text
from maps.foreign_parts import every_part, without_templates

_NOT_NEEDED = ("bootstrap", "awesome", "glyphicons")  # folium adds them for icons and buttons that no mark of ours uses
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_KEY = re.compile(r"[?&/](api_?key|access_?token|token|key|sig|signature)=|://[^/@]+@", re.IGNORECASE)  # in an address of tiles
_UNTITLED = Label("Bản đồ", "Map")
_NO_SCRIPT = Label("Trang này cần JavaScript để vẽ bản đồ.", "This page needs JavaScript to draw its map.")


def save(page: folium.Map, path: str | Path, *, lang: str | None = None) -> Path:
    """Write a page, or any folium map, as one file that opens with no network; all or nothing. Returns the path.

    Errors: E-MAP-10 when the map holds parts that can not be made offline and safe.
    """
    return write_text(path, html_of(page, lang=lang))


def html_of(page: folium.Map, *, lang: str | None = None) -> str:
    """The whole page as text, the same for the same input."""
    _refuse_keys(page)
    root: Any = page.get_root()
    _refuse_icons(root)
    with without_templates(root):
        root.render()  # fills header, html and script
    lang = str(lang or getattr(page, "lang", "vi"))
    title: Label = getattr(page, "title", _UNTITLED)
    css, scripts = _parts(root)
    main = re.sub(r"<(?=/script|!--)", r"<\\", root.script.render(), flags=re.IGNORECASE)  # only strings can hold these
    if "$(" in main:
        scripts.insert(0, _jquery())
    css, scripts, body = _renumber(root, css, [*scripts, main], root.html.render())
    tiles = " https://tile.openstreetmap.org" if getattr(page, "online", False) else ""
    inline = "; style-src-attr 'unsafe-inline'" if "style=" in main else ""  # folium's own popups; ours never
    policy = (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data: blob:{tiles}; "
        f"script-src {' '.join(map(digest, scripts))}; style-src {' '.join(map(digest, css))}{inline}"
    )
    return document(title.say(lang), lang=lang, policy=policy, css=css, body=body, scripts=scripts)


def _refuse_keys(page: folium.Map) -> None:
    """E-MAP-18: whoever gets the page would read the key in the address of its tiles."""
    for child in page._children.values():  # noqa: SLF001 - branca's tree has no public face
        address = str(getattr(child, "tiles", ""))
        if _KEY.search(address):
            mend = "take tiles that need no key: maps.page(..., online_tiles=True)."
            host = address.partition("://")[2].partition("/")[0]
            raise PlanningDataError("E-MAP-18", "the address of tiles holds a key.", seen=host, mend=mend)


def _refuse_icons(root: Any) -> None:
    """`folium.Icon` is drawn by a script and a font of other hosts: without them the whole page would stay empty."""
    icons = [part.get_name() for part in every_part(root) if isinstance(part, folium.Icon)]
    if icons:
        mend = "leave icon= out (the plain pin is on board), or draw with maps.points."
        raise PlanningDataError("E-MAP-10", "folium.Icon can not be made offline.", seen=len(icons), mend=mend)


def document(
    title: str, *, lang: str, policy: str, css: list[str], body: str, scripts: list[str], noscript: Label | None = _NO_SCRIPT
) -> str:
    """The finished page. ``title`` is escaped here; ``css`` and ``scripts`` are our own texts."""
    if any(re.search(r"</script|<!--", one, re.IGNORECASE) for one in scripts) or any("</style" in one.lower() for one in css):
        raise PlanningDataError(
            "E-MAP-10", "a script or style of the page would end early.", mend="report it with the page's code."
        )
    head = [
        f'<!DOCTYPE html>\n<html lang="{safe_text.escaped(lang)}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{safe_text.escaped(title)}</title>",
    ]
    styles = [f"<style>{one}</style>" for one in css]
    without = f"<noscript>{noscript.say(lang)}</noscript>\n" if noscript else ""
    runs = [f"<script>{one}</script>" for one in scripts]
    return "\n".join([*head, *styles, "</head>\n<body>", without + body, *runs, "</body>\n</html>\n"])


def digest(text: str) -> str:
    """The text's hash as a Content-Security-Policy writes it."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _parts(root: Any) -> tuple[list[str], list[str]]:
    """Styles and scripts of the page's head, brought offline."""
    css: list[str] = []
    scripts: list[str] = []
    foreign: list[str] = []
    for name, part in root.header._children.items():  # noqa: SLF001 - branca's tree has no public face
        if isinstance(part, CssLink | JavascriptLink):
            if "/leaflet@" in part.url:
                css.extend([_leaflet_css()] if isinstance(part, CssLink) else [])
                scripts.extend([_leaflet_js()] if isinstance(part, JavascriptLink) else [])
            elif "jquery" not in part.url and not any(word in part.url for word in _NOT_NEEDED):
                foreign.append(part.url)
            continue
        ours = isinstance(part, safe_text.Raw) or name.startswith("map_")  # our assets and folium.Map's own head
        for tag, inside in re.findall(r"<(script|style)>(.*?)</\1>", part.render(), re.DOTALL):
            if tag == "script" and not ours:
                foreign.append(f"the inline script of {name}")  # never bless a script we did not write
            else:
                (css if tag == "style" else scripts).append(inside)
    if foreign:
        raise PlanningDataError(
            "E-MAP-10",
            "the map holds parts that can not be made offline and safe.",
            seen=foreign,
            mend="leave out the folium plug-in that needs them; marks of maps need none.",
        )
    return css, scripts


def _renumber(root: Any, css: list[str], scripts: list[str], body: str) -> tuple[list[str], list[str], str]:
    """Ids that the tree really holds, as running numbers in order of appearance."""
    known = _ids(root)
    number: dict[str, str] = {}

    def swap(text: str) -> str:
        return _ID.sub(
            lambda found: number.setdefault(found[0], f"{len(number) + 1:04d}") if found[0] in known else found[0], text
        )

    body = swap(body)
    return [swap(one) for one in css], [swap(one) for one in scripts], body


def _ids(root: Any) -> set[str]:
    known: set[str] = set()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element._id in known:  # noqa: SLF001 - branca's tree has no public face
            continue
        known.add(element._id)  # noqa: SLF001
        waiting += [one for one in (*element._children.values(), *vars(element).values()) if isinstance(one, Element)]  # noqa: SLF001
    return known


@cache
def _leaflet_css() -> str:
    folder = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    text = (folder / "leaflet.css").read_text("utf8")
    return re.sub(r"url\((images/[\w.-]+)\)", lambda found: f"url({_png(folder.joinpath(found[1]))})", text)


@cache
def _leaflet_js() -> str:
    folder = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    images = {"iconUrl": "marker-icon.png", "iconRetinaUrl": "marker-icon-2x.png", "shadowUrl": "marker-shadow.png"}
    merged = ",".join(f'{key}:"{_png(folder.joinpath("images", name))}"' for key, name in images.items())
    text = re.sub(r"//# sourceMappingURL=.*", "", (folder / "leaflet.js").read_text("utf8"))
    return f'{text}\nL.Icon.Default.mergeOptions({{{merged}}});L.Icon.Default.imagePath="";'


@cache
def _jquery() -> str:
    from xstatic.pkg import jquery  # noqa: PLC0415 - asked for by foreign folium objects only

    return (Path(jquery.BASE_DIR) / "jquery.min.js").read_text("utf8")


def _png(image: Any) -> str:
    return "data:image/png;base64," + base64.b64encode(image.read_bytes()).decode()
