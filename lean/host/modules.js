'use strict';
/** Module names and where their .olean files are. */

const fs = require('node:fs');
const path = require('node:path');

const COMPONENT = /^[\p{L}_][\p{L}\p{N}_'!?]*$/u;
const PRELUDE = 'Proofloop';
const PROBES = 'ProofloopProbes';

/** `Init` first, no repetitions, order kept: equal lists mean the same environment. */
const normalizeImports = (imports) => [...new Set(['Init', ...imports])];

/** The first module of the list that is not there, or null. */
function missingModule({ library, prelude }, imports) {
  for (const module of imports) {
    const parts = module.split('.');
    const root = parts[0] === PRELUDE ? prelude : library;
    if (!root || !parts.every((part) => COMPONENT.test(part))) return module;
    if (!fs.existsSync(`${path.join(root, ...parts)}.olean`)) return module;
  }
  return null;
}

module.exports = { normalizeImports, missingModule, PRELUDE, PROBES };
