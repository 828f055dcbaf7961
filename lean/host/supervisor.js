'use strict';
/**
 * Checks Lean texts for the process that started it: JSON lines in on standard input, out on
 * standard output. Compiles the wasm module once and shares it among worker threads; keeps the
 * queue, the clocks and the memory limits; replaces workers that hang, crash or grow. Nothing a
 * worker sends can make it fail.
 *
 * Configuration: JSON in the environment variable PROOFLOOP_LEAN_HOST.
 *   prepared   folder with lean.wasm, glue.js, symtab.bin, lib/lean
 *   prelude    folder of the prelude's Lean sources (optional)
 *   imports    what the first workers import (default: Init)
 *   workers, memory_mb, hard_memory_mb, grace_ms, stack_mb
 */

const path = require('node:path');
const { loadShared } = require('./boot');
const { saveCode } = require('./code_cache');
const { Slot } = require('./slot');
const { Check, boundedAnswer } = require('./answer');
const { normalizeImports, missingModule } = require('./modules');
const { compiledPrelude } = require('./prelude');

const DEFAULTS = {
  imports: [], workers: 1, memory_mb: 1200, hard_memory_mb: 1900, grace_ms: 3000, stack_mb: 64,
};
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_HEARTBEATS = 20_000;
const MEMORY_POLL_MS = 100;
// After that many the code is warm enough to be kept, should this Node not have any yet.
const CHECKS_TO_WARM = 200;

const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);

class Supervisor {
  constructor(config) {
    this.config = { ...DEFAULTS, ...config };
    this.queue = []; // checks no worker has taken
    this.toVerify = []; // elaborated, waiting for the trusted worker
    this.checks = new Map(); // id -> every check not answered
    this.announced = false;
    this.answered = 0;
  }

  async start() {
    const { prepared, prelude, stack_mb: stackMb, workers, imports } = this.config;
    const loaded = loadShared(prepared);
    this.shared = loaded;
    const shared = {
      module: loaded.module,
      symtab: loaded.symtab,
      prepared,
      folders: {
        library: path.join(prepared, 'lib', 'lean'),
        prelude: prelude ? await this.preludeFolder(prepared, prelude) : '',
      },
      stackMb,
    };
    this.folders = shared.folders;
    const on = {
      ready: (slot, version) => this.onReady(slot, version),
      answer: (slot, check, answer) => this.onAnswer(slot, check, answer),
      lost: (slot, check, why, memoryMb) => this.onLost(slot, check, why, memoryMb),
      failed: (slot, why) => this.onFailed(slot, why),
    };
    const first = normalizeImports(imports);
    const missing = missingModule(this.folders, first);
    if (missing !== null) throw new Error(`unknown module ${missing}`);
    // The first checking worker and the trusted one start together, the others after them.
    const slot = (index, role) => new Slot(index, role, shared, first, on);
    this.slots = [slot(0, 'check')];
    this.trusted = slot(-1, 'trust');
    this.startOthers = () => {
      for (let i = 1; i < workers; i++) this.slots.push(slot(i, 'check'));
      this.startOthers = null;
    };
    setInterval(() => this.watchMemory(), MEMORY_POLL_MS).unref();
  }

  /** Compiling the prelude runs much of Lean, so its code is worth keeping afterwards. */
  async preludeFolder(prepared, prelude) {
    let compiled = false;
    const folder = await compiledPrelude(prepared, prelude, this.shared, (fraction) => {
      compiled = true;
      say({ event: 'preparing', fraction });
    });
    if (compiled) this.keepCode();
    return folder;
  }

  keepCode() {
    if (this.shared.warm) return;
    this.shared.warm = true; // or at least tried
    saveCode(this.config.prepared, this.shared.module);
  }

  onReady(slot, version) {
    if (!this.announced && this.slots[0].ready && this.trusted.ready) {
      this.announced = true;
      say({ event: 'ready', start_ms: Math.round(performance.now()), lean: version });
      this.startOthers();
    }
    this.pump();
  }

  /** A worker cannot be made. At the beginning that is fatal, later its imports are to blame. */
  onFailed(slot, why) {
    if (!this.announced || slot.role === 'trust') return fatal(why);
    for (const check of this.queue.filter((waiting) => waiting.key === slot.key)) {
      this.queue.splice(this.queue.indexOf(check), 1);
      this.finish(check, 'crashed', why);
    }
    slot.imports = this.trusted.imports;
    slot.start();
  }

  submit(request) {
    const check = new Check(request, {
      timeout: DEFAULT_TIMEOUT_MS, heartbeats: DEFAULT_HEARTBEATS,
    });
    if (this.checks.has(check.id)) throw new Error(`id ${check.id} is in use`);
    this.checks.set(check.id, check);
    const missing = missingModule(this.folders, check.imports);
    if (missing !== null) return this.finish(check, 'bad_import', missing);
    this.queue.push(check);
    this.pump();
  }

  /** Hand out work: a check goes to an idle worker of its imports, else one is made over. */
  pump() {
    const waiting = new Map(); // imports -> checks ahead that wait for a worker being made
    for (const check of [...this.queue]) {
      const sameImports = this.slots.filter((slot) => slot.key === check.key);
      const idle = sameImports.find((slot) => slot.idle);
      if (idle) {
        this.queue.splice(this.queue.indexOf(check), 1);
        this.begin(check, idle);
        continue;
      }
      const ahead = waiting.get(check.key) ?? 0;
      waiting.set(check.key, ahead + 1);
      if (sameImports.filter((slot) => !slot.ready).length > ahead) continue;
      const others = this.slots.filter((slot) => slot.idle && slot.key !== check.key);
      others.sort((a, b) => a.lastUsed - b.lastUsed);
      others[0]?.replace(check.imports);
    }
    if (this.trusted.idle && this.toVerify.length) this.verify(this.toVerify.shift());
  }

  begin(check, slot) {
    check.begin(slot);
    say({ id: check.id, event: 'started' });
    check.timers.push(setTimeout(() => this.stop(check, 'timeout'), check.timeout));
    const { source, header, heartbeats } = check;
    slot.run(check, { source, header, heartbeats });
  }

  verify(check) {
    const { header, statement, imports } = check;
    const { data, exportError, examples } = check.elaborated;
    check.slot = this.trusted;
    this.trusted.run(check, { data, exportError, examples, header, statement, imports });
  }

  /** A check ran out of time or was cancelled: politely first, then with its worker. */
  stop(check, status) {
    if (!this.checks.has(check.id) || check.stopped) return;
    check.stopped = status;
    if (!check.slot) {
      for (const list of [this.queue, this.toVerify]) {
        const at = list.indexOf(check);
        if (at >= 0) list.splice(at, 1);
      }
      return this.finish(check, status);
    }
    check.slot.interrupt();
    // The token may have been created after this moment; ask again until the grace time is over.
    const again = setInterval(() => check.slot?.interrupt(), MEMORY_POLL_MS);
    check.timers.push(again, setTimeout(() => this.kill(check, status), this.config.grace_ms));
  }

  kill(check, status, detail = '') {
    const { slot } = check;
    slot?.replace();
    this.finish(check, status, detail);
    this.pump();
  }

  onAnswer(slot, check, answer) {
    const { config } = this;
    check.slot = null;
    if (check.stopped) {
      this.finish(check, check.stopped);
    } else if (slot.role === 'check') {
      check.elaborated = answer;
      this.toVerify.push(check);
    } else {
      check.verified = answer;
      this.finish(check, 'done');
    }
    // Threads that a text started may still be running.
    const leftovers = slot.role === 'check' && answer.leftovers;
    if (answer.memoryMb > config.memory_mb || leftovers) slot.replace();
    this.pump();
  }

  onLost(slot, check, why, memoryMb) {
    const outOfMemory = memoryMb > this.config.hard_memory_mb || /out of memory/i.test(why);
    const status = check.stopped || (outOfMemory ? 'memory' : 'crashed');
    this.finish(check, status, why);
    this.pump();
  }

  watchMemory() {
    for (const slot of [...this.slots, this.trusted]) {
      if (!slot.job || slot.memoryMb <= this.config.hard_memory_mb) continue;
      this.kill(slot.job, slot.job.stopped || 'memory', `${slot.memoryMb} MB`);
    }
  }

  finish(check, status, detail = '') {
    if (!this.checks.delete(check.id)) return;
    check.end();
    say(boundedAnswer(check, status, detail));
    this.answered++;
    if (this.answered >= CHECKS_TO_WARM && this.checks.size === 0) this.keepCode();
  }

  cancel({ target }) {
    const check = this.checks.get(target);
    if (check) this.stop(check, 'cancelled');
  }

  stats({ id }) {
    const workers = [...this.slots, this.trusted].map((slot) => ({
      worker: slot.index,
      role: slot.role,
      ready: slot.ready,
      busy: slot.job !== null,
      imports: slot.imports,
      checks: slot.checks,
      restarts: slot.restarts,
      memory_mb: slot.memoryMb,
    }));
    const rss = Math.round(process.memoryUsage().rss / 1048576);
    say({ id, event: 'stats', workers, queued: this.queue.length, rss_mb: rss });
  }

  handle(line) {
    let request;
    try {
      request = JSON.parse(line);
      if (request.op === 'check') this.submit(request);
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
