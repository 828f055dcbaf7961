'use strict';
/**
 * The loop of Lean's frontend: parse a command, elaborate it, read its messages. Driven from here
 * rather than by `Lean.Elab.IO.processCommands`, which keeps the messages of the last command only
 * and takes no cancel token.
 */

const { commandRunsCode, textRunsCode } = require('./code');
const { nameExample } = require('./examples');
const { Places } = require('./places');

// Of errors as many again: a flood of others must not hide them.
const MAX_MESSAGES = 200;
// Lean.Message: file name, position, end, caption, data; then keepFullRange, severity, isSilent.
const MESSAGE = { fields: 5, severity: 1, error: 2 };
const MAX_REPAIRS = 25; // of one command

// Fields of Lean.Elab.Command.State and Scope.
const STATE = { env: 0, messages: 1, scopes: 2 };
const SCOPE = { options: 1, namespace: 2, openDecls: 3 };
const SCOPE_SCALARS = 3; // isNoncomputable, isPublic, isMeta

/** A fresh Command.State; consumes the environment. `options` is a plain object. */
function initialState(lean, env, options) {
  return lean.call(
    'l_Lean_Elab_Command_mkState',
    env,
    lean.constant('l_Lean_MessageLog_empty'),
    lean.options(options),
  );
}

const environmentOf = (lean, state) => lean.field(state, STATE.env);

/** The options of the head scope (borrowed). */
const headOptions = (lean, state) =>
  lean.field(lean.field(lean.field(state, STATE.scopes), 0), SCOPE.options);

/** The state with an option (a boolean or a number) set in its head scope; consumes the state. */
function withOption(lean, state, name, value) {
  const set = typeof value === 'boolean' ? 'l_Lean_KVMap_setBool' : 'l_Lean_KVMap_setNat';
  return withHeadScope(lean, state, (scope) =>
    lean.withField(
      scope,
      SCOPE.options,
      lean.call(set, lean.ownedField(scope, SCOPE.options), lean.name(name), lean.box(+value)),
      SCOPE_SCALARS,
    ),
  );
}

const withHeartbeats = (lean, state, heartbeats) =>
  withOption(lean, state, 'maxHeartbeats', heartbeats);

/** `change` consumes the head scope and returns a new one; the state is consumed. */
function withHeadScope(lean, state, change) {
  const scopes = lean.field(state, STATE.scopes);
  const head = change(lean.ownedField(scopes, 0));
  const changed = lean.construct(1, [head, lean.ownedField(scopes, 1)]);
  return lean.withField(state, STATE.scopes, changed);
}

/** The messages of a log (borrowed) as plain objects, appended to `out`. */
function readMessages(lean, log, out) {
  const all = lean.call('l_Lean_MessageLog_reportedPlusUnreported', lean.inc(log));
  const messages = lean.call('l_Lean_PersistentArray_toArray___redArg', all);
  for (const message of lean.arrayItems(messages)) {
    const error = lean.scalarByte(message, MESSAGE.fields, MESSAGE.severity) === MESSAGE.error;
    if (out.length >= (error ? 2 * MAX_MESSAGES : MAX_MESSAGES)) continue;
    const json = lean.call('l_Lean_Message_toJson', lean.inc(message));
    out.push(JSON.parse(lean.takeText(lean.call('l_Lean_Json_compress', json))));
  }
  lean.dec(messages);
}

function logSize(lean, log) {
  const all = lean.call('l_Lean_MessageLog_reportedPlusUnreported', lean.inc(log));
  const messages = lean.call('l_Lean_PersistentArray_toArray___redArg', all);
  const size = lean.arrayItems(messages).length;
  lean.dec(messages);
  return size;
}

/**
 * One run over a text. Options: `fileName`; `cancelToken` (an object, borrowed); `repair`, which
 * mends code generation; `nameExamples`, so that each leaves a constant; `inspect(syntax,
 * parseErrors)`, which sees each parsed command (borrowed) before it is elaborated: a text it
 * returns is the reason to stop there.
 */
class Frontend {
  constructor(lean, source, options = {}) {
    Object.assign(this, { fileName: '<input>', cancelToken: 0, nameExamples: false }, options);
    this.lean = lean;
    this.source = source;
    this.refused = '';
    this.messages = [];
    this.parseErrors = 0;
    this.parseMs = 0; // of what the run takes as a whole
    this.examples = new Map(); // the name given to an example -> its line
    this.unnamedExamples = 0;
    this.places = new Places();
    this.ranCode = textRunsCode(source);
    this.commands = 0;
  }

  /** Run over the whole text from `state` (consumed); returns the final state (owned). */
  run(state) {
    const { lean } = this;
    this.input = lean.string(this.source); // kept, as examples are renamed inside it
    const end = lean.box(lean.stringBytes(this.input));
    this.context = lean.call(
      'l_Lean_Parser_mkInputContext___redArg',
      lean.inc(this.input), lean.string(this.fileName), lean.box(1), end,
    );
    const start = isTrivia(this.source) ? lean.stringBytes(this.input) : 0;
    let parserState = lean.construct(0, [lean.box(start)], 1); // position, recovering
    try {
      for (;;) {
        const began = performance.now();
        const step = this.parse(state, parserState);
        this.parseMs += performance.now() - began;
        parserState = step.parserState;
        const [from, to] = [step.position, lean.field(parserState, 0)].map(lean.unbox);
        this.places.note(lean, step.syntax, from, to);
        this.ranCode ||= commandRunsCode(lean, step.syntax);
        this.refused = this.inspect?.(step.syntax, this.parseErrors) || '';
        if (this.refused) return this.abandon(step, state);
        state = this.elaborateRepaired(step, state);
        this.commands++;
        const last = lean.unbox(lean.call('l_Lean_Parser_isTerminalCommand', step.syntax));
        if (last || this.cancelled()) return state;
      }
    } finally {
      lean.dec(parserState);
      lean.dec(this.context);
      lean.dec(this.input);
    }
  }

  abandon({ syntax, position, log }, state) {
    for (const object of [syntax, position, log]) this.lean.dec(object);
    return state;
  }

  cancelled() {
    const { lean, cancelToken } = this;
    return cancelToken !== 0 && lean.unbox(lean.field(cancelToken, 0)) === 1;
  }

  /** Parse the command at the parser's position (consumes the parser state). */
  parse(state, parserState) {
    const position = this.lean.ownedField(parserState, 0);
    this.lean.inc(parserState);
    let parsed = this.parseOnce(state, parserState);
    const renamed = this.nameExamples && nameExample(this, parsed.syntax);
    if (renamed) {
      for (const object of [parsed.syntax, parsed.parserState, parsed.log]) this.lean.dec(object);
      parsed = this.parseOnce(state, this.lean.inc(parserState));
    }
    this.lean.dec(parserState);
    this.parseErrors += logSize(this.lean, parsed.log);
    return { ...parsed, position, renamed };
  }

  parseOnce(state, parserState) {
    const { lean } = this;
    const scope = lean.field(lean.field(state, STATE.scopes), 0);
    const parserContext = lean.construct(0, [
      lean.ownedField(state, STATE.env),
      lean.ownedField(scope, SCOPE.options),
      lean.ownedField(scope, SCOPE.namespace),
      lean.ownedField(scope, SCOPE.openDecls),
    ]);
    const result = lean.call(
      'l_Lean_Parser_parseCommand',
      lean.inc(this.context), parserContext, parserState, lean.constant('l_Lean_MessageLog_empty'),
    );
    const rest = lean.field(result, 1);
    const parsed = {
      syntax: lean.ownedField(result, 0),
      parserState: lean.ownedField(rest, 0),
      log: lean.ownedField(rest, 1),
    };
    lean.dec(result);
    return parsed;
  }

  /** Elaborate a command again as long as that brings helpers of the code generator (repair.js). */
  elaborateRepaired(step, state) {
    const { lean, repair } = this;
    const { syntax, position, log, renamed } = step;
    const said = this.messages.length;
    for (let round = 0; ; round++) {
      const last = !repair || round >= MAX_REPAIRS;
      if (!last) for (const object of [position, log, state]) lean.inc(object);
      const after = this.elaborate(syntax, position, log, state, renamed);
      if (last) return after;
      const env = repair.mend(this.messages.slice(said), environmentOf(lean, state));
      lean.dec(env ? after : state);
      if (!env) {
        for (const object of [position, log]) lean.dec(object);
        return after;
      }
      this.messages.length = said;
      state = lean.withField(state, STATE.env, env);
    }
  }

  /** Elaborate one command; consumes everything but the syntax, returns the new state. */
  elaborate(syntax, position, parseLog, state, renamed) {
    const { lean } = this;
    readMessages(lean, parseLog, this.messages);
    // Lean drops the elaborator's errors on a half-parsed command if its log holds parse errors.
    state = lean.withField(state, STATE.messages, parseLog);
    const scopes = renamed ? lean.ownedField(state, STATE.scopes) : 0;
    if (renamed) state = this.withNoncomputableScope(state);
    const reference = lean.native('lean_st_mk_ref')(state) >>> 0;
    const context = lean.construct(0, [
      lean.string(this.fileName),
      lean.ownedField(this.context, 2), // file map
      lean.box(0), // recursion depth
      position,
      lean.box(0), // macro stack
      lean.none, // quotation context
      lean.constant('l_Lean_firstFrontendMacroScope'),
      lean.box(0), // ref: missing
      lean.none, // snapshot
      this.cancelToken ? lean.some(lean.inc(this.cancelToken)) : lean.none,
    ], 1);
    const result = lean.call(
      'l_Lean_Elab_Command_elabCommandTopLevel',
      lean.inc(syntax), context, lean.inc(reference), lean.box(0),
    );
    const failed = lean.tag(result) !== 0;
    lean.dec(result);
    state = lean.native('lean_st_ref_get')(reference) >>> 0;
    lean.dec(reference);
    readMessages(lean, lean.field(state, STATE.messages), this.messages);
    if (failed && !this.cancelled()) this.messages.push(internalError());
    state = lean.withField(state, STATE.messages, lean.constant('l_Lean_MessageLog_empty'));
    return renamed ? lean.withField(state, STATE.scopes, scopes) : state;
  }

  /**
   * `example` may use what has no code, a `def` outside of `noncomputable section` may not; so the
   * definition that stands for an example is elaborated in one.
   */
  withNoncomputableScope(state) {
    const { lean } = this;
    return withHeadScope(lean, state, (scope) => {
      const namespace = lean.ownedField(scope, SCOPE.namespace);
      const copy = lean.withField(scope, SCOPE.namespace, namespace, SCOPE_SCALARS);
      return lean.setScalarByte(copy, lean.fieldCount(copy), 0, 1);
    });
  }
}

/**
 * Whether a text is nothing but white space and comments. The parser of a module's header would
 * have read past those; without it they are "unexpected end of input" where nothing follows.
 */
function isTrivia(text) {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const two = text.slice(i, i + 2);
    if (two === '/-' && (depth > 0 || !/[-!]/.test(text[i + 2] ?? ''))) {
      depth++;
      i++;
    } else if (two === '-/' && depth > 0) {
      depth--;
      i++;
    } else if (depth === 0 && two === '--') {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else if (depth === 0 && !/[ \r\n]/.test(text[i])) {
      return false;
    }
  }
  return depth === 0;
}

function internalError() {
  return {
    severity: 'error',
    pos: { line: 1, column: 0 },
    endPos: null,
    kind: '',
    data: 'the elaborator ended with an uncaught exception',
  };
}

module.exports = {
  Frontend, initialState, withHeartbeats, withOption, headOptions, environmentOf,
};
