/* Words on the map, none over another. */
(function (I) {
"use strict";
I.drawLabels = function (ctx, layer, v) {
  const {shapes} = layer, rank = shapes.data.rank || shapes.codes, order = [...Array(shapes.n).keys()].sort((a, b) => rank[a] - rank[b] || a - b);
  const taken = layer.options.role === "names" ? others(layer, v) : [], own = [];
  ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.lineJoin = "round"; ctx.strokeStyle = "rgba(255,255,255,.9)"; ctx.lineWidth = 3.5;
  let drawn = 0;
  for (const f of order) {
    const text = I.say(shapes.name(f), shapes.head), big = shapes.width(shapes.codes[f]), [cx, cy] = shapes.centre(f);
    const x = (cx - v.x0) * v.k, y = (cy - v.y0) * v.k - big * .8;   // above its place
    ctx.font = "600 " + big + "px " + I.FONT;
    const half = ctx.measureText(text).width / 2 + 4, box = [x - half, y - big * .8, x + half, y + big * .8];
    if (x < 0 || y < 0 || x > v.w || y > v.h || taken.some((t) => t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1])) continue;
    taken.push(box); own.push(box); drawn++;
    ctx.strokeText(text, x, y); ctx.fillStyle = shapes.colour(shapes.codes[f]); ctx.fillText(text, x, y);
  }
  layer.boxes = {own, v};
  return drawn;
};
/* Where the reader's labels stand, seen from the names of the background, which yield to them. */
function others(layer, v) {
  const boxes = [];
  for (const other of layer._map._inno) {
    if (other.options.role !== "labels" || !other.boxes || other.boxes.v.k !== v.k) continue;
    const dx = (other.boxes.v.x0 - v.x0) * v.k, dy = (other.boxes.v.y0 - v.y0) * v.k;
    for (const b of other.boxes.own) boxes.push([b[0] + dx, b[1] + dy, b[2] + dx, b[3] + dy]);
  }
  return boxes;
}
I.FONT = 'Inter,"Be Vietnam Pro",system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif';
I.onLang(() => { for (const map of I.maps || []) for (const l of map._inno || []) if (l.options.role === "names" || l.options.role === "labels") l.redraw(); });
})(window.Innoregion);
