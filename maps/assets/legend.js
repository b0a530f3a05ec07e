/* The legend of a layer, its data table, and the door for the keyboard. */
(function (I) {
"use strict";
const MOST_ROWS = 200;
const MARK_WORDS = {1: "planned", 2: "building", 4: "schematic", 8: "superseded"};

/* A mark means the same in every class: its sample is grey. */
function neutral(s) { return Object.assign(Object.create(s), {style: {...s.style, colors: ["#4a555e"], widths: [Math.min(3, Math.max(...s.style.widths))]}}); }

/* A small picture of a class, drawn by the code that draws the map. */
function swatch(shapes, code, mark) {
  const w = 26, h = 14, canvas = I.make("canvas", "inno-swatch"), scale = 2;
  canvas.width = w * scale; canvas.height = h * scale; canvas.setAttribute("aria-hidden", "true");
  const ctx = canvas.getContext("2d"); ctx.scale(scale, scale); ctx.lineCap = "round";
  ctx.globalAlpha = 1; canvas.style.opacity = shapes.kind === "polygon" && shapes.style.fill ? Math.max(shapes.style.opacity, .8) : 1;
  if (shapes.kind === "point") shapes.dot(ctx, w / 2, h / 2, code, mark);
  else if (shapes.kind === "polygon" && shapes.style.fill) patch(ctx, shapes, code, mark, w, h);
  else {
    const width = shapes.kind === "line" ? shapes.width(code) : shapes.style.outline_px, trace = () => { ctx.moveTo(3, h / 2); ctx.lineTo(w - 3, h / 2); };
    shapes._strokes(ctx, [0], shapes.colour(code), width, mark, trace);
  }
  return canvas;
}
function patch(ctx, shapes, code, mark, w, h) {
  const one = Object.create(shapes);
  Object.assign(one, {x: [1, w - 1, w - 1, 1], y: [1, 1, h - 1, h - 1], boxes: [1, 1, w - 1, h - 1], ringAt: [0, 1], vertexAt: [0, 4]});
  one._polygon(ctx, [0], code, mark, 0, 0, 1, 0);
  ctx.lineWidth = 1; ctx.strokeStyle = "rgba(30,40,50,.28)"; ctx.setLineDash([]); ctx.strokeRect(.5, .5, w - 1, h - 1);
}

function row(shapes, code, mark, text, count) {
  const li = I.make("li"); li.append(swatch(shapes, code, mark), I.make("span", "inno-class", text));
  li.append(I.make("span", "inno-count", I.number(count, shapes.head, 0)));
  return li;
}

/* Heading, unit, classes with counts, marks, table, keyboard. */
I.legend = function (map, layer, heading) {
  const s = layer.shapes, {head} = s, box = I.make("section", "inno-legend"), list = I.make("ul");
  box.setAttribute("aria-label", I.say(head.title, head));
  box.append(heading || I.make("h2", "", I.say(head.title, head)));
  if (head.legend_box) {
    const unit = I.say(head.style.unit, head), line = I.make("p", "inno-unit");
    line.append(I.make("span", "", unit ? I.word("unit", head) + ": " + unit : ""), I.make("span", "", I.word("count", head)));
    box.append(line, list);
    const single = head.legend.length === 1 && !I.say(head.legend[0][2], head);
    for (const [code, , label, count] of head.legend) list.append(row(s, code, 0, single ? I.say(head.title, head) : I.say(label, head), count));
    for (const [bit, count] of head.marks || []) list.append(row(neutral(s), 0, bit, I.word(MARK_WORDS[bit], head), count));
  }
  if (head.columns.length || head.names) box.append(...keyboard(map, layer), table(s));
  return box;
};

I.legendControl = function (layer) {
  const Box = L.Control.extend({onAdd(map) {
    const box = I.make("div", "inno-box"); box.append(I.legend(map, layer));
    L.DomEvent.disableClickPropagation(box); L.DomEvent.disableScrollPropagation(box);
    return box;
  }});
  return new Box({position: "bottomright"});
};

function table(s) {
  const {head} = s, details = I.make("details", "inno-table"), wrap = I.make("div", "inno-rows");
  details.append(I.make("summary", "", I.word("table", head)), wrap);
  details.addEventListener("toggle", () => { if (details.open && !wrap.firstChild) wrap.append(...rows(s)); });
  wrap.tabIndex = 0;
  return details;
}
function rows(s) {
  const {head} = s, grid = I.make("table"), top = I.make("tr"), order = [...Array(s.n).keys()], shown = head.columns[head.shown];
  const weigh = (f) => { const v = s.value(shown, f); return typeof v === "number" ? v : -Infinity; };
  if (shown && shown.type === "number") order.sort((a, b) => weigh(b) - weigh(a) || a - b);
  const th = (text) => { const cell = I.make("th", "", text); cell.scope = "col"; top.append(cell); };
  if (head.names) th(I.word("name", head));
  for (const c of head.columns) th(I.say(c.label, head));
  grid.append(top);
  for (const f of order.slice(0, MOST_ROWS)) {
    const tr = I.make("tr");
    if (head.names) tr.append(I.make("td", "", I.say(s.name(f), head)));
    for (const c of head.columns) tr.append(I.make("td", c.type === "number" ? "inno-num" : "", s.shown(c, f)));
    grid.append(tr);
  }
  const note = s.n > MOST_ROWS ? [I.make("p", "inno-unit", `${I.word("first", head)}: ${MOST_ROWS} ${I.word("of", head)} ${I.number(s.n, head, 0)}`)] : [];
  return [...note, grid];
}

/* One button: the arrow keys walk from feature to feature, what is reached is spoken. */
function keyboard(map, layer) {
  const s = layer.shapes, {head} = s, button = I.make("button", "inno-walk", I.word("walk", head)), live = I.make("div", "inno-sr");
  button.type = "button"; button.title = I.word("help", head); live.setAttribute("role", "status");
  let f = -1;
  const go = (next) => {
    if (next < 0) return;
    f = next; I.unhover(map);
    const at = layer.latlng(f);
    if (!map.getBounds().pad(-0.05).contains(at)) map.panTo(at, {animate: false});
    I.tip(layer, f, at);
    const name = s.name(f), told = head.columns.map((c) => I.say(c.label, head) + ": " + s.shown(c, f));
    live.textContent = [...(name ? [I.say(name, head)] : []), ...told].join("; ");
  };
  const towards = (dx, dy) => {                              // the next feature in a direction, or the one nearest the middle
    const [cx, cy] = f < 0 ? layer.world(map.getCenter()) : s.centre(f); let best = -1, cost = Infinity;
    for (let i = 0; i < s.n; i++) {
      if (i === f) continue;
      const [x, y] = s.centre(i), along = (x - cx) * dx + (y - cy) * dy, off = Math.abs((x - cx) * dy) + Math.abs((y - cy) * dx);
      const price = dx || dy ? along + 2 * off : Math.hypot(x - cx, y - cy);
      if ((dx || dy ? along > 0 && off <= 2 * along : true) && price < cost) { best = i; cost = price; }
    }
    return best;
  };
  const STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  button.addEventListener("click", () => { if (map.hasLayer(layer)) go(f < 0 ? towards(0, 0) : f); });
  button.addEventListener("keydown", (e) => {
    if (!map.hasLayer(layer)) return;
    if (STEPS[e.key]) { e.preventDefault(); e.stopPropagation(); go(towards(...(f < 0 ? [0, 0] : STEPS[e.key]))); }
    else if (e.key === "Enter" && f >= 0) { e.preventDefault(); I.unhover(map); layer.open(f); }
    else if (e.key === "Escape") { f = -1; I.unhover(map); map.closePopup(); layer.mark(-1, -1); }
  });
  return [button, live];
}
I.keyboard = keyboard;
})(window.Innoregion);
