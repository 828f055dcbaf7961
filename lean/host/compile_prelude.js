'use strict';
/**
 * Compile the prelude into a prepared folder, if that has not been done yet. Configuration as for
 * supervisor.js, of which `prepared` and `prelude` matter. Prints one JSON line: {"prelude": folder}
 * or {"error": text}, with exit code 1.
 */

const { loadShared } = require('./boot');
const { compiledPrelude } = require('./prelude');

async function main() {
  try {
    const { prepared, prelude } = JSON.parse(process.env.PROOFLOOP_LEAN_HOST ?? '{}');
    const folder = await compiledPrelude(prepared, prelude, () => loadShared(prepared));
    process.stdout.write(`${JSON.stringify({ prelude: folder })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error?.message ?? error) })}\n`);
    process.exitCode = 1;
  }
}

main();
