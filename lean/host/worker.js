'use strict';
/**
 * The entry of a worker thread: one Lean. A `check` worker elaborates untrusted text and exports
 * what it declared; the `trust` worker sees that data, the trusted header and statement, and
 * nothing else. A `probe` worker answers questions about untrusted text.
 */

const { parentPort, workerData } = require('node:worker_threads');
const { boot, describeError } = require('./boot');
const { unmountFolders } = require('./environment');
const { Session } = require('./session');
const { elaborateUntrusted } = require('./check');
const { Prober } = require('./probe');
const { taskThreadIsBusy } = require('./threads');
const { verify } = require('./verify');

const { role, folders, imports, control, keepImage } = workerData;
const MAX_THREADS = 8;
const EXIT_CRASH = 70;

boot({ ...workerData, maxThreads: MAX_THREADS }, ({ lean, seal, glue, roots, take }) => {
  const sessions = new Map();
  // The trusted worker may import more lists later; files are open to it only meanwhile.
  const sessionOf = (list, env = undefined) => {
    const key = list.join(' ');
    if (!sessions.has(key)) {
      seal.closed = false;
      sessions.set(key, new Session(lean, list, env));
      seal.closed = true;
    }
    return sessions.get(key);
  };
  const prober = role === 'probe' ? new Prober(lean, roots?.dispatch) : null;
  const first = sessionOf(imports, roots?.env);
  if (role !== 'trust') unmountFolders(lean, folders);
  // Here, where no text has been seen.
  if (keepImage) parentPort.postMessage({ image: take({ env: first.env, dispatch: prober?.dispatch }) });
  const referenceOf = ({ reference, imports: own, header }) => ({
    session: sessionOf(reference?.imports ?? own),
    header: reference?.header ?? header,
    standalone: Boolean(reference),
  });
  const work = {
    check: (request, token) => elaborateUntrusted(lean, first, request, token),
    probe: (request, token) => prober.ask(first, request, token),
    trust: (request, token) =>
      verify(lean, sessionOf(request.imports), referenceOf(request), request, token),
  }[role];
  const read = (symbol) => lean.takeText(lean.constant(symbol));
  parentPort.postMessage({
    ready: true,
    memory: glue.wasmMemory,
    version: { version: read('l_Lean_versionString'), commit: read('l_Lean_githash') },
  });
  parentPort.on('message', (request) => {
    const stack = glue.stackSave();
    try {
      const answer = withCancelToken(lean, (token) => work(request, token));
      // One is Lean's own, for its tasks; a text can start more, and leave something in any.
      answer.leftovers = seal.threads > 1 || (seal.threads === 1 && taskThreadIsBusy(lean));
      answer.memoryMb = lean.memoryMb();
      parentPort.postMessage({ id: request.id, answer });
    } catch (error) {
      glue.stackRestore(stack);
      const crash = seal.outOfMemory ? 'out of memory' : describeError(glue, error);
      parentPort.postMessage({ id: request.id, crash });
      process.exit(EXIT_CRASH); // whatever was interrupted, this Lean's state is unknown
    }
  });
});

/** Gives the supervisor the address of a token that it can set while this thread is busy. */
function withCancelToken(lean, use) {
  const slot = new Int32Array(control);
  const token = lean.native('l_IO_CancelToken_new')() >>> 0;
  Atomics.store(slot, 0, token | 0);
  try {
    return use(token);
  } finally {
    Atomics.store(slot, 0, 0);
    lean.dec(token);
  }
}
