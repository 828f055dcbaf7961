'use strict';
/** The images (image.js) of the workers of late, by role and imports. */

const MAX_MB = 600; // one of checking workers has 100 MB, one of probing workers 350 MB

class Images {
  constructor() {
    this.kept = new Map(); // key -> image; the order of use
  }

  get(key) {
    const image = this.kept.get(key) ?? null;
    if (this.kept.delete(key)) this.kept.set(key, image);
    return image;
  }

  keep(key, image) {
    this.kept.delete(key);
    this.kept.set(key, image);
    while (this.megabytes > MAX_MB) this.drop(this.kept.keys().next().value);
  }

  drop(key) {
    this.kept.delete(key);
  }

  get megabytes() {
    const sizes = [...this.kept.values()].map(({ data }) => data.byteLength);
    return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1048576);
  }
}

module.exports = { Images };
