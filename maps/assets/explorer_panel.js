/* The controls beside the map, and what they show. `x` is the explorer: its state, its data, its words. */
(function (I) {
"use strict";
const SIDES = ["before", "after"], GINI = 3;

function choices(x, key, title, options) {                   // one of several, as connected buttons; many become a list
  const field = I.make("fieldset", "inno-choice");
  field.append(I.make("legend", "", title));
  if (options.length > 4) {
    const list = I.make("select"); list.setAttribute("aria-label", title);
    for (const [value, text] of options) { const o = document.createElement("option"); o.value = value; o.textContent = text; list.append(o); }
    list.value = x.state[key];
    list.addEventListener("change", () => x.set({[key]: list.value}));
    field.append(list);
    return field;
  }
  const row = I.make("div", "inno-segments"); field.append(row);
  for (const [value, text, off] of options) {
    const label = I.make("label"), box = I.make("input");
    box.type = "radio"; box.name = "inno-" + key; box.value = value; box.checked = String(x.state[key]) === String(value); box.disabled = Boolean(off);
    box.addEventListener("change", () => x.set({[key]: value}));
    label.append(box, I.make("span", "", text)); row.append(label);
  }
  return field;
}

function slider(x) {
  const box = I.make("div", "inno-cutoff"), row = I.make("div", "inno-pair"), label = I.make("label", "", x.word("xCutoff")), out = I.make("output"), input = I.make("input");
  const {cutoffs} = x.head, ends = I.make("div", "inno-pair inno-ends");
  input.type = "range"; input.id = "inno-cutoff"; input.min = 0; input.max = cutoffs.length - 1; input.step = 1;
  label.htmlFor = out.htmlFor = input.id;
  input.addEventListener("input", () => x.later({cut: cutoffs[input.value]}));
  ends.setAttribute("aria-hidden", "true");
  ends.append(I.make("span", "", x.fill("xMin", cutoffs[0])), I.make("span", "", x.fill("xMin", cutoffs[cutoffs.length - 1])));
  row.append(label, out); box.append(row, input, ends);
  return {box, update() { const text = x.fill("xMin", x.state.cut); input.value = cutoffs.indexOf(x.state.cut); input.setAttribute("aria-valuetext", text); out.textContent = text; }};
}

function picked(x) {
  const box = I.make("section", "inno-picked"), hint = I.make("p", "inno-hint", x.word("xHint"));
  box.setAttribute("aria-label", x.word("xPicked")); box.setAttribute("aria-live", "polite");
  return {box, update() {
    const {zone, way, cut} = x.state, {travel, head} = x;
    if (zone < 0) { box.replaceChildren(hint); return; }
    const row = I.make("div", "inno-pair"), clear = I.make("button", "inno-print", x.word("xClear")); clear.type = "button";
    clear.addEventListener("click", () => { x.choose(-1); x.layer._map.getContainer().focus({preventScroll: true}); });
    row.append(I.make("strong", "", x.name(zone)), clear);
    const rows = [[x.fill(way === "from" ? "xInTimeFrom" : "xInTimeTo", cut), ...x.sideNames()]];
    head.opportunities.forEach((o, what) => rows.push([x.say(o.label), ...x.cells(x.both((side) => travel.within(zone, what, side, way, cut)), o)]));
    box.replaceChildren(row, I.grid(rows), I.make("p", "inno-hint", `${x.say(head.people.label)}: ${x.number(travel.people[zone], head.people)}`));
  }};
}

function totals(x) {
  const box = I.make("section", "inno-totals");
  box.append(I.make("h2", "", x.word("xTotals")));
  const body = I.make("div"); box.append(body);
  return {box, update() {
    const {travel, head} = x, {what, way, cut} = x.state, o = head.opportunities[what];
    const values = x.both((side) => travel.reached(what, side, way, cut)), curves = values.map((v) => travel.lorenz(v));
    let top = 0; for (const side of values) for (const v of side) if (v > top) top = v;
    const shares = values.map((v) => travel.histogram(v, top || 1)), mean = {...o, digits: o.digits || (top < 100 ? 1 : 0)};
    const rows = [[x.within(), ...x.sideNames()],
      [x.word(way === "from" ? "xMean" : "xMeanTo"), ...x.cells(curves.map((c) => c.mean), mean)],
      [x.word("xGini"), ...giniCells(x, curves.map((c) => c.gini))]];
    x.found = {values, curves, shares, top};
    const parts = [I.grid(rows)];
    if (travel.two) parts.push(winners(x, values));
    parts.push(...figures(x, o));
    body.replaceChildren(...parts);
  }};
}
function giniCells(x, [a, b]) {
  const told = [x.fixed(a, GINI)];
  if (b !== undefined) told.push(x.fixed(b, GINI), a === null || b === null ? "–" : x.fixed(b - a, GINI, true));
  return told;
}
function winners(x, [before, after]) {
  const found = x.travel.winners(before, after), {people} = x.head;
  const told = (count) => `${x.number(count, people)} (${x.percent(count / x.travel.allPeople, 1)})`;
  x.found_winners = found;
  return I.grid([["", x.word("xPeople")], [x.word("xBetter"), told(found.better)], [x.word("xWorse"), told(found.worse)]]);
}
function figures(x, o) {
  const {shares, curves, top} = x.found, names = x.travel.two ? x.head.sides.map(x.say) : [], unit = x.say(o.unit);
  const percent = (v) => x.percent(v, v < .1 ? 1 : 0), hist = I.fill("xHist", x.head, x.within()), two = names.length > 1;
  const gini = (c) => "Gini " + x.fixed(c.gini, GINI);
  const keys = curves.map((c, at) => two ? `${names[at]}: ${gini(c)}` : gini(c));
  const figure = (title, key, picture) => { const f = I.make("figure"); f.append(I.make("figcaption", "", title), picture); if (key) f.append(I.make("p", "inno-hint", key)); return f; };
  return [
    figure(hist, two ? I.fill("xHistKey", x.head, ...names) : "", I.histogramPicture(shares, top, {label: hist, percent, top: x.number(top, o) + (unit ? " " + unit : "")})),
    figure(x.word("xLorenz"), "", I.lorenzPicture(curves, {label: x.word("xLorenz") + ". " + keys.join("; "), percent, keys, equal: x.word("xEqual"), across: x.word("xLorenzX")})),
  ];
}

/* The whole panel; `update(also)` writes it anew, the totals only when they moved. */
I.explorerPanel = function (x) {
  const box = I.make("section", "inno-explorer"), {head, travel} = x;
  box.setAttribute("aria-label", x.word("xTitle"));
  const parts = {cutoff: slider(x), picked: picked(x), totals: totals(x)}, measure = I.make("div");
  const sides = [...SIDES.map((side, at) => [side, x.say(head.sides[at])]), ["change", x.word("xChange")]];
  if (travel.two) box.append(choices(x, "side", x.word("xSide"), sides));
  box.append(parts.cutoff.box);
  if (head.opportunities.length > 1) box.append(choices(x, "what", x.word("xWhat"), head.opportunities.map((o, at) => [at, x.say(o.label)])));
  box.append(choices(x, "way", x.word("xWay"), [["from", x.word("xFrom")], ["to", x.word("xTo")]]), measure, parts.picked.box, ...x.doors(), parts.totals.box);
  return {box, update(all) {
    measure.replaceChildren(choices(x, "measure", x.word("xMeasure"), [["reached", x.word("xReached")], ["minutes", x.word("xMinutes"), x.state.zone < 0]]));
    parts.cutoff.update(); parts.picked.update(); if (all) parts.totals.update();
  }};
};
})(window.Innoregion);
