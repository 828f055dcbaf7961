'use strict';
/** Reading Lean's syntax trees: missing (scalar), node 1, atom 2, ident 3. */

const NODE = 1;
const ATOM = 2;
const IDENT = 3;

function kindOf(lean, syntax) {
  if (lean.isScalar(syntax) || lean.tag(syntax) !== NODE) return '';
  return lean.nameText(lean.field(syntax, 1));
}

function children(lean, syntax) {
  if (lean.isScalar(syntax) || lean.tag(syntax) !== NODE) return [];
  return lean.arrayItems(lean.field(syntax, 2));
}

function atomText(lean, syntax) {
  if (lean.isScalar(syntax) || lean.tag(syntax) !== ATOM) return null;
  return lean.text(lean.field(syntax, 1));
}

/** The byte offset of an atom in the text it was parsed from; null if it comes from elsewhere. */
function atomPosition(lean, syntax) {
  if (lean.isScalar(syntax) || lean.tag(syntax) !== ATOM) return null;
  const info = lean.field(syntax, 0);
  const original = !lean.isScalar(info) && lean.tag(info) === 0;
  return original ? lean.unbox(lean.field(info, 1)) : null;
}

/** An identifier: {name, position in bytes or null}; null for any other syntax. */
function identifier(lean, syntax) {
  if (lean.isScalar(syntax) || lean.tag(syntax) !== IDENT) return null;
  const info = lean.field(syntax, 0);
  const original = !lean.isScalar(info) && lean.tag(info) === 0;
  const position = original ? lean.unbox(lean.field(info, 1)) : null;
  return { name: lean.writtenName(lean.field(syntax, 2)), position };
}

/** Every node below `syntax`, itself included, depth first. */
function* nodes(lean, syntax) {
  const stack = [syntax];
  while (stack.length) {
    const node = stack.pop();
    yield node;
    for (const child of children(lean, node).reverse()) stack.push(child);
  }
}

module.exports = { kindOf, children, identifier, atomText, atomPosition, nodes };
