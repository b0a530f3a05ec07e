/* One compressed block -> header and typed arrays. The counterpart of maps/codec.py. */
window.Innoregion = window.Innoregion || {};
(function (I) {
"use strict";

function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const letters = atob(text), out = new Uint8Array(letters.length);
  for (let i = 0; i < out.length; i++) out[i] = letters.charCodeAt(i);
  return out;
}

async function gunzip(packed) {
  const tail = new DataView(packed.buffer, packed.byteLength - 4);
  const raw = new Uint8Array(tail.getUint32(0, true));            // gzip ends with the length of what it holds
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  for (let at = 0, r = await reader.read(); !r.done; r = await reader.read()) { raw.set(r.value, at); at += r.value.length; }
  return raw;
}

function ints(bytes, n, planes, delta) {
  const out = new Int32Array(n);
  for (let p = 0; p < planes; p++) {
    const from = p * n, shift = 8 * p;
    for (let i = 0; i < n; i++) out[i] |= bytes[from + i] << shift;
  }
  let last = 0;
  for (let i = 0; i < n; i++) {
    const v = (out[i] >>> 1) ^ -(out[i] & 1);                     // zigzag
    out[i] = delta ? (last = last + v | 0) : v;
  }
  return out;
}

function floats(bytes, n) {
  const out = new Uint8Array(8 * n);
  for (let p = 0; p < 8; p++) for (let i = 0; i < n; i++) out[8 * i + p] = bytes[p * n + i];
  return new Float64Array(out.buffer);
}

const READ = {
  bytes: (b) => b,
  json: (b) => JSON.parse(new TextDecoder().decode(b)),
  floats: (b, s) => floats(b, s.n),
  ints: (b, s) => ints(b, s.n, s.planes, false),
  delta: (b, s) => ints(b, s.n, s.planes, true),
};

/* {head, data}: the header, and every section by name. */
I.unpack = async function (base64) {
  const raw = await gunzip(fromBase64(base64)), size = new DataView(raw.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + size))), data = Object.create(null);
  let at = 4 + size;
  for (const s of head.sections) { data[s.name] = READ[s.kind](raw.subarray(at, at + s.bytes), s); at += s.bytes; }
  return {head, data};
};
I.block = (id) => I.unpack(document.getElementById(id + "_block").textContent);
})(window.Innoregion);
