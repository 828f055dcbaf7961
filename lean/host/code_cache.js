'use strict';
/**
 * The compiled wasm module, with the machine code that V8 has optimised so far kept in the
 * prepared folder. Fresh code starts out slow: with the file a first `omega` takes 0.1 s instead
 * of 0.5 to 1 s, and the first dozen checks a quarter of the processor time. V8 has no public door
 * to its serializer in Node, only these two natives (Node 20 to 24 have both). It refuses what
 * another V8, other flags or another processor wrote; so there is one file a version of Node.
 */

const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');

const WORTH_KEEPING = 1.05; // times the size of the file that there is

/** A function that calls a V8 native, which is a syntax error unless a flag is set meanwhile. */
function native(body) {
  v8.setFlagsFromString('--allow-natives-syntax');
  try {
    return new Function('a', 'b', body);
  } finally {
    v8.setFlagsFromString('--no-allow-natives-syntax');
  }
}

const fileIn = (prepared) =>
  path.join(prepared, 'code', `node-${process.version}-${process.platform}-${process.arch}.bin`);

function deserialized(file, wasm) {
  if (!fs.existsSync(file)) return null;
  try {
    const code = fs.readFileSync(file);
    const module = native('return %DeserializeWasmModule(a, b)')(
      code.buffer.slice(code.byteOffset, code.byteOffset + code.length),
      new Uint8Array(wasm.buffer, wasm.byteOffset, wasm.length),
    );
    return module instanceof WebAssembly.Module ? module : null;
  } catch {
    return null;
  }
}

/** {module, warm}: warm if its code came from the file. */
function loadModule(prepared) {
  const wasm = fs.readFileSync(path.join(prepared, 'lean.wasm'));
  const module = deserialized(fileIn(prepared), wasm);
  return module ? { module, warm: true } : { module: new WebAssembly.Module(wasm), warm: false };
}

/**
 * Functions that only V8's quick compiler has met are not written, but their names are, and reading
 * compiles them all again: a second of processor time at each start, where few of them are called.
 * So they are forgotten first; those that go on running here are compiled once more.
 */
function forgetQuickCode() {
  for (const name of ['FlushWasmCode', 'FlushLiftoffCode']) { // in Node 20, in Node 24
    try {
      return native(`%${name}()`)();
    } catch {
      // Another Node; the start is slower.
    }
  }
}

/**
 * Write what has been optimised so far, if that is more than was read; whether it was written. Some
 * 40 to 60 MB, 0.4 s.
 */
function saveCode(prepared, { module, warm }) {
  const file = fileIn(prepared);
  const draft = `${file}.${process.pid}`;
  try {
    const serialize = native('return %SerializeWasmModule(a)');
    if (warm && serialize(module).byteLength < WORTH_KEEPING * fs.statSync(file).size) return false;
    forgetQuickCode();
    const code = serialize(module);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(draft, Buffer.from(code), { flush: true });
    fs.renameSync(draft, file);
    return true;
  } catch {
    fs.rmSync(draft, { force: true }); // a full disk, a folder that cannot be written
    return false;
  }
}

module.exports = { loadModule, saveCode };
