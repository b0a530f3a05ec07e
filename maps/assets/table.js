/* The data table under the map: filter, sort, choose, download. Only the rows in view are in the document. */
(function (I) {
"use strict";
const ROW = 29, SPARE = 8, MOST_CHOICES = 60;
let open = null;                                              // one table at a time

I.tableButton = function (layer) {
  const button = I.make("button", "inno-open-table", I.word("table", layer.shapes.head));
  button.type = "button"; button.layer = layer; button.setAttribute("aria-expanded", String(Boolean(open && open.layer === layer)));
  button.addEventListener("click", () => { if (open && open.layer === layer) close(); else show(layer); });
  return button;
};
function close() {
  if (!open) return;
  const {layer, box, page} = open;
  layer.off("chosen", open.onChosen); box.remove(); page.classList.remove("inno-tabled"); open = null;
  resize(); buttons();
}
function buttons() { for (const b of document.querySelectorAll(".inno-open-table")) b.setAttribute("aria-expanded", "false"); }
function resize() { for (const map of I.maps) map.invalidateSize({animate: false}); }

function show(layer) {
  close();
  const page = document.querySelector(".inno-page"), box = I.make("section", "inno-drawer");
  const t = open = {layer, page, box, s: layer.shapes, head: layer.shapes.head, sort: null, rows: [], filter: layer._filter || {text: "", column: -1, low: "", high: "", choice: ""}};
  box.setAttribute("aria-label", I.word("table", t.head) + ": " + I.say(t.head.title, t.head));
  box.append(bar(t), body(t));
  page.append(box); page.classList.add("inno-tabled"); resize();
  buttons(); for (const b of document.querySelectorAll(".inno-open-table")) if (b.layer === layer) b.setAttribute("aria-expanded", "true");
  if (!layer._retable) layer.on("columns", layer._retable = () => other(layer));
  t.onChosen = (e) => reveal(t, e.f); layer.on("chosen", t.onChosen);
  t.sort = t.head.shown >= 0 && t.head.columns[t.head.shown].type === "number" ? {column: t.head.shown, down: true} : null;
  refresh(t);
  if (layer.selected >= 0) reveal(t, layer.selected);
  box.querySelector(".inno-text").focus({preventScroll: true});
}
/* The layer tells other columns now: title, heads and rows follow; a filter judges the new numbers. */
function other(layer) {
  const t = open && open.layer === layer ? open : null;
  if (layer.shapes.keep) filterBy(t || {s: layer.shapes, head: layer.shapes.head, filter: layer._filter, layer});
  if (!t) return;
  if (t.sort && t.sort.column === t.shown) t.sort.column = t.head.shown;
  t.relabel(); refresh(t);
}
I.onLang(() => { if (open) { const {layer} = open; close(); show(layer); } });

/* Title, filter, count, downloads, close. */
function bar(t) {
  const {head, filter} = t, line = I.make("div", "inno-bar"), field = (cls, word, type) => { const input = I.make(type === "select" ? "select" : "input", cls); if (type !== "select") input.type = type; input.setAttribute("aria-label", I.word(word, head)); return input; };
  const text = field("inno-text", "filterText", "search"), column = field("inno-column", "filterColumn", "select"), rest = I.make("span", "inno-rest");
  text.placeholder = I.word("filterText", head); text.value = filter.text;
  const option = (value, label) => { const o = document.createElement("option"); o.value = value; o.textContent = label; return o; };
  const title = I.make("strong");
  t.relabel = () => {
    title.textContent = I.say(head.title, head); t.shown = head.shown;
    column.replaceChildren(option(-1, I.word("filterColumn", head)), ...head.columns.map((c, at) => option(at, I.say(c.label, head)))); column.value = filter.column;
  };
  t.relabel();
  const apply = () => { filterBy(t); refresh(t); };
  const details = () => {
    rest.replaceChildren();
    const c = head.columns[filter.column];
    if (!c) return;
    if (c.type === "number") for (const [key, word] of [["low", "least"], ["high", "most"]]) {
      const input = field("inno-number", word, "number"); input.placeholder = I.word(word, head); input.step = "any"; input.value = filter[key];
      input.addEventListener("input", () => { filter[key] = input.value; apply(); }); rest.append(input);
    } else {
      const values = [...new Set(Array.from({length: t.s.n}, (_, f) => t.s.shown(c, f)))].sort((a, b) => a.localeCompare(b, I.language(head)));
      if (values.length > MOST_CHOICES) return;                        // then the text above is the way
      const select = field("inno-choice", "choice", "select");
      select.append(option("", I.word("all", head)), ...values.map((v) => option(v, v))); select.value = filter.choice;
      select.addEventListener("change", () => { filter.choice = select.value; apply(); }); rest.append(select);
    }
  };
  text.addEventListener("input", () => { filter.text = text.value; apply(); });
  column.addEventListener("change", () => { Object.assign(filter, {column: Number(column.value), low: "", high: "", choice: ""}); details(); apply(); });
  details();
  t.count = I.make("output", "inno-shown");
  const button = (cls, label, what) => { const b = I.make("button", cls, label); b.type = "button"; b.addEventListener("click", what); return b; };
  const shut = button("inno-shut", "×", close); shut.setAttribute("aria-label", I.word("close", head));
  line.append(title, text, column, rest, t.count,
    button("inno-get", "CSV", () => I.download(t.layer, "csv")), button("inno-get", "GeoJSON", () => I.download(t.layer, "geojson")), shut);
  return line;
}

function filterBy(t) {
  const {s, head, filter, layer} = t, wanted = I.fold(filter.text).trim(), c = head.columns[filter.column];
  const number = (text) => (text === "" ? NaN : Number(text)), low = number(filter.low), high = number(filter.high);
  const texts = head.columns.filter((one) => one.type !== "number");
  const has = (f) => (head.names && I.fold(I.say(s.name(f), head)).includes(wanted)) || texts.some((one) => I.fold(s.shown(one, f)).includes(wanted));
  const fits = (f) => {
    if (!c) return true;
    if (c.type !== "number") return filter.choice === "" || s.shown(c, f) === filter.choice;
    const v = s.value(c, f);
    return (Number.isNaN(low) || (v !== null && v >= low)) && (Number.isNaN(high) || (v !== null && v <= high));
  };
  const active = wanted || (c && (filter.choice !== "" || !Number.isNaN(low) || !Number.isNaN(high)));
  s.keep = active ? Uint8Array.from({length: s.n}, (_, f) => (fits(f) && (!wanted || has(f)) ? 1 : 0)) : null;
  layer._filter = filter;
  if (layer._map) { if (layer.selected >= 0 && !s.kept(layer.selected)) { layer._map.closePopup(); layer.mark(-1, -1); } layer.changed(); }
}

function body(t) {
  const wrap = I.make("div", "inno-rows"), grid = I.make("table");
  t.wrap = wrap; t.thead = I.make("thead"); t.tbody = I.make("tbody");
  grid.append(t.thead, t.tbody); wrap.append(grid);
  wrap.tabIndex = 0; wrap.setAttribute("role", "region"); wrap.setAttribute("aria-label", I.word("table", t.head));
  wrap.addEventListener("scroll", () => draw(t));
  wrap.addEventListener("keydown", (e) => step(t, e));
  new ResizeObserver(() => draw(t)).observe(wrap);
  return wrap;
}
function refresh(t) {
  const {s, head} = t, rows = [];
  for (let f = 0; f < s.n; f++) if (s.kept(f)) rows.push(f);
  if (t.sort) {
    const c = head.columns[t.sort.column], sign = t.sort.down ? -1 : 1;
    if (c && c.type === "number") { const w = new Float64Array(s.n); for (const f of rows) { const v = s.value(c, f); w[f] = v === null ? -sign * Infinity : v; } rows.sort((a, b) => sign * (w[a] - w[b] || 0) || a - b); }
    else { const told = new Map(rows.map((f) => [f, c ? s.shown(c, f) : I.say(s.name(f), head)])), order = new Intl.Collator(I.language(head), {numeric: true}); rows.sort((a, b) => sign * order.compare(told.get(a), told.get(b)) || a - b); }
  }
  t.rows = rows; t.from = -1;
  t.count.textContent = rows.length === s.n ? `${I.number(s.n, head, 0)} ${I.word("rows", head)}` : `${I.number(rows.length, head, 0)} / ${I.number(s.n, head, 0)} ${I.word("rows", head)}`;
  heads(t); draw(t);
}
function heads(t) {
  const {head} = t, tr = I.make("tr");
  const one = (at, label, unit) => {
    const th = I.make("th"), b = I.make("button", "", label), mine = t.sort && t.sort.column === at;
    th.scope = "col"; b.type = "button"; if (unit) b.append(I.make("small", "", ` (${unit})`));
    if (mine) { th.setAttribute("aria-sort", t.sort.down ? "descending" : "ascending"); b.append(I.make("span", "inno-sorted", t.sort.down ? "▼" : "▲")); }
    b.addEventListener("click", () => { t.sort = {column: at, down: mine ? !t.sort.down : at >= 0 && head.columns[at].type === "number"}; refresh(t); t.thead.querySelectorAll("button")[at + (head.names ? 1 : 0)].focus(); });
    th.append(b); tr.append(th);
  };
  if (head.names) one(-1, I.word("name", head));
  head.columns.forEach((c, at) => one(at, I.say(c.label, head), c.type === "number" ? I.say(c.unit, head) : ""));
  t.thead.replaceChildren(tr);
}
function draw(t) {                                            // the rows in view, and two spacers
  const from = Math.max(0, Math.floor(t.wrap.scrollTop / ROW) - SPARE), to = Math.min(t.rows.length, from + Math.ceil(t.wrap.clientHeight / ROW) + 2 * SPARE);
  if (t.from === from && t.to === to) return;
  t.from = from; t.to = to;
  const gap = (rows) => { const tr = I.make("tr", "inno-gap"), td = I.make("td"); td.colSpan = t.head.columns.length + 1; td.style.height = rows * ROW + "px"; tr.append(td); tr.setAttribute("aria-hidden", "true"); return tr; };
  const rows = t.rows.slice(from, to).map((f, i) => line(t, f, from + i));
  if (from) rows.unshift(gap(from));
  if (to < t.rows.length) rows.push(gap(t.rows.length - to));
  t.tbody.replaceChildren(...rows);
}
function line(t, f, at) {
  const {s, head, layer} = t, tr = I.make("tr");
  tr.dataset.f = f; if (f === layer.selected) tr.setAttribute("aria-current", "true");
  const cell = (text, cls) => { const td = I.make("td", cls), inner = I.make("bdi"); inner.textContent = text; inner.title = text; td.append(inner); tr.append(td); return td; };
  if (head.names) cell(I.say(s.name(f), head));
  for (const c of head.columns) cell(s.shown(c, f), c.type === "number" ? "inno-num" : "");
  const first = tr.firstChild, go = I.make("button", "inno-go"); go.type = "button"; go.append(...first.childNodes); first.append(go); go.dataset.at = at;
  tr.addEventListener("click", () => pick(t, f));
  return tr;
}
function pick(t, f) { t.quiet = true; I.goTo(t.layer, f); t.quiet = false; mark(t, f); }
function mark(t, f) { for (const tr of t.tbody.children) { if (tr.dataset.f === String(f)) tr.setAttribute("aria-current", "true"); else tr.removeAttribute("aria-current"); } }
function reveal(t, f) {                                       // the row of a feature chosen on the map
  if (t.quiet) return;
  const at = t.rows.indexOf(f);
  if (at >= 0) { const top = at * ROW; if (top < t.wrap.scrollTop || top > t.wrap.scrollTop + t.wrap.clientHeight - 3 * ROW) t.wrap.scrollTop = Math.max(0, top - t.wrap.clientHeight / 2); draw(t); }
  mark(t, f);
}
function step(t, e) {                                         // arrow keys walk down the rows
  const way = {ArrowDown: 1, ArrowUp: -1}[e.key], here = document.activeElement;
  if (!way || !here.classList.contains("inno-go")) return;
  const at = Number(here.dataset.at) + way;
  if (at < 0 || at >= t.rows.length) return;
  e.preventDefault();
  const top = at * ROW;
  if (top < t.wrap.scrollTop + ROW) t.wrap.scrollTop = Math.max(0, top - ROW); else if (top > t.wrap.scrollTop + t.wrap.clientHeight - 3 * ROW) t.wrap.scrollTop = top - t.wrap.clientHeight + 3 * ROW;
  draw(t);
  const next = t.tbody.querySelector(`.inno-go[data-at="${at}"]`);
  if (next) next.focus({preventScroll: true});
}
})(window.Innoregion);
