'use strict';
/**
 * Checks Lean texts, and answers questions about them (probes), for the process that started it:
 * JSON lines in on standard input, out on standard output. Compiles the wasm module once and shares
 * it among worker threads; keeps the queues, the clocks and the memory limits; replaces workers
 * that hang, crash or grow. Nothing a worker sends can make it fail.
 *
 * Configuration: JSON in the environment variable PROOFLOOP_LEAN_HOST.
 *   prepared   folder with lean.wasm, glue.js, symtab.bin, lib/lean
 *   prelude    folder of the prelude's Lean sources (optional)
 *   probes     folder of the probes' Lean sources (optional)
 *   imports    what the first workers import (default: Init)
 *   workers, probe_workers, memory_mb, hard_memory_mb, grace_ms, stack_mb
 */

const path = require('node:path');
const { loadShared } = require('./boot');
const { saveCode } = require('./code_cache');
const { Slot, imageKey } = require('./slot');
const { Images } = require('./images');
const { imageFile } = require('./image_file');
const { Check, Probe } = require('./answer');
const { normalizeImports, missingModule, PRELUDE } = require('./modules');
const { Pool } = require('./pool');
const { compiledFolder } = require('./compiled');

const DEFAULTS = {
  imports: [], workers: 1, probe_workers: 1,
  memory_mb: 1200, hard_memory_mb: 1900, grace_ms: 3000, stack_mb: 64,
};
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_HEARTBEATS = 20_000;
const MEMORY_POLL_MS = 100;
const PREPARING_MS = 2000;
// After that many the code is warm enough to be kept, if it has become more.
const CHECKS_TO_WARM = 200;

const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);

class Supervisor {
  constructor(config) {
    this.config = { ...DEFAULTS, ...config };
    this.checkers = new Pool((check, slot) => this.begin(check, slot));
    this.probers = new Pool((probe, slot) => this.begin(probe, slot)); // none until the first probe
    this.toVerify = []; // elaborated, waiting for the trusted worker
    this.jobs = new Map(); // id -> every check and probe not answered
    this.images = new Images();
    this.announced = false;
    this.answered = 0;
    this.codeKept = false;
  }

  async start() {
    const { prepared, stack_mb: stackMb, workers, imports } = this.config;
    this.loaded = loadShared(prepared);
    const { module, symtab } = this.loaded;
    const prelude = await this.compiledFolder('prelude', (fraction) => {
      say({ event: 'preparing', fraction });
    });
    const folders = { library: path.join(prepared, 'lib', 'lean'), prelude };
    this.shared = { module, symtab, prepared, folders, stackMb };
    this.on = {
      ready: (slot, version) => this.onReady(slot, version),
      answer: (slot, job, answer) => this.onAnswer(slot, job, answer),
      lost: (slot, job, why, memoryMb) => this.onLost(slot, job, why, memoryMb),
      failed: (slot, why) => this.onFailed(slot, why),
    };
    const first = normalizeImports(imports);
    const missing = missingModule(this.shared.folders, first);
    if (missing !== null) throw new Error(`unknown module ${missing}`);
    // Only of the usual imports, and where they will be of use again: others would take room.
    if (this.loaded.warm && prelude) {
      for (const list of [[], [PRELUDE]].map(normalizeImports)) {
        const file = imageFile(prelude, { prepared, imports: list, stackMb });
        this.images.open(imageKey('check', list), file);
      }
    }
    // The first checking worker and the trusted one start together, the others after them.
    const slot = (index, role, options) =>
      new Slot(index, role, this.shared, first, this.on, this.images, options);
    this.checkers.slots.push(slot(0, 'check', { keepImage: true }));
    this.trusted = slot(-1, 'trust');
    this.startOthers = () => {
      for (let i = 1; i < workers; i++) this.checkers.slots.push(slot(i, 'check'));
      this.startOthers = null;
    };
    setInterval(() => this.watchMemory(), MEMORY_POLL_MS).unref();
  }

  get slots() {
    return [...this.checkers.slots, this.trusted, ...this.probers.slots];
  }

  /** Compiling runs much of Lean, so its code is worth keeping afterwards. */
  async compiledFolder(name, progress) {
    const { prepared, [name]: sources } = this.config;
    if (!sources) return '';
    let compiled = false;
    const { module, symtab } = this.loaded;
    const folder = await compiledFolder(name, {
      prepared, sources, shared: { module, symtab },
      progress: (fraction) => {
        compiled = true;
        progress(fraction);
      },
    });
    if (compiled) this.keepCode();
    return folder;
  }

  /** The first probes wait for their worker, on some days for the compiler too. */
  async openProbers() {
    let done = null; // the fraction compiled, once anything is
    const report = () => {
      if (done === null) return;
      for (const { id } of this.probers.queue) say({ id, event: 'preparing', fraction: done });
    };
    // Said again and again: one file can take longer than the other side waits for a sign of life.
    const again = setInterval(report, PREPARING_MS);
    try {
      const probes = await this.compiledFolder('probes', (fraction) => {
        done = fraction;
        report();
      });
      if (!probes) throw new Error('there are no probes');
      this.probersShared = { ...this.shared, folders: { ...this.shared.folders, probes } };
    } catch (error) {
      this.opening = null;
      this.failWaiting(this.probers, () => true, String(error?.message ?? error));
    } finally {
      clearInterval(again);
    }
    this.pump();
  }

  keepCode() {
    if (this.codeKept) return;
    this.codeKept = true; // or at least tried
    saveCode(this.config.prepared, this.loaded);
    this.loaded.warm = true;
  }

  onReady(slot, version) {
    if (!this.announced && this.checkers.slots[0].ready && this.trusted.ready) {
      this.announced = true;
      say({ event: 'ready', start_ms: Math.round(performance.now()), lean: version });
      this.startOthers();
    }
    this.pump();
  }

  /** A worker cannot be made. At the beginning that is fatal, later its imports are to blame. */
  onFailed(slot, why) {
    if (!this.announced || slot.role === 'trust') return fatal(why);
    const pool = slot.role === 'probe' ? this.probers : this.checkers;
    this.failWaiting(pool, (job) => job.key === slot.key, why);
    if (slot.role === 'probe') {
      pool.slots.splice(pool.slots.indexOf(slot), 1);
    } else {
      slot.imports = this.trusted.imports;
      slot.start();
    }
  }

  failWaiting(pool, which, why) {
    for (const job of pool.queue.filter(which)) {
      pool.withdraw(job);
      this.finish(job, 'crashed', why);
    }
  }

  submit(Kind, pool, request) {
    const job = new Kind(request, {
      timeout: DEFAULT_TIMEOUT_MS, heartbeats: DEFAULT_HEARTBEATS,
    });
    if (this.jobs.has(job.id)) throw new Error(`id ${job.id} is in use`);
    this.jobs.set(job.id, job);
    const missing = missingModule(this.shared.folders, job.imports);
    if (missing !== null) return this.finish(job, 'bad_import', missing);
    pool.queue.push(job);
    if (pool === this.probers) this.opening ??= this.openProbers();
    this.pump();
  }

  pump() {
    this.checkers.pump();
    this.addProbers();
    this.probers.pump();
    if (this.trusted.idle && this.toVerify.length) this.verify(this.toVerify.shift());
  }

  /** One more, as long as there may be more, for each probe that none will take soon. */
  addProbers() {
    const { queue, slots } = this.probers;
    if (!this.probersShared) return;
    const free = slots.filter((slot) => !slot.job).length;
    for (const { imports } of queue.slice(free)) {
      if (slots.length >= this.config.probe_workers) return;
      slots.push(new Slot(slots.length, 'probe', this.probersShared, imports, this.on, this.images));
    }
  }

  begin(job, slot) {
    job.begin(slot);
    say({ id: job.id, event: 'started' });
    job.timers.push(setTimeout(() => this.stop(job, 'timeout'), job.timeout));
    slot.run(job, job.work);
  }

  verify(check) {
    const { header, statement, imports, reference, autoImplicit } = check;
    const { data, exportError, examples } = check.elaborated;
    check.slot = this.trusted;
    this.trusted.run(check, {
      data, exportError, examples, header, imports, reference, autoImplicit,
      // What Lean has refused proves nothing: to read the statement once more would be in vain.
      statement: check.refused ? '' : statement,
    });
  }

  /** A job ran out of time or was cancelled: politely first, then with its worker. */
  stop(job, status) {
    if (!this.jobs.has(job.id) || job.stopped) return;
    job.stopped = status;
    if (!job.slot) {
      this.checkers.withdraw(job);
      this.probers.withdraw(job);
      this.toVerify = this.toVerify.filter((other) => other !== job);
      return this.finish(job, status);
    }
    job.slot.interrupt();
    // The token may have been created after this moment; ask again until the grace time is over.
    const again = setInterval(() => job.slot?.interrupt(), MEMORY_POLL_MS);
    job.timers.push(again, setTimeout(() => this.kill(job, status), this.config.grace_ms));
  }

  kill(job, status, detail = '') {
    const { slot } = job;
    slot?.replace();
    this.finish(job, status, detail);
    this.pump();
  }

  onAnswer(slot, job, answer) {
    const { config } = this;
    job.slot = null;
    if (job.stopped) {
      this.finish(job, job.stopped);
    } else if (slot.role === 'check') {
      job.elaborated = answer;
      this.toVerify.push(job);
    } else {
      if (slot.role === 'probe') job.answered = answer;
      else job.verified = answer;
      this.finish(job, 'done');
    }
    // Threads that a text started may still be running.
    // So may what its code has changed in this Lean.
    const leftovers = slot.role !== 'trust' && (answer.leftovers || answer.ranCode);
    if (answer.memoryMb > config.memory_mb || leftovers) slot.replace();
    this.pump();
  }

  onLost(slot, job, why, memoryMb) {
    const outOfMemory = memoryMb > this.config.hard_memory_mb || /out of memory/i.test(why);
    const status = job.stopped || (outOfMemory ? 'memory' : 'crashed');
    this.finish(job, status, why);
    this.pump();
  }

  watchMemory() {
    for (const slot of this.slots) {
      if (!slot.job || slot.memoryMb <= this.config.hard_memory_mb) continue;
      this.kill(slot.job, slot.job.stopped || 'memory', `${slot.memoryMb} MB`);
    }
  }

  finish(job, status, detail = '') {
    if (!this.jobs.delete(job.id)) return;
    job.end();
    say(job.answer(status, detail));
    this.answered++;
    if (this.answered >= CHECKS_TO_WARM && this.jobs.size === 0) this.keepCode();
  }

  cancel({ target }) {
    const job = this.jobs.get(target);
    if (job) this.stop(job, 'cancelled');
  }

  stats({ id }) {
    const workers = this.slots.map((slot) => ({
      worker: slot.index,
      role: slot.role,
      ready: slot.ready,
      busy: slot.job !== null,
      imports: slot.imports,
      checks: slot.checks,
      restarts: slot.restarts,
      restored: slot.restored,
      memory_mb: slot.memoryMb,
    }));
    const rss = Math.round(process.memoryUsage().rss / 1048576);
    say({ id, event: 'stats', workers, queued: this.checkers.queue.length + this.probers.queue.length, rss_mb: rss });
  }

  handle(line) {
    let request;
    try {
      request = JSON.parse(line);
      if (request.op === 'check') this.submit(Check, this.checkers, request);
      else if (request.op === 'probe') this.submit(Probe, this.probers, request);
      else if (request.op === 'cancel') this.cancel(request);
      else if (request.op === 'stats') this.stats(request);
      else if (request.op === 'exit') process.exit(0);
      else throw new Error(`unknown op ${JSON.stringify(request.op)}`);
    } catch (error) {
      say({ id: request?.id ?? null, event: 'error', error: String(error.message).slice(0, 500) });
    }
  }
}

function fatal(error) {
  say({ event: 'fatal', error: String(error?.message ?? error) });
  process.exit(1);
}

/** Whole lines of standard input, however it is cut into chunks. */
function readLines(handle) {
  let pending = [];
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    const parts = chunk.split('\n');
    for (let i = 0; i < parts.length - 1; i++) {
      const line = pending.join('') + parts[i];
      pending = [];
      if (line.trim()) handle(line);
    }
    pending.push(parts[parts.length - 1]);
  });
  process.stdin.on('end', () => process.exit(0));
}

async function main() {
  process.stdout.on('error', () => process.exit(1)); // nobody listens any more
  try {
    const supervisor = new Supervisor(JSON.parse(process.env.PROOFLOOP_LEAN_HOST ?? '{}'));
    const started = supervisor.start();
    // Listens from the beginning: when the other side ends, so does a start that takes long.
    readLines((line) => started.then(() => supervisor.handle(line), () => {}));
    await started;
  } catch (error) {
    fatal(error);
  }
}

main();
