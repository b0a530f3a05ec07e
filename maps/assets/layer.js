/* The Leaflet layer: a canvas that follows the map, tooltip, selection. */
(function (I) {
"use strict";
const PANES = {ground: ["innoGround", 350], names: ["innoNames", 450], labels: ["innoNames", 450]};
const MOUSE = 5, FINGER = 14;                                // px within which a line or point is hit
let stacked = 0;                                             // layers lie on each other as they were made, also after being switched

/* L.Renderer knows how to follow a map (padding, zoom animation); we supply what is inside. */
const VectorLayer = L.Renderer.extend({
  options: {padding: 0.12, role: "data"},
  initialize(source, options) {
    L.Util.setOptions(this, options);
    this.options.pane = PANES[this.options.role] ? PANES[this.options.role][0] : "overlayPane";
    L.stamp(this); this._layers = {}; this._depth = this.options.depth || ++stacked; this.hovered = this.selected = -1;
    this.ready = Promise.resolve(source).then((text) => typeof text === "string" ? I.unpack(text).then(shapes) : text).then((found) => { this.shapes = found; if (this._map) this._start(); });
  },
  twin() { return new VectorLayer(this.ready.then(() => this.shapes), {...this.options, depth: this._depth}); },   // the same on another map
  onAdd(map) {
    panes(map);
    L.Renderer.prototype.onAdd.call(this, map);
    (map._inno = map._inno || []).push(this);
    map._inno.sort((a, b) => a._depth - b._depth);
    if (!map._innoListens) {
      map._innoListens = true;
      map.on("mousemove", hover).on("click", click).on("mouseout", () => unhover(map)).on("popupclose", () => { for (const l of map._inno) l.mark(l.hovered, -1); });
    }
    if (this.shapes) this._start();
  },
  onRemove(map) {
    map._inno.splice(map._inno.indexOf(this), 1);
    if (this._legend) { this._legend.remove(); this._legend = null; }
    L.Renderer.prototype.onRemove.call(this, map);
  },
  _start() {
    this._update();
    if (!this._map._innoPage && this.shapes.head.legend_box && !this._legend) this._legend = I.legendControl(this).addTo(this._map);
    this.fire("ready");
  },
  _initContainer() {
    this._container = L.DomUtil.create("div", "inno-canvas");
    this._container.style.zIndex = this._depth;
    this._base = L.DomUtil.create("canvas", "", this._container);
    this._base.setAttribute("aria-hidden", "true");
  },
  _destroyContainer() { this._container.remove(); this._top = null; },
  _onZoomEnd() {},
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const b = this._bounds, size = b.getSize(), dpr = I.sharpness || Math.min(window.devicePixelRatio || 1, 2);
    L.DomUtil.setPosition(this._container, b.min);
    if (!this.shapes) return;
    const origin = this._map.getPixelOrigin().add(b.min), k = 256 * 2 ** this._map.getZoom() / 2 ** this.shapes.head.bits;
    this._view = {x0: origin.x / k, y0: origin.y / k, w: size.x, h: size.y, k, dpr};
    this._draw();
  },
  _canvas(canvas) {                                          // sized, scaled and empty
    const {w, h, dpr} = this._view, ctx = canvas.getContext("2d");
    canvas.width = Math.ceil(w * dpr); canvas.height = Math.ceil(h * dpr); canvas.style.width = w + "px"; canvas.style.height = h + "px";
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    return ctx;
  },
  _draw() {
    const v = this._view, ctx = this._canvas(this._base);
    this._base.style.opacity = this.shapes.style.opacity;
    if (this.options.role === "names" || this.options.role === "labels") this.drawn = I.drawLabels(ctx, this, v);
    else this.drawn = this.shapes.draw(ctx, v.x0, v.y0, v.w, v.h, v.k);
    this.mark(this.hovered, this.selected, true);
    this.fire("drawn");
  },
  step(at) { this.shapes.step(at); this.changed(); },
  changed() { unhover(this._map); this.redraw(); this.fire("changed"); return this; },   // other classes, or a filter
  redraw() { if (this._map && this.shapes) this._draw(); return this; },
  /* Highlights the feature under the pointer and the chosen one, on a second canvas made on first use. */
  mark(hovered, selected, again) {
    if (!again && hovered === this.hovered && selected === this.selected) return;
    this.hovered = hovered; this.selected = selected;
    if (!this._map || !this._view || (!this._top && hovered < 0 && selected < 0)) return;
    if (!this._top) { this._top = L.DomUtil.create("canvas", "", this._container); this._top.setAttribute("aria-hidden", "true"); }
    const {x0, y0, k} = this._view, ctx = this._canvas(this._top);
    ctx.lineJoin = "round";
    for (const [f, inner] of [[selected, "#d55e00"], [hovered, "#111111"]]) {
      if (f < 0) continue;
      this.shapes.outline(ctx, f, x0, y0, k);
      ctx.strokeStyle = "#ffffff"; ctx.lineWidth = 5; ctx.stroke(); ctx.strokeStyle = inner; ctx.lineWidth = 2.4; ctx.stroke();
    }
  },
  world(latlng) { const p = this._map.project(latlng, 0), u = 2 ** this.shapes.head.bits / 256; return [p.x * u, p.y * u]; },
  latlng(f) { const [x, y] = this.shapes.centre(f), u = 256 / 2 ** this.shapes.head.bits; return this._map.unproject([x * u, y * u], 0); },
  edges(f) {                                                 // west, south, east, north of a feature
    const s = this.shapes, u = 256 / 2 ** s.head.bits, b = s.kind === "grid" ? [...s.centre(f), ...s.centre(f)] : s.boxes.subarray(4 * f, 4 * f + 4);
    const one = L.CRS.EPSG3857.pointToLatLng(L.point(b[0] * u, b[3] * u), 0), two = L.CRS.EPSG3857.pointToLatLng(L.point(b[2] * u, b[1] * u), 0);
    return [one.lng, one.lat, two.lng, two.lat];
  },
  at(latlng, tolerance) { const [X, Y] = this.world(latlng); return this.shapes.pick(X, Y, tolerance / this._view.k); },
  card(f) {                                                  // the tooltip and popup of a feature, as DOM
    const s = this.shapes, {head} = s, box = I.make("div", "inno-card"), name = s.name(f);
    if (name) box.append(I.make("strong", "", I.say(name, head)));
    const table = I.make("table"), body = I.make("tbody");
    const other = (at) => head.steps && at !== head.shown && head.steps.some((step) => step.shown === at);   // another step's column
    for (const [at, c] of head.columns.entries()) {
      if (other(at)) continue;
      if (at !== head.shown && s.value(c, f) === null) continue;          // what is not known takes no line, but for the shown one
      const row = I.make("tr"), th = I.make("th", "", I.say(c.label, head)); th.scope = "row";
      row.append(th, I.make("td", c.type === "number" ? "inno-num" : "", s.shown(c, f))); body.append(row);
    }
    table.append(body); if (head.columns.length) box.append(table);
    return box;
  },
  open(f) {                                                  // the choice of one feature
    for (const l of this._map._inno) if (l !== this) l.mark(-1, -1);
    const popup = L.popup({maxWidth: 320, autoPanPadding: [20, 20]}).setLatLng(this._clicked || this.latlng(f)).setContent(this.card(f)).openOn(this._map);
    popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", I.word("close", this.shapes.head));
    this.mark(this.hovered, f);
    this.fire("chosen", {f});
  },
});

/* Context lies under everything, place names over the areas; neither takes the pointer. */
function panes(map) {
  for (const [name, z] of Object.values(PANES))
    if (!map.getPane(name)) { const pane = map.createPane(name); pane.style.zIndex = z; pane.style.pointerEvents = "none"; }
}
function shapes(unpacked) { return new (unpacked.head.kind === "grid" ? I.Grid : I.Shapes)(unpacked); }
function hit(map, e) {
  const finger = e.originalEvent && e.originalEvent.pointerType === "touch";
  for (let i = (map._inno || []).length - 1; i >= 0; i--) {
    const layer = map._inno[i];
    if (!layer._view || layer.options.role !== "data" || !(layer.shapes.head.columns.length || layer.shapes.head.names)) continue;
    if (layer.hides && layer.hides(e.containerPoint)) continue;                  // behind the curtain
    const f = layer.at(e.latlng, finger ? FINGER : MOUSE);
    if (f >= 0) return [layer, f];
  }
  return null;
}
function unhover(map) {
  if (!map) return;
  for (const l of map._inno || []) l.mark(-1, l.selected);
  if (map._innoTip) { map._innoTip.remove(); map._innoTip = null; }
}
function hover(e) {
  const found = hit(this, e);
  this.getContainer().classList.toggle("inno-point", Boolean(found));
  if (!found) return unhover(this);
  const [layer, f] = found;
  if (this._innoTip && layer.hovered === f) { this._innoTip.setLatLng(e.latlng); return; }
  unhover(this); I.tip(layer, f, e.latlng);
}
function click(e) {
  const found = hit(this, e);
  if (!found) return;
  unhover(this); found[0]._clicked = e.latlng; found[0].open(found[1]); found[0]._clicked = null;
}
I.tip = function (layer, f, latlng) {
  layer.mark(f, layer.selected);
  layer._map._innoTip = L.tooltip({sticky: true, opacity: 1, direction: "auto", offset: [12, 0]}).setLatLng(latlng).setContent(layer.card(f)).addTo(layer._map);
};
I.unhover = unhover;
I.VectorLayer = VectorLayer;
I.layer = (id, options) => new VectorLayer(document.getElementById(id + "_block").textContent, options);
})(window.Innoregion);
