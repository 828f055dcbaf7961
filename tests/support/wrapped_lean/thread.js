'use strict';
/** A thread of Lean's own. Its argument is the prepared folder's glue.js. */

const { install } = require('./host_calls');

// A thread learns of the shared memory from the first message, before it instantiates the module.
let memory = null;
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (message) => (memory ??= message?.wasmMemory ?? null));
install(() => memory);
require(process.argv[2]);
