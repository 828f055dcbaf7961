'use strict';
/** The workers of one role and the jobs that wait for them. A worker has one import list. */

class Pool {
  /** `begin(job, slot)` hands a job to an idle worker. */
  constructor(begin) {
    this.begin = begin;
    this.slots = [];
    this.queue = [];
  }

  /** Take a job out of the queue; whether it was there. */
  withdraw(job) {
    const at = this.queue.indexOf(job);
    if (at >= 0) this.queue.splice(at, 1);
    return at >= 0;
  }

  /** Hand out work: a job goes to an idle worker of its imports, else one is made over. */
  pump() {
    const waiting = new Map(); // imports -> jobs ahead that wait for a worker being made
    for (const job of [...this.queue]) {
      const sameImports = this.slots.filter((slot) => slot.key === job.key);
      const idle = sameImports.find((slot) => slot.idle);
      if (idle) {
        this.withdraw(job);
        this.begin(job, idle);
        continue;
      }
      const ahead = waiting.get(job.key) ?? 0;
      waiting.set(job.key, ahead + 1);
      if (sameImports.filter((slot) => !slot.ready).length > ahead) continue;
      const others = this.slots.filter((slot) => slot.idle && slot.key !== job.key);
      others.sort((a, b) => a.lastUsed - b.lastUsed);
      others[0]?.replace(job.imports);
    }
  }
}

module.exports = { Pool };
