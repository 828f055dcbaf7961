// Runs a prepared Lean folder as its host does: node prepared_probe.js FOLDER [withSymtab]
// Prints one JSON object: what was looked up, computed, and computed on an Emscripten thread.
"use strict";
const fs = require("fs");
const {Worker, isMainThread, workerData, parentPort} = require("worker_threads");

function answer(worker) {
  return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
}

if (isMainThread) {
  const [folder, share] = process.argv.slice(2);
  const module = new WebAssembly.Module(fs.readFileSync(`${folder}/lean.wasm`));
  let symtab;
  if (share) {
    const bytes = fs.readFileSync(`${folder}/symtab.bin`);
    symtab = new SharedArrayBuffer(bytes.length);
    new Uint8Array(symtab).set(bytes);
  }
  // Emscripten's own threads load the glue by itself, and have no host to give them symbols.
  const thread = `const {lookup} = require(${JSON.stringify(folder + "/glue.js")});
    require("worker_threads").parentPort.postMessage(lookup("lean_initialize"));`;
  Promise.all([
    answer(new Worker(__filename, {workerData: {folder, module, symtab}})),
    answer(new Worker(thread, {eval: true, workerData: "em-pthread"})),
  ]).then(([found, inThread]) => {
    console.log(JSON.stringify({...found, inThread: inThread === found.initialize}));
    process.exit(0);
  });
} else {
  const {folder, module, symtab} = workerData;
  globalThis.ProofloopLean = {module, symtab, debug: false, onReady};
  const glue = require(`${folder}/glue.js`);

  function call(name, ...args) {
    return glue.wasmTable.get(glue.lookup(name))(...args) >>> 0;
  }

  function string(text) {
    const bytes = Buffer.from(text);
    const pointer = glue.malloc(bytes.length);
    glue.HEAPU8.set(bytes, pointer);
    const made = call("lean_mk_string_from_bytes", pointer, bytes.length);
    glue.free(pointer);
    return made;
  }

  function text(object) {  // header of 8 bytes, then size with the final zero, capacity, length
    const size = glue.HEAPU32[(object + 8) >> 2];
    return Buffer.from(glue.HEAPU8.slice(object + 20, object + 20 + size - 1)).toString();
  }

  function closure(name) {  // of a function of one argument: no argument given yet
    const object = call("lean_alloc_object", 16);
    glue.HEAP32[object >> 2] = 1;
    glue.HEAPU8.set([16, 0, 0, 245], object + 4);
    glue.HEAPU32[(object + 8) >> 2] = glue.lookup(name);
    glue.HEAPU32[(object + 12) >> 2] = 1;
    return object;
  }

  function onReady() {
    glue.FS.mkdir("/library");
    glue.FS.mount(glue.NODEFS, {root: `${folder}/lib/lean`}, "/library");
    call("lean_initialize");
    call("lean_io_mark_end_initialization");
    call("lean_init_task_manager_using", 1);
    const anonymous = 1, isTrue = 3;  // boxed
    const name = call("lean_name_mk_string", anonymous, string("Nat"));
    const task = call("lean_task_spawn_core", closure("l_Lean_Name_isAnonymous___boxed"), 0, 0);
    parentPort.postMessage({
      name: text(call("l_Lean_Name_toString___boxed", name, isTrue)),
      task: call("lean_task_get", task) === isTrue,
      library: glue.FS.readdir("/library").filter(entry => entry.endsWith(".olean")).sort(),
      initialize: glue.lookup("lean_initialize"),
      absent: glue.lookup("no_such_symbol"),
    });
  }
}
