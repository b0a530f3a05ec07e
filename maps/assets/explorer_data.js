/* The matrices and what follows from them. Knows nothing of the page.
   At the first question one pass over a matrix sums an opportunity by zone and minute and accumulates it: any cutoff is then a
   look-up of n numbers instead of a sum over n x n cells. */
(function (I) {
"use strict";
const NONE = 255, BINS = 20, EXACT = 2 ** 32;

class Travel {
  constructor({head, data}) {
    Object.assign(this, {head, n: head.count, limit: head.limit, ids: data.ids, people: data.people, sums: new Map()});
    const {n} = this, {before, saved} = data;
    for (let i = n; i < before.length; i++) before[i] += before[i - n];          // bytes wrap at 256, as they did in Python
    this.times = {before};
    if (saved) {
      for (let i = n; i < saved.length; i++) saved[i] += saved[i - n];
      for (let i = 0; i < saved.length; i++) saved[i] = before[i] - saved[i];
      this.times.after = saved;
    }
    this.amounts = head.opportunities.map((o) => data[o.section]);
    this.allPeople = total(this.people);
  }
  get two() { return Boolean(this.times.after); }
  minutes(zone, side, way) {                                 // to or from all zones
    const {n} = this, t = this.times[side];
    if (way === "from") return t.subarray(zone * n, (zone + 1) * n);
    const out = new Uint8Array(n); for (let i = 0; i < n; i++) out[i] = t[i * n + zone];
    return out;
  }
  within(zone, what, side, way, cutoff) {                    // opportunities of one zone, without sums of all
    const t = this.minutes(zone, side, way), v = this.amounts[what]; let sum = 0;
    for (let j = 0; j < this.n; j++) if (t[j] <= cutoff) sum += v[j];
    return sum;
  }
  minute(side, way, zone, other) { return this.times[side][way === "from" ? zone * this.n + other : other * this.n + zone]; }

  /* n x (limit + 1): opportunities reached by zone within so many minutes, from the zone or from where one comes to it */
  cumulative(what, side, way) {
    const key = what + side + way, known = this.sums.get(key);
    if (known) return known;
    const {n} = this, m = this.limit + 1, t = this.times[side], v = this.amounts[what];
    const whole = this.head.opportunities[what].whole && total(v) < EXACT, out = whole ? new Uint32Array(n * m) : new Float64Array(n * m);
    for (let i = 0; i < n; i++) {
      const row = i * n, at = i * m, own = v[i];
      if (way === "from") for (let j = 0; j < n; j++) { const k = t[row + j]; if (k !== NONE) out[at + k] += v[j]; }
      else if (own) for (let j = 0; j < n; j++) { const k = t[row + j]; if (k !== NONE) out[j * m + k] += own; }
    }
    for (let i = 0; i < n; i++) for (let k = 1, at = i * m; k < m; k++) out[at + k] += out[at + k - 1];
    this.sums.set(key, out);
    return out;
  }
  reached(what, side, way, cutoff) {
    const sums = this.cumulative(what, side, way), m = this.limit + 1, k = Math.min(cutoff, this.limit), out = new Float64Array(this.n);
    for (let i = 0; i < this.n; i++) out[i] = sums[i * m + k];
    return out;
  }
  reachedBy(zone, what, side, way, cutoff) { return this.cumulative(what, side, way)[zone * (this.limit + 1) + Math.min(cutoff, this.limit)]; }

  /* Lorenz curve of values over people, with Gini and mean; null where nobody has any */
  lorenz(values) {
    const {n, people} = this, order = ranks(values), points = [[0, 0]];
    let all = 0, area = 0, x = 0, y = 0;
    for (let i = 0; i < n; i++) all += people[i] * values[i];
    if (!(all > 0) || !(this.allPeople > 0)) return {gini: null, mean: this.allPeople > 0 ? 0 : null, points: null};
    for (let k = 0; k < n; k++) {
      const i = order[k], fromX = x, fromY = y;
      x += people[i]; y += people[i] * values[i]; area += (x - fromX) / this.allPeople * ((y + fromY) / all);
      if (x / this.allPeople - points[points.length - 1][0] > .008) points.push([x / this.allPeople, y / all]);
    }
    points.push([1, 1]);
    return {gini: 1 - area, mean: all / this.allPeople, points};
  }
  /* shares of people in equal steps from 0 to top */
  histogram(values, top) {
    const out = new Float64Array(BINS);
    for (let i = 0; i < this.n; i++) out[Math.min(BINS - 1, Math.floor(values[i] / top * BINS))] += this.people[i] / this.allPeople;
    return out;
  }
  winners(before, after) {
    let better = 0, worse = 0;
    for (let i = 0; i < this.n; i++) if (after[i] > before[i]) better += this.people[i]; else if (after[i] < before[i]) worse += this.people[i];
    return {better, worse};
  }
}

function total(values) { let sum = 0; for (let i = 0; i < values.length; i++) sum += values[i]; return sum; }
/* Zones by value: value and position in one number where that is exact, which sorts ten times as fast. */
function ranks(values) {
  const n = values.length, wide = 2 ** Math.ceil(Math.log2(n + 1));
  let exact = true;
  for (let i = 0; i < n && exact; i++) exact = Number.isInteger(values[i]) && values[i] < 2 ** 52 / wide;
  if (!exact) return Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const keys = new Float64Array(n), out = new Uint32Array(n);
  for (let i = 0; i < n; i++) keys[i] = values[i] * wide + i;
  keys.sort();
  for (let i = 0; i < n; i++) out[i] = keys[i] % wide;
  return out;
}

/* Edges between neighbours, so that the outline of any set of zones is a matter of looking at each edge once. */
class Edges {
  constructor(shapes) {
    const seen = new Map(), {x, y} = shapes, ends = [], owners = [];
    for (let f = 0; f < shapes.n; f++) for (let r = shapes.ringAt[f]; r < shapes.ringAt[f + 1]; r++) {
      const first = shapes.first(r), last = shapes.first(r + 1);
      for (let v = first, w = last - 1; v < last; w = v++) {
        const key = ((x[v] + x[w]) >> 3) * 2 ** 26 + ((y[v] + y[w]) >> 3), at = seen.get(key);       // its middle, to a metre
        if (at === undefined) { seen.set(key, owners.length / 2); owners.push(f, -1); ends.push(w, v); }
        else owners[2 * at + 1] = f;
      }
    }
    this.ends = Uint32Array.from(ends); this.owners = Int32Array.from(owners);
    let inner = 0; for (let e = 1; e < owners.length; e += 2) inner += owners[e] >= 0;
    this.shared = inner > shapes.n * .8;                           // zones that do not share edges have no outline of ours
  }
  trace(ctx, shapes, inside, {x0, y0, k}) {
    const {ends, owners} = this, {x, y} = shapes;
    ctx.beginPath();
    for (let e = 0; e < owners.length; e += 2) {
      if (inside[owners[e]] === (owners[e + 1] < 0 ? 0 : inside[owners[e + 1]])) continue;
      const a = ends[e], b = ends[e + 1];
      ctx.moveTo((x[a] - x0) * k, (y[a] - y0) * k); ctx.lineTo((x[b] - x0) * k, (y[b] - y0) * k);
    }
  }
}
Object.assign(I, {Travel, Edges, NO_TIME: NONE});
})(window.Innoregion);
