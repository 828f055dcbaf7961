'use strict';
/**
 * Standard streams for the module, as a native program has them: reads and writes of the first
 * three descriptors go to the process's own, in whatever thread they are made. Emscripten would
 * drop the output and pass a thread's reads on to a main thread that may be busy.
 */

const fs = require('node:fs');

const NAP_MS = 5;
// The port's own debugging lines about modules that it looks for.
const NOISE = /^(\[DEBUG|  - \/|  mainModule)/;
const nap = new Int32Array(new SharedArrayBuffer(4));

/** A standard stream may be a socket or a pipe that does not block. */
function retry(call) {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (error.code === 'EOF') return 0;
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(nap, 0, 0, NAP_MS);
    }
  }
}

/** The (address, length) pairs of an array of iovecs. */
function pieces(words, iov, count) {
  return Array.from({ length: count }, (_, i) => [words[(iov >> 2) + 2 * i],
    words[(iov >> 2) + 2 * i + 1]]);
}

function install(memory) {
  const bytes = () => new Uint8Array(memory().buffer);
  const words = () => new Uint32Array(memory().buffer);
  const write = (original) => (fd, iov, count, written) => {
    if (fd > 2) return original(fd, iov, count, written);
    const parts = pieces(words(), iov, count);
    const data = Buffer.concat(parts.map(([at, length]) => bytes().slice(at, at + length)));
    const heard = fd !== 2 || !NOISE.test(data.toString());
    for (let done = 0; heard && done < data.length;) {
      done += retry(() => fs.writeSync(fd, data, done));
    }
    words()[written >> 2] = data.length;
    return 0;
  };
  const read = (original) => (fd, iov, count, got) => {
    if (fd > 0) return original(fd, iov, count, got);
    let total = 0;
    for (const [at, length] of pieces(words(), iov, count)) {
      if (length === 0) continue;
      const data = Buffer.alloc(length);
      const size = retry(() => fs.readSync(0, data, 0, length, null));
      bytes().set(data.subarray(0, size), at);
      total += size;
      if (size < length) break;
    }
    words()[got >> 2] = total;
    return 0;
  };
  const RealInstance = WebAssembly.Instance;
  WebAssembly.Instance = function Instance(module, imports) {
    for (const [name, wrap] of [['fd_write', write], ['fd_read', read]]) {
      for (const namespace of [imports?.env, imports?.wasi_snapshot_preview1]) {
        const original = namespace?.[name];
        if (!original || original.wrapped) continue;
        namespace[name] = Object.assign(wrap(original), { sig: original.sig, wrapped: true });
      }
    }
    return new RealInstance(module, imports);
  };
}

module.exports = { install };
