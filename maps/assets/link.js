/* The view in the address: centre, zoom, layers, steps, language; who opens the link sees the same. */
(function (I) {
"use strict";
const PLACES = 5;

function read() {
  const out = new URLSearchParams(location.hash.slice(1)), at = (out.get("map") || "").split("/").map(Number);
  return {
    view: at.length === 3 && at.every(Number.isFinite) && Math.abs(at[1]) <= 90 && Math.abs(at[2]) <= 360 ? at : null,
    lang: ["vi", "en"].includes(out.get("lang")) ? out.get("lang") : null,
    layers: out.has("layers") ? out.get("layers").split(",").filter(Boolean).map(Number) : null,
    steps: (out.get("step") || "").split(",").filter(Boolean).map((pair) => pair.split(":").map(Number)),
  };
}
function written(map, layers) {
  const c = map.getCenter(), on = layers.flatMap((l, at) => ((l.home || map).hasLayer(l) ? [at] : []));
  const parts = [`map=${Number(map.getZoom().toFixed(2))}/${c.lat.toFixed(PLACES)}/${c.lng.toFixed(PLACES)}`, "lang=" + I.lang, "layers=" + on.join(",")];
  const steps = layers.flatMap((l, at) => (l.shapes.at ? [at + ":" + l.shapes.at] : []));
  if (steps.length) parts.push("step=" + steps.join(","));
  for (const l of layers) if (l.asked) parts.push(l.asked());              // a layer that is asked has words of its own
  return "#" + parts.join("&");
}
/* `early` says what the address asks for before anything is drawn. */
I.wish = read;
I.follow = function (map, layers) {
  let busy = false;
  const apply = () => {
    const {view, layers: on, steps, lang} = read();
    busy = true;
    if (on) layers.forEach((l, at) => { const home = l.home || map; if (on.includes(at) !== home.hasLayer(l)) { if (on.includes(at)) home.addLayer(l); else home.removeLayer(l); } });
    for (const [at, step] of steps) { const l = layers[at]; if (l && l.shapes.head.steps && l.shapes.head.steps[step]) l.step(step); }
    for (const l of layers) if (l.answer) l.answer(new URLSearchParams(location.hash.slice(1)));
    if (view) map.setView([view[1], view[2]], view[0], {animate: false});
    if (lang && lang !== I.lang) I.setLang(lang);
    busy = false;
  };
  const write = () => { if (!busy) { const hash = written(map, layers); if (hash !== location.hash) history.replaceState(null, "", hash); } };
  apply();
  map.on("moveend layeradd layerremove", write);
  for (const l of layers) l.on("changed", write);
  I.onLang(write);
  window.addEventListener("hashchange", apply);
};
})(window.Innoregion);
