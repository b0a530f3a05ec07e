/* Cells of a raster, even in the map's own projection. Speaks as Shapes do: draw, pick, centre, value. */
(function (I) {
"use strict";
const EMPTY = 252;

class Grid extends I.Shapes {
  bounds() {                                                  // no tree: a cell is found by its place
    const [high, wide] = this.head.shape, [x0, y0, x1, y1] = this.head.box;
    Object.assign(this, {high, wide, gx: x0, gy: y0, cw: (x1 - x0) / wide, ch: (y1 - y0) / high});
    return new Int32Array(0);
  }
  picture() {
    if (this.image && this.painted === this.codes) return this.image;
    const canvas = document.createElement("canvas"), {wide, high, codes} = this, ctx = canvas.getContext("2d"), rgb = new Map();
    canvas.width = wide; canvas.height = high;
    const image = ctx.createImageData(wide, high), to = new Uint32Array(image.data.buffer);
    for (let f = 0; f < codes.length; f++) {
      const code = codes[f];
      if (code === EMPTY) continue;
      if (!rgb.has(code)) { const n = parseInt(this.colour(code).slice(1), 16); rgb.set(code, 0xff000000 | (n & 255) << 16 | (n & 0xff00) | n >> 16); }
      to[f] = rgb.get(code);
    }
    ctx.putImageData(image, 0, 0);
    this.painted = codes;
    return (this.image = canvas);
  }
  draw(ctx, x0, y0, w, h, k) {
    const left = Math.max(0, Math.floor((x0 - this.gx) / this.cw)), top = Math.max(0, Math.floor((y0 - this.gy) / this.ch));
    const right = Math.min(this.wide, Math.ceil((x0 + w / k - this.gx) / this.cw)), low = Math.min(this.high, Math.ceil((y0 + h / k - this.gy) / this.ch));
    if (left >= right || top >= low) return 0;
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.picture(), left, top, right - left, low - top,
      (this.gx + left * this.cw - x0) * k, (this.gy + top * this.ch - y0) * k, (right - left) * this.cw * k, (low - top) * this.ch * k);
    return (right - left) * (low - top);
  }
  pick(X, Y) {
    const j = Math.floor((X - this.gx) / this.cw), i = Math.floor((Y - this.gy) / this.ch);
    if (i < 0 || j < 0 || i >= this.high || j >= this.wide) return -1;
    return this.codes[i * this.wide + j] === EMPTY ? -1 : i * this.wide + j;
  }
  centre(f) { return [this.gx + (f % this.wide + .5) * this.cw, this.gy + (Math.floor(f / this.wide) + .5) * this.ch]; }
  outline(ctx, f, x0, y0, k) {
    ctx.beginPath();
    ctx.rect((this.gx + f % this.wide * this.cw - x0) * k, (this.gy + Math.floor(f / this.wide) * this.ch - y0) * k, this.cw * k, this.ch * k);
  }
}
I.Grid = Grid;
})(window.Innoregion);
