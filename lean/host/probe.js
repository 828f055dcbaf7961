'use strict';
/**
 * The door to the probes (lean/probes): functions in Lean that answer questions about texts. Their
 * code runs in Lean's interpreter on an environment of its own, which the closure made here holds;
 * what it works on is the command state of a session, with whatever that imports.
 */

const { importEnvironment } = require('./environment');
const { LeanError } = require('./runtime');
const { PROBES } = require('./modules');

const REPAIRS = 25;

/** The function that answers (owned). */
function importDispatch(lean) {
  const env = importEnvironment(lean, ['Init', 'Lean', PROBES]);
  const found = lean.native('lean_eval_const')(
    env, lean.options({}), lean.name(`${PROBES}.dispatch`),
  ) >>> 0;
  const value = lean.ownedField(found, 0);
  if (lean.tag(found) === 0) throw new LeanError(lean.takeText(value));
  return value;
}

class Prober {
  constructor(lean, dispatch = importDispatch(lean)) {
    this.lean = lean;
    this.dispatch = dispatch;
  }

  /**
   * The answer of a probe to {source, header, probe, arguments, heartbeats}: its JSON `data`, or
   * its `error`.
   */
  ask(session, request, cancelToken) {
    const { probe, source, header: headerText, heartbeats } = request;
    const text = JSON.stringify({ source, arguments: request.arguments, heartbeats });
    const header = session.header(headerText, cancelToken);
    if (header.errors.length) return { data: '', error: `in the header: ${header.errors[0].data}` };
    try {
      return { data: this.run(header.state, probe, text, cancelToken), error: '' };
    } catch (error) {
      if (!(error instanceof LeanError)) throw error;
      return { data: '', error: error.message };
    }
  }

  /** The state is borrowed. */
  run(state, probe, request, cancelToken) {
    const { lean } = this;
    const token = cancelToken ? lean.some(lean.inc(cancelToken)) : lean.none;
    const args = [lean.inc(state), token, lean.string(probe), lean.string(request), lean.box(0)];
    const result = lean.native('lean_apply_5')(lean.inc(this.dispatch), ...args) >>> 0;
    return lean.takeText(lean.ioValue(result));
  }
}

module.exports = { Prober };
