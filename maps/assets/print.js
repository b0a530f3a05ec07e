/* Paper: all layers on one canvas, legends and sources on the same sheet. */
(function (I) {
"use strict";
const PRINT_DELAY = 300, SMALLEST = .5, PRINT_SHARPNESS = 3;

/* Legends, notes and sources all belong on the sheet: smaller, until they fit. */
function shrink(side) {
  for (let zoom = 1; zoom >= SMALLEST; zoom -= .05) {
    side.style.zoom = zoom;
    if (side.scrollHeight <= side.clientHeight + 1) return;
  }
}
/* All layers on one canvas: browsers print canvases that lie on each other so that the upper one hides the lower ones. */
function flatten(map) {
  const size = map.getSize(), sheet = L.DomUtil.create("canvas", "inno-sheet", map.getPane("overlayPane")), ctx = sheet.getContext("2d");
  const depth = (l) => Number(getComputedStyle(l.getPane()).zIndex) * 1000 + l._depth;
  sheet.width = size.x * PRINT_SHARPNESS; sheet.height = size.y * PRINT_SHARPNESS; sheet.style.width = size.x + "px"; sheet.style.height = size.y + "px";
  L.DomUtil.setPosition(sheet, map.containerPointToLayerPoint([0, 0]));
  ctx.scale(PRINT_SHARPNESS, PRINT_SHARPNESS);
  for (const layer of [...map._inno].sort((a, b) => depth(a) - depth(b))) {
    if (!layer._view || !layer._view.w || !layer._view.h) continue;
    const at = map.layerPointToContainerPoint(layer._bounds.min);
    const [from, to] = layer.seen || [0, 1];
    ctx.save(); ctx.beginPath(); ctx.rect(from * size.x, 0, (to - from) * size.x, size.y); ctx.clip();
    ctx.globalAlpha = layer.shapes.style.opacity;
    for (const canvas of layer._container.children) { ctx.drawImage(canvas, at.x, at.y, layer._view.w, layer._view.h); ctx.globalAlpha = 1; }
    ctx.restore();
  }
  return sheet;
}
/* Paper: the page takes the shape of a sheet before the browser prints it, and the map is drawn anew for it. */
function printing(map, side) {
  const root = document.documentElement;
  const shown = () => [map, ...(map._innoCompare && map._innoCompare.other ? [map._innoCompare.other] : [])];
  let papers = null;
  const refit = () => { for (const p of papers) { p.map.invalidateSize({animate: false, pan: false}); p.map.fitBounds(p.bounds, {animate: false}); } };
  const before = () => {
    if (papers) return;
    papers = shown().map((one) => ({map: one, bounds: one.getBounds()}));
    I.sharpness = PRINT_SHARPNESS; root.classList.add("inno-paper"); shrink(side); refit();
    for (const p of papers) p.sheet = flatten(p.map);
  };
  const after = () => {
    if (!papers) return;
    for (const p of papers) if (p.sheet) p.sheet.remove();
    I.sharpness = null; root.classList.remove("inno-paper"); side.style.zoom = ""; refit(); papers = null;
  };
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", () => setTimeout(after, PRINT_DELAY));
}
/* The button, and the size of the sheet. */
I.printBox = function (head) {
  const box = I.make("p", "inno-printing"), button = I.make("button", "inno-print", I.word("print", head)), size = I.make("select", "inno-size");
  button.type = "button"; button.addEventListener("click", () => window.print());
  size.setAttribute("aria-label", I.word("sheet", head));
  for (const name of ["A4", "A3"]) { const o = document.createElement("option"); o.value = o.textContent = name; size.append(o); }
  size.value = document.documentElement.classList.contains("inno-a3") ? "A3" : "A4";
  size.addEventListener("change", () => document.documentElement.classList.toggle("inno-a3", size.value === "A3"));
  box.append(button, size);
  return box;
};
I.printing = printing;
})(window.Innoregion);
