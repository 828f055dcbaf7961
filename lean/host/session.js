'use strict';
/**
 * One import list's environment, and on top of it the states after each header met lately: what
 * both kinds of workers check against. Headers are trusted text.
 */

const { importEnvironment } = require('./environment');
const { Frontend, initialState, withHeartbeats, environmentOf } = require('./frontend');
const { localNames } = require('./constants');
const { Repair } = require('./repair');

const MAX_HEADERS = 8;
const MAX_REPAIRS = 25; // rounds; each brings at least one helper
const HEADER_HEARTBEATS = 200_000;

class Session {
  constructor(lean, imports) {
    this.lean = lean;
    this.env = importEnvironment(lean, imports);
    this.repair = new Repair(lean, this);
    this.headers = new Map(); // text -> {state, names, errors}; the order of use
  }

  /** The state after a header (borrowed, with the names of all constants not imported). */
  header(text, cancelToken = 0) {
    let entry = this.headers.get(text);
    this.headers.delete(text);
    entry ??= this.elaborateHeader(text, cancelToken);
    if (entry.cancelled) return entry; // half a header
    this.headers.set(text, entry);
    if (this.headers.size > MAX_HEADERS) {
      const [oldest, { state }] = this.headers.entries().next().value;
      this.lean.dec(state);
      this.headers.delete(oldest);
    }
    return entry;
  }

  elaborateHeader(text, cancelToken) {
    const { lean } = this;
    const run = () => {
      const frontend = new Frontend(lean, text, { fileName: '<header>', cancelToken });
      const options = { maxHeartbeats: HEADER_HEARTBEATS };
      const state = initialState(lean, lean.inc(this.env), options);
      return { frontend, state: text ? frontend.run(state) : state };
    };
    const { frontend, state } = this.repaired(run);
    const names = localNames(lean, environmentOf(lean, state));
    const errors = frontend.messages.filter((message) => message.severity === 'error');
    return { state, names, errors, cancelled: frontend.cancelled() };
  }

  /**
   * Run until no more helpers of the code generator are missing. `run` gives {frontend, state};
   * the states of runs that are repeated are released.
   */
  repaired(run) {
    for (let round = 0; ; round++) {
      const result = run();
      if (round >= MAX_REPAIRS || !this.repair.mend(result.frontend.messages)) return result;
      this.lean.dec(result.state);
      this.forgetHeaders(); // they stand on the environment before the repair
    }
  }

  forgetHeaders() {
    for (const { state } of this.headers.values()) this.lean.dec(state);
    this.headers.clear();
  }

  /** Elaborate a text after a header, in a fresh copy; {frontend, state (owned), header}. */
  elaborate(source, headerText, { heartbeats, cancelToken }) {
    const { lean } = this;
    return this.repaired(() => {
      const header = this.header(headerText, cancelToken);
      const frontend = new Frontend(lean, source, { cancelToken, nameExamples: true });
      const state = withHeartbeats(lean, lean.inc(header.state), heartbeats);
      return { frontend, header, state: frontend.run(state) };
    });
  }
}

module.exports = { Session };
