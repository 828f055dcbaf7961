'use strict';
/**
 * Whether the theorem proved is the theorem asked: both as exported data (export.js), the asked one
 * from the trusted worker's own elaboration, the proved one as the kernel has accepted it.
 *
 * The types have to be the same expression: same constants, universe levels, binder kinds and
 * binder types. The names of bound variables do not count (hygiene numbers them by what stands
 * before), nor does the name of a helper that Lean made for the statement (a `match`), as long as
 * both helpers are the same. Being equal by definition is not enough: `2 + 2 = 4` is that to
 * `4 = 4`, and `P` to `Q` when `Q` is defined as `P`, and neither is the theorem that was asked.
 * Nothing that is asked gets lost by that: the same text elaborates to the same expression.
 *
 * A constant that neither side declares is one of the environment that both start from. What the
 * asked side declares (the file it stands in may define things) the proved side has to declare the
 * same: kind, type, and value or constructors, and so on through all that they mention.
 */

const { isAuxiliary } = require('./constants');
const { nameKeys } = require('./names');

const REC = /^:\d+\.rec(_\d+)?$/;

/** One side: its data and, by key, the constant of the data that a name belongs to. */
class Side {
  constructor({ names, levels, exprs, constants }) {
    Object.assign(this, { names, levels, exprs });
    this.keys = nameKeys(names);
    this.owners = new Map();
    for (const constant of constants) {
      this.owners.set(this.keys[constant.name], constant);
      for (const { name } of constant.constructors ?? []) {
        this.owners.set(this.keys[name], constant);
      }
    }
  }

  /** The constant that brings this name into the environment; undefined if it was there before. */
  owner(index) {
    const own = this.owners.get(this.keys[index]);
    if (own) return own;
    const parent = this.names[index][0];
    if (parent === -1 || !REC.test(this.keys[index].slice(this.keys[parent].length))) return;
    const type = this.owners.get(this.keys[parent]);
    return type?.kind === 'inductive' ? type : undefined;
  }

  /** For telling helpers from what somebody wrote. */
  text(index) {
    const [parent, part] = this.names[index];
    return parent === -1 ? part : `${this.text(parent)}.${part}`;
  }
}

class Comparison {
  constructor(asked, proved) {
    this.asked = asked;
    this.proved = proved;
    this.pending = []; // pairs of expressions to be compared, with the definition they are in
    this.inside = '';
    this.seen = new Set();
    this.seenConstants = new Set();
    this.difference = '';
  }

  /** Whether two theorems state the same; `difference` says in a few words why not. */
  sameStatement(a, b) {
    return this.sameSignature(a, b) && this.drain();
  }

  differ(words) {
    this.difference ||= this.inside ? `${this.inside} is defined otherwise` : words;
    return false;
  }

  sameSignature(a, b) {
    const params = (side, c) => c.levelParams.map((i) => side.keys[i]).join();
    if (params(this.asked, a) !== params(this.proved, b)) return this.differ('its universe levels');
    this.put(a.type, b.type);
    return true;
  }

  put(a, b) {
    this.pending.push([a, b, this.inside]);
  }

  drain() {
    while (this.pending.length) {
      const [a, b, inside] = this.pending.pop();
      this.inside = inside;
      const pair = a * this.proved.exprs.length + b;
      if (this.seen.has(pair)) continue;
      this.seen.add(pair);
      if (!this.sameNode(this.asked.exprs[a], this.proved.exprs[b])) return false;
    }
    return true;
  }

  /** The heads of two rows; their parts are put off. */
  sameNode(a, b) {
    const [kind] = a;
    if (kind !== b[0]) return this.differ('its type');
    const parts = (...at) => {
      for (const i of at) this.put(a[i], b[i]);
      return true;
    };
    switch (kind) {
      case 0: return a[1] === b[1] || this.differ('its type');
      case 3: return this.sameLevel(a[1], b[1]);
      case 4: return this.sameConstant(a[1], b[1]) && this.sameLevels(a[2], b[2]);
      case 5: return parts(1, 2);
      case 6: case 7:
        return a[4] === b[4] ? parts(2, 3) : this.differ('a binder is of another kind');
      case 8: return parts(2, 3, 4);
      case 9: return (a[1] === b[1] && a[2] === b[2]) || this.differ('a literal');
      case 11: return a[2] === b[2] ? this.sameConstant(a[1], b[1]) && parts(3)
        : this.differ('its type');
      default: return this.differ('its type');
    }
  }

  sameLevels(a, b) {
    return a.length === b.length
      ? a.every((level, i) => this.sameLevel(level, b[i])) : this.differ('its universe levels');
  }

  /** Their depth is bounded (builder.js). */
  sameLevel(a, b) {
    const [kind, ...parts] = this.asked.levels[a];
    const [otherKind, ...others] = this.proved.levels[b];
    const same = kind === otherKind && (kind === 4
      ? this.asked.keys[parts[0]] === this.proved.keys[others[0]]
      : parts.every((part, i) => this.sameLevel(part, others[i])));
    return same || this.differ('its universe levels');
  }

  sameConstant(a, b) {
    const { asked, proved } = this;
    const sameName = asked.keys[a] === proved.keys[b];
    const ours = asked.owner(a);
    const theirs = proved.owner(b);
    if (!ours && !theirs) return sameName || this.differ(`it speaks of ${proved.text(b)}`);
    if (!ours || !theirs) return this.differ(`the text declares its own ${proved.text(b)}`);
    if (!sameName && !(isHelper(asked, ours, a) && isHelper(proved, theirs, b))) {
      return this.differ(`it speaks of ${proved.text(b)}`);
    }
    const pair = `${asked.keys[ours.name]} ${proved.keys[theirs.name]}`;
    if (this.seenConstants.has(pair)) return true;
    this.seenConstants.add(pair);
    const outside = this.inside;
    this.inside = proved.text(theirs.name);
    if (!this.sameContent(ours, theirs)) return this.differ('');
    this.inside = outside;
    return true;
  }

  /** Two declarations, but for their names; of a theorem only what it states. */
  sameContent(a, b) {
    if (a.kind !== b.kind || !this.sameSignature(a, b)) return false;
    if (a.kind === 'def' || a.kind === 'opaque') this.put(a.value, b.value);
    if (a.kind !== 'inductive') return true;
    const names = (side, indices) => indices.map((i) => side.keys[i]).join(' ');
    const constructors = (c) => c.constructors.map(({ name }) => name);
    if (
      a.numParams !== b.numParams ||
      names(this.asked, a.all) !== names(this.proved, b.all) ||
      names(this.asked, constructors(a)) !== names(this.proved, constructors(b))
    ) return false;
    a.constructors.forEach(({ type }, i) => this.put(type, b.constructors[i].type));
    return a.all.every((name, i) => this.sameConstant(name, b.all[i]));
  }
}

const isHelper = (side, { kind, name }, index) =>
  name === index && kind === 'def' && isAuxiliary(side.text(index));

/**
 * What was asked ({data, target, error}, see statement.js) against what a kernel session holds:
 * found, matches, and otherwise the difference in a few words.
 */
function compareStatement(lean, { data, target, error, name }, session) {
  const answer = { found: false, matches: false, error, name: name ?? '', difference: '' };
  if (error) return answer;
  const asked = new Side(data);
  const proved = session.constants.get(asked.keys[target.name]);
  if (!proved) return answer;
  answer.found = true;
  if (proved.kind !== 'theorem') {
    return { ...answer, difference: `it is declared by ${proved.kind}, not as a theorem` };
  }
  // Only what the kernel has accepted, not whatever else the data may hold.
  const { names, levels, exprs } = session.data;
  const constants = [...session.constants.values()];
  const comparison = new Comparison(asked, new Side({ names, levels, exprs, constants }));
  answer.matches = comparison.sameStatement(target, proved);
  return { ...answer, difference: answer.matches ? '' : comparison.difference };
}

module.exports = { compareStatement };
