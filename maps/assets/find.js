/* Search by name: what is typed without accents finds names with them. */
(function (I) {
"use strict";
const MOST = 12;
let number = 0;

/* Small letters without accents; đ is a letter of its own and becomes d. */
I.fold = (text) => String(text).normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().normalize("NFC");

/* Names of a layer, folded once a language. */
function folded(layer) {
  const s = layer.shapes, lang = I.language(s.head);
  if (!s.folded || s.folded.lang !== lang) s.folded = {lang, names: Array.from({length: s.n}, (_, f) => I.fold(I.say(s.name(f), s.head)))};
  return s.folded.names;
}
function rank(name, wanted) { return name.startsWith(wanted) ? 0 : name.includes(" " + wanted) ? 1 : name.includes(wanted) ? 2 : -1; }
function search(layers, text) {
  const wanted = I.fold(text).trim(), found = [];
  if (!wanted) return found;
  for (const [at, layer] of layers.entries()) {
    const names = folded(layer);
    for (let f = 0; f < names.length; f++) { const r = rank(names[f], wanted); if (r >= 0) found.push([r, at, names[f], f, layer]); }
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : a[3] - b[3]));
  const alike = new Map();                                   // many features may share a name: one line, and how many
  for (const [, at, name, f, layer] of found) {
    const key = at + " " + name;
    if (!alike.has(key)) alike.set(key, {layer, f, count: 0});
    alike.get(key).count++;
  }
  return [...alike.values()].slice(0, MOST);
}

/* A box with a list of what is found (the pattern "combobox" of ARIA). `layers()` gives those that have names. */
I.searchBox = function (layers, head) {
  const box = I.make("div", "inno-find"), input = I.make("input"), list = I.make("ul", "inno-found"), id = "inno-found-" + ++number;
  let found = [], at = -1;
  Object.assign(input, {type: "search", autocomplete: "off", placeholder: I.word("find", head)});
  for (const [key, value] of Object.entries({role: "combobox", "aria-label": I.word("find", head), "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list"})) input.setAttribute(key, value);
  list.id = id; list.hidden = true; list.setAttribute("role", "listbox"); list.setAttribute("aria-label", I.word("found", head));
  const shut = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (next) => {
    at = (next + found.length) % found.length;
    [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
    input.setAttribute("aria-activedescendant", id + "-" + at); list.children[at].scrollIntoView({block: "nearest"});
  };
  const take = (i) => { const one = found[i]; if (!one) return; input.value = I.say(one.layer.shapes.name(one.f), head); shut(); I.goTo(one.layer, one.f); };
  input.addEventListener("input", () => {
    found = search(layers(), input.value); at = -1;
    list.replaceChildren(...found.map(({layer, f, count}, i) => {
      const li = I.make("li"); li.id = id + "-" + i; li.setAttribute("role", "option"); li.setAttribute("aria-selected", "false");
      li.append(I.make("span", "inno-name", I.say(layer.shapes.name(f), head)), I.make("span", "inno-where", layer.options.role === "names" ? I.word("place", head) : I.say(layer.called || layer.shapes.head.title, head) + (count > 1 ? " × " + I.number(count, head, 0) : "")));
      li.addEventListener("pointerdown", (e) => { e.preventDefault(); take(i); });
      return li;
    }));
    if (!found.length && input.value.trim()) { const li = I.make("li", "inno-none", I.word("nothing", head)); li.setAttribute("role", "option"); li.setAttribute("aria-disabled", "true"); li.setAttribute("aria-selected", "false"); list.append(li); }
    list.hidden = !list.children.length; input.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) shut();
  });
  input.addEventListener("keydown", (e) => {
    if (e.key === "Escape") { shut(); return; }
    if (e.key === "Enter") { e.preventDefault(); take(at < 0 ? 0 : at); return; }
    if (!found.length || (e.key !== "ArrowDown" && e.key !== "ArrowUp")) return;
    e.preventDefault(); mark(e.key === "ArrowDown" ? at + 1 : at < 0 ? found.length - 1 : at - 1);
  });
  input.addEventListener("blur", shut);
  box.append(input, list);
  return box;
};

/* Brings a feature into view, shows its layer, opens its card. */
I.goTo = function (layer, f) {
  const map = layer.home || layer._map || I.maps[0];
  if (!map.hasLayer(layer)) map.addLayer(layer);
  const [west, south, east, north] = layer.edges(f), inside = map.getBounds().pad(-.1), box = L.latLngBounds([south, west], [north, east]);
  if (!inside.contains(box) || map.getBoundsZoom(box) > map.getZoom() + 3) map.fitBounds(box, {padding: [60, 60], maxZoom: Math.max(map.getZoom(), 13), animate: false});
  if (layer.options.role === "data") layer.open(f);
};
})(window.Innoregion);
