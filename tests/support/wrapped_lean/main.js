'use strict';
/**
 * `lean` as a command, by the embedded Lean: what a native toolchain's program does with
 * `--version`, `--print-prefix`, `FILE`, `--json`, `-o FILE.olean FILE` and `--run FILE ARGUMENTS`.
 * PROOFLOOP_WRAPPED: JSON of {host: folder of the host scripts, prepared: folder}.
 */

const path = require('node:path');
const { Worker } = require('node:worker_threads');

const config = JSON.parse(process.env.PROOFLOOP_WRAPPED);
const { loadShared } = require(path.join(config.host, 'boot.js'));

const worker = new Worker(path.join(__dirname, 'command.js'), {
  workerData: { ...config, ...loadShared(config.prepared), arguments: process.argv.slice(2) },
  resourceLimits: { stackSizeMb: 512, maxOldGenerationSizeMb: 1024 },
});
worker.on('error', (error) => {
  console.error(String(error?.stack ?? error));
  process.exit(1);
});
worker.on('exit', (code) => process.exit(code));
