'use strict';
/** The entry of a worker thread that compiles modules (trusted text) to .olean files. */

const fs = require('node:fs');
const path = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
const { boot, describeError } = require('./boot');
const { MOUNTS } = require('./environment');
const { compileUnit } = require('./module_writer');

boot({ ...workerData, maxThreads: 8 }, ({ lean, glue }) => {
  let error = '';
  try {
    let done = 0;
    const { units, output, folders } = workerData;
    for (const unit of units) {
      const file = `${unit.module.split('.').join('/')}.olean`;
      fs.mkdirSync(path.dirname(path.join(folders[output], file)), { recursive: true });
      const target = `${MOUNTS[output]}/${file}`;
      compileUnit(lean, unit, target, () => parentPort.postMessage({ done: ++done }));
    }
  } catch (failure) {
    error = describeError(glue, failure);
  }
  parentPort.postMessage({ error });
  setImmediate(() => process.exit(0));
});
