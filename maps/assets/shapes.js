/* Features as flat arrays: a search tree, drawing on a canvas, picking. Knows nothing of Leaflet. */
(function (I) {
"use strict";
const FAR = 2147483647, BRANCH = 16;
const RUN = 120;              // features a path: one long path fills several times slower than runs of this size
const MANY = 20000;
const TINY = 3, SMALL = 12;   // px: under TINY a polygon is a rectangle, under SMALL it has no outline
const PLANNED = 1, BUILDING = 2, SCHEMATIC = 4, SUPERSEDED = 8, LONG_TERM = 16;
const LONG_TERM_EDGE = "#1d2730", LONG_TERM_PX = 1.6;   // as in style.py

/* A packed tree over boxes that are already in Hilbert order: level by level, sixteen to one. */
class Tree {
  constructor(boxes) {
    this.levels = [boxes];
    while (this.levels[this.levels.length - 1].length > 4 * BRANCH) this.levels.push(Tree.above(this.levels[this.levels.length - 1]));
    this.hits = new Uint32Array(boxes.length / 4);
  }
  static above(low) {
    const n = low.length / 4, m = Math.ceil(n / BRANCH), up = new Int32Array(4 * m);
    for (let j = 0; j < m; j++) {
      let a = FAR, b = FAR, c = -FAR, d = -FAR;
      for (let i = BRANCH * j; i < Math.min(BRANCH * (j + 1), n); i++) {
        a = Math.min(a, low[4 * i]); b = Math.min(b, low[4 * i + 1]); c = Math.max(c, low[4 * i + 2]); d = Math.max(d, low[4 * i + 3]);
      }
      up.set([a, b, c, d], 4 * j);
    }
    return up;
  }
  query(x0, y0, x1, y1) {     // numbers of the features whose box meets the window, in file order
    const {levels, hits} = this, n0 = levels[0].length / 4, top = levels.length - 1;
    let m = 0;
    const visit = (level, i) => {
      const b = levels[level], k = 4 * i;
      if (b[k] > x1 || b[k + 1] > y1 || b[k + 2] < x0 || b[k + 3] < y0) return;
      if (level === 0) { hits[m++] = i; return; }
      for (let c = BRANCH * i, end = Math.min(c + BRANCH, levels[level - 1].length / 4); c < end; c++) visit(level - 1, c);
    };
    if (n0) for (let i = 0; i < levels[top].length / 4; i++) visit(top, i);
    return hits.subarray(0, m);
  }
}

function ends(counts) { const e = new Uint32Array(counts.length + 1); for (let i = 0; i < counts.length; i++) e[i + 1] = e[i] + counts[i]; return e; }

class Shapes {
  constructor({head, data}) {
    Object.assign(this, {head, data, kind: head.kind, n: head.count, x: data.x, y: data.y, style: head.style, codes: data["class"], marks: data.mark, keep: null});
    this.ringAt = data.rings && ends(data.rings);                                // first ring of a feature
    this.vertexAt = data.vertices ? ends(data.vertices) : null;    // first vertex of a ring (points: ring = vertex)
    this.boxes = this.bounds(); this.tree = new Tree(this.boxes);
  }
  first(ring) { return this.vertexAt ? this.vertexAt[ring] : ring; }
  bounds() {
    const boxes = new Int32Array(4 * this.n);
    for (let f = 0; f < this.n; f++) {
      let a = FAR, b = FAR, c = -FAR, d = -FAR;
      for (let v = this.first(this.ringAt[f]), end = this.first(this.ringAt[f + 1]); v < end; v++) {
        const X = this.x[v], Y = this.y[v];
        if (X < a) a = X; if (X > c) c = X; if (Y < b) b = Y; if (Y > d) d = Y;
      }
      boxes.set([a, b, c, d], 4 * f);
    }
    return boxes;
  }
  /* Another column of the same features: its classes and its place in the tooltip. */
  step(at) { const told = this.head.steps[at]; this.at = at; this.codes = this.data["class" + (at || "")]; this.head.shown = told.shown; this.head.legend = told.legend; }
  kept(f) { return !this.keep || this.keep[f] === 1; }     // a reader's filter takes features away
  count(code) { let n = 0; for (let f = 0; f < this.n; f++) if (this.codes[f] === code && this.kept(f)) n++; return n; }
  countMark(bit) { let n = 0; for (let f = 0; f < this.n; f++) if (this.marks[f] & bit && this.kept(f)) n++; return n; }
  colour(code) { return code < this.style.colors.length ? this.style.colors[code] : this.style.odd[code]; }
  width(code) { const w = this.style.widths; return w[Math.min(code, w.length - 1)]; }

  /* Draws the window that starts at world (x0, y0), w x h pixels, k pixels a world step; returns the number of features.
     Features are sorted by class and mark, so that a whole run of them is one path. */
  draw(ctx, x0, y0, w, h, k, near = 0.7) {
    const pad = (this.kind === "polygon" ? 4 : Math.max(this.style.radius, ...this.style.widths) + 8) / k + 1;
    const hits = this.tree.query(x0 - pad, y0 - pad, x0 + w / k + pad, y0 + h / k + pad), groups = new Map();
    let drawn = 0;
    for (let i = 0; i < hits.length; i++) {
      if (this.keep && !this.keep[hits[i]]) continue;
      drawn++;
      const key = this.codes[hits[i]] + (this.marks ? this.marks[hits[i]] << 8 : 0);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(hits[i]);
    }
    const order = [...groups.keys()].sort((a, b) => (this.style.descending ? (b & 255) - (a & 255) : (a & 255) - (b & 255)) || a - b);
    const plain = drawn > MANY;                             // round joints of so many strokes cost more than they show
    ctx.lineJoin = plain ? "bevel" : "round"; ctx.lineCap = plain ? "butt" : "round";
    for (const key of order) { ctx.save(); this["_" + this.kind](ctx, groups.get(key), key & 255, key >> 8, x0, y0, k, near); ctx.restore(); }
    return drawn;
  }
  _runs(ctx, ids, trace, paint) {
    for (let run = 0; run < ids.length; run += RUN) {
      ctx.beginPath();
      for (let q = run, end = Math.min(run + RUN, ids.length); q < end; q++) trace(ids[q]);
      paint();
    }
  }
  _polygon(ctx, ids, code, mark, x0, y0, k, near) {
    const colour = this.colour(code), s = this.style;
    if (!s.fill) return this._strokes(ctx, ids, colour, s.outline_px, mark, (f) => this._trace(ctx, f, x0, y0, k, near, true));
    const {boxes} = this, big = [];
    ctx.fillStyle = mark & SCHEMATIC ? hachure(ctx, colour) : colour;
    ctx.strokeStyle = s.outline; ctx.lineWidth = s.outline_px;
    if (mark & (PLANNED | BUILDING)) ctx.globalAlpha = .45;
    this._runs(ctx, ids, (f) => {
      const bw = (boxes[4 * f + 2] - boxes[4 * f]) * k, bh = (boxes[4 * f + 3] - boxes[4 * f + 1]) * k;
      if (bw < TINY && bh < TINY) ctx.rect((boxes[4 * f] - x0) * k, (boxes[4 * f + 1] - y0) * k, Math.max(bw, .7), Math.max(bh, .7));
      else if (bw + bh > SMALL) big.push(f);
      else this._trace(ctx, f, x0, y0, k, near, true);
    }, () => {
      ctx.fill();
      if (!big.length) return;
      ctx.beginPath(); for (const f of big) this._trace(ctx, f, x0, y0, k, near, true);
      big.length = 0; ctx.fill();
      if (mark & (PLANNED | BUILDING | LONG_TERM)) return;                       // their outline comes on top, see below
      if (s.outline_px > 0) ctx.stroke();
      else { ctx.strokeStyle = colour; ctx.lineWidth = .6; ctx.stroke(); }       // closes the hairlines between runs
    });
    const edge = (colour_, px) => this._strokes(ctx, ids, colour_, px, mark & ~SCHEMATIC, (f) => this._trace(ctx, f, x0, y0, k, near, true));
    if (mark & (PLANNED | BUILDING)) edge(colour, mark & BUILDING ? 3 : 2);
    else if (mark & LONG_TERM) edge(LONG_TERM_EDGE, LONG_TERM_PX);
  }
  _line(ctx, ids, code, mark, x0, y0, k, near) {
    this._strokes(ctx, ids, this.colour(code), this.width(code), mark, (f) => this._trace(ctx, f, x0, y0, k, near, false));
    if (this.style.arrows) this._heads(ctx, ids, this.colour(code), 3 + 1.5 * this.width(code), x0, y0, k);
  }
  _heads(ctx, ids, colour, size, x0, y0, k) {             // a triangle at the end of each line, along its last stretch
    ctx.fillStyle = colour; ctx.globalAlpha = 1; ctx.setLineDash([]); ctx.strokeStyle = "#ffffff"; ctx.lineWidth = .8;
    for (const f of ids) {
      const end = this.first(this.ringAt[f + 1]) - 1, start = this.first(this.ringAt[f + 1] - 1), X = (this.x[end] - x0) * k, Y = (this.y[end] - y0) * k;
      let v = end - 1, dx = 0, dy = 0, far = 0;
      for (; v >= start && far < size; v--) { dx = X - (this.x[v] - x0) * k; dy = Y - (this.y[v] - y0) * k; far = Math.hypot(dx, dy); }
      if (!far) continue;
      const ux = dx / far * size, uy = dy / far * size;
      ctx.beginPath(); ctx.moveTo(X + ux * .25, Y + uy * .25); ctx.lineTo(X - ux - uy * .55, Y - uy + ux * .55); ctx.lineTo(X - ux + uy * .55, Y - uy - ux * .55); ctx.closePath();
      ctx.fill(); ctx.stroke();
    }
  }
  /* Certainty is drawn: planned and long-term dashed, under construction hollow, superseded dotted, schematic faded in a wide soft band. */
  _strokes(ctx, ids, colour, width, mark, trace) {
    const stroke = (alpha, px, stroke_) => { ctx.globalAlpha = alpha; ctx.lineWidth = px; ctx.strokeStyle = stroke_; this._runs(ctx, ids, trace, () => ctx.stroke()); };
    if (mark & SCHEMATIC) stroke(.2, width + 8, colour);
    if (mark & (PLANNED | LONG_TERM)) { ctx.lineCap = "butt"; ctx.setLineDash([5 + 1.5 * width, 3 + width]); }
    if (mark & SUPERSEDED) { ctx.lineCap = "round"; ctx.setLineDash([.1, 2.2 * width + 2]); }
    stroke(mark & SUPERSEDED ? .7 : mark & SCHEMATIC ? .75 : 1, width, colour);
    if (mark & BUILDING) stroke(1, width * .45, "#ffffff");
  }
  _point(ctx, ids, code, mark, x0, y0, k) {               // one small picture, stamped
    if (ids.length > MANY) return this._specks(ctx, ids, code, x0, y0, k);
    const reach = this.style.radius + 6, scale = ctx.getTransform().a || 1, side = Math.ceil(2 * reach * scale);
    const stamp = document.createElement("canvas"); stamp.width = stamp.height = side;
    const dot = stamp.getContext("2d"); dot.scale(scale, scale);
    this.dot(dot, reach, reach, code, mark);
    for (const f of ids) for (let v = this.ringAt[f]; v < this.ringAt[f + 1]; v++)
      ctx.drawImage(stamp, (this.x[v] - x0) * k - reach, (this.y[v] - y0) * k - reach, side / scale, side / scale);
  }
  _specks(ctx, ids, code, x0, y0, k) {                    // so many that dots would hide each other: small squares, one a pixel
    const w = Math.ceil(ctx.canvas.width / (ctx.getTransform().a || 1)), h = Math.ceil(ctx.canvas.height / (ctx.getTransform().a || 1)), taken = new Uint8Array(w * h);
    ctx.fillStyle = this.colour(code);
    for (const f of ids) for (let v = this.ringAt[f]; v < this.ringAt[f + 1]; v++) {
      const px = Math.round((this.x[v] - x0) * k), py = Math.round((this.y[v] - y0) * k), at = py * w + px;
      if (px < 0 || py < 0 || px >= w || py >= h || taken[at]) continue;
      taken[at] = 1; ctx.fillRect(px - 1, py - 1, 3, 3);
    }
  }
  dot(ctx, x, y, code, mark) {
    const r = this.style.radius, colour = this.colour(code);
    const disc = (radius, fill, alpha) => { ctx.globalAlpha = alpha; ctx.fillStyle = fill; ctx.beginPath(); ctx.arc(x, y, radius, 0, 7); ctx.fill(); };
    if (mark & SCHEMATIC) disc(r + 4.5, colour, .22);
    if (mark & SUPERSEDED) { disc(r, "#ffffff", 1); disc(r, colour, .35); return; }
    if (this.style.outline_px > 0) disc(r + this.style.outline_px, this.style.outline, 1);
    disc(r, colour, 1);
    if (mark & (PLANNED | BUILDING)) disc(r * .58, "#ffffff", 1);
    if (mark & BUILDING) disc(r * .3, colour, 1);
    ctx.globalAlpha = 1;
  }
  _trace(ctx, f, x0, y0, k, near, close) {
    const {x, y} = this;
    for (let r = this.ringAt[f]; r < this.ringAt[f + 1]; r++) {
      let v = this.first(r), lx = (x[v] - x0) * k, ly = (y[v] - y0) * k;
      const end = this.first(r + 1);
      ctx.moveTo(lx, ly);
      for (v++; v < end; v++) {
        const px = (x[v] - x0) * k, py = (y[v] - y0) * k;
        if (Math.abs(px - lx) < near && Math.abs(py - ly) < near && (close || v < end - 1)) continue;
        ctx.lineTo(px, py); lx = px; ly = py;
      }
      if (close) ctx.closePath();
    }
  }
  outline(ctx, f, x0, y0, k) {                            // the path of one feature, for its highlight
    ctx.beginPath();
    if (this.kind !== "point") return this._trace(ctx, f, x0, y0, k, .2, this.kind === "polygon");
    for (let v = this.ringAt[f]; v < this.ringAt[f + 1]; v++) {
      const px = (this.x[v] - x0) * k, py = (this.y[v] - y0) * k, r = this.style.radius + 2.5;
      ctx.moveTo(px + r, py); ctx.arc(px, py, r, 0, 7);
    }
  }
  pick(X, Y, tolerance) {                                 // the uppermost feature at a world position, or -1
    const hits = this.tree.query(X - tolerance, Y - tolerance, X + tolerance, Y + tolerance);
    let best = -1, bestD = tolerance * tolerance;
    for (let i = hits.length - 1; i >= 0; i--) {
      const f = hits[i];
      if (this.keep && !this.keep[f]) continue;
      if (this.kind === "polygon" && this.style.fill) {
        if (this._inside(f, X, Y) && (best < 0 || this._above(f, best))) best = f;
        continue;
      }
      const d = this._distance2(f, X, Y);
      if (d <= bestD) { best = f; bestD = d; }
    }
    return best;
  }
  _above(f, g) { const d = this.codes[f] - this.codes[g]; return this.style.descending ? d < 0 : d > 0; }
  _inside(f, X, Y) {
    const {x, y} = this; let odd = false;
    for (let r = this.ringAt[f]; r < this.ringAt[f + 1]; r++) {
      const a = this.first(r), b = this.first(r + 1);
      for (let i = a, j = b - 1; i < b; j = i++)
        if ((y[i] > Y) !== (y[j] > Y) && X < (x[j] - x[i]) * (Y - y[i]) / (y[j] - y[i]) + x[i]) odd = !odd;
    }
    return odd;
  }
  _distance2(f, X, Y) {
    const {x, y} = this; let best = Infinity;
    for (let r = this.ringAt[f]; r < this.ringAt[f + 1]; r++) {
      const start = this.first(r), end = this.first(r + 1);
      for (let v = start; v < end; v++) {
        let dx = X - x[v], dy = Y - y[v];
        const next = v + 1 < end ? v + 1 : this.kind === "polygon" ? start : -1;
        if (this.kind !== "point" && next >= 0) {
          const ux = x[next] - x[v], uy = y[next] - y[v], t = Math.max(0, Math.min(1, (dx * ux + dy * uy) / (ux * ux + uy * uy || 1)));
          dx -= t * ux; dy -= t * uy;
        }
        best = Math.min(best, dx * dx + dy * dy);
      }
    }
    return best;
  }
  centre(f) { const b = this.boxes; return [(b[4 * f] + b[4 * f + 2]) / 2, (b[4 * f + 1] + b[4 * f + 3]) / 2]; }
  id(f) { return this.head.ids ? this._text("ids", this.head.ids, f) : String(f + 1); }
  _text(section, type, f) { const d = this.data[section]; return type === "words" ? this.data[section + "_words"][d[f]] : d[f]; }
  name(f) { return this.head.names ? this._text("names", this.head.names, f) : null; }
  value(column, f) {                                      // a number, a text, a pair of texts, or null; infinite = not reached
    if (column.type !== "number") return this._text(column.section, column.type, f);
    const odd = column.odd ? this.data[column.section + "_odd"][f] : 0;
    return odd === 1 ? null : odd === 2 ? Infinity : odd === 3 ? -Infinity : this.data[column.section][f] / 10 ** column.digits;
  }
  shown(column, f) {                                      // the value as the reader sees it, with its unit
    const v = this.value(column, f), {head} = this;
    if (v === Infinity || v === -Infinity) return I.word(v < 0 ? "newly" : column.signed ? "lost" : "unreached", head);
    if (v === null) return I.word("none", head);
    if (typeof v !== "number") return I.say(v, head);
    const unit = I.say(column.unit, head);
    return I.number(v, head, column.digits, column.signed) + (unit ? "\u00a0" + unit : "");
  }
}

/* Diagonal strokes on a pale ground: the place of an area is schematic. */
function hachure(ctx, colour) {
  const tile = document.createElement("canvas"), t = tile.getContext("2d"); tile.width = tile.height = 8;
  t.fillStyle = colour; t.globalAlpha = .35; t.fillRect(0, 0, 8, 8); t.globalAlpha = 1; t.strokeStyle = colour; t.lineWidth = 1.6;
  t.beginPath(); for (const d of [-8, 0, 8]) { t.moveTo(d, 8); t.lineTo(d + 8, 0); } t.stroke();
  return ctx.createPattern(tile, "repeat");
}

Object.assign(I, {Shapes, Tree, MARKS: {PLANNED, BUILDING, SCHEMATIC, SUPERSEDED}});
})(window.Innoregion);
