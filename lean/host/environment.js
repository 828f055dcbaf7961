'use strict';
/** Starting Lean inside the wasm module, and importing environments from .olean files. */

/** Where folders of the host are seen inside. */
const MOUNTS = {
  library: '/lean/lib/lean', // where Lean's default search path expects it
  prelude: '/prelude',
  probes: '/probes',
};

/**
 * Emscripten gave the main thread a 64 KB C stack, and Lean's own overflow check computes nonsense
 * there, so deep recursion would silently overwrite static data. Move the C stack to a big heap
 * block before Lean starts; returns its place.
 */
function moveStack(glue, stackMb) {
  const size = stackMb * 1048576;
  const low = glue.malloc(size) >>> 0;
  if (!low) throw new Error('no memory for the stack');
  const top = (low + size - 16) & ~15;
  glue.stackRestore(top);
  glue.setStackLimits(top, low);
  return { top, low };
}

/** Tell Lean's overflow check about that stack, as it is told of any thread's stack. */
function registerStack(lean, stackMb) {
  const sizeVariable = lean.address('_ZN4lean7lthread19m_thread_stack_sizeE') >> 2;
  const before = lean.words()[sizeVariable];
  lean.words()[sizeVariable] = stackMb * 1048576 - 65536;
  lean.native('_ZN4lean15save_stack_infoEb')(0);
  lean.words()[sizeVariable] = before;
}

/** `folders`: those of the host to mount, by the names in MOUNTS; '' mounts nothing. */
function mountFolders(lean, folders) {
  const { FS, NODEFS } = lean.glue;
  FS.mkdir('/lean');
  FS.mkdir('/lean/lib');
  for (const [name, mount] of Object.entries(MOUNTS)) {
    FS.mkdir(mount);
    if (folders[name]) FS.mount(NODEFS, { root: folders[name] }, mount);
  }
}

/** Boot Lean; returns the place of the C stack. */
function startLean(lean, stackMb) {
  const stack = moveStack(lean.glue, stackMb);
  lean.native('lean_initialize')();
  const searched = [MOUNTS.prelude, MOUNTS.probes].map((mount) => lean.string(mount));
  lean.ioValue(lean.call('l_Lean_initSearchPath', lean.string('/lean'), lean.list(searched)));
  // Without it imported `initialize` declarations (options, extensions) are not set up.
  lean.ioValue(lean.native('lean_enable_initializer_execution')());
  lean.native('lean_io_mark_end_initialization')();
  // With no task thread at all, promises assert.
  lean.native('lean_init_task_manager_using')(1);
  registerStack(lean, stackMb);
  return stack;
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
function unmountFolders(lean, folders) {
  for (const [name, mount] of Object.entries(MOUNTS)) {
    if (folders[name]) lean.glue.FS.unmount(mount);
  }
}

module.exports = { mountFolders, startLean, importEnvironment, unmountFolders, MOUNTS };
