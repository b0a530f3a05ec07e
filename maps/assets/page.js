/* The furniture of a page: title, language, legends that switch layers, notes, sources, scale, north, print. */
(function (I) {
"use strict";
I.maps = I.maps || [];
const SCALE_PX = 140;

I.page = async function (map, id, layers) {
  map._innoPage = true; I.maps.push(map);
  const frame = scaffold(map), {head} = await I.block(id);
  I.lang = I.lang || I.wish().lang || head.lang; document.documentElement.lang = I.lang;
  map._innoHead = head; map._innoAll = layers;
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  map.on("layeradd layerremove", () => syncToggles(state));
  L.control.scale({imperial: false, maxWidth: SCALE_PX}).addTo(map);
  const north = northArrow().addTo(map), state = {map, head, layers, frame, tiles: head.online ? tiles() : null, north};
  fit(map, head.bounds);
  const render = () => { fillHead(state); fillSide(state); north.write(); speak(state); document.title = I.say(head.title, head); };
  I.onLang(render); render();
  await Promise.all(layers.map((l) => l.ready));
  I.follow(map, layers, render);
  render(); document.body.dataset.ready = "yes";
  I.printing(map, frame.side);
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

/* Layers whose features have names: the page's own first, then the places of the background. */
function named(map) {
  const all = [...(map._innoAll || []), ...(map._inno || []).filter((l) => l.options.role === "names")];
  return all.filter((l) => l.shapes && l.shapes.head.names && l.options.role !== "labels");
}
function fillHead({head, frame, map}) {
  const bar = I.make("div", "inno-langs"); bar.setAttribute("role", "group"); bar.setAttribute("aria-label", I.word("language", head));
  for (const [lang, text, long] of [["vi", "VI", "Tiếng Việt"], ["en", "EN", "English"]]) {
    const button = I.make("button", "", text); button.type = "button"; button.lang = lang; button.title = long;
    button.setAttribute("aria-pressed", String(I.lang === lang));
    button.addEventListener("click", () => { I.setLang(lang); frame.header.querySelector(`button[lang=${lang}]`).focus(); });
    bar.append(button);
  }
  const parts = [bar, I.make("h1", "", I.say(head.title, head))];
  if (head.subtitle) parts.push(I.make("p", "inno-subtitle", I.say(head.subtitle, head)));
  if (named(map).length) parts.push(I.searchBox(() => named(map), head));
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
  parts.push(I.printBox(head));
  frame.side.replaceChildren(...parts);
}
function toggle(map, layer, text) {                          // a heading that switches its layer
  const h = I.make("h2"), label = I.make("label"), box = I.make("input");
  const home = () => layer.home || map;                       // side by side, one layer lives on the other map
  box.sync = () => { box.checked = home().hasLayer(layer); };
  box.type = "checkbox"; box.checked = home().hasLayer(layer);
  box.addEventListener("change", () => { if (box.checked) home().addLayer(layer); else home().removeLayer(layer); });
  label.append(box, I.make("span", "", text)); h.append(label);
  return h;
}

function syncToggles({frame}) { for (const box of frame.side.querySelectorAll("h2 input")) box.sync(); }   // a link may switch layers too

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
})(window.Innoregion);
