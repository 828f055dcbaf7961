'use strict';
/** Placeholder until compiled. */
async function compiledPrelude() { return ''; }
module.exports = { compiledPrelude };
