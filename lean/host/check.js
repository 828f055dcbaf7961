'use strict';
/** The untrusted half of a check: elaborate, report messages, export what was declared. */

const { environmentOf } = require('./frontend');
const { KINDS, forEachLocalConstant, isAuxiliary, isUnsafe, userName } = require('./constants');
const { exportConstants } = require('./export');
const { placeOf, declarationAt } = require('./places');
const { LeanError } = require('./runtime');

const MAX_TEXT = 8000;
const MAX_DATA = 64 * 1048576; // characters
const MAX_DECLARATIONS = 2000;
const SEVERITY = { information: 'info', warning: 'warning', error: 'error' };

const HEARTBEAT = 1000; // small allocations, as in maxHeartbeats

const cut = (text) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

/** Lean's JSON of a message in the protocol's words. */
function report(message, examples, places = []) {
  let text = message.data;
  for (const name of examples.keys()) text = text.replaceAll(name, 'example');
  const { pos, endPos } = message;
  return {
    severity: SEVERITY[message.severity] ?? 'error',
    line: pos?.line ?? 1,
    column: pos?.column ?? 0,
    endLine: endPos?.line ?? null,
    endColumn: endPos?.column ?? null,
    text: cut(text),
    declaration: declarationAt(places, pos?.line ?? 1),
    kind: message.kind === '[anonymous]' ? '' : String(message.kind ?? '').slice(0, 100),
  };
}

function declared(lean, env, known, examples, places) {
  const declarations = [];
  forEachLocalConstant(lean, env, (name, info) => {
    const kind = KINDS[lean.tag(info)];
    if (kind === 'ctor' || kind === 'rec' || declarations.length >= MAX_DECLARATIONS) return;
    const written = lean.writtenName(name);
    // The code generator's helpers (repair.js) are unsafe axioms, and no proof can use those.
    if (known.has(written) || (kind === 'axiom' && isUnsafe(lean, info))) return;
    const last = written.slice(written.lastIndexOf('.') + 1);
    // An axiom may be called what it likes.
    if (kind === 'axiom' || !(isAuxiliary(written) || examples.has(last))) {
      const { line = null, column = null } = placeOf(places, written) ?? {};
      declarations.push({ name: userName(written), kind, line, column });
    }
  });
  return declarations.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Thousands of small allocations of this thread since there were `before` (consumed). */
function heartbeatsSince(lean, before) {
  const now = lean.native('lean_io_get_num_heartbeats')() >>> 0;
  let used;
  if (lean.isScalar(now)) {
    used = lean.unbox(now) - lean.unbox(before);
  } else {
    // A worker that has lived long: the counts are big numbers, their difference hardly ever.
    const difference = lean.native('lean_nat_big_sub')(now, before) >>> 0;
    used = lean.isScalar(difference) ? lean.unbox(difference) : 2 ** 31;
    for (const object of [now, before, difference]) lean.dec(object);
  }
  return Math.ceil(used / HEARTBEAT);
}

function elaborateUntrusted(lean, session, request, cancelToken) {
  const start = performance.now();
  const limits = { heartbeats: request.heartbeats, cancelToken };
  session.header(request.header, cancelToken); // met before or not, it is no part of the count
  const before = lean.native('lean_io_get_num_heartbeats')() >>> 0;
  const { frontend, state, header } = session.elaborate(request.source, request.header, limits);
  const heartbeats = heartbeatsSince(lean, before);
  const elaborated = performance.now();
  const env = environmentOf(lean, state);
  const { examples } = frontend;
  const places = frontend.places.inLines(request.source);
  const answer = {
    cancelled: frontend.cancelled(),
    messages: [
      ...header.errors.map((m) => report({ ...m, data: `in the header: ${m.data}` }, new Map())),
      ...frontend.messages.map((m) => report(m, examples, places)),
    ],
    parseErrors: frontend.parseErrors,
    unnamedExamples: frontend.unnamedExamples,
    ranCode: frontend.ranCode,
    examples: Object.fromEntries(examples),
    parseMs: frontend.parseMs,
    elabMs: elaborated - start,
    heartbeats,
    declarations: [],
    data: '',
    exportError: '',
  };
  try {
    if (!answer.cancelled) {
      answer.declarations = declared(lean, env, header.names, examples, places);
      answer.data = JSON.stringify(exportConstants(lean, env, header.names));
      if (answer.data.length > MAX_DATA) {
        answer.data = '';
        throw new LeanError('the declarations are too large to be re-checked');
      }
    }
  } catch (error) {
    if (!(error instanceof LeanError)) throw error;
    answer.exportError = error.message;
  } finally {
    lean.dec(state);
  }
  answer.exportMs = performance.now() - elaborated;
  return answer;
}

module.exports = { elaborateUntrusted };
