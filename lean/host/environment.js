'use strict';
/** Starting Lean inside the wasm module, and importing environments from .olean files. */

const LIBRARY = '/lean/lib/lean'; // where Lean's default search path expects its library
const PRELUDE_MOUNT = '/prelude';

/**
 * Emscripten gave the main thread a 64 KB C stack, and Lean's own overflow check computes nonsense
 * there, so deep recursion would silently overwrite static data. Move the C stack to a big heap
 * block before Lean starts.
 */
function moveStack(glue, stackMb) {
  const size = stackMb * 1048576;
  const low = glue.malloc(size) >>> 0;
  if (!low) throw new Error('no memory for the stack');
  const top = (low + size - 16) & ~15;
  glue.stackRestore(top);
  glue.setStackLimits(top, low);
}

/** Tell Lean's overflow check about that stack, as it is told of any thread's stack. */
function registerStack(lean, stackMb) {
  const sizeVariable = lean.address('_ZN4lean7lthread19m_thread_stack_sizeE') >> 2;
  const before = lean.words()[sizeVariable];
  lean.words()[sizeVariable] = stackMb * 1048576 - 65536;
  lean.native('_ZN4lean15save_stack_infoEb')(0);
  lean.words()[sizeVariable] = before;
}

/** Boot Lean. `mounts`: {library, prelude} folders of the host, seen under fixed paths inside. */
function startLean(lean, { library, prelude }, stackMb) {
  const { FS, NODEFS } = lean.glue;
  moveStack(lean.glue, stackMb);
  FS.mkdir('/lean');
  FS.mkdir('/lean/lib');
  FS.mkdir(LIBRARY);
  FS.mkdir(PRELUDE_MOUNT);
  FS.mount(NODEFS, { root: library }, LIBRARY);
  if (prelude) FS.mount(NODEFS, { root: prelude }, PRELUDE_MOUNT);
  lean.native('lean_initialize')();
  lean.ioValue(
    lean.call(
      'l_Lean_initSearchPath', lean.string('/lean'), lean.list([lean.string(PRELUDE_MOUNT)]),
    ),
  );
  // Without it imported `initialize` declarations (options, extensions) are not set up.
  lean.ioValue(lean.native('lean_enable_initializer_execution')());
  lean.native('lean_io_mark_end_initialization')();
  // With no task thread at all, promises assert.
  lean.native('lean_init_task_manager_using')(1);
  registerStack(lean, stackMb);
}

/** The environment of an import list (owned). */
function importEnvironment(lean, modules) {
  const imports = modules.map((module) => {
    const entry = lean.construct(0, [lean.name(module)], 3); // importAll, isExported, isMeta
    return lean.setScalarByte(entry, 1, 1, 1);
  });
  const trustLevel = 1024; // as the lean command line: do not re-check the library itself
  // The published files hold the exported level only, and still load at the level `private`,
  // which gives an ordinary environment, not that of a `module`.
  const levelPrivate = 2;
  return lean.ioValue(
    lean.call(
      'l_Lean_importModules',
      lean.array(imports),
      lean.options({}),
      lean.box(trustLevel),
      lean.array([]), // plugins
      lean.box(0), // leakEnv
      lean.box(1), // loadExts
      lean.box(levelPrivate),
      lean.box(1), // arts: none
    ),
  );
}

/** Take the host's folders away: from here on there is nothing of the host left to read. */
function unmountHost(lean, { prelude }) {
  lean.glue.FS.unmount(LIBRARY);
  if (prelude) lean.glue.FS.unmount(PRELUDE_MOUNT);
}

module.exports = { startLean, importEnvironment, unmountHost, PRELUDE_MOUNT };
