'use strict';
/**
 * Whether a text can have run code of its own while it was elaborated. Such code may leave
 * something behind in its Lean (a linter, a changed table) that would meddle with later texts, so
 * its worker is not used again. Told by syntax: until the first command that is not plain, a text
 * is read by the grammar of its header, in which code runs only by these words and commands.
 */

const { kindOf, children } = require('./syntax');

const PLAIN = new Set([
  'declaration', 'open', 'section', 'noncomputableSection', 'namespace', 'end', 'variable',
  'universe', 'set_option', 'check', 'print', 'printAxioms', 'reduce', 'in', 'mutual', 'eoi',
  'example', 'moduleDoc', 'export', 'include', 'omit', 'attribute', 'notation', 'mixfix',
  'deriving', 'exit', 'where', 'printSig', 'check_failure', 'guardMsgsCmd', 'exitCmd',
].flatMap((name) => [`Lean.Parser.Command.${name}`, `Lean.${name}`]));
const RUNS = /\b(by_elab|run_tac|run_elab|run_meta|unsafe|native|native_decide|initialize)\b/;
const ATTRIBUTES = /(?:@\[|\battribute\s*\[)([^\]]*)\]/g;
const HARMLESS = new RegExp(
  '^(local|scoped|simp|grind|ext|instance|default_instance|reducible|irreducible|inline|symm' +
    '|refl|elab_as_elim|match_pattern|norm_cast|push_cast|congr|specialize|noinline|class|rfl' +
    '|induction_eliminator|cases_eliminator|↓|↑|←|-|=|=_|_=_|→|!|\\d+|)$',
);

const attributesAreHarmless = (source) =>
  [...source.matchAll(ATTRIBUTES)].every(([, list]) =>
    list.split(/[\s,]+/).every((word) => HARMLESS.test(word)));

/** Of a whole text, before it is parsed. */
const textRunsCode = (source) => RUNS.test(source) || !attributesAreHarmless(source);

/** Of one parsed command (borrowed). */
function commandRunsCode(lean, syntax) {
  const kind = kindOf(lean, syntax);
  if (!PLAIN.has(kind)) return kind !== '' && kind !== 'null';
  const inner = kind.endsWith('.in') || kind.endsWith('.guardMsgsCmd');
  return inner && children(lean, syntax).slice(-1).some((node) => commandRunsCode(lean, node));
}

module.exports = { textRunsCode, commandRunsCode };
