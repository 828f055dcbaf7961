'use strict';
/**
 * What the wasm module may ask of JavaScript. Candidate code reaches far: `@[extern "system"]`
 * lets it call any C function in the module, and Emscripten backs those with child_process,
 * sockets, eval and the host's file system. So only the imports named here stay what they are;
 * every other one is replaced before the module is instantiated. It has to be done in place, on
 * the object that Emscripten also resolves function pointers from.
 */

const errno = { EAGAIN: 6, ENOSYS: 52 }; // WASI's numbers

/** Pure computation, clocks, memory and exceptions. */
const ALWAYS = new Set([
  '__cxa_find_matching_catch_2', '__cxa_find_matching_catch_3', '__cxa_find_matching_catch_4',
  '__cxa_find_matching_catch_6', '__cxa_find_matching_catch_19', '__resumeException',
  '__cxa_throw', '__cxa_begin_catch', '__cxa_end_catch', '__cxa_rethrow', 'llvm_eh_typeid_for',
  '__cxa_uncaught_exceptions', '__cxa_current_primary_exception',
  '__cxa_rethrow_primary_exception', '__assert_fail', '_abort_js', 'exit', 'proc_exit',
  'emscripten_get_now', 'emscripten_date_now', 'clock_time_get', 'clock_res_get', 'uv__hrtime',
  '_tzset_js', '_timegm_js', '_mktime_js', '_localtime_js', '_gmtime_js', 'random_get',
  'environ_get', 'environ_sizes_get', '_emscripten_get_progname', // Emscripten's made-up ones
  'emscripten_get_heap_max', 'emscripten_num_logical_cores',
  'emscripten_check_blocking_allowed', '_emscripten_init_main_thread_js',
  '_emscripten_thread_mailbox_await', '_emscripten_thread_set_strongref',
  '_emscripten_thread_cleanup', '_emscripten_thread_exit_joinable',
  '_emscripten_notify_mailbox_postmessage', '_emscripten_throw_longjmp',
  'emscripten_unwind_to_js_event_loop', '_emscripten_runtime_keepalive_clear',
  '_dlsym_js', // names of compiled functions, from the symbol table
  'memory', '__indirect_function_table',
]);

/** Files: only until the host's folders are unmounted, and never writing on behalf of anyone. */
const UNTIL_SEALED = new Set([
  '__syscall_openat', '__syscall_fstat64', '__syscall_stat64', '__syscall_newfstatat',
  '__syscall_lstat64', '__syscall_faccessat', '__syscall_getdents64', '__syscall_getcwd',
  '__syscall_readlinkat', '__syscall_fcntl64', '__syscall_ioctl', '__syscall_mkdirat',
  '__syscall_unlinkat', '__syscall_renameat', '__syscall_ftruncate64',
  'fd_read', 'fd_pread', 'fd_pwrite', 'fd_seek', 'fd_sync', 'fd_fdstat_get',
  '_mmap_js', '_munmap_js',
]);

/** Output streams lead nowhere: the glue drops what is printed. */
const STREAMS = new Set(['fd_write', 'fd_close']);

class Seal {
  constructor({ maxThreads = 0, log = null } = {}) {
    this.closed = false;
    this.threads = 0;
    this.outOfMemory = false; // the heap was asked to grow and could not
    this.maxThreads = maxThreads;
    this.log = log;
  }

  /** Replace in place what is not allowed. */
  apply(imports) {
    const done = new Set();
    for (const namespace of [imports.env, imports.wasi_snapshot_preview1]) {
      if (!namespace || done.has(namespace)) continue;
      done.add(namespace);
      for (const name of Object.keys(namespace)) {
        const value = namespace[name];
        if (typeof value === 'function') namespace[name] = this.guard(name, value);
      }
    }
  }

  guard(name, original) {
    if (ALWAYS.has(name) || STREAMS.has(name) || name.startsWith('invoke_')) return original;
    let replacement;
    if (UNTIL_SEALED.has(name)) {
      const refused = this.refuse(name);
      replacement = (...args) => (this.closed ? refused(...args) : original(...args));
    } else if (name === '__pthread_create_js') {
      replacement = (...args) => {
        if (this.threads >= this.maxThreads) return errno.EAGAIN;
        this.threads++;
        return original(...args);
      };
    } else if (name === 'emscripten_resize_heap') {
      replacement = (size) => {
        const grown = original(size);
        if (!grown) this.outOfMemory = true;
        return grown;
      };
    } else if (name === 'emscripten_asm_const_int') {
      // Snippets of JavaScript in the C code: the port's debugging prints, the environment, and one
      // that mounts folders of the host. 0 is "no result" to all of them.
      replacement = () => 0;
    } else {
      replacement = this.refuse(name);
    }
    replacement.sig = original.sig; // Emscripten needs it to put the function into the table
    if (original.stub) replacement.stub = true;
    return replacement;
  }

  /** System calls fail as system calls do; anything else ends the check. */
  refuse(name) {
    if (name.startsWith('__syscall_')) return () => (this.log?.(name), -errno.ENOSYS);
    if (name.startsWith('fd_')) return () => (this.log?.(name), errno.ENOSYS);
    return () => {
      this.log?.(name);
      throw new Error(`sealed: ${name}`);
    };
  }

  /** Every module instantiated in this thread from now on gets only what is allowed. */
  install() {
    const RealInstance = WebAssembly.Instance;
    const seal = this;
    WebAssembly.Instance = function Instance(module, imports) {
      if (imports) seal.apply(imports);
      return new RealInstance(module, imports);
    };
  }
}

module.exports = { Seal };
