'use strict';
/**
 * New constants of an environment as plain data, in an order in which a kernel can add them: each
 * after what it mentions. Expressions keep their sharing; `mdata` is dropped, free and meta
 * variables are an error. Unsafe and partial constants are left out: no theorem may rest on them.
 *
 * Shapes (every reference is an index into the table named):
 *   names:     [parent | -1, string] or [parent | -1, digits, 1] for a numeral
 *   levels:    [0] zero, [1, l] succ, [2, l, l] max, [3, l, l] imax, [4, name] parameter
 *   exprs:     [0, digits] bvar, [3, level] sort, [4, name, [levels]] const, [5, e, e] app,
 *              [6 | 7, name, e, e, binder] lambda and forall, [8, name, e, e, e] let,
 *              [9, 0, digits] and [9, 1, string] literals, [11, name, digits, e] projection
 *   constants: {kind, name, levelParams, type} and value, hints; or all, numParams, constructors
 */

const { KINDS, forEachLocalConstant, isUnsafe, isPartial } = require('./constants');
const { LeanError } = require('./runtime');

class Exporter {
  constructor(lean) {
    this.lean = lean;
    this.data = { names: [], levels: [], exprs: [], constants: [] };
    this.nameIndex = new Map(); // object address -> index
    this.nameByText = new Map(); // Lean does not share equal names, the table does
    this.levelIndex = new Map();
    this.exprIndex = new Map();
  }

  name(o) {
    const { lean } = this;
    if (lean.isScalar(o)) return -1;
    const known = this.nameIndex.get(o);
    if (known !== undefined) return known;
    const parent = this.name(lean.field(o, 0));
    const isString = lean.tag(o) === 1;
    const part = isString ? lean.text(lean.field(o, 1)) : lean.naturalText(lean.field(o, 1));
    const key = `${parent}${isString ? ':' : '#'}${part}`;
    let index = this.nameByText.get(key);
    if (index === undefined) {
      index = this.data.names.push(isString ? [parent, part] : [parent, part, 1]) - 1;
      this.nameByText.set(key, index);
    }
    this.nameIndex.set(o, index);
    return index;
  }

  level(o) {
    const { lean } = this;
    const known = this.levelIndex.get(o);
    if (known !== undefined) return known;
    const kind = lean.tag(o);
    let row;
    if (kind === 0) row = [0];
    else if (kind === 1) row = [1, this.level(lean.field(o, 0))];
    else if (kind === 2 || kind === 3) {
      row = [kind, this.level(lean.field(o, 0)), this.level(lean.field(o, 1))];
    } else if (kind === 4) row = [4, this.name(lean.field(o, 0))];
    else throw new LeanError('a universe metavariable in a constant');
    const index = this.data.levels.push(row) - 1;
    this.levelIndex.set(o, index);
    return index;
  }

  levels(list) {
    return this.lean.listItems(list).map((level) => this.level(level));
  }

  /** Depth first with a stack of its own: proofs can be deeper than JavaScript's. */
  expr(root) {
    const { lean, exprIndex } = this;
    const stack = [root];
    while (stack.length) {
      const o = stack[stack.length - 1];
      if (exprIndex.has(o)) {
        stack.pop();
        continue;
      }
      const kind = lean.tag(o);
      const pending = this.subexpressions(o, kind).filter((part) => !exprIndex.has(part));
      if (pending.length) {
        for (const part of pending) stack.push(part);
        continue;
      }
      stack.pop();
      exprIndex.set(o, kind === 10 ? exprIndex.get(lean.field(o, 1)) : this.addRow(o, kind));
    }
    return exprIndex.get(root);
  }

  subexpressions(o, kind) {
    const part = (i) => this.lean.field(o, i);
    switch (kind) {
      case 5: return [part(0), part(1)];
      case 6: case 7: return [part(1), part(2)];
      case 8: return [part(1), part(2), part(3)];
      case 10: return [part(1)];
      case 11: return [part(2)];
      default: return [];
    }
  }

  addRow(o, kind) {
    const { lean } = this;
    const part = (i) => lean.field(o, i);
    const sub = (i) => this.exprIndex.get(part(i));
    const binderInfo = () => lean.scalarByte(o, 3, 8); // after the 8 bytes of cached data
    let row;
    switch (kind) {
      case 0: row = [0, lean.naturalText(part(0))]; break;
      case 3: row = [3, this.level(part(0))]; break;
      case 4: row = [4, this.name(part(0)), this.levels(part(1))]; break;
      case 5: row = [5, sub(0), sub(1)]; break;
      case 6: case 7: row = [kind, this.name(part(0)), sub(1), sub(2), binderInfo()]; break;
      case 8: row = [8, this.name(part(0)), sub(1), sub(2), sub(3)]; break;
      case 9: row = this.literal(part(0)); break;
      case 11: row = [11, this.name(part(0)), lean.naturalText(part(1)), sub(2)]; break;
      default: throw new LeanError('a free or meta variable in a constant');
    }
    return this.data.exprs.push(row) - 1;
  }

  literal(o) {
    const { lean } = this;
    const value = lean.field(o, 0);
    return lean.tag(o) === 0 ? [9, 0, lean.naturalText(value)] : [9, 1, lean.text(value)];
  }

  /** name, level parameters, type: the part that every constant has (ConstantVal, borrowed). */
  signature(value) {
    const { lean } = this;
    const names = lean.listItems(lean.field(value, 1)).map((p) => this.name(p));
    return {
      name: this.name(lean.field(value, 0)),
      levelParams: names,
      type: this.expr(lean.field(value, 2)),
    };
  }

  /** A ConstantInfo (borrowed) as data; `lookup` finds the infos of an inductive's constructors. */
  constant(info, lookup) {
    const { lean } = this;
    const kind = KINDS[lean.tag(info)];
    const value = lean.field(info, 0);
    const data = { kind, ...this.signature(lean.field(value, 0)) };
    if (kind === 'def' || kind === 'theorem' || kind === 'opaque') {
      data.value = this.expr(lean.field(value, 1));
    }
    if (kind === 'def') data.hints = this.hints(lean.field(value, 2));
    if (kind === 'inductive') {
      data.numParams = lean.naturalText(lean.field(value, 1));
      data.all = lean.listItems(lean.field(value, 3)).map((n) => this.name(n));
      data.constructors = lean.listItems(lean.field(value, 4)).map((n) => {
        const constructor = lookup(lean.writtenName(n));
        if (!constructor) throw new LeanError(`no constructor ${lean.writtenName(n)}`);
        const { name, type } = this.signature(lean.field(lean.field(constructor, 0), 0));
        return { name, type };
      });
    }
    return data;
  }

  /** Reducibility hints: -1 opaque, -2 abbreviation, else the definitional height. */
  hints(o) {
    const { lean } = this;
    return lean.isScalar(o) ? -1 - lean.unbox(o) : lean.scalarWord(o, 0, 0);
  }
}

/** Names of constants and projections in a row of the expression table. */
const mentioned = (row) => (row[0] === 4 || row[0] === 11 ? row[1] : -1);
function parts(row) {
  switch (row[0]) {
    case 5: return [row[1], row[2]];
    case 6: case 7: return [row[2], row[3]];
    case 8: return [row[2], row[3], row[4]];
    case 11: return [row[3]];
    default: return [];
  }
}

/** Walks expressions from some roots; `seen` is shared by walks that need not repeat a part. */
function namesUsed(exprs, roots, seen = new Set()) {
  const names = new Set();
  const stack = [...roots];
  while (stack.length) {
    const index = stack.pop();
    if (seen.has(index)) continue;
    seen.add(index);
    const row = exprs[index];
    const name = mentioned(row);
    if (name >= 0) names.add(name);
    for (const part of parts(row)) stack.push(part);
  }
  return names;
}

const rootsOf = (constant) => [
  constant.type,
  ...(constant.value === undefined ? [] : [constant.value]),
  ...(constant.constructors ?? []).map((c) => c.type),
];

/** The constants, each after those that it mentions; the types of one `mutual` stay together. */
function inDependencyOrder({ exprs, constants }) {
  const owner = new Map(); // name index -> constant that brings it into the environment
  for (const constant of constants) {
    owner.set(constant.name, constant);
    for (const { name } of constant.constructors ?? []) owner.set(name, constant);
  }
  const dependencies = (constant) => {
    const block = (constant.all ?? []).map((name) => owner.get(name)).filter(Boolean);
    const roots = block.length ? block.flatMap(rootsOf) : rootsOf(constant);
    return [...namesUsed(exprs, roots)].map((name) => owner.get(name)).filter(Boolean);
  };
  const ordered = [];
  const state = new Map(); // constant -> iterator while open, true when placed
  for (const start of constants) {
    const stack = state.has(start) ? [] : [start];
    while (stack.length) {
      const constant = stack[stack.length - 1];
      let todo = state.get(constant);
      if (todo === undefined) state.set(constant, (todo = dependencies(constant)));
      const next = todo === true ? undefined : todo.pop();
      if (next !== undefined) {
        if (!state.has(next)) stack.push(next);
        continue;
      }
      stack.pop();
      if (todo !== true) ordered.push(constant);
      state.set(constant, true);
    }
  }
  return ordered;
}

/** The constants of `env` (borrowed) whose written names are not in `known`. */
function exportConstants(lean, env, known) {
  const exporter = new Exporter(lean);
  const infos = new Map();
  forEachLocalConstant(lean, env, (name, info) => {
    const written = lean.writtenName(name);
    if (known.has(written) || isUnsafe(lean, info) || isPartial(lean, info)) return;
    infos.set(written, lean.inc(info));
  });
  try {
    for (const info of infos.values()) {
      const kind = KINDS[lean.tag(info)];
      // The kernel makes these itself from the inductive types.
      if (kind === 'ctor' || kind === 'rec' || kind === 'quot') continue;
      exporter.data.constants.push(exporter.constant(info, (written) => infos.get(written)));
    }
  } finally {
    for (const info of infos.values()) lean.dec(info);
  }
  exporter.data.constants = inDependencyOrder(exporter.data);
  return exporter.data;
}

module.exports = { exportConstants, namesUsed, rootsOf };
