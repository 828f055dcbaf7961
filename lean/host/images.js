'use strict';
/**
 * The images (image.js) of the workers of late, by what they are for and their imports. Those that
 * are opened come from a file, when they are first needed, and go there.
 */

const fs = require('node:fs');
const { readImage, writeImage } = require('./image_file');

const MAX_MB = 600; // one of checking workers has 100 MB, one of probing workers 350 MB

class Images {
  constructor() {
    this.kept = new Map(); // key -> image; the order of use
    this.files = new Map(); // key -> file
    this.unread = new Set(); // keys of files
  }

  open(key, file) {
    this.files.set(key, file);
    this.unread.add(key);
  }

  /** What a worker has just made. */
  add(key, image) {
    this.keep(key, image);
    const file = this.files.get(key);
    if (file && !fs.existsSync(file)) writeImage(file, image);
  }

  get(key) {
    if (this.unread.delete(key)) this.read(key);
    const image = this.kept.get(key) ?? null;
    if (this.kept.delete(key)) this.kept.set(key, image);
    return image;
  }

  read(key) {
    const image = readImage(this.files.get(key));
    if (image) this.keep(key, image);
    else this.refuse(key);
  }

  keep(key, image) {
    this.kept.delete(key);
    this.kept.set(key, image);
    while (this.megabytes > MAX_MB) this.kept.delete(this.kept.keys().next().value);
  }

  /** Nothing can start from it. */
  refuse(key) {
    this.kept.delete(key);
    if (this.files.has(key)) fs.rmSync(this.files.get(key), { force: true });
  }

  get megabytes() {
    const sizes = [...this.kept.values()].map(({ data }) => data.byteLength);
    return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1048576);
  }
}

module.exports = { Images };
