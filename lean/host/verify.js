'use strict';
/** The trusted half of a check: the kernel on exported data, the axioms, the statement asked. */

const { AxiomTable, LIBRARY } = require('./axioms');
const { compareStatement } = require('./compare');
const { isAuxiliary, userName } = require('./constants');
const { exportConstants } = require('./export');
const { environmentOf } = require('./frontend');
const { KernelSession } = require('./kernel');
const { nameKeys } = require('./names');
const { LeanError } = require('./runtime');
const { elaborateStatement } = require('./statement');

const STANDARD = new Set(['propext', 'Classical.choice', 'Quot.sound']);
const MAX_THEOREMS = 2000;
const MAX_AXIOMS = 50; // of one list

/** The header's environment, the keys and axioms of its constants, computed once a header. */
function trustedBase(lean, session, headerText, cancelToken) {
  const header = session.header(headerText, cancelToken);
  if (!header.axioms) {
    const env = environmentOf(lean, header.state);
    const data = exportConstants(lean, env, new Set());
    const keys = nameKeys(data.names);
    header.keys = new Set(data.constants.map(({ name }) => keys[name]));
    header.axioms = new AxiomTable(lean, env, data);
  }
  return header;
}

/** Sets of axioms as the answer has them. */
const listed = (axioms) =>
  [...axioms].filter((axiom) => axiom !== LIBRARY).sort().slice(0, MAX_AXIOMS);

/** Theorems the text declares, each with its axioms; helpers only where they rest on more. */
function theoremsOf(lean, kernel, examples) {
  const theorems = [];
  for (const constant of kernel.constants.values()) {
    const name = lean.writtenName(kernel.builder.names[constant.name]);
    const all = kernel.axioms.get(kernel.builder.key(constant.name));
    const axioms = listed(all);
    const line = examples[name.slice(name.lastIndexOf('.') + 1)];
    const unusual = axioms.some((axiom) => !STANDARD.has(axiom));
    if (line === undefined && isAuxiliary(name) && !unusual) continue;
    const isTheorem = constant.kind === 'theorem' || kernel.provesProposition(constant);
    if (!isTheorem || theorems.length >= MAX_THEOREMS) continue;
    theorems.push({
      name: line === undefined ? userName(name) : `example@${line}`,
      axioms,
      sorry: all.has('sorryAx'),
      library: all.has(LIBRARY),
    });
  }
  return theorems;
}

/** Everything that the text's constants rest on: {axioms, library}. */
function allAxioms(kernel) {
  const all = new Set();
  for (const axioms of kernel.axioms.values()) for (const axiom of axioms) all.add(axiom);
  // Those that decide come first: the list is cut.
  const unusual = [...all].filter((axiom) => axiom !== LIBRARY && !STANDARD.has(axiom));
  const axioms = all.has('sorryAx') ? ['sorryAx', ...listed(unusual)] : listed(unusual);
  const usual = [...STANDARD].filter((axiom) => all.has(axiom));
  return { axioms: [...new Set([...axioms, ...usual])].sort(), library: all.has(LIBRARY) };
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    throw new LeanError('malformed data: not JSON');
  }
}

/**
 * `request.data` is untrusted; header, statement and reference are what the user asked. The
 * reference ({session, header}) is what the statement is read after: the text's own header, or
 * that of the file in which the statement stands.
 */
function verify(lean, session, reference, request, cancelToken) {
  const start = performance.now();
  const base = trustedBase(lean, session, request.header, cancelToken);
  const kernel = new KernelSession(lean, environmentOf(lean, base.state), base.axioms, cancelToken);
  const answer = { kernel: { ok: true, error: '', refused: null, ms: 0 }, statement: null };
  try {
    try {
      if (request.exportError) throw new LeanError(request.exportError);
      if (base.errors.length) throw new LeanError(`in the header: ${base.errors[0].data}`);
      kernel.addAll(parse(request.data));
    } catch (error) {
      // A TypeError is data of a shape that no check named; nothing else of JavaScript's is
      // expected, and a trap or a C++ exception leaves this Lean unusable.
      if (!(error instanceof LeanError || error instanceof TypeError)) throw error;
      answer.kernel.ok = false;
      answer.kernel.error = error.message.slice(0, 2000);
      const refusal = kernel.refusal();
      if (refusal) answer.kernel.refused = { ...refusal, axioms: listed(refusal.axioms) };
    }
    answer.kernel.declarations = kernel.added;
    answer.kernel.theorems = kernel.builder ? theoremsOf(lean, kernel, request.examples) : [];
    Object.assign(answer.kernel, allAxioms(kernel));
    answer.kernel.ms = performance.now() - start;
    const compared = performance.now();
    if (request.statement) {
      answer.statement = askedFor(lean, reference, request, kernel, cancelToken);
      answer.statement.ms = performance.now() - compared;
    }
  } finally {
    kernel.free();
  }
  return answer;
}

/** Whether the kernel session holds the theorem asked for. */
function askedFor(lean, reference, { statement, autoImplicit }, kernel, cancelToken) {
  const header = trustedBase(lean, reference.session, reference.header, cancelToken);
  const missing = { found: false, matches: false, difference: '', name: '', autoBound: false };
  if (header.errors.length) return { ...missing, error: `in its file: ${header.errors[0].data}` };
  const known = reference.standalone ? new Set() : header.names;
  const asked = elaborateStatement(lean, header, statement, { known, autoImplicit, cancelToken });
  const compared = kernel.builder
    ? compareStatement(lean, asked, kernel) : { ...missing, error: asked.error };
  return { ...compared, error: cut(compared.error), autoBound: asked.autoBound ?? false };
}

const cut = (text) => text.slice(0, 2000);

module.exports = { verify };
