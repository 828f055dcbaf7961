'use strict';
/** Where a text declares what: read from the syntax trees, so only for what is written in it. */

const { kindOf, children, identifier } = require('./syntax');

const DEEPEST = 5; // open ... in mutual declaration theorem declId
const PROOF_PART = /^Lean\.Parser\.(Term|Tactic)\./;

/** Byte offset -> {line from 1, column in code points}, for offsets that are asked in order. */
function lineCounter(source) {
  const bytes = Buffer.from(source, 'utf8');
  let line = 1;
  let lineStart = 0;
  let position = 0;
  return (offset) => {
    for (let end; (end = bytes.indexOf(10, position)) >= 0 && end < offset; ) {
      position = end + 1;
      line++;
      lineStart = position;
    }
    return { line, column: [...bytes.subarray(lineStart, offset).toString('utf8')].length };
  };
}

class Places {
  constructor() {
    this.found = []; // {name, start, end}: as written, byte offsets of the command
  }

  /** Note what a command (borrowed) declares; it reaches from `start` to `end` in the text. */
  note(lean, syntax, start, end) {
    const visit = (node, depth) => {
      const kind = kindOf(lean, node);
      if (kind === 'Lean.Parser.Command.declId') {
        const id = identifier(lean, children(lean, node)[0]);
        if (id) this.found.push({ name: id.name, start: id.position ?? start, end });
      } else if (depth < DEEPEST && !PROOF_PART.test(kind)) {
        for (const child of children(lean, node)) visit(child, depth + 1);
      }
    };
    visit(syntax, 0);
  }

  /** [{name, line, column, endLine}] in the order of the text. */
  inLines(source) {
    const at = lineCounter(source);
    const places = this.found.sort((a, b) => a.start - b.start);
    const starts = places.map(({ name, start }) => ({ name, ...at(start) }));
    const endAt = lineCounter(source);
    const ends = [...places].sort((a, b) => a.end - b.end).map((place) => [place, endAt(place.end)]);
    const endLines = new Map(ends.map(([place, { line }]) => [place, line]));
    return starts.map((start, i) => ({ ...start, endLine: endLines.get(places[i]) }));
  }
}

/** The place whose written name a full name ends with. */
const placeOf = (places, name) =>
  places.findLast((place) => name === place.name || name.endsWith(`.${place.name}`));

/** The declaration that a line is in; '' for none. */
const declarationAt = (places, line) =>
  places.findLast((place) => place.line <= line && line <= place.endLine)?.name ?? '';

module.exports = { Places, placeOf, declarationAt };
