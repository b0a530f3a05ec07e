/* Two layers against each other: under a curtain, or side by side on two maps that move alike. */
(function (I) {
"use strict";
const STEP = .02, FAR = 99999;

I.compare = async function (map, id, before, after, {mode}) {
  const {head} = await I.block(id), s = {map, head, before, after, share: .5, mode: "swipe"};
  map._innoCompare = s;
  furnish(s);
  map.on("move zoomend resize viewreset layeradd", () => clip(s));
  for (const layer of [before, after]) layer.on("drawn", () => clip(s));
  I.onLang(() => tell(s));
  tell(s);
  await Promise.all([before.ready, after.ready]);
  if (mode === "side" && map._innoPage) choose(s, "side"); else clip(s);
};

function furnish(s) {
  const box = s.map.getContainer();
  s.curtain = I.make("div", "inno-curtain"); s.curtain.tabIndex = 0; s.curtain.setAttribute("role", "slider");
  s.curtain.setAttribute("aria-valuemin", 0); s.curtain.setAttribute("aria-valuemax", 100);
  s.tags = [I.make("div", "inno-tag inno-left"), I.make("div", "inno-tag inno-right")];
  box.append(s.curtain, ...s.tags);
  L.DomEvent.disableClickPropagation(s.curtain);
  const move = (share) => { s.share = Math.min(1, Math.max(0, share)); clip(s); };
  const to = (e) => { const b = box.getBoundingClientRect(); move((e.clientX - b.left) / b.width); };
  s.curtain.addEventListener("pointerdown", (e) => { e.preventDefault(); s.curtain.focus(); s.curtain.setPointerCapture(e.pointerId); s.curtain.onpointermove = to; });
  for (const end of ["pointerup", "pointercancel"]) s.curtain.addEventListener(end, () => { s.curtain.onpointermove = null; });
  s.curtain.addEventListener("keydown", (e) => {
    const at = {ArrowLeft: s.share - STEP, ArrowRight: s.share + STEP, ArrowDown: s.share - STEP, ArrowUp: s.share + STEP, Home: 0, End: 1}[e.key];
    if (at !== undefined) { e.preventDefault(); e.stopPropagation(); move(at); }
  });
  const Way = L.Control.extend({onAdd() {
    s.way = I.make("button", "inno-way"); s.way.type = "button";
    L.DomEvent.disableClickPropagation(s.way);
    s.way.addEventListener("click", () => choose(s, s.mode === "side" ? "swipe" : "side"));
    return s.way;
  }});
  if (s.map._innoPage) new Way({position: "topleft"}).addTo(s.map);
}

function tell(s) {
  s.tags.forEach((tag, at) => tag.replaceChildren(I.make("span", "", I.say(s.head.labels[at], s.head))));
  s.curtain.setAttribute("aria-label", I.word("curtain", s.head)); s.curtain.title = I.word("curtainHelp", s.head);
  if (s.way) s.way.replaceChildren(I.make("span", "", I.word(s.mode === "side" ? "asSwipe" : "asSide", s.head)));
}

function clip(s) {
  const swipe = s.mode === "swipe", x = s.map.getSize().x * s.share;
  s.curtain.hidden = !swipe; s.curtain.style.left = x + "px"; s.curtain.setAttribute("aria-valuenow", Math.round(100 * s.share));
  for (const [layer, left] of [[s.before, true], [s.after, false]]) {
    layer.hides = swipe ? (point) => (left ? point.x > x : point.x <= x) : null;
    layer.seen = swipe ? (left ? [0, s.share] : [s.share, 1]) : null;              // shares of the map's width, for paper
    if (!layer._container || !layer._bounds) continue;
    const cut = x - (layer._map || s.map).layerPointToContainerPoint(layer._bounds.min).x, [a, b] = left ? [-FAR, cut] : [cut, FAR];
    layer._container.style.clipPath = swipe ? `polygon(${a}px ${-FAR}px,${b}px ${-FAR}px,${b}px ${FAR}px,${a}px ${FAR}px)` : "";
  }
}

function choose(s, mode) {
  s.mode = mode;
  if (mode === "side") part(s); else join(s);
  tell(s); clip(s);
}
/* The second map holds the layer "after" and twins of all others. */
function part(s) {
  const {map} = s, bounds = map.getBounds(), box = I.make("div", "inno-second"), stage = map.getContainer().parentElement;
  stage.classList.add("inno-two"); stage.append(box); map.invalidateSize({animate: false});
  const other = s.other = L.map(box, {zoomControl: false, attributionControl: false, zoomSnap: map.options.zoomSnap, maxZoom: map.options.maxZoom, center: map.getCenter(), zoom: map.getZoom()});
  other._innoPage = true; I.maps.push(other);
  const had = map.hasLayer(s.after); s.after.remove(); s.after.home = other;
  if (had) other.addLayer(s.after);
  s.twins = new Map();
  for (const layer of map._inno) if (layer !== s.before) twin(s, layer);
  s.mirror = {
    layeradd: (e) => { if (e.layer.twin && e.layer !== s.before) twin(s, e.layer); },
    layerremove: (e) => { const copy = s.twins.get(e.layer); if (copy) { copy.remove(); s.twins.delete(e.layer); } },
  };
  map.on(s.mirror);
  box.append(s.tags[1]);
  let busy = false;
  const follow = (a, b) => () => { if (busy) return; busy = true; b.setView(a.getCenter(), a.getZoom(), {animate: false}); busy = false; };
  map.fitBounds(bounds, {animate: false}); other.setView(map.getCenter(), map.getZoom(), {animate: false});
  s.lead = follow(map, other); map.on("move", s.lead); other.on("move", follow(other, map));
}
function twin(s, layer) { if (s.twins.has(layer)) return; const copy = layer.twin(); s.twins.set(layer, copy); s.other.addLayer(copy); }
function join(s) {
  const {map, other} = s, bounds = map.getBounds(), had = other.hasLayer(s.after);
  map.off(s.mirror).off("move", s.lead); s.after.remove(); s.after.home = null;
  I.maps.splice(I.maps.indexOf(other), 1); map.getContainer().append(s.tags[1]);
  const box = other.getContainer(), stage = box.parentElement;
  other.off(); other.remove(); box.remove(); stage.classList.remove("inno-two"); s.other = null;
  map.invalidateSize({animate: false});
  map.fitBounds(bounds, {animate: false});
  if (had) map.addLayer(s.after);
}
})(window.Innoregion);
