'use strict';
/** One check on its way through the supervisor, and the answer that it ends with. */

const { normalizeImports } = require('./modules');

const MAX_BYTES = 4 * 1048576;

// Above it neither a timer nor a small Lean number can hold it.
const isLimit = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 30;

class Check {
  constructor(request, defaults) {
    const { id, imports = [], header = '', source, statement = '', limits = {} } = request;
    if (!Number.isInteger(id)) throw new Error('id is not an integer');
    if (!Array.isArray(imports)) throw new Error('imports is not a list');
    for (const text of [header, source, statement, ...imports]) {
      if (typeof text !== 'string') throw new Error('source, header, statement, imports are texts');
    }
    const { timeout_ms: timeout = defaults.timeout } = limits ?? {};
    const { heartbeats = defaults.heartbeats } = limits ?? {};
    if (!isLimit(timeout) || !isLimit(heartbeats)) throw new Error('a limit is not a number');
    Object.assign(this, { id, header, source, statement });
    this.imports = normalizeImports(imports);
    this.key = this.imports.join(' ');
    this.timeout = timeout;
    this.heartbeats = heartbeats;
    this.queued = performance.now();
    this.started = null;
    this.stopped = ''; // 'timeout' or 'cancelled' once it has been asked to stop
    this.timers = [];
    this.slot = null; // the worker that it is running in
    this.worker = null;
  }

  begin(slot) {
    this.started = performance.now();
    this.slot = slot;
    this.worker = slot.index;
  }

  end() {
    for (const timer of this.timers) clearTimeout(timer);
    this.ended = performance.now();
    this.started ??= this.ended;
  }
}

const ms = (value) => Math.round(value * 100) / 100;

function answerOf(check, status, detail) {
  const elaborated = check.elaborated ?? {};
  const verified = check.verified ?? {};
  return {
    id: check.id,
    status,
    detail: String(detail),
    messages: elaborated.messages ?? [],
    parse_errors: elaborated.parseErrors ?? 0,
    declarations: elaborated.declarations ?? [],
    examples: elaborated.unnamedExamples ?? 0,
    kernel: verified.kernel ?? null,
    statement: verified.statement ?? null,
    elab_ms: ms(elaborated.elabMs ?? 0),
    kernel_ms: ms(verified.kernel?.ms ?? 0),
    wall_ms: ms(check.ended - check.started),
    queue_ms: ms(check.started - check.queued),
    worker: check.worker,
    memory_mb: elaborated.memoryMb ?? 0,
  };
}

/** The answer, shortened where it is too long for one line: messages first, then declarations. */
function boundedAnswer(check, status, detail) {
  const answer = answerOf(check, status, detail);
  const tooLong = () => Buffer.byteLength(JSON.stringify(answer)) > MAX_BYTES;
  if (tooLong()) {
    answer.messages = answer.messages.map((m) => ({ ...m, text: m.text.slice(0, 500) }));
  }
  if (tooLong()) answer.declarations = [];
  if (tooLong() && answer.kernel) {
    const error = 'too many theorems to report';
    answer.kernel = { ...answer.kernel, ok: false, error, theorems: [] };
  }
  return answer;
}

module.exports = { Check, boundedAnswer };
