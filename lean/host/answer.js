'use strict';
/** One request on its way through the supervisor, and the answer that it ends with. */

const { normalizeImports } = require('./modules');

const MAX_BYTES = 4 * 1048576;
const MAX_DETAIL = 4000;

// Above it neither a timer nor a small Lean number can hold it.
const isLimit = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 30;

class Job {
  /** `texts`: the request's fields that have to be texts, with their defaults. */
  constructor(request, texts, defaults) {
    const { id, imports = [], limits = {} } = request;
    if (!Number.isInteger(id)) throw new Error('id is not an integer');
    if (!Array.isArray(imports)) throw new Error('imports is not a list');
    for (const [name, otherwise] of Object.entries(texts)) this[name] = request[name] ?? otherwise;
    for (const text of [...Object.keys(texts).map((name) => this[name]), ...imports]) {
      if (typeof text === 'string') continue;
      throw new Error(`${Object.keys(texts).join(', ')}, imports are texts`);
    }
    const { timeout_ms: timeout = defaults.timeout } = limits ?? {};
    const { heartbeats = defaults.heartbeats } = limits ?? {};
    if (!isLimit(timeout) || !isLimit(heartbeats)) throw new Error('a limit is not a number');
    this.id = id;
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

  get times() {
    return {
      wall_ms: ms(this.ended - this.started),
      queue_ms: ms(this.started - this.queued),
      worker: this.worker,
    };
  }
}

class Check extends Job {
  constructor(request, defaults) {
    super(request, { header: '', source: undefined, statement: '' }, defaults);
    const { reference = null, auto_implicit: autoImplicit = false } = request;
    this.autoImplicit = autoImplicit === true;
    this.reference = reference && referenceIn(reference);
  }

  get work() {
    const { source, header, heartbeats } = this;
    return { source, header, heartbeats };
  }

  /** Whether the text has errors: half of what such a check would take is the statement's. */
  get refused() {
    const { parseErrors, messages } = this.elaborated;
    return parseErrors > 0 || messages.some(({ severity }) => severity === 'error');
  }

  answer(status, detail) {
    return boundedAnswer(this, status, detail);
  }
}

class Probe extends Job {
  constructor(request, defaults) {
    super(request, { header: '', source: '', probe: undefined }, defaults);
    this.arguments = request.arguments ?? {};
    this.answered = null; // {data, error} of the worker
  }

  get work() {
    const { probe, source, header, heartbeats } = this;
    return { probe, source, header, heartbeats, arguments: this.arguments };
  }

  /** `data` is JSON in a text: it comes from a worker that ran untrusted text, and may be bad. */
  answer(status, detail) {
    const { data = '', error = '', memoryMb = 0 } = this.answered ?? {};
    const bounded = Buffer.byteLength(data) <= MAX_BYTES;
    const why = bounded ? error : 'the answer is too long';
    const failed = status === 'done' && why !== '';
    return {
      id: this.id,
      status: failed ? 'failed' : status,
      detail: String(failed ? why : detail).slice(0, MAX_DETAIL),
      data: status === 'done' && !failed ? data : '',
      ...this.times,
      memory_mb: memoryMb,
    };
  }
}

/** The file in which the statement stands, where the source is a file of its own. */
function referenceIn({ imports, header }) {
  const texts = Array.isArray(imports) && [header, ...imports];
  if (!texts || !texts.every((text) => typeof text === 'string')) {
    throw new Error('reference is not {imports, header}');
  }
  return { imports: normalizeImports(imports), header };
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
    parse_ms: ms(elaborated.parseMs ?? 0), // part of elab_ms
    elab_ms: ms(elaborated.elabMs ?? 0),
    export_ms: ms(elaborated.exportMs ?? 0),
    heartbeats: elaborated.heartbeats ?? 0,
    kernel_ms: ms(verified.kernel?.ms ?? 0),
    statement_ms: ms(verified.statement?.ms ?? 0),
    ...check.times,
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
  // What a text declares can be listed in full or not at all: a part would hide the rest.
  if (tooLong()) answer.declarations = [];
  if (tooLong() && answer.kernel) {
    const error = 'too many theorems to report';
    answer.kernel = { ...answer.kernel, ok: false, error, theorems: [] };
  }
  return answer;
}

module.exports = { Check, Probe };
