'use strict';
/**
 * A Lean that has started and imported, as a copy of its memory: another worker of the same module
 * goes on from there in a tenth of a second, where starting and importing take one to three.
 *
 * It is taken before the first text. Up to there a start is the same each time, but for a hundred
 * bytes of random seeds, so that all addresses hold in every worker of the process.
 */

const CHUNK = 65536; // bytes; a page of wasm memory

const pagesOf = (glue) => glue.wasmMemory.buffer.byteLength / CHUNK;

/** What a worker has to have in common with the one an image comes from, before Lean starts. */
const layoutOf = (glue) => `${pagesOf(glue)} pages, stack at ${glue.stackSave()}`;

function isEmpty(words, from, to) {
  for (let at = from; at < to; at++) if (words[at] !== 0n) return false;
  return true;
}

/** `stack` and `layout` as `boot` knows them; `roots`: addresses that the next worker needs. */
function takeImage(glue, { stack, layout, roots }) {
  const words = new BigUint64Array(glue.wasmMemory.buffer);
  const size = CHUNK / 8;
  const filled = [];
  for (let chunk = 0; chunk < pagesOf(glue); chunk++) {
    if (!isEmpty(words, chunk * size, (chunk + 1) * size)) filled.push(chunk);
  }
  const data = new SharedArrayBuffer(filled.length * CHUNK);
  const copy = new BigUint64Array(data);
  filled.forEach((chunk, at) => {
    copy.set(words.subarray(chunk * size, (chunk + 1) * size), at * size);
  });
  return { stack, layout, roots, pages: pagesOf(glue), filled: Uint32Array.from(filled), data };
}

/** In a worker whose module has been instantiated, in the place of `startLean` and the imports. */
function restoreImage(glue, { stack, layout, pages, filled, data }) {
  if (layoutOf(glue) !== layout) throw new Error(`an image of ${layout}, not ${layoutOf(glue)}`);
  glue.wasmMemory.grow(pages - pagesOf(glue));
  const memory = glue.HEAPU8;
  const copy = new Uint8Array(data);
  filled.forEach((chunk, at) => {
    memory.set(copy.subarray(at * CHUNK, (at + 1) * CHUNK), chunk * CHUNK);
  });
  glue.stackRestore(stack.top);
  glue.setStackLimits(stack.top, stack.low);
}

module.exports = { takeImage, restoreImage, layoutOf };
