'use strict';
/**
 * An `example` leaves no constant behind, so nothing would be left to re-check. The keyword has as
 * many bytes as `def _00`: written over it in the text that is being parsed, the command defines a
 * constant, and every position in the text stays what it was.
 */

const { kindOf, children, atomPosition } = require('./syntax');

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const KEYWORD = 'example';

/** `_00`, `_01`, ...: the first that occurs nowhere in the text. */
function freshName(source, taken) {
  for (const a of ALPHABET) {
    for (const b of ALPHABET) {
      const name = `_${a}${b}`;
      if (!taken.has(name) && !source.includes(name)) return name;
    }
  }
  return null;
}

/** The node of kind `example` in a command (borrowed), through any `open ... in`; 0 if none. */
function findExample(lean, syntax) {
  for (let node = syntax; ; ) {
    const kind = kindOf(lean, node);
    const parts = children(lean, node);
    if (kind === 'Lean.Parser.Command.example') return node;
    if (kind === 'Lean.Parser.Command.in' && parts.length === 3) node = parts[2];
    else if (kind === 'Lean.Parser.Command.declaration' && parts.length === 2) node = parts[1];
    else return 0;
  }
}

/** Rename the example that `syntax` is, if it is one, in the frontend's input text. */
function nameExample(frontend, syntax) {
  const { lean, source } = frontend;
  if (!source.includes(KEYWORD)) return false;
  const node = findExample(lean, syntax);
  if (!node) return false;
  const position = atomPosition(lean, children(lean, node)[0]);
  const name = freshName(source, frontend.examples);
  if (position === null || name === null) {
    frontend.unnamedExamples++;
    return false;
  }
  const start = lean.stringStart(frontend.input) + position;
  const text = lean.bytes();
  if (Buffer.from(text.slice(start, start + KEYWORD.length)).toString() !== KEYWORD) {
    frontend.unnamedExamples++;
    return false;
  }
  text.set(Buffer.from(`def ${name}`), start);
  const before = Buffer.from(text.slice(lean.stringStart(frontend.input), start));
  frontend.examples.set(name, before.toString('utf8').split('\n').length);
  return true;
}

module.exports = { nameExample };
