'use strict';
/**
 * Which axioms constants rest on.
 *
 * The package's library has theorem bodies taken out, so its theorems are axioms of the
 * environment; Lean still knows what each was (`getOriginalConstKind?`). By Lean's own build they
 * rest on the standard three at most; here they, and the definitions that may use them, rest on
 * LIBRARY.
 */

const { Builder } = require('./builder');
const { findConstant, KINDS } = require('./constants');
const { namesUsed, rootsOf } = require('./export');
const { nameKeys } = require('./names');

const NOTHING = new Set();
/** Stands for whatever a library theorem rests on; no name of an axiom can be taken for it. */
const LIBRARY = Symbol('library');
const FROM_LIBRARY = new Set([LIBRARY]);
const KIND_AXIOM = 2; // Lean.ConstantKind: defn, thm, axiom, ...

/** Axioms of constants in a trusted environment: imported ones, and those of a header. */
class AxiomTable {
  constructor(lean, env, headerData) {
    this.lean = lean;
    this.env = env; // borrowed
    this.known = new Map();
    if (headerData) recordAll(this.known, headerData, (key, name) => this.of(key, name), lean);
  }

  /** The Set of axioms that the constant of that key and name (borrowed) rests on, or null. */
  of(key, name) {
    let axioms = this.known.get(key);
    if (axioms === undefined) this.known.set(key, (axioms = this.imported(name)));
    return axioms;
  }

  imported(name) {
    const { lean } = this;
    const info = findConstant(lean, this.env, lean.inc(name));
    if (!info) return null;
    const kind = KINDS[lean.tag(info)];
    lean.dec(info);
    if (kind === 'axiom' && this.wasAxiom(name)) return new Set([lean.writtenName(name)]);
    return ['axiom', 'theorem', 'def', 'opaque'].includes(kind) ? FROM_LIBRARY : NOTHING;
  }

  wasAxiom(name) {
    const { lean } = this;
    const kind = lean.call('l_Lean_getOriginalConstKind_x3f', lean.inc(this.env), lean.inc(name));
    const was = lean.isScalar(kind) || lean.unbox(lean.field(kind, 0)) === KIND_AXIOM;
    lean.dec(kind);
    return was;
  }
}

/** Axioms of one declaration's members, which share them; `lookup(nameIndex)` gives a Set. */
function axiomsOf(exprs, members, lookup) {
  const axioms = new Set();
  for (const name of namesUsed(exprs, members.flatMap(rootsOf))) {
    for (const axiom of lookup(name)) axioms.add(axiom);
  }
  return axioms;
}

/** Trusted data, in dependency order, into `known` (key -> Set). */
function recordAll(known, data, imported, lean) {
  const builder = new Builder(lean, { names: data.names, levels: [], exprs: [] });
  const keys = nameKeys(data.names);
  for (const constant of data.constants) {
    const axioms = axiomsOf(data.exprs, [constant], (index) =>
      imported(keys[index], builder.names[index]) ?? NOTHING,
    );
    if (constant.kind === 'axiom') axioms.add(lean.writtenName(builder.names[constant.name]));
    const members = [constant, ...(constant.constructors ?? [])];
    for (const { name } of members) known.set(keys[name], axioms);
  }
  builder.free();
}

module.exports = { AxiomTable, axiomsOf, LIBRARY };
