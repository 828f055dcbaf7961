'use strict';
/**
 * The image (image.js) of the prelude's imports, kept in its compiled folder: a process then
 * starts from it as its workers do. 100 MB, read in 0.1 s.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const FORMAT = 1; // raise it when images written before would no longer do
const LENGTH_BYTES = 4;

/** Of the prelude compiled into `folder`; what was prepared anew has another. */
function imageFile(folder, { prepared, imports, stackMb }) {
  const hash = crypto.createHash('sha256').update(JSON.stringify([FORMAT, imports, stackMb]));
  for (const name of ['manifest.json', 'glue.js']) {
    const file = path.join(prepared, name);
    if (fs.existsSync(file)) hash.update(fs.readFileSync(file));
  }
  return path.join(folder, `image-${hash.digest('hex').slice(0, 16)}.bin`);
}

/** Tells a damaged file from a whole one: 0.03 s for 100 MB. */
function checksum(data) {
  const words = new Int32Array(data);
  let sum = words.length | 0;
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
    const { size, sum, filled, ...rest } = JSON.parse(head.toString());
    const data = new SharedArrayBuffer(size);
    fs.readSync(opened, new Uint8Array(data));
    return checksum(data) === sum ? { ...rest, filled: Uint32Array.from(filled), data } : null;
  } catch {
    return null;
  } finally {
    if (opened !== undefined) fs.closeSync(opened);
  }
}

/** Nothing happens where it cannot be written. */
function writeImage(file, { data, filled, ...rest }) {
  const size = { size: data.byteLength, sum: checksum(data) };
  const head = Buffer.from(JSON.stringify({ ...rest, ...size, filled: [...filled] }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  const draft = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(draft, Buffer.concat([length, head]));
    fs.appendFileSync(draft, new Uint8Array(data));
    fs.renameSync(draft, file);
  } catch {
    fs.rmSync(draft, { force: true }); // a full disk, a folder that cannot be written
  }
}

module.exports = { imageFile, readImage, writeImage };
