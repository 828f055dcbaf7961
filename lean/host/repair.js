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
      for (const match of data.matchAll(pattern)) missing.add(match[1].replace(/[«»]/g, ''));
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
  /** `base` holds the environment to mend: {env} (owned, replaced as helpers are added). */
  constructor(lean, base) {
    this.lean = lean;
    this.base = base;
    this.tried = new Set();
    this.declared = [];
  }

  /** Declare what the messages miss; true if anything was added. */
  mend(messages) {
    let added = false;
    for (const name of missingNames(messages)) {
      if (this.tried.has(name)) continue;
      this.tried.add(name);
      if (this.declare(name)) {
        this.declared.push(name);
        added = true;
      }
    }
    return added;
  }

  declare(dotted) {
    const { lean } = this;
    const symbol = lean.takeText(
      lean.call('l_Lean_Name_mangle', lean.name(dotted), lean.string('l_')),
    );
    const code = lean.glue.lookup(`${symbol}___boxed`) || lean.glue.lookup(symbol);
    if (!code) return false;
    const arity = lean.glue.wasmTable.get(code)?.length;
    if (arity === undefined) return false;
    const [, owner, local] = PRIVATE.exec(dotted) ?? [null, '', dotted];
    const binders = Array.from({ length: arity }, (_, i) => `a${i}`).join(' ');
    const source =
      `set_option linter.all false\n@[extern "${symbol}"] ${owner ? 'private ' : ''}unsafe axiom ` +
      `_root_.${quoted(local)}${arity ? ` (${binders} : lcAny)` : ''} : lcAny`;
    // A private name carries its module's name, so it is declared as that module would.
    let env = lean.inc(this.base.env);
    if (owner) env = lean.call('l_Lean_Environment_setMainModule', env, lean.name(owner));
    const frontend = new Frontend(lean, source, { fileName: '<repair>' });
    const state = frontend.run(initialState(lean, env, {}));
    const ok = !frontend.messages.some((message) => message.severity === 'error');
    if (ok) {
      let mended = lean.inc(environmentOf(lean, state));
      if (owner) mended = lean.call('l_Lean_Environment_setMainModule', mended, lean.none);
      lean.dec(this.base.env);
      this.base.env = mended;
    }
    lean.dec(state);
    return ok;
  }
}

module.exports = { Repair };
