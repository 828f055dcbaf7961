'use strict';
/** The images (image.js) of the workers of late, by what they are for and their imports. */

const fs = require('node:fs');
const { readImage, writeImage } = require('./image_file');

const MAX_MB = 600; // one of checking workers has 100 MB, one of probing workers 350 MB

class Images {
  constructor() {
    this.kept = new Map(); // key -> image; the order of use
    this.first = { key: '', file: '' };
  }

  /** The images of `key` come from a file, and go there. */
  open(key, file) {
    this.first = { key, file };
    const image = readImage(file);
    if (image) this.keep(key, image);
    else this.refuse(key);
  }

  /** What a worker has just made. */
  add(key, image) {
    this.keep(key, image);
    const { first } = this;
    if (key === first.key && !fs.existsSync(first.file)) writeImage(first.file, image);
  }

  get(key) {
    const image = this.kept.get(key) ?? null;
    if (this.kept.delete(key)) this.kept.set(key, image);
    return image;
  }

  keep(key, image) {
    this.kept.delete(key);
    this.kept.set(key, image);
    while (this.megabytes > MAX_MB) this.kept.delete(this.kept.keys().next().value);
  }

  /** Nothing can start from it. */
  refuse(key) {
    this.kept.delete(key);
    if (key === this.first.key) fs.rmSync(this.first.file, { force: true });
  }

  get megabytes() {
    const sizes = [...this.kept.values()].map(({ data }) => data.byteLength);
    return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1048576);
  }
}

module.exports = { Images };
