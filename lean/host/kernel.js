'use strict';
/**
 * The trusted half of a check: constants that came as data (export.js) are rebuilt and added to a
 * pristine environment by Lean's kernel, one after the other, and what they rest on is collected.
 * A name that is already there, or a constant that mentions what is not, is refused by the kernel.
 */

const { LeanError } = require('./runtime');
const { axiomsOf } = require('./axioms');
const { Builder, fail, items, MAX_VARIABLE } = require('./builder');

/** Only the fields that its kind has: the kernel sees no other, so nothing else may. */
function shaped(constant, builder) {
  if (typeof constant !== 'object' || constant === null) fail('a constant');
  const { kind, name, levelParams, type } = constant;
  builder.key(name);
  const common = { kind, name, levelParams: items(levelParams), type };
  switch (kind) {
    case 'axiom': return common;
    case 'theorem': case 'opaque': return { ...common, value: constant.value };
    case 'def': return { ...common, value: constant.value, hints: constant.hints };
    case 'inductive': {
      const constructors = items(constant.constructors).map((constructor) => {
        builder.key(constructor?.name);
        return { name: constructor.name, type: constructor.type };
      });
      return { ...common, numParams: constant.numParams, all: items(constant.all), constructors };
    }
    default: return fail('a kind of constant');
  }
}

const RECURSOR = /^rec(_[1-9]\d*)?$/;
const SAFE = 1; // Lean.DefinitionSafety: unsafe, safe, partial

/** The `Declaration` objects for constants of the data; inductive types of one block are one. */
class Declarations {
  constructor(lean, builder, constants) {
    this.lean = lean;
    this.builder = builder;
    this.inductives = new Map();
    for (const constant of constants) {
      if (constant.kind !== 'inductive') continue;
      const key = builder.key(constant.name);
      if (this.inductives.has(key)) fail('an inductive type twice');
      this.inductives.set(key, constant);
    }
  }

  /** {declaration, members}: the object (owned) and the constants that it brings. */
  of(constant) {
    const { lean, builder } = this;
    const signature = () =>
      lean.construct(0, [
        builder.nameAt(constant.name),
        builder.nameList(constant.levelParams),
        builder.exprAt(constant.type),
      ]);
    const alone = () => lean.list([builder.nameAt(constant.name)]);
    const wrap = (ctor, value) => ({
      declaration: lean.construct(ctor, [value]),
      members: [constant],
    });
    switch (constant.kind) {
      case 'axiom': return wrap(0, lean.construct(0, [signature()], 1));
      case 'def': {
        const fields = [signature(), builder.exprAt(constant.value), this.hints(constant), alone()];
        return wrap(1, lean.setScalarByte(lean.construct(0, fields, 1), 4, 0, SAFE));
      }
      case 'theorem':
        return wrap(
          2, lean.construct(0, [signature(), builder.exprAt(constant.value), alone()]),
        );
      case 'opaque':
        return wrap(
          3, lean.construct(0, [signature(), builder.exprAt(constant.value), alone()], 1),
        );
      case 'inductive': return this.inductive(constant);
      default: return fail('a kind of constant');
    }
  }

  hints({ hints }) {
    const { lean } = this;
    if (hints === -1 || hints === -2) return lean.box(-1 - hints);
    if (!Number.isInteger(hints) || hints < 0 || hints > 0xffffffff) fail('a height');
    const regular = lean.construct(2, [], 4);
    lean.words()[((regular >>> 0) + 8) >> 2] = hints;
    return regular;
  }

  inductive(constant) {
    const { lean, builder } = this;
    const members = items(constant.all).map((name) => this.inductives.get(builder.key(name)));
    if (!members.includes(constant) || members.includes(undefined)) fail('a block of inductives');
    const types = members.map((member) => {
      const constructors = items(member.constructors).map((c) =>
        lean.construct(0, [builder.nameAt(c.name), builder.exprAt(c.type)]),
      );
      const head = [builder.nameAt(member.name), builder.exprAt(member.type)];
      return lean.construct(0, [...head, lean.list(constructors)]);
    });
    const fields = [
      builder.nameList(constant.levelParams),
      builder.natural(constant.numParams, MAX_VARIABLE),
      lean.list(types),
    ];
    return { declaration: lean.construct(6, fields, 1), members };
  }
}

/**
 * A kernel environment that grows by checked declarations. Remembers of every constant it added
 * the axioms it rests on; `base` is the AxiomTable of those that were there before.
 */
class KernelSession {
  constructor(lean, env, base, cancelToken) {
    this.lean = lean;
    this.kernel = lean.native('lean_elab_environment_to_kernel_env')(lean.inc(env)) >>> 0;
    this.base = base;
    this.cancelToken = cancelToken;
    this.added = 0;
    this.axioms = new Map(); // key of a name -> Set of names of axioms
    this.constants = new Map(); // key of a name -> constant
    this.builder = null;
    this.refused = null; // the constant at which the kernel stopped
  }

  free() {
    this.lean.dec(this.kernel);
    this.builder?.free();
  }

  /** Add all constants of the data; a LeanError names the first that the kernel refuses. */
  addAll(data) {
    this.builder = new Builder(this.lean, data);
    this.data = data;
    const constants = items(data.constants).map((constant) => shaped(constant, this.builder));
    const declarations = new Declarations(this.lean, this.builder, constants);
    const done = new Set();
    for (const constant of constants) {
      if (done.has(constant)) continue;
      const { declaration, members } = declarations.of(constant);
      this.add(declaration, constant);
      this.recordAxioms(members);
      for (const member of members) done.add(member);
    }
  }

  add(declaration, constant) {
    const { lean } = this;
    const token = this.cancelToken ? lean.some(lean.inc(this.cancelToken)) : lean.none;
    // No heartbeat limit of its own: the wall-clock limit of the check covers this part too.
    const options = lean.options({ maxHeartbeats: 0 });
    const result = lean.call(
      'l_Lean_Kernel_Environment_addDecl', lean.inc(this.kernel), options, declaration, token,
    );
    if (lean.tag(result) === 0) {
      const reason = this.exceptionText(lean.ownedField(result, 0));
      lean.dec(result);
      const name = lean.writtenName(this.builder.names[constant.name]);
      this.refused = constant;
      throw new LeanError(`the kernel refuses ${constant.kind} ${name}: ${reason}`);
    }
    const grown = lean.ownedField(result, 0);
    lean.dec(result);
    lean.dec(this.kernel);
    this.kernel = grown;
    this.added++;
  }

  exceptionText(exception) {
    const { lean } = this;
    const message = lean.call(
      'l_Lean_Kernel_Exception_toMessageData', exception, lean.options({}),
    );
    const text = lean.call('l_Lean_MessageData_toString', message, lean.box(0));
    return lean.takeText(text).slice(0, 500);
  }

  recordAxioms(members) {
    const { lean, builder } = this;
    const axioms = new Set();
    for (const member of members) {
      if (member.kind === 'axiom') axioms.add(lean.writtenName(builder.names[member.name]));
      for (const { name } of [member, ...(member.constructors ?? [])]) {
        this.axioms.set(builder.key(name), axioms);
      }
      this.constants.set(builder.key(member.name), member);
    }
    // Constructors mention their own types, so the set has to be in the table while it is filled.
    const mentioned = axiomsOf(this.data.exprs, members, (index) => this.axiomsAt(index));
    for (const axiom of mentioned) axioms.add(axiom);
  }

  /** Of a name that the kernel has accepted a mention of. */
  axiomsAt(index) {
    const { builder } = this;
    const known =
      this.axioms.get(builder.key(index)) ?? this.base.of(builder.key(index), builder.names[index]);
    if (known) return known;
    // A recursor, made by the kernel with the inductive type that it is named after.
    const [parent, part] = this.data.names[index];
    const type = parent === -1 ? undefined : this.constants.get(builder.key(parent));
    if (type?.kind === 'inductive' && RECURSOR.test(part)) {
      return this.axioms.get(builder.key(parent));
    }
    return new Set([`unknown constant ${this.lean.writtenName(builder.names[index])}`]);
  }

  /** {name, axioms} of the constant that was refused: what it mentions, as far as is known. */
  refusal() {
    const { lean, builder, refused } = this;
    if (!refused) return null;
    const mentioned = axiomsOf(this.data.exprs, [refused], (index) => this.axiomsAt(index));
    return { name: lean.writtenName(builder.names[refused.name]), axioms: [...mentioned] };
  }

  /** Whether a definition's type is a proposition, which makes it a theorem by another word. */
  provesProposition(constant) {
    const { lean } = this;
    if (constant.kind !== 'def' && constant.kind !== 'opaque') return false;
    const env = lean.native('lean_elab_environment_of_kernel_env')(lean.inc(this.kernel)) >>> 0;
    const context = () => lean.constant('l_Lean_LocalContext_empty');
    const value = (result) => {
      const inner = lean.ownedField(result, 0);
      const ok = lean.tag(result) === 1;
      lean.dec(result);
      if (ok) return inner;
      lean.dec(inner);
      return null;
    };
    try {
      const type = this.builder.exprAt(constant.type);
      const sort = value(lean.call('l_Lean_Kernel_check', lean.inc(env), context(), type));
      if (sort === null) return false;
      const prop = lean.native('lean_expr_mk_sort')(
        lean.native('lean_level_mk_zero')(lean.box(0)) >>> 0,
      ) >>> 0;
      const same = value(lean.call('l_Lean_Kernel_isDefEq', lean.inc(env), context(), sort, prop));
      return same !== null && lean.unbox(same) === 1;
    } finally {
      lean.dec(env);
    }
  }
}

module.exports = { KernelSession };
