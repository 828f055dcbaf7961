'use strict';
/**
 * The REPL of the Lean community as far as lean-interact needs it here: JSON requests parted by
 * blank lines, `{cmd}` with imports or `{cmd, env}`; `{env, messages}` or `{message}` in return.
 */

const fs = require('node:fs');
const path = require('node:path');

const { host } = JSON.parse(process.env.PROOFLOOP_WRAPPED);
const { Session } = require(path.join(host, 'session.js'));
const { Frontend } = require(path.join(host, 'frontend.js'));

const NAP_MS = 5;
const IMPORT = /^import\s+(\S+)/gm;
const nap = new Int32Array(new SharedArrayBuffer(4));
const chunk = Buffer.alloc(65536);
let unread = '';

function readMore() {
  for (;;) {
    try {
      const size = fs.readSync(0, chunk, 0, chunk.length, null);
      unread += chunk.toString('latin1', 0, size);
      return size > 0;
    } catch (error) {
      if (error.code === 'EOF') return false;
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(nap, 0, 0, NAP_MS);
    }
  }
}

/** The next request; null at the end of standard input. */
function nextRequest() {
  for (;;) {
    const end = unread.indexOf('\n\n');
    if (end >= 0) {
      const text = Buffer.from(unread.slice(0, end), 'latin1').toString('utf8');
      unread = unread.slice(end + 2);
      return JSON.parse(text);
    }
    if (!readMore()) return null;
  }
}

function shown({ severity, pos, endPos, data }) {
  return { severity: severity === 'information' ? 'info' : severity, pos, endPos, data };
}

/** A state after each command: {session, state}. */
class Repl {
  constructor(lean) {
    this.lean = lean;
    this.states = [];
  }

  answer({ cmd, env }) {
    if (env !== undefined && !this.states[env]) return { message: 'Unknown environment.' };
    const text = cmd.replace(IMPORT, (line) => (env === undefined ? ' '.repeat(line.length) : line));
    const { session, state } = this.states[env] ?? this.fresh(cmd);
    const frontend = new Frontend(this.lean, text, { repair: session.repair });
    const after = frontend.run(this.lean.inc(state));
    this.states.push({ session, state: after });
    return { env: this.states.length - 1, messages: frontend.messages.map(shown) };
  }

  fresh(text) {
    const modules = [...text.matchAll(IMPORT)].map((match) => match[1]);
    const session = new Session(this.lean, [...new Set(['Init', ...modules])]);
    return { session, state: session.header('').state };
  }
}

function answerOrMessage(repl, request) {
  try {
    return repl.answer(request);
  } catch (error) {
    return { message: String(error?.message ?? error) };
  }
}

function serveRepl(lean) {
  const repl = new Repl(lean);
  for (let request; (request = nextRequest()) !== null;) {
    const line = Buffer.from(`${JSON.stringify(answerOrMessage(repl, request))}\n\n`);
    for (let done = 0; done < line.length;) {
      try {
        done += fs.writeSync(1, line, done);
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
        Atomics.wait(nap, 0, 0, NAP_MS);
      }
    }
  }
  return 0;
}

module.exports = { serveRepl };
