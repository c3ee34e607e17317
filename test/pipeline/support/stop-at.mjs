// Loaded before the command line (`node --import`): stops the process, by a signal of its own, at the nth
// SQL statement or rename that matches HOOPDUCK_STOP = { pattern, nth, signal, when }: before it, while it is
// under way, or right after it.
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { DuckDBConnection } from '@duckdb/node-api';

const { pattern, nth = 1, signal = 'SIGKILL', when } = JSON.parse(process.env.HOOPDUCK_STOP);
const wanted = new RegExp(pattern);
let seen = 0;

function stop() {
  process.kill(process.pid, signal);
}

function isTheMoment(event) {
  if (!wanted.test(event)) return false;
  seen += 1;
  return seen === nth;
}

function watched(describe, original) {
  return async function (...args) {
    if (!isTheMoment(describe(...args))) return original.apply(this, args);
    if (when === 'before') stop();
    const under = original.apply(this, args);
    if (when === 'during') setTimeout(stop, 5);
    const result = await under;
    if (when === 'after') stop();
    return result;
  };
}

for (const name of ['run', 'runAndReadAll']) {
  const original = DuckDBConnection.prototype[name];
  DuckDBConnection.prototype[name] = watched((sql) => String(sql), original);
}

const renamed = (from, to) => `rename ${from} ${to}`;
fsPromises.rename = watched(renamed, fsPromises.rename);
const renameSync = fs.renameSync;
fs.renameSync = (from, to) => {
  const moment = isTheMoment(renamed(from, to));
  if (moment && when !== 'after') stop();
  renameSync(from, to);
  if (moment) stop();
};
syncBuiltinESMExports();
