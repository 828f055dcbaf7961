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
const HEADER_HEARTBEATS = 200_000;

class Session {
  /** `env` (owned) where the imports have been read already. */
  constructor(lean, imports, env = importEnvironment(lean, imports)) {
    this.lean = lean;
    this.env = env;
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
    const { lean, repair } = this;
    const frontend = new Frontend(lean, text, { fileName: '<header>', cancelToken, repair });
    const start = initialState(lean, lean.inc(this.env), { maxHeartbeats: HEADER_HEARTBEATS });
    const state = text ? frontend.run(start) : start;
    return {
      state,
      names: localNames(lean, environmentOf(lean, state)),
      errors: frontend.messages.filter((message) => message.severity === 'error'),
      cancelled: frontend.cancelled(),
    };
  }

  forgetHeaders() {
    for (const entry of this.headers.values()) this.lean.dec(entry.state);
    this.headers.clear();
  }

  /** Elaborate a text after a header, in a fresh copy; {frontend, state (owned), header}. */
  elaborate(source, headerText, { heartbeats, cancelToken }) {
    const { lean, repair } = this;
    const header = this.header(headerText, cancelToken);
    const frontend = new Frontend(lean, source, { cancelToken, nameExamples: true, repair });
    const start = withHeartbeats(lean, lean.inc(header.state), heartbeats);
    return { frontend, header, state: frontend.run(start) };
  }
}

module.exports = { Session };
