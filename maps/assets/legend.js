/* The legend of a layer, its slider of steps, and the door for the keyboard. */
(function (I) {
"use strict";
const PLAY_MS = 1200;
const MARK_WORDS = {1: "planned", 2: "building", 4: "schematic", 8: "superseded", 16: "longTerm"};

/* A mark means the same in every class: its sample is grey. */
function neutral(s) { return Object.assign(Object.create(s), {style: {...s.style, colors: ["#4a555e"], widths: [Math.min(3, Math.max(...s.style.widths))]}}); }

/* A small picture of a class, drawn by the code that draws the map. */
function swatch(shapes, code, mark) {
  const w = 26, h = 14, canvas = I.make("canvas", "inno-swatch"), scale = 2;
  canvas.width = w * scale; canvas.height = h * scale; canvas.setAttribute("aria-hidden", "true");
  const ctx = canvas.getContext("2d"); ctx.scale(scale, scale); ctx.lineCap = "round";
  ctx.globalAlpha = 1; canvas.style.opacity = area(shapes) ? Math.max(shapes.style.opacity, .8) : 1;
  if (shapes.kind === "point") shapes.dot(ctx, w / 2, h / 2, code, mark);
  else if (area(shapes)) patch(ctx, shapes, code, mark, w, h);
  else {
    const width = shapes.kind === "line" ? shapes.width(code) : shapes.style.outline_px, trace = () => { ctx.moveTo(3, h / 2); ctx.lineTo(w - 3, h / 2); };
    shapes._strokes(ctx, [0], shapes.colour(code), width, mark, trace);
  }
  return canvas;
}
function area(shapes) { return shapes.kind === "grid" || (shapes.kind === "polygon" && shapes.style.fill); }
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

/* Heading, unit, classes with counts, marks, slider, the way to the table, keyboard. */
I.legend = function (map, layer, heading) {
  const s = layer.shapes, {head} = s, box = I.make("section", "inno-legend"), list = I.make("ul");
  box.setAttribute("aria-label", I.say(head.title, head));
  box.append(heading || I.make("h2", "", I.say(head.title, head)));
  if (layer.options.role === "labels") return box;
  if (head.steps) box.append(slider(layer));
  if (head.legend_box) {
    const unit = I.say(head.style.unit, head), line = I.make("p", "inno-unit"), fill = () => list.replaceChildren(...classes(s));
    line.append(I.make("span", "", unit ? I.word("unit", head) + ": " + unit : ""), I.make("span", "", I.word(s.kind === "grid" ? "cells" : "count", head)));
    box.append(line, list);
    fill(); follow(layer, "_relist", fill);
  }
  if (head.columns.length || head.names) box.append(...keyboard(layer));
  if (I.tableButton && map._innoPage && s.kind !== "grid" && (head.columns.length || head.names)) box.append(I.tableButton(layer));
  return box;
};
function follow(layer, key, what) { if (layer[key]) layer.off("changed", layer[key]); layer.on("changed", layer[key] = what); }   // the newest legend only
function classes(s) {
  const {head} = s, single = head.legend.length === 1 && !I.say(head.legend[0][2], head), whole = !s.keep;
  const rows = head.legend.map(([code, , label, count]) => row(s, code, 0, single ? I.say(head.title, head) : I.say(label, head), whole ? count : s.count(code)));
  for (const [bit, count] of head.marks || []) rows.push(row(neutral(s), 0, bit, I.word(MARK_WORDS[bit], head), whole ? count : s.countMark(bit)));
  return rows;
}

/* The same features by another column: a slider, and a button that plays. */
function slider(layer) {
  const {head} = layer.shapes, box = I.make("div", "inno-steps"), range = I.make("input"), told = I.make("output"), play = I.make("button", "inno-play");
  const last = head.steps.length - 1, say = () => I.say(head.steps[range.value].label, head);
  Object.assign(range, {type: "range", min: 0, max: last, step: 1}); range.value = layer.shapes.at || 0;
  range.setAttribute("aria-label", I.word("step", head)); play.type = "button";
  const write = () => { told.textContent = say(); range.setAttribute("aria-valuetext", say()); play.textContent = layer._playing ? "❚❚" : "▶"; play.setAttribute("aria-label", I.word(layer._playing ? "pause" : "play", head)); };
  const go = (at) => { range.value = at; layer.step(at); write(); };
  const stop = () => { clearInterval(layer._playing); layer._playing = null; write(); };
  stop();
  range.addEventListener("input", () => { stop(); go(Number(range.value)); });
  play.addEventListener("click", () => {
    if (layer._playing) return stop();
    layer._playing = setInterval(() => { if (!range.isConnected) return stop(); go(Number(range.value) === last ? 0 : Number(range.value) + 1); }, PLAY_MS);
    write();
  });
  follow(layer, "_restep", () => { range.value = layer.shapes.at || 0; write(); });
  box.append(play, range, told);
  return box;
}

I.legendControl = function (layer) {
  const Box = L.Control.extend({onAdd(map) {
    const box = I.make("div", "inno-box"); box.append(I.legend(map, layer));
    L.DomEvent.disableClickPropagation(box); L.DomEvent.disableScrollPropagation(box);
    return box;
  }});
  return new Box({position: "bottomright"});
};

/* One button: the arrow keys walk from feature to feature, what is reached is spoken. */
function keyboard(layer) {
  const s = layer.shapes, {head} = s, button = I.make("button", "inno-walk", I.word("walk", head)), live = I.make("div", "inno-sr");
  button.type = "button"; button.title = I.word("help", head); live.setAttribute("role", "status");
  let f = -1;
  const go = (next) => {
    if (next < 0) return;
    const map = layer._map;
    f = next; I.unhover(map);
    const at = layer.latlng(f);
    if (!map.getBounds().pad(-0.05).contains(at)) map.panTo(at, {animate: false});
    I.tip(layer, f, at);
    const name = s.name(f), told = head.columns.map((c) => I.say(c.label, head) + ": " + s.shown(c, f));
    live.textContent = [...(name ? [I.say(name, head)] : []), ...told].join("; ");
  };
  const towards = (dx, dy) => {                              // the next feature in a direction, or the one nearest the middle
    const [cx, cy] = f < 0 ? layer.world(layer._map.getCenter()) : s.centre(f);
    if (s.kind === "grid") { const step = Math.max(1, Math.round(20 / layer._view.k / s.cw)); return s.pick(cx + dx * step * s.cw, cy + dy * step * s.ch); }
    let best = -1, cost = Infinity;
    for (let i = 0; i < s.n; i++) {
      if (i === f || !s.kept(i)) continue;
      const [x, y] = s.centre(i), along = (x - cx) * dx + (y - cy) * dy, off = Math.abs((x - cx) * dy) + Math.abs((y - cy) * dx);
      const price = dx || dy ? along + 2 * off : Math.hypot(x - cx, y - cy);
      if ((dx || dy ? along > 0 && off <= 2 * along : true) && price < cost) { best = i; cost = price; }
    }
    return best;
  };
  const STEPS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  button.addEventListener("click", () => { if (layer._map) go(f < 0 ? towards(0, 0) : f); });
  button.addEventListener("keydown", (e) => {
    const map = layer._map;
    if (!map) return;
    if (STEPS[e.key]) { e.preventDefault(); e.stopPropagation(); go(towards(...(f < 0 ? [0, 0] : STEPS[e.key]))); }
    else if (e.key === "Enter" && f >= 0) { e.preventDefault(); I.unhover(map); layer.open(f); }
    else if (e.key === "Escape") { f = -1; I.unhover(map); map.closePopup(); layer.mark(-1, -1); }
  });
  return [button, live];
}
I.keyboard = keyboard;
})(window.Innoregion);
