'use strict';
/**
 * The images (image.js) of the usual imports, kept in the prelude's compiled folder: a process then
 * starts from one as its workers do. 100 MB, read in 0.1 s.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const LENGTH_BYTES = 4;
const OLD_MS = 7 * 24 * 3_600_000;
// What decides how a Lean starts and imports: an image is of that code, too.
const STARTED_BY = [
  'boot', 'environment', 'image', 'image_file', 'runtime', 'seal', 'session', 'slot', 'worker',
];

/** Of the prelude compiled into `folder`; what was prepared, or is started, anew has another. */
function imageFile(folder, { prepared, imports, stackMb }) {
  const hash = crypto.createHash('sha256').update(JSON.stringify([imports, stackMb]));
  const files = [
    ...['manifest.json', 'glue.js'].map((name) => path.join(prepared, name)),
    ...STARTED_BY.map((name) => path.join(__dirname, `${name}.js`)),
  ];
  for (const file of files) {
    if (fs.existsSync(file)) hash.update(fs.readFileSync(file));
  }
  return path.join(folder, `image-${hash.digest('hex').slice(0, 16)}.bin`);
}

/** Tells a damaged file from a whole one: 0.03 s for 100 MB. `head`: what is said of the data. */
function checksum(data, head) {
  const words = new Int32Array(data);
  let sum = crypto.createHash('sha256').update(JSON.stringify(head)).digest().readInt32LE();
  for (let at = 0; at < words.length; at++) sum = (Math.imul(sum, 31) + words[at]) | 0;
  return sum;
}

/** null if there is no whole image. */
function readImage(file) {
  let opened;
  try {
    opened = fs.openSync(file);
    const length = Buffer.alloc(LENGTH_BYTES);
    fs.readSync(opened, length);
    const head = Buffer.alloc(length.readUInt32LE());
    fs.readSync(opened, head);
    const { sum, ...rest } = JSON.parse(head.toString());
    const { size, filled, ...image } = rest;
    const data = new SharedArrayBuffer(size);
    fs.readSync(opened, new Uint8Array(data));
    if (checksum(data, rest) !== sum) return null;
    return { ...image, filled: Uint32Array.from(filled), data };
  } catch {
    return null;
  } finally {
    if (opened !== undefined) fs.closeSync(opened);
  }
}

/** Nothing happens where it cannot be written. */
function writeImage(file, { data, filled, ...rest }) {
  const said = { ...rest, size: data.byteLength, filled: [...filled] };
  const head = Buffer.from(JSON.stringify({ ...said, sum: checksum(data, said) }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  const draft = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(draft, Buffer.concat([length, head]));
    fs.appendFileSync(draft, new Uint8Array(data));
    fs.renameSync(draft, file);
    sweep(path.dirname(file));
  } catch {
    fs.rmSync(draft, { force: true }); // a full disk, a folder that cannot be written
  }
}

/** Images that another version has left, or another setting: who needs one makes it again. */
function sweep(folder) {
  for (const name of fs.readdirSync(folder).filter((entry) => entry.startsWith('image-'))) {
    const file = path.join(folder, name);
    const { mtimeMs = Infinity } = fs.statSync(file, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > OLD_MS) fs.rmSync(file, { force: true });
  }
}

module.exports = { imageFile, readImage, writeImage };
