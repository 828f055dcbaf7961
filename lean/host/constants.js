'use strict';
/** The constants of an environment that were added after its imports. */

const KINDS = ['axiom', 'def', 'theorem', 'opaque', 'quot', 'inductive', 'ctor', 'rec'];

/** Calls `visit(name, info)` (both borrowed) for each constant added after the imports. */
function forEachLocalConstant(lean, env, visit) {
  const constants = lean.call('l_Lean_Environment_constants', lean.inc(env));
  const local = lean.ownedField(constants, 1); // stage 2 of the map: not imported
  lean.dec(constants);
  const entries = lean.call('l_Lean_PersistentHashMap_toList___redArg', local);
  try {
    for (let entry = entries; !lean.isScalar(entry); entry = lean.field(entry, 1)) {
      const pair = lean.field(entry, 0);
      visit(lean.field(pair, 0), lean.field(pair, 1));
    }
  } finally {
    lean.dec(entries);
  }
}

/** Their names, as Lean writes them. */
function localNames(lean, env) {
  const names = new Set();
  forEachLocalConstant(lean, env, (name) => names.add(lean.writtenName(name)));
  return names;
}

/** The ConstantInfo of a name (both owned; the name is consumed), or 0. */
function findConstant(lean, env, name) {
  const found = lean.call('l_Lean_Environment_find_x3f', lean.inc(env), name, lean.box(0));
  if (lean.isScalar(found)) return 0;
  const info = lean.ownedField(found, 0);
  lean.dec(found);
  return info;
}

const flag = (lean, symbol, info) => lean.unbox(lean.call(symbol, lean.inc(info))) === 1;
const isUnsafe = (lean, info) => flag(lean, 'l_Lean_ConstantInfo_isUnsafe', info);
const isPartial = (lean, info) => flag(lean, 'l_Lean_ConstantInfo_isPartial', info);

const AUXILIARY = new RegExp(
  '(^|\\.)_|\\.(match|proof|eq|eq_def|eq_unfold|sizeOf_spec|injEq|inj|noConfusion|noConfusionType' +
    '|casesOn|recOn|below|brecOn|binductionOn|rec|ctorIdx|ctorElim|ctorElimType|elim|toCtorIdx' +
    '|congr_simp|hcongr|fun_cases|fun_cases_unfolding|induct|induct_unfolding|mutual_induct)' +
    '(_\\d+)?$',
);
/** Made by Lean beside a declaration, not written by anybody. For display only. */
const isAuxiliary = (dotted) => AUXILIARY.test(userName(dotted));

const PRIVATE_PREFIX = /^_private\.(?:.*?\.)?0\./;
/** The name as it was written: that of a private declaration has its module's before it. */
const userName = (dotted) => dotted.replace(PRIVATE_PREFIX, '');

module.exports = {
  KINDS, forEachLocalConstant, localNames, findConstant, isUnsafe, isPartial, isAuxiliary,
  userName,
};
