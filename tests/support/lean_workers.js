'use strict';
/**
 * Drives single workers of lean/host by JSON lines, past the supervisor: {role, id, ...request} in,
 * {id, ...} out. For tests that hand the trusted worker what no checking worker would.
 * Arguments: the host folder, the prepared folder.
 */

const path = require('node:path');
const { Worker } = require('node:worker_threads');

const [host, prepared] = process.argv.slice(2);
const { loadShared } = require(path.join(host, 'boot.js'));

const shared = {
  ...loadShared(prepared),
  prepared,
  folders: { library: path.join(prepared, 'lib', 'lean'), prelude: '' },
  stackMb: 64,
};
const workers = new Map();

function workerFor(role) {
  if (workers.has(role)) return workers.get(role);
  const worker = new Worker(path.join(host, 'worker.js'), {
    workerData: { ...shared, role, imports: ['Init'], control: new SharedArrayBuffer(4) },
    env: {},
    resourceLimits: { stackSizeMb: 512 },
  });
  worker.on('message', ({ ready, ...message }) => {
    if (!ready) console.log(JSON.stringify(message));
  });
  worker.on('error', (error) => console.error(String(error)));
  worker.on('exit', () => workers.delete(role));
  workers.set(role, worker);
  return worker;
}

let pending = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (pending + chunk).split('\n');
  pending = lines.pop();
  for (const line of lines) {
    const { role, ...request } = JSON.parse(line);
    workerFor(role).postMessage(request);
  }
});
process.stdin.on('end', () => process.exit(0));
