'use strict';
/**
 * The theorem asked for, elaborated by the trusted worker after the header. The
 * statement itself may come from a model, so before anything of it is elaborated its syntax tree
 * has to be one `theorem` whose text can run no code here.
 */

const { Frontend, environmentOf, headOptions, withOption } = require('./frontend');
const { exportConstants, namesUsed } = require('./export');
const { nameKeys } = require('./names');
const { kindOf, children, atomPosition, atomText, nodes } = require('./syntax');

const PROOF = '\n:= sorry';

/** Term syntax that runs code, reads files, or changes what a declaration means. */
const REFUSED = [
  /^Lean\.Parser\.Tactic\b/,
  /^Lean\.Parser\.Term\.(byTactic|byTactic'|binderTactic|unsafe|set_option)$/,
  /^Lean\.Parser\.Term\.(attributes|attrInstance)$/,
  /^Lean\.Parser\.Term\.(letrec|letRecDecls|quot|dynamicQuot|precheckedQuot|runTerm|includeStr)$/,
  /^Lean\.(byElab|includeStr|runTac|Elab\b|Parser\.Command\b|Parser\.Attr\b)/,
];
const ALLOWED_COMMANDS = new Set([
  'declaration', 'declModifiers', 'theorem', 'declId', 'declSig', 'declValSimple', 'docComment',
  'commentBody', 'optDeclSig',
].map((kind) => `Lean.Parser.Command.${kind}`));

/** Why the parsed command is not one bare theorem with our `:= sorry` at its end; '' if it is. */
function objection(lean, syntax, proofPosition) {
  if (kindOf(lean, syntax) !== 'Lean.Parser.Command.declaration') return 'it is not a theorem';
  const [modifiers, theorem] = children(lean, syntax);
  if (kindOf(lean, theorem) !== 'Lean.Parser.Command.theorem') return 'it is not a theorem';
  const extras = children(lean, modifiers).slice(1); // all but the doc comment
  if (extras.some((node) => children(lean, node).length)) return 'it has modifiers';
  const [assign, body] = children(lean, children(lean, theorem)[3]);
  if (atomPosition(lean, assign ?? lean.none) !== proofPosition) return 'it has a proof of its own';
  for (const node of nodes(lean, syntax)) {
    const kind = kindOf(lean, node);
    if (ALLOWED_COMMANDS.has(kind)) continue;
    if (REFUSED.some((pattern) => pattern.test(kind))) return `it contains ${kind}`;
    const isOurs = node === children(lean, body)[0];
    if (atomText(lean, node) === 'sorry' && !isOurs) return 'it contains sorry';
  }
  return '';
}

/**
 * What `statement` declares after a header, as data: `target` is the theorem, `data` holds it and
 * all constants not in `known` (written names). Or an error. Names that nothing binds are errors
 * unless the header says otherwise; with `autoImplicit` they become variables, and `autoBound`
 * says that some did.
 */
function elaborateStatement(lean, header, statement, { known, autoImplicit, cancelToken }) {
  const elaborate = (bound) => elaborateOnce(lean, header, statement, known, bound, cancelToken);
  const strict = elaborate(false);
  if (!strict.error || strict.refused || setByHeader(lean, header)) return strict;
  const lenient = elaborate(true);
  if (lenient.error) return strict;
  if (autoImplicit) return { ...lenient, autoBound: true };
  return { error: `${strict.error} (with auto-bound implicits it would be a variable)` };
}

const AUTO_IMPLICIT = 'autoImplicit';
const setByHeader = (lean, header) => lean.unbox(lean.call(
  'l_Lean_KVMap_contains', lean.inc(headOptions(lean, header.state)), lean.name(AUTO_IMPLICIT),
)) === 1;

function elaborateOnce(lean, header, statement, known, autoImplicit, cancelToken) {
  const proofPosition = Buffer.byteLength(statement) + 1;
  let commands = 0;
  const frontend = new Frontend(lean, statement + PROOF, {
    fileName: '<statement>',
    cancelToken,
    inspect(syntax, parseErrors) {
      commands++;
      if (parseErrors) return 'it does not parse';
      if (commands === 1) return objection(lean, syntax, proofPosition);
      return commands === 2 && kindOf(lean, syntax) === 'Lean.Parser.Command.eoi'
        ? '' : 'it is more than one command';
    },
  });
  const start = lean.inc(header.state);
  const state = frontend.run(
    setByHeader(lean, header) ? start : withOption(lean, start, AUTO_IMPLICIT, autoImplicit),
  );
  try {
    const failure = frontend.messages.find((message) => message.severity === 'error');
    if (failure && frontend.parseErrors === 0 && !frontend.refused) return { error: failure.data };
    if (frontend.refused) {
      return { error: `${frontend.refused}` + parseDetail(frontend), refused: true };
    }
    return theoremOf(lean, header, exportConstants(lean, environmentOf(lean, state), known));
  } finally {
    lean.dec(state);
  }
}

/** The one theorem in `data` that the header does not hold. */
function theoremOf(lean, header, data) {
  const keys = nameKeys(data.names);
  const theorems = data.constants.filter(
    ({ kind, name }) => kind === 'theorem' && !header.keys.has(keys[name]),
  );
  if (theorems.length !== 1) return { error: 'it does not add exactly one theorem' };
  const [target] = theorems;
  for (const name of namesUsed(data.exprs, [target.type])) {
    if (keys[name] === ':7.sorryAx') return { error: 'it contains sorry' };
  }
  return { data, target, name: nameText(data.names, target.name), error: '' };
}

const nameText = (rows, index) =>
  rows[index][0] === -1 ? rows[index][1] : `${nameText(rows, rows[index][0])}.${rows[index][1]}`;

const parseDetail = ({ messages }) => (messages.length ? `: ${messages[0].data}` : '');

module.exports = { elaborateStatement };
