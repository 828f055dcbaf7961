'use strict';
/**
 * The prelude as .olean files, compiled once by the embedded Lean itself into the prepared folder,
 * under a key of the prelude's text: importing it then costs what importing a library module does.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { PRELUDE } = require('./modules');

const FORMAT = 1; // raise it when files compiled before would no longer do
const IMPORT = /^import\s+(\S+)/gm;

/** Module name -> text, of Proofloop.lean and what is below Proofloop/. */
function preludeModules(folder) {
  const modules = new Map();
  const visit = (relative) => {
    for (const entry of fs.readdirSync(path.join(folder, relative), { withFileTypes: true })) {
      const file = path.join(relative, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (entry.name.endsWith('.lean')) add(file);
    }
  };
  const add = (file) => {
    const module = file.slice(0, -'.lean'.length).split(path.sep).join('.');
    modules.set(module, fs.readFileSync(path.join(folder, file), 'utf8'));
  };
  add(`${PRELUDE}.lean`);
  if (fs.existsSync(path.join(folder, PRELUDE))) visit(PRELUDE);
  return modules;
}

const importsOf = (text) => [...text.matchAll(IMPORT)].map((match) => match[1]);

/** Each module after those that it imports. */
function inImportOrder(modules) {
  const ordered = new Set();
  const visit = (module, above) => {
    if (ordered.has(module) || !modules.has(module)) return;
    if (above.includes(module)) throw new Error(`the prelude imports ${module} in a circle`);
    for (const imported of importsOf(modules.get(module))) visit(imported, [...above, module]);
    ordered.add(module);
  };
  for (const module of [...modules.keys()].sort()) visit(module, []);
  return [...ordered];
}

function keyOf(modules) {
  const hash = crypto.createHash('sha256').update(`${FORMAT}`);
  for (const module of [...modules.keys()].sort()) {
    hash.update(`\0${module}\0${modules.get(module)}`);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder of the compiled prelude of these sources; compiled first if it is not there (some 20 s
 * with cold code). `progress` gets the fraction done, `shared` is boot.js's.
 */
async function compiledPrelude(prepared, sources, shared, progress) {
  if (!fs.existsSync(path.join(sources, `${PRELUDE}.lean`))) return '';
  const modules = preludeModules(sources);
  const place = path.join(prepared, 'prelude', keyOf(modules));
  if (fs.existsSync(place)) return place;
  fs.mkdirSync(path.dirname(place), { recursive: true });
  const work = fs.mkdtempSync(path.join(path.dirname(place), '.tmp-'));
  try {
    const order = inImportOrder(modules).map((module) => ({ module, text: modules.get(module) }));
    progress(0);
    await runCompiler(prepared, work, order, shared, progress);
    try {
      fs.renameSync(work, place);
    } catch (error) {
      if (!fs.existsSync(place)) throw error; // else another process was quicker
    }
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return place;
}

function runCompiler(prepared, output, order, shared, progress) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(path.join(__dirname, 'compiler.js'), {
      workerData: {
        ...shared,
        prepared,
        folders: { library: path.join(prepared, 'lib', 'lean'), prelude: output },
        stackMb: 64,
        order: order.map(({ module, text }) => ({ module, text, imports: importsOf(text) })),
      },
      env: {},
      resourceLimits: { stackSizeMb: 512 },
    });
    let failure = null;
    worker.on('message', ({ done, error }) => {
      if (done === undefined) failure = error;
      else progress(done / order.length);
    });
    worker.on('error', (error) => (failure = String(error)));
    worker.on('exit', () =>
      failure === '' ? resolve() : reject(new Error(failure ?? 'the prelude was not compiled')),
    );
  });
}

module.exports = { compiledPrelude };
