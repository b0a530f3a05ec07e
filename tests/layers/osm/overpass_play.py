"""An Overpass server of this machine: it answers questions of osmnx's forms from an OpenStreetMap file, or as a test wants."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import numpy as np
import osmium
import shapely

PART = re.compile(r"(node|way|relation)((?:\[[^\]]*\])+)\(poly:'([^']*)'\)")
FILTER = re.compile(r"""\[(['"])(.*?)\1(?:=(['"])(.*?)\3)?\]""")
DATE = "2026-01-02T03:04:05Z"
SLOW = 203  # a status of success that tells our server to drip


class World:
    """Things of a file by kind and id, with the shapes by which a polygon meets them."""

    def __init__(self, path):
        self.things = {"node": {}, "way": {}, "relation": {}}
        for thing in osmium.FileProcessor(str(path)):
            kind = {"n": "node", "w": "way", "r": "relation"}[thing.type_str()]
            about = {"type": kind, "id": thing.id, "tags": dict(thing.tags)}
            if kind == "node":
                about |= {"lon": thing.location.lon, "lat": thing.location.lat}
            elif kind == "way":
                about["nodes"] = [node.ref for node in thing.nodes]
            else:
                kinds = {"n": "node", "w": "way", "r": "relation"}
                about["members"] = [{"type": kinds[one.type], "ref": one.ref, "role": one.role} for one in thing.members]
            self.things[kind][thing.id] = about
        self.with_key = {}
        for kind, things in self.things.items():
            for number, thing in things.items():
                for key in thing["tags"]:
                    self.with_key.setdefault((kind, key), []).append((number, thing))
        nodes, ways = self.things["node"], self.things["way"]
        self.ids = {kind: np.array(list(self.things[kind])) for kind in ("node", "way")}
        self.shapes = {
            "node": shapely.points([(one["lon"], one["lat"]) for one in nodes.values()]),
            "way": np.array([_line([nodes[ref] for ref in one["nodes"] if ref in nodes]) for one in ways.values()]),
        }

    def answer(self, query):
        """Nodes, ways and relations with the tags that meet the polygon, and all they are made of, each once."""
        found = {"node": set(), "way": set(), "relation": set()}
        met = {}
        parts = PART.findall(query)
        assert parts, query
        for kind, filters, numbers in parts:
            if numbers not in met:
                met[numbers] = self._inside(numbers)
            inside = met[numbers]
            wanted = [(key, value) for _, key, _, value in FILTER.findall(filters)]
            for number, thing in self.with_key.get((kind, wanted[0][0]), ()):
                if _fits(thing["tags"], wanted) and (
                    any(one["ref"] in inside.get(one["type"], ()) for one in thing["members"])
                    if kind == "relation"
                    else number in inside[kind]
                ):
                    self._add(found, kind, number)
        elements = [self.things[kind][number] for kind, numbers in found.items() for number in sorted(numbers)]
        plain = [{key: value for key, value in one.items() if key != "tags" or value} for one in elements]
        return 200, json.dumps({"version": 0.6, "osm3s": {"timestamp_osm_base": DATE}, "elements": plain}, ensure_ascii=False)

    def _inside(self, numbers):
        values = np.array(numbers.split(), float)
        polygon = shapely.Polygon(np.column_stack([values[1::2], values[::2]]))
        shapely.prepare(polygon)
        return {kind: set(self.ids[kind][shapely.intersects(polygon, self.shapes[kind])].tolist()) for kind in self.ids}

    def _add(self, found, kind, number):
        if number not in self.things[kind]:
            return
        found[kind].add(number)
        thing = self.things[kind][number]
        for ref in thing.get("nodes", ()):
            found["node"].add(ref)
        for one in thing.get("members", ()):
            if one["type"] != "relation":
                self._add(found, one["type"], one["ref"])


def _line(nodes):
    return shapely.LineString([(one["lon"], one["lat"]) for one in nodes]) if len(nodes) > 1 else shapely.Point()


def _fits(tags, wanted):
    return all(tags.get(key) == value if value else key in tags for key, value in wanted)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, reply):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply, self.queries, self.headers, self.closing = reply, [], {}, threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/api"
        self.host = f"127.0.0.1:{self.server_port}"

    def handle_error(self, *_):
        """Clients hang up on a slow answer."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        query = parse_qs(body.decode())["data"][0]
        self.server.queries.append(query)
        status, text, *more = self.server.reply(query)
        data = text if isinstance(text, bytes) else text.encode()
        headers = {"Content-Length": len(data), **self.server.headers, **dict(*more)}
        (self.send_response_only if "Date" in headers else self.send_response)(status)  # one date, not two
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        pieces = [data] if status != SLOW else [data[i : i + 1] for i in range(len(data))]
        for piece in pieces:
            self.wfile.write(piece)
            if len(pieces) > 1 and self.server.closing.wait(0.1):
                break

    def log_message(self, *_):
        """Silence."""


@contextmanager
def overpass_server(reply):
    server = _Server(reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
