'use strict';
/**
 * node missed_helpers.js HOST PREPARED SOURCE.lean: compiles a linked module as if no helper had
 * been foreseen, and prints the names of those that it missed (see lean/host/helpers.js).
 */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Worker, isMainThread, workerData, parentPort } = require('node:worker_threads');

function main([host, prepared, source]) {
  const { loadShared } = require(path.join(host, 'boot.js'));
  const output = fs.mkdtempSync(path.join(os.tmpdir(), 'helpers-'));
  const folders = { library: path.join(prepared, 'lib', 'lean'), probes: output };
  const worker = new Worker(__filename, {
    workerData: { ...loadShared(prepared), host, prepared, folders, source, stackMb: 64 },
    resourceLimits: { stackSizeMb: 512 },
  });
  worker.on('message', (names) => console.log(names.join('\n')));
  worker.on('exit', (code) => {
    fs.rmSync(output, { recursive: true });
    process.exitCode = code;
  });
}

function compile() {
  const { host, source } = workerData;
  const ours = (file) => require(path.join(host, file));
  const { Repair } = ours('repair.js');
  const { declaration } = Repair.prototype;
  const missed = new Set();
  Repair.prototype.declaration = function noted(name) {
    const found = declaration.call(this, name);
    if (found) missed.add(name);
    return found;
  };
  ours('boot.js').boot({ ...workerData, maxThreads: 8 }, ({ lean }) => {
    const module = path.basename(source, '.lean');
    const text = fs.readFileSync(source, 'utf8');
    const imports = [...text.matchAll(/^import\s+(\S+)/gm)].map((match) => match[1]);
    const unit = { module, imports, sources: [{ module, text }] };
    ours('module_writer.js').compileUnit(lean, unit, `/probes/${module}.olean`);
    parentPort.postMessage([...missed].sort());
    setImmediate(() => process.exit(0));
  });
}

if (isMainThread) main(process.argv.slice(2));
else compile();
