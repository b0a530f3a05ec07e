/* The controls beside the map, and what they show. `x` is the explorer: its state, its data, its words. */
(function (I) {
"use strict";
const SIDES = ["before", "after"], GINI = 3;

function choices(x, key, title, options) {                   // one of several, as connected buttons; many become a list
  const box = I.make("fieldset", "inno-ask"), is = (value) => String(x.state[key]) === String(value);
  box.append(I.make("legend", "", title));
  if (options.length > 4) {
    const list = I.make("select"); list.setAttribute("aria-label", title);
    for (const [value, text] of options) { const o = document.createElement("option"); o.value = value; o.textContent = text; list.append(o); }
    list.addEventListener("change", () => x.set({[key]: options[list.selectedIndex][0]}));
    box.append(list);
    return {box, update() { list.selectedIndex = options.findIndex(([value]) => is(value)); }};
  }
  const row = I.make("div", "inno-segments"), inputs = []; box.append(row);
  for (const [value, text] of options) {
    const label = I.make("label"), input = I.make("input");
    input.type = "radio"; input.name = "inno-" + key; input.value = value; inputs.push(input);
    input.addEventListener("change", () => x.set({[key]: value}));
    label.append(input, I.make("span", "", text)); row.append(label);
  }
  return {box, update(off) { inputs.forEach((input, at) => { input.checked = is(options[at][0]); input.disabled = options[at][0] === off; }); }};
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

/* The whole panel; `update` writes it anew, the totals only when they moved. */
I.explorerPanel = function (x) {
  const box = I.make("section", "inno-explorer"), {head, travel} = x, asks = [];
  const ask = (...given) => { const one = choices(x, ...given); asks.push(one); return one.box; };
  box.setAttribute("aria-label", x.word("xTitle"));
  const parts = [slider(x), picked(x)], sums = totals(x);
  const measure = choices(x, "measure", x.word("xMeasure"), [["reached", x.word("xReached")], ["minutes", x.word("xMinutes")]]);
  if (travel.two) box.append(ask("side", x.word("xSide"), [...SIDES.map((side, at) => [side, x.say(head.sides[at])]), ["change", x.word("xChange")]]));
  box.append(parts[0].box);
  if (head.opportunities.length > 1) box.append(ask("what", x.word("xWhat"), head.opportunities.map((o, at) => [at, x.say(o.label)])));
  box.append(ask("way", x.word("xWay"), [["from", x.word("xFrom")], ["to", x.word("xTo")]]), measure.box, parts[1].box, ...x.doors(), sums.box);
  return {box, update(all) {
    for (const one of [...asks, ...parts]) one.update();
    measure.update(x.state.zone < 0 ? "minutes" : null);
    if (all) sums.update();
  }};
};
})(window.Innoregion);
