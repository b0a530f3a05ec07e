/* The explorer: takes the zones' layer over and colours it by what the reader asks. */
(function (I) {
"use strict";
const GAINED = 253, LOST = 254, NEITHER = 255;               // class codes beside those of the breaks
const LIMIT_LINE = "#17222c", SETTLED_MS = 300;
const ASKED = {side: ["before", "after", "change"], measure: ["reached", "minutes"], way: ["from", "to"]};

I.explorer = function (map, id, layer) {
  const x = new Explorer(map, layer);
  I.explorers = [...(I.explorers || []), x];
  document.body.classList.add("inno-exploring");
  layer.ready = Promise.all([layer.ready, I.block(id)]).then(([, block]) => x.start(block));
  layer.section = () => x.panel();
  layer.open = (zone) => x.choose(zone);
  layer.asked = () => x.asked();
  layer.answer = (asked) => x.answer(asked);
};

class Explorer {
  constructor(map, layer) {
    Object.assign(this, {map, layer, state: {side: "before", measure: "reached", what: 0, way: "from", cut: 0, zone: -1}});
    this.say = (text) => I.say(text, this.head);
    const mark = layer.mark;
    layer.mark = (hovered, _, again) => mark.call(layer, hovered, this.state.zone, again);   // other layers don't take the choice away
    layer.on("drawn", () => this.outline());
    map.on("layeradd", (e) => this.through(e.layer)).eachLayer((one) => this.through(one));
  }
  start({head, data}) {
    this.head = head; this.travel = new I.Travel({head, data});
    this.state.cut = head.start; if (this.travel.two) this.state.side = "after";
    Object.assign(this.layer.shapes, {id: (zone) => this.travel.ids[zone]}); Object.assign(this.layer.shapes.head, {ids: true, id: head.index});
    this.layer.called = this.layer.shapes.head.title;
    this.edges = new I.Edges(this.layer.shapes);
    this.legend = new Key(this.map); this.map.invalidateSize({animate: false, pan: false});
    for (const side of this.sides()) this.travel.cumulative(0, side, "from");
    this.paint();
  }

  through(other) {                                           // a click on a line or stop is meant for the zone under it
    if (other === this.layer || !(other instanceof I.VectorLayer) || other.options.role !== "data" || other.open !== I.VectorLayer.prototype.open) return;
    other.open = (f) => {
      const zone = other._clicked && this.travel ? this.layer.at(other._clicked, 0) : -1;
      if (zone >= 0) this.choose(zone); else I.VectorLayer.prototype.open.call(other, f);
    };
  }

  // ---------------------------------------------------------------- words
  word(key) { return I.word(key, this.head); }
  fill(key, ...parts) { return I.fill(key, this.head, ...parts); }
  plain(v, digits, signed) { return I.number(v, this.head, digits, signed); }
  number(v, about, signed) { return v === null ? "–" : this.plain(v, about.digits, signed); }
  fixed(v, digits, signed) { return v === null ? "–" : (signed ? (v < 0 ? "\u2212" : "+") : "") + (signed ? Math.abs(v) : v).toLocaleString(I.language(this.head), {minimumFractionDigits: digits, maximumFractionDigits: digits}); }
  percent(share, digits) { return this.plain(share * 100, digits) + "\u00a0%"; }
  name(zone) { return I.say(this.layer.shapes.name(zone), this.layer.shapes.head); }
  sides() { return this.travel.two ? ["before", "after"] : ["before"]; }
  both(ask) { return this.sides().map(ask); }
  sideNames() { return this.travel.two ? [...this.head.sides.map(this.say), this.word("xChange")] : [""]; }
  within() {
    const {what, way, cut} = this.state, text = this.say(this.head.opportunities[what].within[this.head.cutoffs.indexOf(cut)][1]);
    return way === "from" ? text : this.fill("xInbound", text);
  }
  cells(values, about) {                                     // before, after and change as text
    const told = values.map((v) => this.number(v, about));
    if (values.length > 1) told.push(values.includes(null) ? "–" : this.plain(values[1] - values[0], about.digits, true));
    return told;
  }

  // ---------------------------------------------------------------- state
  set(change) {
    Object.assign(this.state, change);
    if (this.state.zone < 0) this.state.measure = "reached";
    this.refresh(["what", "way", "cut"].some((key) => key in change));   // the totals ask for no more
  }
  later(change) {                                            // one picture a frame, however fast a slider moves
    this.waiting = Object.assign(this.waiting || {}, change);
    if (!this.queued) { this.queued = true; requestAnimationFrame(() => { this.queued = false; const next = this.waiting; this.waiting = null; this.set(next); }); }
  }
  choose(zone) {
    I.unhover(this.map); this.set({zone, measure: zone < 0 ? "reached" : "minutes"});
    if (zone >= 0) this.layer.fire("chosen", {f: zone});
  }
  refresh(all) {
    this.paint();
    if (this.shown) this.shown.update(all);
    clearTimeout(this.settling); this.settling = setTimeout(() => this.layer.fire("changed"), SETTLED_MS);   // the address follows
  }
  asked() {                                                  // what is asked, for the address of the page; and back
    const {what, cut, zone} = this.state, told = new URLSearchParams();
    for (const key of Object.keys(ASKED)) told.set(key, this.state[key]);
    told.set("of", this.head.opportunities[what].column); told.set("within", cut);
    if (zone >= 0) told.set("zone", this.travel.ids[zone]);
    return told.toString();
  }
  answer(asked) {
    const found = {}, what = this.head.opportunities.findIndex((o) => o.column === asked.get("of")), cut = Number(asked.get("within"));
    for (const [key, known] of Object.entries(ASKED)) if (known.includes(asked.get(key))) found[key] = asked.get(key);
    if (!this.travel.two) delete found.side;
    if (what >= 0) found.what = what;
    if (this.head.cutoffs.includes(cut)) found.cut = cut;
    if (asked.has("zone")) found.zone = this.travel.ids.indexOf(asked.get("zone"));
    this.set(found); if (this.shown) this.shown.update(true);
  }
  panel() {
    if (!this.travel) return I.make("section");
    this.shown = I.explorerPanel(this); this.paint(); this.shown.update(true);
    return this.shown.box;
  }
  doors() { return [...I.keyboard(this.layer), I.tableButton(this.layer)]; }

  // ---------------------------------------------------------------- map
  look() {
    const {measure, side, what} = this.state, {head} = this;
    if (measure === "minutes") return side === "change" ? head.saved : head.minutes;
    return head.opportunities[what].looks[side === "change" ? "change" : "within"];
  }
  heading() {
    const {measure, side, way} = this.state, text = measure === "minutes" ? this.word(way === "from" ? "xTimesFrom" : "xTimesTo") : this.within();
    return side === "change" ? this.fill("xChangeOf", text) : text;
  }
  values() {                                                 // by side: minutes, or opportunities
    const {measure, what, way, cut, zone} = this.state, {travel} = this;
    return this.both((side) => measure === "minutes" ? travel.minutes(zone, side, way) : travel.reached(what, side, way, cut));
  }
  paint() {
    const {layer} = this, {shapes} = layer, {measure, cut, side} = this.state, look = this.look(), all = this.values();
    const found = side === "change" ? all : [all[side === "after" ? 1 : 0]];
    if (measure === "minutes") minuteCodes(shapes.codes, found, look.breaks); else amountCodes(shapes.codes, found, look);
    Object.assign(shapes.style, {colors: look.colors, odd: Object.fromEntries(Object.entries(look.odd).map(([code, [color]]) => [code, color]))});
    this.bounded = measure === "minutes" && this.edges.shared;
    this.limits = this.bounded ? found.map((t) => Uint8Array.from(t, (minutes) => (minutes <= cut ? 1 : 0))) : [];
    this.columns(all);
    layer.redraw();
    this.legend.write(this, look);
  }
  outline() {                                                // where the cutoff ends, over the colours; of two sides the first is dashed
    if (!this.layer._view) return;
    const ctx = this.layer._base.getContext("2d");
    ctx.lineCap = "round"; ctx.strokeStyle = LIMIT_LINE;
    (this.limits || []).forEach((inside, at, {length}) => {
      this.edges.trace(ctx, this.layer.shapes, inside, this.layer._view);
      ctx.lineWidth = at + 1 < length ? 1.2 : 2; ctx.setLineDash(at + 1 < length ? [1, 3] : []); ctx.stroke();
    });
  }

  // ---------------------------------------------------------------- what tooltip, table and files tell: columns of the layer
  columns(all) {
    const {head, travel} = this, {shapes} = this.layer, {measure, side, what, way, cut, zone} = this.state, o = head.opportunities[what];
    const minutes = measure === "minutes", about = minutes ? {digits: 0, unit: head.minutes.unit} : o, names = this.sideNames();
    const stem = minutes ? `travel_time_${way}_${travel.ids[zone]}_min` : way === "from" ? o.within[head.cutoffs.indexOf(cut)][0] : "inbound_" + o.within[head.cutoffs.indexOf(cut)][0];
    const title = minutes ? this.word(way === "from" ? "xTimesFrom" : "xTimesTo") : this.within();
    const column = (section, label, name, {digits, unit}, signed, odd) => ({section, label, column: name, type: "number", digits, unit, signed: Boolean(signed), odd: Boolean(odd)});
    const ends = travel.two ? ["_before", "_after", "_change"] : [""], values = travel.two ? [...all, null] : all;
    shapes.head.columns = values.map((v, at) => {
      const section = "x" + at, odd = shapes.data[section + "_odd"] = new Uint8Array(travel.n), ten = 10 ** about.digits;
      shapes.data[section] = v ? scaled(v, ten, odd, minutes) : changes(all, ten, odd, minutes);
      const label = travel.two && at ? names[at] : travel.two ? `${title}: ${names[at]}` : title;
      return column(section, label, stem + ends[at], about, at === 2, minutes);
    });
    shapes.head.shown = travel.two ? ["before", "after", "change"].indexOf(side) : 0;
    shapes.data.xPeople = shapes.data.xPeople || scaled(travel.people, 10 ** head.people.digits);
    shapes.head.columns.push(column("xPeople", this.say(head.people.label), head.people.column, head.people));
    shapes.head.title = this.heading();
    this.layer.fire("columns");
  }
}

/* Numbers as the layer keeps them: times a power of ten, with a code beside what is no number (1 unknown, 2 infinite, 3 minus infinite). */
function scaled(values, ten, odd, minutes) {
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) if (minutes && values[i] === I.NO_TIME) odd[i] = 2; else out[i] = Math.round(values[i] * ten);
  return out;
}
function changes([a, b], ten, odd, minutes) {
  const out = new Float64Array(a.length), none = I.NO_TIME;
  for (let i = 0; i < out.length; i++) {
    const p = minutes && a[i] === none, q = minutes && b[i] === none;
    if (p || q) odd[i] = p && q ? 1 : q ? 2 : 3; else out[i] = Math.round((b[i] - a[i]) * ten);
  }
  return out;
}

/* Class of every zone by minutes, or by minutes after - before. A table of all differences is quicker than comparing. */
function minuteCodes(codes, [a, b], breaks) {
  const none = I.NO_TIME, table = new Uint8Array(511);
  for (let d = -255; d < 256; d++) { let c = 0; while (c < breaks.length && d > breaks[c]) c++; table[d + 255] = c; }
  if (!b) { for (let i = 0; i < codes.length; i++) codes[i] = a[i] === none ? LOST : table[a[i] + 255]; return; }
  for (let i = 0; i < codes.length; i++) codes[i] = a[i] === none ? (b[i] === none ? NEITHER : GAINED) : b[i] === none ? LOST : table[b[i] - a[i] + 255];
}
function amountCodes(codes, [a, b], {breaks, digits}) {
  const ten = 10 ** digits;
  for (let i = 0; i < codes.length; i++) {
    const raw = b ? b[i] - a[i] : a[i], v = digits ? Math.round(raw * ten) / ten : raw;
    let c = 0; while (c < breaks.length && v > breaks[c]) c++;
    codes[i] = c;
  }
}

/* The classes of the map beside it, not over it where there is little room: with the share of people in each. */
class Key {
  constructor(map) { this.box = I.make("section", "inno-box inno-legend inno-key"); this.box.tabIndex = 0; map.getContainer().parentNode.append(this.box); }
  write(x, look) {
    const {travel, layer} = x, people = new Float64Array(256), list = I.make("ul"), unit = x.say(look.unit);
    for (let i = 0; i < travel.n; i++) people[layer.shapes.codes[i]] += travel.people[i];
    const row = (color, text, share, cls) => {
      const li = I.make("li"), swatch = I.make("span", "inno-swatch " + (cls || "")); swatch.style.backgroundColor = color;
      li.append(swatch, I.make("span", "inno-class", text), I.make("span", "inno-count", share)); list.append(li);
    };
    const share = (code) => x.percent(people[code] / (travel.allPeople || 1), 1);
    look.colors.forEach((color, code) => row(color, x.say(look.labels[code]), share(code)));
    for (const [code, [color, text]] of Object.entries(look.odd)) if (layer.shapes.codes.includes(+code)) row(color, x.say(text), share(code));
    if (x.bounded) x.limits.forEach((_, at, {length}) => row("transparent", x.fill("xLine", x.state.cut) + (length > 1 ? ", " + x.say(x.head.sides[at]) : ""), "", at + 1 < length ? "inno-limit inno-first" : "inno-limit"));
    const line = I.make("p", "inno-unit"); line.append(I.make("span", "", unit ? x.word("unit") + ": " + unit : ""), I.make("span", "", x.word("xShare")));
    this.box.setAttribute("aria-label", x.word("legend")); this.box.replaceChildren(I.make("h2", "", x.heading()), line, list);
  }
}
})(window.Innoregion);
