import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

const page = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');

/** The levels of test/architecture.test.ts, as its text has them. */
function readLevels(): string[][] {
  const text = readFileSync(join(ROOT, 'test', 'architecture.test.ts'), 'utf8');
  const list = (name: string) =>
    new RegExp(`const ${name}[^=]*= \\[([\\s\\S]*?)\\n?\\];`).exec(text)![1]!;
  const words = (part: string) => [...part.matchAll(/'([^']+)'/g)].map(([, word]) => word!);
  const stages = words(list('STAGES'));
  return list('LEVELS')
    .split('\n')
    .filter((line) => /\['|STAGES/.test(line))
    .map((line) => (line.includes('STAGES') ? stages : words(line)));
}

/** The arrows of the picture, as pairs of rooms. */
function readArrows(): [string, string][] {
  const node = (text: string) => /\["([^"]+)"\]/.exec(text)?.[1] ?? text;
  return [...page.matchAll(/^ {2}(\S+) --> (.+)$/gm)].flatMap(([, from, targets]) =>
    targets!.split(' & ').map((to): [string, string] => [node(from!), node(to)]),
  );
}

test('the picture shows every room of the architecture test, and its arrows run down its levels', () => {
  const levels = readLevels();
  const arrows = readArrows();
  const level = (room: string) => levels.findIndex((rooms) => rooms.includes(room));
  const rooms = levels.flat().filter((room) => !room.endsWith('.ts'));
  const shown = new Set(arrows.flat());

  expect(levels.length).toBeGreaterThan(10);
  expect(arrows.length).toBeGreaterThan(15);
  expect(rooms.filter((room) => !shown.has(room))).toEqual([]);
  expect(arrows.filter(([from, to]) => level(from) === -1 || level(from) >= level(to))).toEqual([]);
});
