'use strict';
/** The trusted half of a check: the kernel on exported data, the axioms, the statement asked. */

const { AxiomTable } = require('./axioms');
const { isAuxiliary, userName } = require('./constants');
const { exportConstants } = require('./export');
const { environmentOf } = require('./frontend');
const { KernelSession } = require('./kernel');
const { LeanError } = require('./runtime');
const { elaborateStatement, compareStatement } = require('./statement');

const STANDARD = new Set(['propext', 'Classical.choice', 'Quot.sound']);
const MAX_THEOREMS = 2000;

/** The header's environment, its axioms and the names in it, computed once a header. */
function trustedBase(lean, session, headerText, cancelToken) {
  const header = session.header(headerText, cancelToken);
  if (!header.axioms) {
    const env = environmentOf(lean, header.state);
    header.axioms = new AxiomTable(lean, env, exportConstants(lean, env, new Set()));
  }
  return header;
}

/** Theorems the text declares, each with its axioms; helpers only where they rest on more. */
function theoremsOf(lean, kernel, examples) {
  const theorems = [];
  for (const constant of kernel.constants.values()) {
    const name = lean.nameText(kernel.builder.names[constant.name]);
    const axioms = [...kernel.axioms.get(kernel.builder.key(constant.name))].sort();
    const line = examples[name.slice(name.lastIndexOf('.') + 1)];
    const unusual = axioms.some((axiom) => !STANDARD.has(axiom));
    if (line === undefined && isAuxiliary(name) && !unusual) continue;
    const isTheorem = constant.kind === 'theorem' || kernel.provesProposition(constant);
    if (!isTheorem || theorems.length >= MAX_THEOREMS) continue;
    theorems.push({
      name: line === undefined ? userName(name) : `example@${line}`,
      axioms,
      sorry: axioms.includes('sorryAx'),
    });
  }
  return theorems;
}

function allAxioms(kernel) {
  const all = new Set();
  for (const axioms of kernel.axioms.values()) for (const axiom of axioms) all.add(axiom);
  return [...all].sort();
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    throw new LeanError('malformed data: not JSON');
  }
}

/** `data` is untrusted; `header` and `statement` are what the user asked. */
function verify(lean, session, { data, exportError, header, statement, examples }, cancelToken) {
  const start = performance.now();
  const base = trustedBase(lean, session, header, cancelToken);
  const env = environmentOf(lean, base.state);
  const kernel = new KernelSession(lean, env, base.axioms, cancelToken);
  const answer = {
    kernel: { ok: true, error: '', declarations: 0, theorems: [], axioms: [] },
    statement: null,
  };
  try {
    try {
      if (exportError) throw new LeanError(exportError);
      if (base.errors.length) throw new LeanError(`in the header: ${base.errors[0].data}`);
      kernel.addAll(parse(data));
    } catch (error) {
      // A TypeError is data of a shape that no check named; nothing else of JavaScript's is
      // expected, and a trap or a C++ exception leaves this Lean unusable.
      if (!(error instanceof LeanError || error instanceof TypeError)) throw error;
      answer.kernel.ok = false;
      answer.kernel.error = error.message.slice(0, 2000);
    }
    answer.kernel.declarations = kernel.added;
    if (kernel.builder) answer.kernel.theorems = theoremsOf(lean, kernel, examples);
    answer.kernel.axioms = allAxioms(kernel);
    answer.kernelMs = performance.now() - start;
    if (statement) {
      const asked = elaborateStatement(lean, base.state, statement, base.names, cancelToken);
      answer.statement = kernel.builder
        ? compareStatement(lean, asked, kernel)
        : { found: false, matches: false, error: asked.error };
    }
  } finally {
    kernel.free();
  }
  answer.kernel.ms = performance.now() - start;
  return answer;
}

module.exports = { verify };
