'use strict';
/** Load the glue in this thread, sealed, and start Lean: the common beginning of all workers. */

const fs = require('node:fs');
const path = require('node:path');
const threads = require('node:worker_threads');
const { loadModule } = require('./code_cache');
const { Seal } = require('./seal');
const { createRuntime, LeanError } = require('./runtime');
const { mountFolders, startLean } = require('./environment');
const { takeImage, restoreImage, layoutOf } = require('./image');

const THREAD_STACK_MB = 64;

/** The glue starts Lean's threads from its own file; give them the sealed entry instead. */
function redirectThreads(glueFile) {
  const RealWorker = threads.Worker;
  threads.Worker = class extends RealWorker {
    constructor(_script, options) {
      super(path.join(__dirname, 'thread.js'), {
        ...options,
        argv: [glueFile],
        env: {},
        resourceLimits: { stackSizeMb: THREAD_STACK_MB },
      });
    }
  };
}

/** What all threads share: {module, symtab}, and whether the module's code is warm. */
function loadShared(prepared) {
  const symbols = fs.readFileSync(path.join(prepared, 'symtab.bin'));
  const symtab = new SharedArrayBuffer(symbols.length);
  new Uint8Array(symtab).set(symbols);
  return { ...loadModule(prepared), symtab };
}

/**
 * `ready({lean, seal, glue, roots, take})` is called once; it throws what Lean throws. With an
 * `image` Lean is in its state, and `roots` are the image's; without one `take(roots)` makes one.
 */
function boot({ module, symtab, prepared, folders, stackMb, maxThreads, image }, ready) {
  const glueFile = path.join(prepared, 'glue.js');
  redirectThreads(glueFile);
  const seal = new Seal({ maxThreads });
  seal.install();
  globalThis.ProofloopLean = {
    module,
    symtab,
    debug: false,
    // The glue's exports are complete only after it has been loaded.
    onReady: () => setImmediate(start),
  };
  const glue = require(glueFile);
  function start() {
    try {
      const lean = createRuntime(glue);
      const layout = layoutOf(glue);
      mountFolders(lean, folders);
      if (image) restoreImage(glue, image);
      const stack = image ? image.stack : startLean(lean, stackMb);
      const take = (roots) => takeImage(glue, { stack, layout, roots });
      ready({ lean, seal, glue, roots: image?.roots, take });
    } catch (error) {
      throw new Error(describeError(glue, error));
    }
  }
}

/** One text for what may come out of the module: a C++ exception is only its address. */
function describeError(glue, error) {
  try {
    if (typeof error === 'number') return `C++ exception: ${glue.getExceptionMessage(error)}`;
    if (error instanceof LeanError) return error.message.slice(0, 1000);
    return String(error?.stack ?? error?.message ?? error).slice(0, 1000);
  } catch {
    return 'unknown error';
  }
}

module.exports = { boot, loadShared, describeError };
