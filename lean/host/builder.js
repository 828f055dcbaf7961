'use strict';
/**
 * Names, universe levels and expressions rebuilt from exported data (export.js).
 *
 * The data comes from a process that ran untrusted code, so nothing in it is believed: every index
 * must point backwards (no cycles), and numbers are bounded where Lean's own caches are (an
 * expression whose loose variables overflow 20 bits would be taken for a closed one). Any defect
 * is a LeanError.
 */

const { LeanError } = require('./runtime');
const { nameKeys } = require('./names');

const MAX_VARIABLE = 1 << 16;
const MAX_DIGITS = 100_000;
const MAX_LEVEL_DEPTH = 1_000;
const BINDERS = 4;
// One text for one number, as for names below: keys of names are compared as texts.
const DIGITS = /^(0|[1-9]\d*)$/;

function fail(what) {
  throw new LeanError(`malformed data: ${what}`);
}
function text(value) {
  if (typeof value !== 'string') fail('a string is missing');
  if (!value.isWellFormed()) fail('half a character');
  return value;
}
function digits(value, most) {
  if (typeof value !== 'string' || !DIGITS.test(value)) fail('not a number');
  if (value.length > MAX_DIGITS) fail('a number of too many digits');
  if (most !== undefined && (value.length > 9 || Number(value) > most)) fail('a number too large');
  return value;
}
function items(value) {
  if (!Array.isArray(value)) fail('a list is missing');
  return value;
}

/** Rebuilds names, levels and expressions. Owns what it built until `free`. */
class Builder {
  constructor(lean, data) {
    this.lean = lean;
    this.names = [];
    this.levels = [];
    this.levelDepths = [];
    this.exprs = [];
    try {
      for (const row of items(data.names)) this.names.push(this.makeName(items(row)));
      this.keys = nameKeys(data.names);
      for (const row of items(data.levels)) this.addLevel(items(row));
      for (const row of items(data.exprs)) this.exprs.push(this.expr(items(row)) >>> 0);
    } catch (error) {
      this.free();
      throw error;
    }
  }

  free() {
    for (const table of [this.names, this.levels, this.exprs]) {
      for (const object of table) this.lean.dec(object);
      table.length = 0;
    }
  }

  pick(table, index, what) {
    if (!Number.isInteger(index) || index < 0 || index >= table.length) fail(`a ${what} index`);
    return this.lean.inc(table[index]);
  }
  nameAt(index) {
    return index === -1 ? this.lean.none : this.pick(this.names, index, 'name');
  }
  levelAt(index) {
    return this.pick(this.levels, index, 'level');
  }
  exprAt(index) {
    return this.pick(this.exprs, index, 'expression');
  }
  levelList(indices) {
    return this.lean.list(items(indices).map((i) => this.levelAt(i)));
  }
  nameList(indices) {
    return this.lean.list(items(indices).map((i) => this.nameAt(i)));
  }
  natural(value, most) {
    const number = digits(value, most);
    return number.length < 9 ? this.lean.box(Number(number)) : this.lean.naturalFromText(number);
  }
  key(index) {
    if (!Number.isInteger(index) || index < 0 || index >= this.keys.length) fail('a name index');
    return this.keys[index];
  }

  makeName([parent, part, isNumeral]) {
    const { lean } = this;
    const prefix = this.nameAt(parent);
    return isNumeral
      ? lean.nameNumeral(prefix, this.natural(part))
      : lean.nameString(prefix, text(part));
  }

  addLevel([kind, a, b]) {
    const { lean } = this;
    const binary = kind === 2 || kind === 3;
    const depth = kind === 1 || binary
      ? 1 + Math.max(this.levelDepths[a] ?? 0, binary ? this.levelDepths[b] ?? 0 : 0) : 0;
    if (depth > MAX_LEVEL_DEPTH) fail('a universe level too deep');
    let made;
    if (kind === 0) made = lean.native('lean_level_mk_zero')(lean.box(0));
    else if (kind === 1) made = lean.native('lean_level_mk_succ')(this.levelAt(a));
    else if (kind === 2) made = lean.native('lean_level_mk_max')(this.levelAt(a), this.levelAt(b));
    else if (kind === 3) made = lean.native('lean_level_mk_imax')(this.levelAt(a), this.levelAt(b));
    else if (kind === 4) made = lean.native('lean_level_mk_param')(this.nameAt(a));
    else fail('a universe level');
    this.levels.push(made >>> 0);
    this.levelDepths.push(depth);
  }

  expr(row) {
    const { lean } = this;
    const [kind, a, b, c, d] = row;
    switch (kind) {
      case 0: return lean.native('lean_expr_mk_bvar')(this.natural(a, MAX_VARIABLE));
      case 3: return lean.native('lean_expr_mk_sort')(this.levelAt(a));
      case 4: return lean.native('lean_expr_mk_const')(this.nameAt(a), this.levelList(b));
      case 5: return lean.native('lean_expr_mk_app')(this.exprAt(a), this.exprAt(b));
      case 6: case 7: {
        if (!Number.isInteger(d) || d < 0 || d >= BINDERS) fail('a binder');
        const make = lean.native(kind === 6 ? 'lean_expr_mk_lambda' : 'lean_expr_mk_forall');
        return make(this.nameAt(a), this.exprAt(b), this.exprAt(c), d);
      }
      case 8:
        return lean.native('lean_expr_mk_let')(
          this.nameAt(a), this.exprAt(b), this.exprAt(c), this.exprAt(d),
        );
      case 9: {
        if (a !== 0 && a !== 1) fail('a literal');
        const literal = a === 0 ? this.natural(b) : lean.string(text(b));
        return lean.native('lean_expr_mk_lit')(lean.construct(a, [literal]));
      }
      case 11:
        return lean.native('lean_expr_mk_proj')(
          this.nameAt(a), this.natural(b, MAX_VARIABLE), this.exprAt(c),
        );
      default: return fail('an expression');
    }
  }
}

module.exports = { Builder, fail, items, MAX_VARIABLE };
