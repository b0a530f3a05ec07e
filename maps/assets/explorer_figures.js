/* Totals, histogram and Lorenz curve, written anew at every move. */
(function (I) {
"use strict";
const BEFORE = "#17222c", AFTER = "#2a78b4", SOFT = "#5b6670", W = 300;

function svg(tag, attributes, parent, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const key in attributes) e.setAttribute(key, attributes[key]);
  if (text !== undefined) e.textContent = text;
  if (parent) parent.append(e);
  return e;
}
function picture(height, label) { return svg("svg", {viewBox: `0 0 ${W} ${height}`, role: "img", "aria-label": label, class: "inno-figure"}); }

/* rows of [label, cells...]; the first is the heading */
I.grid = function (rows, caption) {
  const table = I.make("table", "inno-grid"), body = I.make("tbody");
  if (caption) table.append(I.make("caption", "inno-sr", caption));
  rows.forEach((cells, r) => {
    const tr = I.make("tr");
    cells.forEach((cell, c) => {
      const head = r === 0 || c === 0, e = I.make(head && (r || c) ? "th" : "td", "", cell);
      if (head && (r || c)) e.scope = r ? "row" : "col";
      tr.append(e);
    });
    body.append(tr);
  });
  table.append(body);
  return table;
};

I.histogramPicture = function (shares, top, words) {
  const box = picture(112, words.label), k = shares[0].length, left = 34, step = (W - left - 4) / k;
  let high = 0; for (const side of shares) for (const share of side) high = Math.max(high, share);
  const x = (bin) => left + bin * step, h = (share) => Math.sqrt(share / (high || 1)) * 82, bars = shares[shares.length - 1];
  for (const part of [.25, 1]) {
    const at = 92 - h(high * part);
    svg("path", {d: `M${left} ${at}H${W - 4}`, stroke: "#e3e7ea"}, box);
    svg("text", {x: left - 4, y: at + 4, "text-anchor": "end"}, box, words.percent(high * part));
  }
  for (let bin = 0; bin < k; bin++) svg("rect", {x: x(bin) + .6, y: 92 - h(bars[bin]), width: step - 1.2, height: h(bars[bin]), fill: AFTER}, box);
  if (shares.length > 1) {
    let d = ""; for (let bin = 0; bin < k; bin++) d += `${bin ? "L" : "M"}${x(bin).toFixed(1)} ${(92 - h(shares[0][bin])).toFixed(1)}H${x(bin + 1).toFixed(1)}`;
    svg("path", {d, fill: "none", stroke: BEFORE, "stroke-width": 1.6}, box);
  }
  svg("path", {d: `M${left} 92.5H${W - 4}`, stroke: SOFT}, box);
  svg("text", {x: left, y: 107}, box, "0"); svg("text", {x: W - 4, y: 107, "text-anchor": "end"}, box, words.top);
  return box;
};

I.lorenzPicture = function (curves, words) {
  const box = picture(158, words.label), left = 34, size = 130, x = (v) => left + v * size, y = (v) => 138 - v * size;
  svg("path", {d: `M${x(0)} ${y(1)}V${y(0)}H${x(1)}`, fill: "none", stroke: SOFT}, box);
  svg("path", {d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`, stroke: SOFT, "stroke-dasharray": "2 3"}, box);
  svg("text", {x: left - 4, y: y(1) + 4, "text-anchor": "end"}, box, words.percent(1)); svg("text", {x: left - 4, y: y(0) + 4, "text-anchor": "end"}, box, "0");
  svg("text", {x: x(.5), y: 153, "text-anchor": "middle"}, box, words.across);
  const looks = curves.length > 1 ? [{stroke: BEFORE, "stroke-width": 1.6, "stroke-dasharray": "5 3"}, {stroke: AFTER, "stroke-width": 2.2}] : [{stroke: AFTER, "stroke-width": 2.2}];
  const key = (at, look, text) => { svg("path", {d: `M${left + size + 14} ${at - 4}h18`, ...look}, box); svg("text", {x: left + size + 37, y: at}, box, text); };
  curves.forEach((curve, at) => {
    if (curve.points) svg("path", {d: curve.points.map(([a, b], i) => `${i ? "L" : "M"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join(""), fill: "none", ...looks[at]}, box);
    key(26 + 22 * at, looks[at], words.keys[at]);
  });
  key(26 + 22 * curves.length, {stroke: SOFT, "stroke-dasharray": "2 3"}, words.equal);
  return box;
};
})(window.Innoregion);
