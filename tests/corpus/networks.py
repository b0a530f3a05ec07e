"""N: tags and streets of OpenStreetMap that a router reads wrongly without a word; S10 to S13 for streets and layers alike."""

from __future__ import annotations

import hashlib
import re
import struct

import numpy as np
import osmium

from geo.movement import CLOSED
from tests.corpus.rows import Row
from tests.geo.osm_text import write_osm

GRID = "\n".join(
    [f"way {100 + row} {' '.join(f'{row}{at}' for at in range(10))} highway=residential maxspeed=50" for row in range(1, 7)]
    + [f"way {200 + at} {' '.join(f'{row}{at}' for row in range(1, 7))} highway=residential maxspeed=50" for at in range(10)]
)  # 60 junctions; the ways from 11 to 22 below are no part of it


def streets(*lines, change=lambda text: text, without=()):
    """The grid with these lines besides."""

    def make(folder, _ending):
        path = write_osm(folder / "input.osm", "\n".join([*lines, GRID]), without=without)
        path.write_text(change(path.read_text()))
        return path

    return make


def way(tags):
    return streets(f"way 7 11 22 {tags.replace(' ', '_~') if tags.count('=') == 1 else tags}")


def kmh(read, mode="car", start=11, end=22):
    """The speed of the arc, None where the mode may not pass: straight metres by deciseconds."""
    network = read[0]
    tail, head = network.nodes([start, end]).tolist()
    arcs = np.arange(*network.ptr[tail : tail + 2])
    arcs = arcs[network.head[arcs] == head]
    if not len(arcs) or network.ds[mode][arcs[0]] == CLOSED:
        return None
    metres = float(np.hypot(*(network.node_xy[tail] - network.node_xy[head])))
    return metres / int(network.ds[mode][arcs[0]]) * 36


def about(wanted, mode="car"):
    return lambda read: abs(kmh(read, mode) - wanted) < 0.02 * wanted


def one_way(read):
    return kmh(read) is not None and kmh(read, start=22, end=11) is None and kmh(read, "walk", 22, 11) is not None


def closed(read, *, but=("walk",)):
    return all((kmh(read, mode) is not None) == (mode in but) for mode in ("car", "motorbike", "truck", "walk"))


def pbf(change=lambda blocks: blocks, beside=None):
    """A PBF whose blocks (header, nodes, ways, relations) are changed; ``beside`` writes a checksum of the whole one."""

    def make(folder, _ending):
        path = folder / "input.osm.pbf"
        plain = write_osm(folder / "plain.osm", GRID + "\nban 3 from=101 via=12 to=202 restriction=no_left_turn")
        with osmium.SimpleWriter(str(path)) as writer:
            for thing in osmium.FileProcessor(str(plain)):
                writer.add(thing)
        whole = path.read_bytes()
        if beside:
            (folder / "input.osm.pbf.md5").write_text(f"{hashlib.md5(whole, usedforsecurity=False).hexdigest()}  input.osm.pbf\n")
        path.write_bytes(b"".join(change(_blocks(whole))))
        return path

    return make


def _blocks(data):
    """A PBF in its blocks: four bytes with the length of a head, the head with the length of what follows."""
    found = []
    while data:
        head = struct.unpack(">I", data[:4])[0]
        size = shift = 0
        at = data.index(b"\x18", 4 + 2 + data[5]) + 1  # field 3 behind the type's name
        while True:
            size |= (data[at] & 127) << shift
            shift += 7
            at += 1
            if data[at - 1] < 128:
                break
        end = 4 + head + size
        found.append(data[:end])
        data = data[end:]
    return found


def moved(ref, lon, lat):
    """Node ``ref`` at another place."""
    return lambda text: re.sub(rf'(<node id="{ref}" version="1") lon="[^"]*" lat="[^"]*"', rf'\1 lon="{lon}" lat="{lat}"', text)


BOTH = ("streets", "layers of streets")
_TOLD = {"endings": ("osm",), "reader": "streets"}
_F = {"outcome": "F", "code": "E-OSM-19"} | _TOLD
_OK = {"outcome": "OK"} | _TOLD
_R = {"outcome": "R"} | _TOLD
ROWS = [
    Row(id="S11", what="a PBF cut behind its nodes", make=pbf(lambda blocks: blocks[:-2]), endings=("osm.pbf",), outcome="R",
        code="E-OSM-03", reader="streets", says=("cut",)),
    Row(id="S11b", what="a PBF cut between blocks, the server's .md5 beside", make=pbf(lambda blocks: blocks[:-1], beside=True),
        endings=("osm.pbf",), outcome="R", code="E-OSM-04", reader="streets", says=("input.osm.pbf.md5", "bytes")),
    Row(id="S11c", what="a whole PBF with its .md5", make=pbf(beside=True), endings=("osm.pbf",), outcome="OK", reader="streets"),
    Row(id="S13b", what="one of 111 points is missing", make=streets("way 7 11 99 22 highway=primary maxspeed=50", without=(99,)),
        says=("1 points", "gap"), **{**_F, "outcome": "W", "code": "E-OSM-21"}),
    *[Row(id=f"N01{letter}", what=f"maxspeed={value}", make=way(f"highway=primary maxspeed={value}"), says=("not above 0",),
          holds=lambda read: kmh(read) > 30, **_F) for letter, value in (("", "0"), ("b", "-5"))],
    *[Row(id=f"N02{letter}", what=value, make=way(f"highway=primary maxspeed={value}"), holds=about(96.56), **_OK)
      for letter, value in (("", "60_~mph"), ("b", "60mph"))],
    Row(id="N03", what="5 knots", make=way("highway=primary maxspeed=5_~knots"), holds=about(9.26), **_OK),
    *[Row(id=f"N04{letter}", what=value, make=way(f"highway=primary maxspeed={value}"), says=(words,),
          holds=lambda read: kmh(read) > 40, **_F)
      for letter, value, words in (("", "vn:urban", "default speed"), ("b", "RU:rural", "default speed"),
                                   ("c", "none", "without limit capped"), ("d", "signals", "not readable"))],
    Row(id="N04e", what="walk", make=way("highway=primary maxspeed=walk"), holds=about(5), **_OK),
    *[Row(id=f"N05{letter}", what=value, make=way(f"highway=primary maxspeed={value}"), says=("slowest taken",),
          holds=about(slowest), **_F)
      for letter, value, slowest in (("", "50;80", 50), ("b", "40|60", 40), ("c", "[50,30]", 30))],
    Row(id="N06", what="1000", make=way("highway=primary maxspeed=1000"), says=("capped",), holds=lambda read: kmh(read) < 131,
        **_F),
    Row(id="N07", what="at some hours", make=way("highway=primary maxspeed=60_~@_~(06:00-18:00)"),
        says=("without its condition",), holds=about(60), **_F),
    Row(id="N07b", what="~50", make=way("highway=primary maxspeed=~50"), says=("approximate",), holds=about(50), **_F),
    Row(id="N07c", what="full-width digits", make=way("highway=primary maxspeed=４０"), holds=about(40), **_OK),
    Row(id="N08", what="oneway=YES", make=way("highway=primary maxspeed=50 oneway=YES"), holds=one_way, **_OK),
    Row(id="N08b", what="oneway=-1", make=way("highway=primary maxspeed=50 oneway=-1"), **_OK,
        holds=lambda read: kmh(read) is None and kmh(read, start=22, end=11) is not None),
    *[Row(id=f"N08{letter}", what=f"oneway={value}", make=way(f"highway=primary maxspeed=50 oneway={value}"),
          says=("reversible",), holds=closed, **_F) for letter, value in (("c", "reversible"), ("d", "alternating"))],
    Row(id="N09", what="a motorway without oneway", make=way("highway=motorway maxspeed=80"), **_OK,
        holds=lambda read: kmh(read) is not None and kmh(read, start=22, end=11) is None),
    Row(id="N10", what="access=no", make=way("highway=primary maxspeed=50 access=no foot=yes"), holds=closed, **_OK),
    Row(id="N10b", what="access=private", make=way("highway=primary maxspeed=50 access=private foot=yes"), holds=closed, **_OK),
    Row(id="N10c", what="access=no, bus=yes", make=way("highway=primary maxspeed=50 access=no bus=yes foot=yes"), holds=closed,
        **_OK),
    Row(id="N10d", what="access=no, motorcycle=yes", make=way("highway=primary maxspeed=50 access=no motorcycle=yes foot=yes"),
        holds=lambda read: closed(read, but=("walk", "motorbike")), **_OK),
    Row(id="N11", what="streets that hang together with no others", outcome="W", code="E-OSM-20", says=("islands", "car"),
        make=streets("way 7 95 96 highway=residential maxspeed=50"), holds=lambda read: len(read[1].islands) == 5, **_TOLD),
    Row(id="N12", what="two points at one place", make=streets("way 7 11 98 22 highway=primary maxspeed=50",
        change=moved(98, 106.602, 11.102)), holds=lambda read: min(int(one.min()) for one in read[0].ds.values()) > 0, **_OK),
    Row(id="N12b", what="a point at 0° N 0° E", make=streets("way 7 11 98 22 highway=primary maxspeed=50",
        change=moved(98, 0, 0)), code="E-OSM-11", ids=(7,), says=("km",), **_R),
    Row(id="N12c", what="a point beyond the pole", make=streets("way 7 11 98 22 highway=primary maxspeed=50",
        change=moved(98, 106.6, 91)), code="E-OSM-21", says=("1 points",), **{**_TOLD, "outcome": "W"}),
    Row(id="N13", what="two streets between two junctions", holds=about(60), **_OK,
        make=streets("way 7 11 22 highway=primary maxspeed=20", "way 8 22 11 highway=primary maxspeed=60")),
    Row(id="N15", what="a way that stands twice", code="E-OSM-12", ids=(7,), **_R,
        make=streets("way 7 11 22 highway=primary maxspeed=20", "way 7 11 22 highway=primary maxspeed=60")),
]  # fmt: skip
