'use strict';
/**
 * The theorem asked for, elaborated from trusted text beside the theorem that was proved. The
 * statement itself may come from a model, so before anything of it is elaborated its syntax tree
 * has to be one `theorem` whose text can run no code here.
 */

const { Frontend, environmentOf } = require('./frontend');
const { Builder } = require('./builder');
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
 * The constants that `statement` adds after the header (as data, target first), or an error. The
 * header's state is borrowed.
 */
function elaborateStatement(lean, headerState, statement, known, cancelToken) {
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
  const state = frontend.run(lean.inc(headerState));
  try {
    const failure = frontend.messages.find((message) => message.severity === 'error');
    if (failure && frontend.parseErrors === 0 && !frontend.refused) return { error: failure.data };
    if (frontend.refused) return { error: `${frontend.refused}` + parseDetail(frontend) };
    const data = exportConstants(lean, environmentOf(lean, state), known);
    const theorems = data.constants.filter((constant) => constant.kind === 'theorem');
    if (theorems.length !== 1) return { error: 'it does not add exactly one theorem' };
    const [target] = theorems;
    const keys = nameKeys(data.names);
    for (const name of namesUsed(data.exprs, [target.type])) {
      if (keys[name] === ':7.sorryAx') return { error: 'it contains sorry' };
    }
    return { data, target, error: '' };
  } finally {
    lean.dec(state);
  }
}

const parseDetail = ({ messages }) => (messages.length ? `: ${messages[0].data}` : '');

/**
 * Whether the kernel session holds exactly the theorem asked for: same name, level parameters and
 * type, binder kinds included, and the same helpers (the matchers of a `match` in the statement).
 */
function compareStatement(lean, { data, target, error }, session) {
  if (error) return { found: false, matches: false, error };
  const asked = new Builder(lean, data);
  try {
    const proved = session.constants.get(asked.key(target.name));
    if (!proved) return { found: false, matches: false, error: '' };
    if (proved.kind !== 'theorem') {
      return { found: true, matches: false, error: `declared by ${proved.kind}, not as a theorem` };
    }
    const matches = data.constants.every((constant) => {
      const twin = session.constants.get(asked.key(constant.name));
      if (twin === undefined) return false;
      return sameConstant(lean, asked, constant, session.builder, twin, target);
    });
    return { found: true, matches, error: '' };
  } finally {
    asked.free();
  }
}

function sameConstant(lean, asked, constant, built, twin, target) {
  const sameExpr = (a, b) =>
    a !== undefined && b !== undefined &&
    (lean.native('lean_expr_equal')(asked.exprs[a], built.exprs[b]) & 255) !== 0;
  const params = (builder, c) => c.levelParams.map((i) => builder.key(i)).join();
  return (
    constant.kind === twin.kind &&
    params(asked, constant) === params(built, twin) &&
    sameExpr(constant.type, twin.type) &&
    (constant === target || sameExpr(constant.value, twin.value))
  );
}

module.exports = { elaborateStatement, compareStatement };
