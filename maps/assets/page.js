/* The furniture of a page: title, language, legends that switch layers, notes, sources, scale, north, print. */
(function (I) {
"use strict";
I.maps = I.maps || [];
const SCALE_PX = 140, PRINT_DELAY = 300, SMALLEST = .5, PRINT_SHARPNESS = 3;

I.page = async function (map, id, layers) {
  map._innoPage = true; I.maps.push(map);
  const frame = scaffold(map), {head} = await I.block(id);
  I.lang = I.lang || head.lang;
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  L.control.scale({imperial: false, maxWidth: SCALE_PX}).addTo(map);
  const north = northArrow().addTo(map), state = {map, head, layers, frame, tiles: head.online ? tiles() : null, north};
  fit(map, head.bounds);
  const render = () => { fillHead(state); fillSide(state); north.write(); speak(state); document.title = I.say(head.title, head); };
  I.onLang(render); render();
  await Promise.all(layers.map((l) => l.ready));
  render(); document.body.dataset.ready = "yes";
  printing(map, frame.side);
};

/* header | main | aside round the map's own element */
function scaffold(map) {
  const box = map.getContainer(), page = I.make("div", "inno-page"), main = I.make("main", "inno-stage");
  const header = I.make("header", "inno-head"), side = I.make("aside", "inno-side");
  box.replaceWith(page); main.append(box); page.append(header, main, side);
  document.body.classList.add("inno-body");
  map.invalidateSize({animate: false});
  return {page, header, side, main};
}
function fit(map, [[s, w], [n, e]]) { map.fitBounds([[s, w], [n, e]], {padding: [18, 18], animate: false}); }

function fillHead({head, frame}) {
  const bar = I.make("div", "inno-langs"); bar.setAttribute("role", "group"); bar.setAttribute("aria-label", I.word("language", head));
  for (const [lang, text, long] of [["vi", "VI", "Tiếng Việt"], ["en", "EN", "English"]]) {
    const button = I.make("button", "", text); button.type = "button"; button.lang = lang; button.title = long;
    button.setAttribute("aria-pressed", String(I.lang === lang));
    button.addEventListener("click", () => { I.setLang(lang); frame.header.querySelector(`button[lang=${lang}]`).focus(); });
    bar.append(button);
  }
  const parts = [bar, I.make("h1", "", I.say(head.title, head))];
  if (head.subtitle) parts.push(I.make("p", "inno-subtitle", I.say(head.subtitle, head)));
  frame.header.replaceChildren(...parts);
}

function fillSide(state) {
  const {map, head, layers, frame} = state, parts = [];
  const ready = layers.filter((l) => l.shapes);
  frame.side.setAttribute("aria-label", I.word("legend", head));
  for (const layer of ready) parts.push(layer.section ? layer.section() : I.legend(map, layer, toggle(map, layer, I.say(layer.shapes.head.title, head))));
  if (state.tiles) { const box = I.make("section", "inno-legend"); box.append(toggle(map, state.tiles, I.word("online", head))); parts.push(box); }
  for (const key of ["notes", "sources"]) {
    if (!head[key].length) continue;
    const box = I.make("section", "inno-words"), list = I.make("ul");
    for (const text of head[key]) list.append(I.make("li", "", I.say(text, head)));
    box.append(I.make("h2", "", I.word(key, head)), list); parts.push(box);
  }
  const print = I.make("button", "inno-print", I.word("print", head)); print.type = "button";
  print.addEventListener("click", () => window.print()); parts.push(print);
  frame.side.replaceChildren(...parts);
}
function toggle(map, layer, text) {                          // a heading that switches its layer
  const h = I.make("h2"), label = I.make("label"), box = I.make("input");
  box.type = "checkbox"; box.checked = map.hasLayer(layer);
  box.addEventListener("change", () => { if (box.checked) map.addLayer(layer); else map.removeLayer(layer); });
  label.append(box, I.make("span", "", text)); h.append(label);
  return h;
}

/* What Leaflet itself says, in the reader's language. */
function speak(state) {
  const {map, head} = state;
  for (const [key, button] of [["zoomIn", map.zoomControl && map.zoomControl._zoomInButton], ["zoomOut", map.zoomControl && map.zoomControl._zoomOutButton]])
    if (button) { button.title = I.word(key, head); button.setAttribute("aria-label", button.title); }
  if (state.credit) map.attributionControl.removeAttribution(state.credit);
  state.credit = "© " + I.word("osm", head).replace("OpenStreetMap", '<a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a>');
  if (head.osm || head.online) map.attributionControl.addAttribution(state.credit);
}
function northArrow() {
  const Arrow = L.Control.extend({
    onAdd() { this.box = I.make("div", "inno-north"); this.write(); return this.box; },
    write() {
      this.box.replaceChildren(I.make("span", "inno-needle", "▲"), I.make("span", "", I.word("north")));
      this.box.setAttribute("role", "img"); this.box.setAttribute("aria-label", I.word("northLong"));
    },
  });
  return new Arrow({position: "topright"});
}
function tiles() {                                           // only on the reader's wish, and only where the page allows it
  return L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", {maxZoom: 19});
}

/* Legends, notes and sources all belong on the sheet: smaller, until they fit. */
function shrink(side) {
  for (let zoom = 1; zoom >= SMALLEST; zoom -= .05) {
    side.style.zoom = zoom;
    if (side.scrollHeight <= side.clientHeight + 1) return;
  }
}
/* All layers on one canvas: browsers print canvases that lie on each other so that the upper one hides the lower ones. */
function flatten(map) {
  const size = map.getSize(), sheet = L.DomUtil.create("canvas", "inno-sheet", map.getPane("overlayPane")), ctx = sheet.getContext("2d");
  const depth = (l) => Number(getComputedStyle(l.getPane()).zIndex) * 1000 + l._depth;
  sheet.width = size.x * PRINT_SHARPNESS; sheet.height = size.y * PRINT_SHARPNESS; sheet.style.width = size.x + "px"; sheet.style.height = size.y + "px";
  L.DomUtil.setPosition(sheet, map.containerPointToLayerPoint([0, 0]));
  ctx.scale(PRINT_SHARPNESS, PRINT_SHARPNESS);
  for (const layer of [...map._inno].sort((a, b) => depth(a) - depth(b))) {
    if (!layer._view) continue;
    const at = map.layerPointToContainerPoint(layer._bounds.min);
    ctx.globalAlpha = layer.shapes.style.opacity;
    for (const canvas of layer._container.children) { ctx.drawImage(canvas, at.x, at.y, layer._view.w, layer._view.h); ctx.globalAlpha = 1; }
  }
  return sheet;
}
/* Paper: the page takes the shape of a sheet before the browser prints it, and the map is drawn anew for it. */
function printing(map, side) {
  const root = document.documentElement;
  let bounds = null;
  let paper = null;
  const before = () => {
    if (bounds) return;
    bounds = map.getBounds(); I.sharpness = PRINT_SHARPNESS; root.classList.add("inno-paper"); shrink(side); refit(); paper = flatten(map);
  };
  const after = () => {
    if (!bounds) return;
    paper.remove(); I.sharpness = null; root.classList.remove("inno-paper"); side.style.zoom = ""; refit(); bounds = null;
  };
  const refit = () => { map.invalidateSize({animate: false, pan: false}); map.fitBounds(bounds, {animate: false}); };
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", () => setTimeout(after, PRINT_DELAY));
}
})(window.Innoregion);
