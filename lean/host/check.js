'use strict';
/** The untrusted half of a check: elaborate, report messages, export what was declared. */

const { environmentOf } = require('./frontend');
const { KINDS, forEachLocalConstant, isAuxiliary, userName } = require('./constants');
const { exportConstants } = require('./export');
const { LeanError } = require('./runtime');

const MAX_TEXT = 8000;
const MAX_DECLARATIONS = 2000;
const SEVERITY = { information: 'info', warning: 'warning', error: 'error' };

const cut = (text) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

/** Lean's JSON of a message in the protocol's words. */
function report(message, examples) {
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
    kind: message.kind === '[anonymous]' ? '' : message.kind ?? '',
  };
}

function declared(lean, env, known, examples) {
  const declarations = [];
  forEachLocalConstant(lean, env, (name, info) => {
    const kind = KINDS[lean.tag(info)];
    if (kind === 'ctor' || kind === 'rec' || declarations.length >= MAX_DECLARATIONS) return;
    const dotted = lean.nameText(name);
    if (known.has(dotted)) return;
    const last = dotted.slice(dotted.lastIndexOf('.') + 1);
    if (!isAuxiliary(dotted) && !examples.has(last)) {
      declarations.push({ name: userName(dotted), kind });
    };
  });
  return declarations.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function elaborateUntrusted(lean, session, request, cancelToken) {
  const start = performance.now();
  const limits = { heartbeats: request.heartbeats, cancelToken };
  const { frontend, state, header } = session.elaborate(request.source, request.header, limits);
  const elaborated = performance.now();
  const env = environmentOf(lean, state);
  const { examples } = frontend;
  const answer = {
    cancelled: frontend.cancelled(),
    messages: [
      ...header.errors.map((m) => report({ ...m, data: `in the header: ${m.data}` }, new Map())),
      ...frontend.messages.map((m) => report(m, examples)),
    ],
    parseErrors: frontend.parseErrors,
    unnamedExamples: frontend.unnamedExamples,
    examples: Object.fromEntries(examples),
    elabMs: elaborated - start,
    declarations: [],
    data: '',
    exportError: '',
  };
  try {
    if (!answer.cancelled) {
      answer.declarations = declared(lean, env, header.names, examples);
      answer.data = JSON.stringify(exportConstants(lean, env, header.names));
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
