'use strict';
/**
 * The package has no `.ir` files, so the code generator does not know the helpers the compiler
 * made for the library (`List.map._redArg`, `..._boxed`, `..._lam_0`), and `#eval`, `deriving` and
 * plain definitions fail on them. Their machine code is in the wasm module, though. On demand,
 * each is declared in the base environment as an external `unsafe axiom`, which the interpreter
 * resolves to that code and which no safe declaration can mention.
 */

const { Frontend, initialState, environmentOf } = require('./frontend');

const SIMPLE_COMPONENT = /^[A-Za-z_][A-Za-z_0-9!?']*$/;
const PRIVATE = /^_private\.(.*?)\.0\.(.*)$/;

/** The compiler's own names have a component like `_redArg`; what else is unknown stays so. */
const isHelper = (dotted) => dotted.startsWith('_') || dotted.includes('._');

/** Names that error messages say the code generator misses. */
function missingNames(messages) {
  const missing = new Set();
  for (const { severity, data } of messages) {
    if (severity !== 'error') continue;
    for (const pattern of [
      /Unknown constant `([^`]+)`/g,
      /depends on declaration '([^']+)', which has no executable code/g,
      /unknown declaration '([^']+)'/g,
    ]) {
      for (const match of data.matchAll(pattern)) {
        const name = match[1].replace(/[«»]/g, '');
        if (isHelper(name)) missing.add(name);
      }
    }
  }
  return missing;
}

const quoted = (dotted) =>
  dotted
    .split('.')
    .map((part) => (SIMPLE_COMPONENT.test(part) ? part : `«${part}»`))
    .join('.');

class Repair {
  /** `base` holds the environment that later texts start from: {env}, replaced when mended. */
  constructor(lean, base) {
    this.lean = lean;
    this.base = base;
    this.tried = new Set();
  }

  /**
   * Declare what the messages miss, in the base environment and in `env` (borrowed): returns the
   * environment that follows `env` (owned), or 0 if nothing was added.
   */
  mend(messages, env) {
    const { lean, base } = this;
    let mended = 0;
    for (const name of missingNames(messages)) {
      if (this.tried.has(name)) continue;
      this.tried.add(name);
      const source = this.declaration(name);
      const grown = source && this.declare(source, lean.inc(mended || env));
      if (!grown) continue;
      if (mended) lean.dec(mended);
      mended = grown;
      const grownBase = this.declare(source, lean.inc(base.env));
      if (!grownBase) continue;
      lean.dec(base.env);
      base.env = grownBase;
      base.forgetHeaders(); // they stand on the environment before the repair
    }
    return mended;
  }

  /** Declare these in the base environment before anything misses them; those it has are left. */
  foresee(names) {
    const { lean, base } = this;
    for (const name of names) {
      this.tried.add(name);
      const source = this.declaration(name);
      const grown = source && this.declare(source, lean.inc(base.env));
      if (!grown) continue;
      lean.dec(base.env);
      base.env = grown;
    }
    base.forgetHeaders();
  }

  /** {text, owner}: the declaration of a helper, and the module whose private name it is. */
  declaration(dotted) {
    const { lean } = this;
    const symbol = lean.takeText(
      lean.call('l_Lean_Name_mangle', lean.name(dotted), lean.string('l_')),
    );
    const code = lean.glue.lookup(`${symbol}___boxed`) || lean.glue.lookup(symbol);
    const arity = code ? lean.glue.wasmTable.get(code)?.length : undefined;
    if (arity === undefined) return null;
    const [, owner, local] = PRIVATE.exec(dotted) ?? [null, '', dotted];
    const binders = Array.from({ length: arity }, (_, i) => `a${i}`).join(' ');
    const text =
      `set_option linter.all false\n@[extern "${symbol}"] ${owner ? 'private ' : ''}unsafe axiom ` +
      `_root_.${quoted(local)}${arity ? ` (${binders} : lcAny)` : ''} : lcAny`;
    return { text, owner };
  }

  /** The environment (consumed) with a helper added, or 0. */
  declare({ text, owner }, env) {
    const { lean } = this;
    const mainModule = lean.call('l_Lean_Environment_mainModule', lean.inc(env));
    const setMainModule = (e, name) => lean.call('l_Lean_Environment_setMainModule', e, name);
    // A private name carries its module's name, so it is declared as that module would.
    if (owner) env = setMainModule(env, lean.name(owner));
    const frontend = new Frontend(lean, text, { fileName: '<repair>' });
    const state = frontend.run(initialState(lean, env, {}));
    const ok = !frontend.messages.some((message) => message.severity === 'error');
    const grown = ok && setMainModule(lean.inc(environmentOf(lean, state)), lean.inc(mainModule));
    lean.dec(mainModule);
    lean.dec(state);
    return grown || 0;
  }
}

module.exports = { Repair };
