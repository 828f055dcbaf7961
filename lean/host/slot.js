'use strict';
/** One worker thread and what the supervisor knows of it; a new thread whenever one is lost. */

const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { Worker } = require('node:worker_threads');

const V8_STACK_MB = 512; // the C stack of deep recursion has its counterpart in V8's
const V8_HEAP_MB = 1024;
const MAX_FAILED_STARTS = 3;
const BOXED_TRUE = 3;
const REF_VALUE = 8; // offset of the value in a Lean reference object

/**
 * The memory of a Lean that has ended, up to gigabytes of it, is freed when this thread's collector
 * runs; left to itself that is hardly ever, since this thread makes so little garbage.
 */
const collectGarbage = (() => {
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  return gc;
})();

/** Before their first text, the checking workers and the trusted one are the same. */
const imageKey = (role, imports) =>
  `${role === 'probe' ? 'probe' : 'check'} ${imports.join(' ')}`;

class Slot {
  /**
   * `shared`: what all workers get (module, symtab, prepared, folders, stackMb). `images`: what
   * it starts from if it can, kept by the first start with `keepImage`, and by any later one.
   * Calls `on.ready(slot, version)`, `on.answer(slot, job, answer)`, `on.lost(slot, job, why)`
   * and `on.failed(slot, why)` when it cannot start at all.
   */
  constructor(index, role, shared, imports, on, images, { keepImage = false } = {}) {
    Object.assign(this, { index, role, shared, imports, on, images, keepImage });
    this.restarts = -1;
    this.restored = 0; // of the starts, those from an image
    this.checks = 0;
    this.failedStarts = 0;
    this.lastUsed = 0;
    this.start();
  }

  get key() {
    return this.imports.join(' ');
  }
  get idle() {
    return this.ready && !this.job;
  }
  get imageKey() {
    return imageKey(this.role, this.imports);
  }

  start() {
    this.restarts++;
    this.ready = false;
    this.job = null;
    this.memory = null;
    this.control = new SharedArrayBuffer(4);
    const image = this.images.get(this.imageKey);
    const keepImage = !image && (this.keepImage || this.restarts > 0);
    if (image) this.restored++;
    const { role, imports, control } = this;
    const worker = new Worker(path.join(__dirname, 'worker.js'), {
      workerData: { ...this.shared, role, imports, control, image, keepImage },
      env: {}, // nothing of the process's environment
      stdin: true,
      resourceLimits: { stackSizeMb: V8_STACK_MB, maxOldGenerationSizeMb: V8_HEAP_MB },
    });
    this.worker = worker;
    let why = '';
    worker.on('message', (message) => {
      if (this.worker !== worker) return;
      if (message.image) {
        // Of a Lean that has seen no text; the trusted one may start from it.
        if (!this.ready) this.images.add(this.imageKey, message.image);
      } else if (message.ready) {
        this.ready = true;
        this.failedStarts = 0;
        this.memory = message.memory;
        this.on.ready(this, message.version);
      } else if (message.crash) {
        why = message.crash;
      } else {
        const job = this.job;
        this.job = null;
        this.checks++;
        if (job?.id === message.id) this.on.answer(this, job, message.answer);
      }
    });
    worker.on('error', (error) => {
      why ||= String(error?.message ?? error).slice(0, 500);
    });
    worker.on('exit', (code) => {
      if (this.worker === worker) this.lost(why || `the worker ended with code ${code}`);
      setImmediate(collectGarbage);
    });
  }

  lost(why) {
    const { job } = this;
    const started = this.ready;
    this.job = null;
    this.ready = false;
    if (!started) this.images.refuse(this.imageKey);
    if (!started && ++this.failedStarts >= MAX_FAILED_STARTS) {
      this.failedStarts = 0;
      return this.on.failed(this, why);
    }
    const memoryMb = this.memoryMb;
    this.start();
    if (job) this.on.lost(this, job, why, memoryMb);
  }

  run(job, request) {
    this.job = job;
    this.lastUsed = performance.now();
    this.worker.postMessage({ id: job.id, ...request });
  }

  /** Ask the running check to stop: Lean's elaborator and kernel look at this token. */
  interrupt() {
    const token = Atomics.load(new Int32Array(this.control), 0) >>> 0;
    if (!token || !this.memory) return;
    new Int32Array(this.memory.buffer)[(token + REF_VALUE) >> 2] = BOXED_TRUE;
  }

  /** End the thread at once and start another, for `imports` if given. */
  replace(imports = this.imports) {
    const { worker } = this;
    this.worker = null;
    this.imports = imports;
    worker.terminate();
    this.start();
  }

  get memoryMb() {
    return this.memory ? Math.round(this.memory.buffer.byteLength / 1048576) : 0;
  }
}

module.exports = { Slot, imageKey };
