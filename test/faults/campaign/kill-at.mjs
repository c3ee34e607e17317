// Loaded before the command line (`node --import`). HOOPDUCK_KILL = { at, how, delay } ends the process by SIGKILL at the
// at-th thing that it does to its replica or to a file: `before` it, `during` it (`delay` ms after its beginning), when half of
// it is written (`torn`), or `after` it. HOOPDUCK_KILL = { count } writes into that file how many there were.
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DuckDBConnection } from '@duckdb/node-api';

const { at, how, delay, count } = JSON.parse(process.env.HOOPDUCK_KILL);
const real = { ...fs };
const { writeFileSync, readFileSync, writeSync } = fs;
let seen = 0;

if (count !== undefined) process.on('exit', () => writeFileSync(count, String(seen)));

function die() {
  process.kill(process.pid, 'SIGKILL');
  // The signal may reach another thread first; nothing more is done here.
  for (;;);
}

function isTheMoment() {
  seen += 1;
  return seen === at;
}

/** Half of what a call would have written, by the call's name. */
const HALF = {
  writeSync: (file, bytes, from = 0) =>
    writeSync(file, Buffer.from(bytes).subarray(from, from + (bytes.length - from) / 2)),
  writeFileSync: halfFile,
  writeFile: halfFile,
  copyFile: halfCopy,
  copyFileSync: halfCopy,
};

function halfFile(path, content) {
  const bytes = Buffer.from(content);
  writeFileSync(path, bytes.subarray(0, bytes.length / 2));
}

function halfCopy(from, to) {
  halfFile(to, readFileSync(from));
}

function watched(name, original, isSync) {
  const half = HALF[name];
  if (isSync) {
    return function (...args) {
      const isConsole = name === 'writeSync' && args[0] <= 2;
      if (isConsole || !isTheMoment()) return original.apply(this, args);
      if (how === 'torn' && half !== undefined) half(...args);
      if (how !== 'after') die();
      original.apply(this, args);
      return die();
    };
  }
  return async function (...args) {
    if (!isTheMoment()) return original.apply(this, args);
    if (how === 'before') die();
    if (how === 'torn' && half !== undefined) {
      half(...args);
      die();
    }
    if (how !== 'after') setTimeout(die, delay);
    const result = await original.apply(this, args);
    return how === 'after' ? die() : result;
  };
}

for (const name of ['run', 'runAndReadAll']) {
  const { prototype } = DuckDBConnection;
  prototype[name] = watched(name, prototype[name], false);
}
for (const name of ['rename', 'writeFile', 'copyFile', 'rm', 'mkdir']) {
  fsPromises[name] = watched(name, fsPromises[name], false);
}
for (const name of [
  'renameSync',
  'writeSync',
  'writeFileSync',
  'copyFileSync',
  'cpSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
]) {
  fs[name] = watched(name, real[name], true);
}
syncBuiltinESMExports();
