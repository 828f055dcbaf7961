'use strict';
/**
 * Whether a text left something running in Lean's task thread: an empty task is queued behind it
 * and has to finish at once. (Threads of its own, `Task.Priority.dedicated`, are seen by counting.)
 */

const CLOSURE_TAG = 245;
const FINISHED = 2; // IO.TaskState: waiting, running, finished
const PATIENCE_MS = 50;
const NAP_MS = 0.2;

/** `fun _ => ...` around a compiled function of one argument. */
function closure(lean, symbol) {
  const o = lean.construct(CLOSURE_TAG, [], 8);
  const at = (o >>> 0) + 8;
  lean.words()[at >> 2] = lean.glue.lookup(symbol);
  lean.bytes().set([1, 0, 0, 0], at + 4); // arity 1, nothing fixed
  return o;
}

function taskThreadIsBusy(lean) {
  const task = lean.native('lean_task_spawn_core')(closure(lean, 'l_Nat_pred___boxed'), 0, 0) >>> 0;
  const end = performance.now() + PATIENCE_MS;
  const nap = new Int32Array(new SharedArrayBuffer(4));
  let finished = false;
  while (!finished && performance.now() < end) {
    finished = lean.native('lean_io_get_task_state_core')(task) === FINISHED;
    if (!finished) Atomics.wait(nap, 0, 0, NAP_MS);
  }
  lean.dec(task);
  return !finished;
}

module.exports = { taskThreadIsBusy };
