import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { generated } from './markdown.mjs';

/** Files at the top of src/ that are rooms of their own; the others are small things that every room may know. */
const DOORS = ['cli.ts', 'index.ts', 'workspace.ts'];

const BEGIN = '<!-- rooms: ';
const END = '<!-- end of rooms -->';

/** A page with its picture of the rooms drawn anew from the imports of `source`. */
export function withRooms(page, source) {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end === -1) throw new Error(`The page has no "${BEGIN}" and "${END}".`);
  const rooms = importsOfRooms(source);
  const arrows = withoutDetours(rooms);
  const lines = [...rooms.keys()].sort().flatMap((room) => {
    const targets = arrows.get(room);
    return targets.length === 0 ? [] : [`  ${node(room)} --> ${targets.map(node).join(' & ')}`];
  });
  return [
    page.slice(0, begin),
    `${BEGIN}${generated('the imports in src/')
      .replace(/^This page/, 'this picture')
      .replaceAll('`', '"')} -->\n`,
    ['```mermaid', 'flowchart TB', ...lines, '```'].join('\n'),
    `\n${page.slice(end)}`,
  ].join('');
}

/** Which rooms each room imports. */
export function importsOfRooms(source) {
  const files = readdirSync(source, { recursive: true })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /\.(ts|mjs)$/.test(path));
  const rooms = new Map();
  for (const path of files) {
    const from = roomOf(path);
    if (from === null) continue;
    const known = rooms.get(from) ?? new Set();
    rooms.set(from, known);
    const text = readFileSync(join(source, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, written] of text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+)'/g)) {
      const to = roomOf(
        normalize(join(dirname(path), written))
          .split(sep)
          .join('/'),
      );
      if (to !== null && to !== from) known.add(to);
    }
  }
  return rooms;
}

function roomOf(path) {
  if (path.includes('/')) return path.slice(0, path.indexOf('/'));
  return DOORS.includes(path) ? path : null;
}

/** The arrows that are left when those are taken away that a longer way says as well. */
export function withoutDetours(rooms) {
  const reached = (from, seen = new Set()) => {
    for (const to of rooms.get(from) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      reached(to, seen);
    }
    return seen;
  };
  return new Map(
    [...rooms].map(([from, targets]) => [
      from,
      [...targets]
        .filter((to) => ![...targets].some((other) => other !== to && reached(other).has(to)))
        .sort(),
    ]),
  );
}

function node(room) {
  const id = room.replaceAll(/\W/g, '_');
  return id === room ? room : `${id}["${room}"]`;
}
