'use strict';
/**
 * A thread of Lean's own (`Task.spawn`), started by the Emscripten glue inside a worker. It runs
 * the same code as the worker, so it is sealed the same way before the glue is loaded. Calls that
 * Emscripten would pass on to the worker's thread are refused here, too: files are closed by then.
 */

const { Seal } = require('./seal');

const seal = new Seal();
seal.closed = true;
seal.install();
require(process.argv[2]); // the prepared folder's glue.js
