'use strict';
/**
 * Lean's object model, seen from JavaScript: objects are 32-bit addresses into the wasm heap, odd
 * numbers are boxed scalars. Layout of a constructor object (lean.h, wasm32): reference count i32
 * at 0, size u16 at 4, number of fields u8 at 6, tag u8 at 7, fields from 8, scalars after them.
 *
 * Ownership follows the compiler's "all arguments owned" convention: whatever is passed to `call`
 * is consumed, whatever `field` returns is borrowed.
 */

/** An error that Lean itself reported (an IO error, a refused declaration). */
class LeanError extends Error {}

const HEADER_BYTES = 8;
const STRING_DATA = 20; // header, size, capacity, length
const ARRAY_DATA = 16; // header, size, capacity
const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_'!?]*$/u;

/** A string component of a name, so written that it can be taken for nothing else. */
function quotedPart(part) {
  if (IDENTIFIER.test(part)) return part;
  return /[«»\\]/.test(part) ? `«${JSON.stringify(part)}»` : `«${part}»`;
}

function createRuntime(glue) {
  const memory = glue.wasmMemory;
  let buffer = memory.buffer;
  let u8 = new Uint8Array(buffer);
  let i32 = new Int32Array(buffer);
  let u32 = new Uint32Array(buffer);

  /** Shared memory that has grown is another buffer; old views end before the new part. */
  function refresh() {
    if (memory.buffer === buffer) return;
    buffer = memory.buffer;
    u8 = new Uint8Array(buffer);
    i32 = new Int32Array(buffer);
    u32 = new Uint32Array(buffer);
  }
  const bytes = () => (refresh(), u8);
  const words = () => (refresh(), u32);
  const signedWords = () => (refresh(), i32);

  function address(symbol) {
    const value = glue.lookup(symbol);
    if (!value) throw new Error(`no symbol ${symbol}`);
    return value;
  }

  const natives = new Map();
  /** A C function under its own name; the caller knows its signature. */
  function native(symbol) {
    let f = natives.get(symbol);
    if (!f) natives.set(symbol, (f = glue.wasmTable.get(address(symbol))));
    return f;
  }

  const compiled = new Map();
  /**
   * A compiled Lean function with all arguments owned and boxed. The compiler emits a `___boxed`
   * twin whenever the plain function borrows or unboxes an argument; without one, plain is it.
   */
  function compiledFunction(symbol) {
    let f = compiled.get(symbol);
    if (!f) {
      const boxed = glue.lookup(`${symbol}___boxed`);
      compiled.set(symbol, (f = glue.wasmTable.get(boxed || address(symbol))));
    }
    return f;
  }
  const call = (symbol, ...args) => compiledFunction(symbol)(...args) >>> 0;

  const box = (n) => ((n << 1) | 1) >>> 0;
  const unbox = (o) => o >>> 1;
  const isScalar = (o) => (o & 1) === 1;
  const none = box(0);

  /** Negative counts belong to objects shared between threads, zero to persistent ones. */
  function inc(o) {
    o >>>= 0;
    if (o & 1) return o;
    const counts = signedWords();
    const count = counts[o >> 2];
    if (count > 0) counts[o >> 2] = count + 1;
    else if (count < 0) Atomics.sub(counts, o >> 2, 1);
    return o;
  }
  function dec(o) {
    o >>>= 0;
    if (o & 1) return;
    const counts = signedWords();
    const count = counts[o >> 2];
    if (count > 1) counts[o >> 2] = count - 1;
    else if (count !== 0) native('lean_dec_ref_cold')(o);
  }

  const tag = (o) => (isScalar(o) ? unbox(o) : bytes()[(o >>> 0) + 7]);
  const fieldCount = (o) => bytes()[(o >>> 0) + 6];
  const field = (o, i) => words()[((o >>> 0) + HEADER_BYTES + 4 * i) >> 2];
  const ownedField = (o, i) => inc(field(o, i));
  const scalarByte = (o, fields, offset) => bytes()[(o >>> 0) + HEADER_BYTES + 4 * fields + offset];
  const scalarWord = (o, fields, offset) =>
    words()[((o >>> 0) + HEADER_BYTES + 4 * fields + offset) >> 2];
  function setScalarByte(o, fields, offset, value) {
    bytes()[(o >>> 0) + HEADER_BYTES + 4 * fields + offset] = value;
    return o;
  }
  /** A top-level constant lives in a static variable. */
  const constant = (symbol) => inc(words()[address(symbol) >> 2]);

  function construct(ctor, fields, scalarBytes = 0) {
    const count = fields.length;
    const size = (HEADER_BYTES + 4 * count + scalarBytes + 7) & ~7;
    const o = native('lean_alloc_object')(size) >>> 0;
    signedWords()[o >> 2] = 1;
    const raw = bytes();
    raw[o + 4] = size & 255;
    raw[o + 5] = size >> 8;
    raw[o + 6] = count;
    raw[o + 7] = ctor;
    const fieldWords = words();
    for (let i = 0; i < count; i++) fieldWords[(o + HEADER_BYTES + 4 * i) >> 2] = fields[i];
    raw.fill(0, o + HEADER_BYTES + 4 * count, o + size);
    return o;
  }
  /** A copy of a structure with one field replaced; consumes the original and the new field. */
  function withField(o, index, value, scalarBytes = 0) {
    const count = fieldCount(o);
    const fields = [];
    for (let i = 0; i < count; i++) fields.push(i === index ? value : ownedField(o, i));
    const copy = construct(tag(o), fields, scalarBytes);
    for (let i = 0; i < scalarBytes; i++) setScalarByte(copy, count, i, scalarByte(o, count, i));
    dec(o);
    return copy;
  }

  function withBytes(text, use) {
    const encoded = Buffer.from(text, 'utf8');
    const p = glue.malloc(encoded.length + 1) >>> 0;
    if (!p) throw new RangeError('out of memory');
    const raw = bytes();
    raw.set(encoded, p);
    raw[p + encoded.length] = 0;
    try {
      return use(p, encoded.length) >>> 0;
    } finally {
      glue.free(p);
    }
  }
  const string = (text) =>
    withBytes(text, (p, n) => native('lean_mk_string_from_bytes')(p, n));
  const naturalFromText = (digits) => withBytes(digits, (p) => native('lean_cstr_to_nat')(p));
  const stringBytes = (o) => words()[((o >>> 0) + HEADER_BYTES) >> 2] - 1;
  const stringStart = (o) => (o >>> 0) + STRING_DATA;
  function text(o, maxBytes = 1 << 26) {
    const size = stringBytes(o);
    if (size > maxBytes) throw new LeanError(`a string of ${size} bytes`);
    const start = stringStart(o);
    return Buffer.from(bytes().slice(start, start + size)).toString('utf8');
  }
  /** Consumes the string object. */
  function takeText(o, maxBytes) {
    try {
      return text(o, maxBytes);
    } finally {
      dec(o);
    }
  }

  const nameString = (prefix, part) => native('lean_name_mk_string')(prefix, string(part)) >>> 0;
  const nameNumeral = (prefix, n) => native('lean_name_mk_numeral')(prefix, n) >>> 0;
  /** A name from its dotted form, for names without dots inside a component. */
  function name(dotted) {
    let result = none;
    if (dotted === '') return result;
    for (const part of dotted.split('.')) {
      result = /^\d+$/.test(part) ? nameNumeral(result, box(+part)) : nameString(result, part);
    }
    return result;
  }
  /** Dotted form, without quotation marks: for look-ups and display, not for parsing back. */
  function nameText(o) {
    const parts = [];
    for (let n = o; !isScalar(n); n = field(n, 0)) {
      parts.push(tag(n) === 1 ? text(field(n, 1), 1 << 16) : naturalText(field(n, 1)));
    }
    return parts.reverse().join('.');
  }
  /**
   * The name as Lean writes it: a component that is no identifier stands in «», so that no two
   * names share a text. What decides anything by a name's text uses this one.
   */
  function writtenName(o) {
    const parts = [];
    for (let n = o; !isScalar(n); n = field(n, 0)) {
      parts.push(
        tag(n) === 1 ? quotedPart(text(field(n, 1), 1 << 16)) : naturalText(field(n, 1)),
      );
    }
    return parts.reverse().join('.');
  }
  /** A natural number in decimal. */
  function naturalText(o) {
    return isScalar(o) ? String(unbox(o)) : takeText(call('l_Nat_reprFast', inc(o)));
  }

  function list(items) {
    let result = none;
    for (let i = items.length - 1; i >= 0; i--) result = construct(1, [items[i], result]);
    return result;
  }
  function listItems(o) {
    const items = [];
    for (let l = o >>> 0; !isScalar(l); l = field(l, 1)) items.push(field(l, 0));
    return items;
  }
  const array = (items) => native('lean_array_mk')(list(items)) >>> 0;
  function arrayItems(o) {
    const all = words();
    const count = all[((o >>> 0) + HEADER_BYTES) >> 2];
    const start = ((o >>> 0) + ARRAY_DATA) >> 2;
    return Array.from(all.subarray(start, start + count));
  }
  const some = (o) => construct(1, [o]);

  /** The value of an EIO result (constructor 0), or a LeanError (constructor 1). */
  function ioValue(result) {
    result >>>= 0;
    const value = ownedField(result, 0);
    const ok = tag(result) === 0;
    dec(result);
    if (ok) return value;
    throw new LeanError(takeText(native('lean_io_error_to_string')(value) >>> 0));
  }

  /** Lean options from a plain object of booleans, numbers and strings. */
  function options(values) {
    let o = constant('l_Lean_KVMap_empty');
    for (const [key, value] of Object.entries(values)) {
      if (typeof value === 'boolean') o = call('l_Lean_KVMap_setBool', o, name(key), box(+value));
      else if (typeof value === 'number') o = call('l_Lean_KVMap_setNat', o, name(key), box(value));
      else o = call('l_Lean_KVMap_setString', o, name(key), string(value));
    }
    return o;
  }

  return {
    glue, address, native, call, bytes, words, signedWords,
    box, unbox, isScalar, none, some, inc, dec, tag,
    fieldCount, field, ownedField, scalarByte, scalarWord, setScalarByte, constant,
    construct, withField,
    string, text, takeText, stringBytes, stringStart,
    name, nameString, nameNumeral, nameText, writtenName, naturalText, naturalFromText,
    list, listItems, array, arrayItems, ioValue, options,
    memoryMb: () => Math.round(memory.buffer.byteLength / 1048576),
  };
}

module.exports = { createRuntime, LeanError };
