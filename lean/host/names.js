'use strict';
/**
 * Keys for names in exported data: strings that are equal exactly when the Lean names are, however
 * odd their components (a dot inside a component, a numeral beside its digits).
 */

const { LeanError } = require('./runtime');

const MAX_DEPTH = 500;

function keyOf(parentKey, part, isNumeral) {
  return `${parentKey}${isNumeral ? '#' : ':'}${part.length}.${part}`;
}

/** A key for each row of a table of names (see export.js). */
function nameKeys(rows) {
  const keys = [];
  const depths = [];
  for (const [parent, part, isNumeral] of rows) {
    const depth = parent === -1 ? 1 : depths[parent] + 1;
    if (depth > MAX_DEPTH) throw new LeanError('a name of too many components');
    depths.push(depth);
    keys.push(keyOf(parent === -1 ? '' : keys[parent], part, isNumeral));
  }
  return keys;
}

module.exports = { nameKeys };
