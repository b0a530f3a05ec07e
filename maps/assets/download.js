/* The data shown, as a file made in the page: what a filter leaves, as precise as the page holds it. */
(function (I) {
"use strict";
const PLACES = 6, DEGREES = 180 / Math.PI;

/* One row: names and the columns of the tooltip; missing and unreached are null. */
function row(s, f) {
  const out = Object.create(null), {head} = s, plain = (v) => (Array.isArray(v) ? v[I.language(head) === "vi" ? 0 : 1] : v);
  if (head.names) { const name = s.name(f), pair = Array.isArray(name) ? name : [name, name]; out.name_vi = pair[0]; if (pair[1] !== pair[0]) out.name_en = pair[1]; }
  for (const c of head.columns) { const v = s.value(c, f); out[c.column] = typeof v === "number" ? (Number.isFinite(v) ? v : null) : plain(v); }
  return out;
}
function kept(s) { const all = []; for (let f = 0; f < s.n; f++) if (s.kept(f)) all.push(f); return all; }

/* RFC 4180, UTF-8 with the mark Excel wants; heads are the columns' names, which carry their unit. */
I.csv = function (s) {
  const rows = kept(s).map((f) => [f, row(s, f)]), head = [...(s.head.ids ? [s.head.id] : []), ...new Set(rows.flatMap(([, r]) => Object.keys(r)))];
  const cell = (v) => { const text = v === null || v === undefined ? "" : String(v); return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text; };
  const lines = rows.map(([f, r]) => head.map((name, at) => cell(at === 0 && s.head.ids ? s.id(f) : r[name])).join(","));
  return "\ufeff" + [head.map(cell).join(","), ...lines].join("\r\n") + "\r\n";
};

/* RFC 7946: longitude, latitude, outer rings to the right hand. */
I.geojson = function (s, about) {
  const features = kept(s).map((f) => ({type: "Feature", ...(s.head.ids ? {id: s.id(f)} : {}), properties: row(s, f), geometry: geometry(s, f)}));
  return JSON.stringify({type: "FeatureCollection", title: I.say(s.head.title, s.head), ...about, features});
};
function place(s, v) {
  const world = 2 ** s.head.bits, y = .5 - s.y[v] / world, round = (d) => Number(d.toFixed(PLACES));
  return [round(s.x[v] / world * 360 - 180), round((2 * Math.atan(Math.exp(y * 2 * Math.PI)) - Math.PI / 2) * DEGREES)];
}
function geometry(s, f) {
  const parts = [];
  for (let r = s.ringAt[f]; r < s.ringAt[f + 1]; r++) { const ring = []; for (let v = s.first(r); v < s.first(r + 1); v++) ring.push(place(s, v)); parts.push(ring); }
  if (s.kind === "point") { const points = parts.map((p) => p[0]); return points.length === 1 ? {type: "Point", coordinates: points[0]} : {type: "MultiPoint", coordinates: points}; }
  if (s.kind === "line") { const lines = parts.filter((p) => p.length > 1); return lines.length === 1 ? {type: "LineString", coordinates: lines[0]} : {type: "MultiLineString", coordinates: lines}; }
  const areas = [];
  for (const ring of parts.filter((p) => p.length > 2)) {
    ring.push(ring[0]);
    if (areas.length && turn(ring) < 0) areas[areas.length - 1].push(ring); else areas.push([ring]);   // holes turn the other way and follow their shell
  }
  return areas.length === 1 ? {type: "Polygon", coordinates: areas[0]} : {type: "MultiPolygon", coordinates: areas};
}
function turn(ring) { let sum = 0; for (let i = 1; i < ring.length; i++) sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1]; return sum; }

I.download = function (layer, kind) {
  const s = layer.shapes, map = layer._map || layer.home || I.maps[0], page = map._innoHead, about = {};
  if (page) Object.assign(about, {page: I.say(page.title, page), sources: page.sources.map((t) => I.say(t, page)), notes: page.notes.map((t) => I.say(t, page))});
  const text = kind === "csv" ? I.csv(s) : I.geojson(s, about), type = kind === "csv" ? "text/csv" : "application/geo+json";
  const link = document.createElement("a"), url = URL.createObjectURL(new Blob([text.toWellFormed ? text.toWellFormed() : text], {type}));
  link.href = url; link.download = (I.fold(I.say(s.head.title, s.head)).replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 60) || "data") + "." + kind;
  document.body.append(link); link.click(); link.remove(); setTimeout(() => URL.revokeObjectURL(url), 1000);
};
})(window.Innoregion);
