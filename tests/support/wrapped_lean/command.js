'use strict';
/**
 * The entry of the worker thread that is one `lean` command: the module is booted with the host's
 * folders under their own names, and does what the arguments say.
 */

const fs = require('node:fs');
const path = require('node:path');
const threads = require('node:worker_threads');

const { host, prepared, arguments: given } = threads.workerData;
const glueFile = path.join(prepared, 'glue.js');

let glue = null;
require('./host_calls').install(() => glue.wasmMemory);
const { createRuntime, LeanError } = require(path.join(host, 'runtime.js'));
const { mountFolders, startLean } = require(path.join(host, 'environment.js'));
const { environmentOf } = require(path.join(host, 'frontend.js'));
const { Session } = require(path.join(host, 'session.js'));
const { serveRepl } = require('./repl');
const { compileUnit } = require(path.join(host, 'module_writer.js'));

const STACK_MB = 64;
const HEARTBEATS = 400_000;
const NOT_MOUNTED = new Set(['proc', 'dev', 'sys', 'lean', 'prelude', 'probes']);
const WITH_VALUE = new Set(['-o', '-R', '-j', '-M', '-T', '-D']);

const RealWorker = threads.Worker;
threads.Worker = class extends RealWorker {
  constructor(_script, options) {
    const own = { argv: [glueFile], resourceLimits: { stackSizeMb: 256 } };
    super(path.join(__dirname, 'thread.js'), { ...options, ...own });
  }
};
globalThis.ProofloopLean = {
  module: threads.workerData.module,
  symtab: threads.workerData.symtab,
  debug: false,
  onReady: () => setImmediate(run),
};
glue = require(glueFile);

/** {flags, file, rest}: after the file, all is the program's. */
function parseArguments(words) {
  const flags = new Map();
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word.startsWith('-')) return { flags, file: word, rest: words.slice(i + 1) };
    flags.set(word, WITH_VALUE.has(word) ? words[++i] : '');
  }
  return { flags, file: '', rest: [] };
}

function run() {
  const { flags, file, rest } = parseArguments(given);
  const lean = createRuntime(glue);
  try {
    mountFolders(lean, { library: path.join(prepared, 'lib', 'lean') });
    startLean(lean, STACK_MB);
    if (flags.has('--version')) return finish(sayVersion(lean));
    if (flags.has('--print-prefix')) return finish(say(path.join(prepared)));
    mountHost(lean);
    setSearchPath(lean);
    if (flags.has('--repl')) return finish(serveRepl(lean));
    finish(flags.has('--run') ? runProgram(lean, file, rest) : checkFile(lean, file, flags));
  } catch (error) {
    const text = error instanceof LeanError ? error.message : error?.stack ?? error;
    fs.writeSync(2, `${text}\n`);
    // As a native Lean does, whatever other threads still wait for.
    if (!(error instanceof LeanError)) process.kill(process.pid, 'SIGABRT');
    finish(1);
  }
}

const finish = (code) => process.exit(code ?? 0);
const say = (text) => void fs.writeSync(1, `${text}\n`);

function sayVersion(lean) {
  const read = (symbol) => lean.takeText(lean.constant(symbol));
  const version = read('l_Lean_versionString');
  say(`Lean (version ${version}, wasm32-emscripten, commit ${read('l_Lean_githash')}, Release)`);
}

function mountHost({ glue: { FS, NODEFS } }) {
  for (const entry of fs.readdirSync('/', { withFileTypes: true })) {
    const folder = `/${entry.name}`;
    if (NOT_MOUNTED.has(entry.name) || !fs.statSync(folder).isDirectory()) continue;
    try {
      FS.mkdir(folder);
    } catch {
      // Emscripten has made it already.
    }
    FS.mount(NODEFS, { root: folder }, folder);
  }
  FS.chdir(process.cwd());
}

function setSearchPath(lean) {
  const folders = (process.env.LEAN_PATH ?? '').split(':').filter(Boolean);
  lean.ioValue(
    lean.call('l_Lean_initSearchPath', lean.string('/lean'),
      lean.list(folders.map((folder) => lean.string(folder)))),
  );
}

/** The text with its `import` lines blanked, and the modules that they name. */
function readSource(file) {
  const text = fs.readFileSync(file, 'utf8');
  const imports = [...text.matchAll(/^import\s+(\S+)/gm)].map((match) => match[1]);
  return { text: text.replace(/^import\s+\S+/gm, (line) => ' '.repeat(line.length)), imports };
}

function show(messages, file, json) {
  for (const message of messages) {
    const { severity, pos, data } = message;
    if (json) say(JSON.stringify({ ...message, fileName: file }));
    else say(`${file}:${pos?.line}:${pos?.column}: ${severity}: ${data}`);
  }
  return messages.some((message) => message.severity === 'error') ? 1 : 0;
}

function elaborate(lean, file) {
  const { text, imports } = readSource(file);
  const session = new Session(lean, ['Init', ...imports]);
  const limits = { heartbeats: HEARTBEATS, cancelToken: 0 };
  return session.elaborate(text, '', limits);
}

function checkFile(lean, file, flags) {
  if (flags.has('-o')) {
    const relative = path.relative(flags.get('-R') ?? process.cwd(), path.resolve(file));
    const module = relative.slice(0, -'.lean'.length).split(path.sep).join('.');
    const { text, imports } = readSource(file);
    const linked = imports.includes('Lean'); // the servers, which stand alone
    const unit = { module, imports, sources: [{ module, text }], linked };
    compileUnit(lean, unit, path.resolve(flags.get('-o')));
    return 0;
  }
  return show(elaborate(lean, file).frontend.messages, file, flags.has('--json'));
}

function runProgram(lean, file, words) {
  const { frontend, state } = elaborate(lean, file);
  const failed = show(frontend.messages, file, false);
  if (failed) return failed;
  const env = environmentOf(lean, state);
  const list = lean.list(words.map((word) => lean.string(word)));
  return lean.native('lean_run_main')(env, lean.options({}), list) | 0;
}
