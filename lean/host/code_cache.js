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

/** Write what has been compiled so far; whether that worked. Some 20 to 40 MB, 0.2 s. */
function saveCode(prepared, module) {
  const file = fileIn(prepared);
  const draft = `${file}.${process.pid}`;
  try {
    const code = native('return %SerializeWasmModule(a)')(module);
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
