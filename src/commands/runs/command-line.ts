import { seasonLabel } from '../../config/seasons.ts';

/** Arguments that have no flag, by command. */
const POSITIONAL: Readonly<Record<string, readonly string[]>> = { 'models promote': ['model'] };

/** The command line that a run's arguments in the ledger came from. */
export function commandLine(command: string, given: Readonly<Record<string, unknown>>): string {
  const positional = POSITIONAL[command] ?? [];
  const words = ['hoopduck', command];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (positional.includes(name)) words.push(quoted(value));
    else if (value === true) words.push(flag);
    else if (value === false) words.push(flag.replace('--', '--no-'));
    else if (name === 'split' && Array.isArray(value)) words.push(flag, value.join('/'));
    else if (name === 'fromSeason') words.push(flag, seasonLabel(Number(value)));
    else if (Array.isArray(value)) words.push(...value.flatMap((one) => [flag, quoted(one)]));
    else words.push(flag, quoted(value));
  }
  return words.join(' ');
}

/** A word as a shell takes it. */
function quoted(value: unknown): string {
  const text = String(value);
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
