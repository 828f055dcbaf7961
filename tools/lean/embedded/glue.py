"""Turn the package's 89 MB lean.js into glue.js: what a checking worker needs, and named patches.

``glue.js`` is a CommonJS file for a Node worker thread. Before it is required, the host sets::

    globalThis.ProofloopLean = {
      module: WebAssembly.Module,      // the compiled lean.wasm
      symtab: SharedArrayBuffer,       // the bytes of symtab.bin; read from the file if absent
      onReady: () => void,             // the runtime is initialised, Lean is not yet
      debug: boolean,                  // let the port's own prints through
    }

It exports HEAPU8, HEAP32, HEAPU32 (always fresh views), wasmTable, wasmMemory, malloc(n), free(p),
stackSave(), stackRestore(p), setStackLimits(top, low), FS, NODEFS, getExceptionMessage(e) and
lookup(name): a symbol's index in wasmTable or its data address, 0 if there is none. Emscripten's
own threads load the same file, without that global.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ASSIGN_EXPORTS = b"function assignWasmExports(wasmExports){"
ASSIGN_IMPORTS = b"var wasmImports;function assignWasmImports()"
FIRST_EXPORTED = b";var _main,_lean_main,"
FREE_TABLE_SLOTS = 10_000  # room in the table mirror for functions added at run time

PROLOGUE = """\
var proofloop = (() => {
  const host = globalThis.ProofloopLean;
  const crcTable = Uint32Array.from({length: 256}, (_, crc) => {
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  let symbols;  // triples (CRC-32 of the name, CRC-32 of the name reversed, value), ascending
  const loadSymbols = () => {
    if (host?.symtab) return new Uint32Array(host.symtab);
    const bytes = require("fs").readFileSync(__dirname + "/symtab.bin");
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  };
  const lookup = name => {
    symbols ??= loadSymbols();
    const bytes = Buffer.from(name, "utf8");
    let forward = -1, backward = -1;
    for (let i = 0, j = bytes.length - 1; j >= 0; i++, j--) {
      forward = crcTable[(forward ^ bytes[i]) & 255] ^ (forward >>> 8);
      backward = crcTable[(backward ^ bytes[j]) & 255] ^ (backward >>> 8);
    }
    forward = ~forward >>> 0;
    backward = ~backward >>> 0;
    let low = 0, high = symbols.length / 3;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = symbols[3 * middle];
      if (first < forward || first === forward && symbols[3 * middle + 1] < backward) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const found = symbols[3 * low] === forward && symbols[3 * low + 1] === backward;
    return found ? symbols[3 * low + 2] : 0;
  };
  const instantiateWasm = (imports, receive) => {
    receive(new WebAssembly.Instance(host.module, imports), host.module);
    return {};
  };
  const settings = {noInitialRun: true, instantiateWasm, onRuntimeInitialized: host?.onReady};
  return {lookup, settings: host ? settings : {}, debug: host?.debug ?? false};
})();
var Module = proofloop.settings;
var console = proofloop.debug ? globalThis.console : new Proxy({}, {get: () => () => {}});
"""

EXPORTS = """
module.exports = {
  get HEAPU8() { growMemViews(); return HEAPU8; },
  get HEAP32() { growMemViews(); return HEAP32; },
  get HEAPU32() { growMemViews(); return HEAPU32; },
  get wasmTable() { return wasmTable; },
  get wasmMemory() { return wasmMemory; },
  malloc: size => _malloc(size) >>> 0,
  free: pointer => _free(pointer),
  stackSave: () => stackSave() >>> 0,
  stackRestore: pointer => stackRestore(pointer),
  setStackLimits: (top, low) => _emscripten_stack_set_limits(top, low),
  lookup: proofloop.lookup,
  FS, NODEFS, getExceptionMessage,
};
"""


@dataclass(frozen=True)
class Patch:
    """``old`` must occur exactly once; ``new`` takes its place."""

    name: str
    reason: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        if (found := text.count(self.old)) != 1:
            raise ValueError(f"the patch {self.name!r} applies {found} times, not once")
        return text.replace(self.old, self.new)


def patches(table_size: int) -> tuple[Patch, ...]:
    return (
        Patch(
            "quiet output",
            "the port prints its debugging notes among Lean's own output",
            "var out=defaultPrint;var err=defaultPrintErr;",
            "var out=proofloop.debug?defaultPrint:()=>{};"
            "var err=proofloop.debug?defaultPrintErr:()=>{};",
        ),
        Patch(
            "symbols through the table",
            "the original lists every export at every look-up: 89 of 105 seconds of a start",
            "var __dlsym_js=(handle,symbol,symbolIndex)=>{symbol=UTF8ToString(symbol);",
            "var __dlsym_js=(handle,symbol,symbolIndex)=>{symbol=UTF8ToString(symbol);"
            "var place=proofloop.lookup(symbol);"
            "if(!place)dlSetError(`unknown symbol ${symbol}`);return place;",
        ),
        Patch(
            "no export fills the GOT",
            "every entry of the global offset table is a JavaScript function (trim.py makes sure), "
            "so walking the exports would only put each into the function table once more",
            "var updateGOT=(exports,replace)=>{",
            "var updateGOT=(exports,replace)=>{return;",
        ),
        Patch(
            "no reverse table map",
            "it would make a JavaScript object for each of 150,000 functions, to find the index "
            "of a function that JavaScript adds; those few are added anew instead",
            "functionsInTableMap=new WeakMap;updateTableMap(0,wasmTable.length)",
            "functionsInTableMap=new WeakMap",
        ),
        Patch(
            "table mirror as an array",
            "filled here and there, an empty array turns into a hash table: a fifth slower",
            "var wasmTableMirror=[];",
            f"var wasmTableMirror=new Array({table_size + FREE_TABLE_SLOTS}).fill(undefined);",
        ),
        Patch(
            "threads on demand",
            "each thread instantiates the module again: a pool of four costs 0.25 s and 210 MB",
            "var pthreadPoolSize=4;",
            "var pthreadPoolSize=0;",
        ),
        Patch(
            "exports",
            "the host needs a few variables of the glue, by their present values",
            "var wasmExports;if(!ENVIRONMENT_IS_PTHREAD){createWasm();run()}",
            f"{EXPORTS}var wasmExports;if(!ENVIRONMENT_IS_PTHREAD){{createWasm();run()}}",
        ),
    )


@dataclass(frozen=True)
class Glue:
    """lean.js without the lines for exports that nothing in it mentions. ``exports`` are the
    names that it still takes from the module."""

    text: str
    exports: frozenset[bytes]

    def patched(self, table_size: int) -> str:
        text = self.text
        for patch in patches(table_size):
            text = patch.apply(text)
        return PROLOGUE + text


def cut_exports(lean_js: bytes) -> Glue:
    """Drop the declaration and the assignment of each exported function that is not used.

    Raises ValueError when the script is not laid out as the pinned package's.
    """
    declared_at = _only(lean_js, FIRST_EXPORTED) + 1
    assign_at = _only(lean_js, ASSIGN_EXPORTS)
    end = _only(lean_js, ASSIGN_IMPORTS)
    head, tail = lean_js[:declared_at], lean_js[end:]
    used = set(re.findall(rb"[A-Za-z_$][\w$]*", head)) | set(re.findall(rb"[A-Za-z_$][\w$]*", tail))

    declared = lean_js[declared_at + len(b"var ") : assign_at].rstrip(b";").split(b",")
    statements = lean_js[assign_at + len(ASSIGN_EXPORTS) : end].rstrip(b"}").split(b";")
    assigned = [each for each in statements if each.partition(b"=")[0] in used]
    variables = b"var " + b",".join(name for name in declared if name in used) + b";"
    kept = head + variables + ASSIGN_EXPORTS + b";".join(assigned) + b"}" + tail
    return Glue(kept.decode(), frozenset(_exports_used(kept)))


def _only(text: bytes, part: bytes) -> int:
    if (found := text.count(part)) != 1:
        raise ValueError(f"lean.js has {found} times, not once, {part.decode()!r}")
    return text.index(part)


def _exports_used(text: bytes) -> set[bytes]:
    quoted = re.findall(rb'wasmExports\["([^"]+)"\]', text)
    return {*quoted, *re.findall(rb"wasmExports\.([A-Za-z_]\w*)", text)}
