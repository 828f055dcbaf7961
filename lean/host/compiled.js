'use strict';
/**
 * Lean sources of ours as .olean files, compiled once by the embedded Lean itself into the prepared
 * folder, under a key of their text: importing them then costs what importing a library module
 * does.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { PRELUDE, PROBES } = require('./modules');

const FORMAT = 1; // raise it when files compiled before would no longer do
const BEAT_MS = 5000;
const UNFINISHED = '.tmp-';
const ABANDONED_MS = 3_600_000;
const IMPORT = /^import\s+(\S+)/gm;

/**
 * What there is to compile. `linked` sources become one module: each declares the compiler's
 * helpers that it misses (repair.js), and two modules that declare the same cannot be imported
 * together. The prelude's modules can be imported by themselves, and need hardly any helpers.
 */
const KINDS = {
  prelude: { root: PRELUDE, linked: false },
  probes: { root: PROBES, linked: true },
};

/** Module name -> text, of `root`.lean and what is below `root`/. */
function sourceModules(folder, root) {
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
  add(`${root}.lean`);
  if (fs.existsSync(path.join(folder, root))) visit(root);
  return modules;
}

const importsOf = (text) => [...text.matchAll(IMPORT)].map((match) => match[1]);

/** Each module after those that it imports. */
function inImportOrder(modules) {
  const ordered = new Set();
  const visit = (module, above) => {
    if (ordered.has(module) || !modules.has(module)) return;
    if (above.includes(module)) throw new Error(`${module} imports itself, in a circle`);
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

/** What the compiler is to write: {module, imports, sources: [{module, text}]} each. */
function unitsOf(modules, { root, linked }) {
  const sources = inImportOrder(modules).map((module) => ({ module, text: modules.get(module) }));
  if (!linked) {
    return sources.map((source) => (
      { module: source.module, imports: importsOf(source.text), sources: [source] }
    ));
  }
  const imports = new Set(sources.flatMap(({ text }) => importsOf(text)));
  return [{ module: root, imports: [...imports].filter((name) => !modules.has(name)), sources, linked }];
}

/**
 * The folder of the compiled sources of a kind, a name in KINDS; '' if there are none. Compiled
 * first if it is not there (some 20 s with cold code). `progress` gets the fraction done, `shared`
 * is boot.js's.
 */
async function compiledFolder(name, { prepared, sources, shared, progress }) {
  const kind = KINDS[name];
  if (!fs.existsSync(path.join(sources, `${kind.root}.lean`))) return '';
  const modules = sourceModules(sources, kind.root);
  const place = path.join(prepared, name, keyOf(modules));
  if (fs.existsSync(place)) return place;
  fs.mkdirSync(path.dirname(place), { recursive: true });
  sweep(path.dirname(place));
  const work = fs.mkdtempSync(path.join(path.dirname(place), UNFINISHED));
  // On a busy machine a single source takes minutes: who waits has to hear that this goes on.
  let fraction = 0;
  const beat = setInterval(() => progress(fraction), BEAT_MS);
  try {
    progress(fraction);
    const data = {
      ...shared,
      prepared,
      folders: { library: path.join(prepared, 'lib', 'lean'), [name]: work },
      stackMb: 64,
      output: name,
      units: unitsOf(modules, kind),
    };
    await runCompiler(data, (done) => progress((fraction = done / modules.size)));
    try {
      fs.renameSync(work, place);
    } catch (error) {
      if (!fs.existsSync(place)) throw error; // else another process was quicker
    }
  } finally {
    clearInterval(beat);
    fs.rmSync(work, { recursive: true, force: true });
  }
  return place;
}

/** What compilations that were killed have left; one under way is younger. */
function sweep(folder) {
  for (const name of fs.readdirSync(folder).filter((entry) => entry.startsWith(UNFINISHED))) {
    const left = path.join(folder, name);
    const age = Date.now() - (fs.statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) fs.rmSync(left, { recursive: true, force: true });
  }
}

function runCompiler(workerData, progress) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(path.join(__dirname, 'compiler.js'), {
      workerData,
      env: {},
      resourceLimits: { stackSizeMb: 512 },
    });
    let failure = null;
    worker.on('message', ({ done, error }) => {
      if (done === undefined) failure = error;
      else progress(done);
    });
    worker.on('error', (error) => (failure = String(error)));
    worker.on('exit', () =>
      failure === '' ? resolve() : reject(new Error(failure ?? 'the compiler ended early')),
    );
  });
}

module.exports = { compiledFolder };
