'use strict';
/** Lean sources of ours, which are trusted, to .olean files. */

const { environmentOf } = require('./frontend');
const { HELPERS } = require('./helpers');
const { LeanError } = require('./runtime');
const { Session } = require('./session');

const HEARTBEATS = 400_000;
const LEVEL_PRIVATE = 2;
const MAX_FAILURES = 5;

/**
 * This port finds a module's compiled code only under names that are constants too, and the
 * compiler's helpers (`f._closed_1`, `f._boxed`) are not. So each is declared, as an unsafe axiom
 * that no safe declaration can mention. Consumes and returns the environment.
 */
function declareHelpers(lean, env) {
  const names = lean.native('lean_get_ir_extra_const_names')(lean.inc(env), LEVEL_PRIVATE, 0) >>> 0;
  for (const name of lean.arrayItems(names)) {
    const type = lean.native('lean_expr_mk_const')(lean.name('lcAny'), lean.none) >>> 0;
    const signature = lean.construct(0, [lean.inc(name), lean.none, type]);
    const axiom = lean.setScalarByte(lean.construct(0, [signature], 1), 1, 0, 1); // isUnsafe
    const declaration = lean.construct(0, [axiom]);
    const kernel = lean.native('lean_elab_environment_to_kernel_env')(lean.inc(env)) >>> 0;
    const added = lean.call(
      'l_Lean_Kernel_Environment_addDecl',
      kernel, lean.options({}), lean.inc(declaration), lean.none,
    );
    if (lean.tag(added) === 0) throw new Error(`cannot declare ${lean.nameText(name)}`);
    env = lean.native('lean_elab_environment_update_base_after_kernel_add')(
      env, lean.ownedField(added, 0), declaration,
    ) >>> 0;
    lean.dec(added);
  }
  lean.dec(names);
  return env;
}

/** Elaborate a source on what came before it in its unit, which the session holds. */
function compileSource(lean, session, { module, text }) {
  const source = text.replace(/^import\s+\S+/gm, (line) => ' '.repeat(line.length));
  const { frontend, state } = session.elaborate(source, '', { heartbeats: HEARTBEATS });
  const failures = frontend.messages.filter((message) => message.severity === 'error');
  if (failures.length) {
    const texts = failures.map((failure) => `${module}:${failure.pos.line}: ${failure.data}`);
    throw new LeanError(texts.slice(0, MAX_FAILURES).join('\n'));
  }
  session.forgetHeaders(); // they stand on the environment before this source
  lean.dec(session.env);
  session.env = lean.inc(environmentOf(lean, state));
  lean.dec(state);
}

/**
 * Elaborate a unit's sources one after another and write them as one module to `file`, whose
 * folder is there; calls `compiled` after each. `linked`: no module that is compiled apart from
 * this one has to be imported beside it.
 */
function compileUnit(lean, { module, imports, sources, linked }, file, compiled = () => {}) {
  const session = new Session(lean, ['Init', ...imports]);
  // Private names and the extensions' entries are recorded under the module's name.
  session.env = lean.call('l_Lean_Environment_setMainModule', session.env, lean.name(module));
  if (linked) session.repair.foresee(HELPERS);
  for (const source of sources) {
    compileSource(lean, session, source);
    compiled();
  }
  const env = declareHelpers(lean, session.env);
  lean.ioValue(lean.call('l_Lean_writeModule', env, lean.string(file), lean.box(0)));
}

module.exports = { compileUnit };
