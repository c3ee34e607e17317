import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Said } from './hoopduck.ts';
import { type Incident, readSections, renderPage, renderSection } from './page.ts';

/** The committed page. */
export const PAGE = fileURLToPath(new URL('../../../docs/incidents.md', import.meta.url));

/** The command that writes the page; files one after the other, because each writes its sections into it. */
export const REGENERATE =
  'HOOPDUCK_WRITE_DOCS=1 npx vitest run test/incidents --no-file-parallelism';

/**
 * Holds the incident's section of docs/incidents.md against what the test saw, or with HOOPDUCK_WRITE_DOCS=1
 * writes it there.
 */
export function record(incident: Incident): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const sections = readSections(page);
  const section = renderSection(incident);
  if (process.env['HOOPDUCK_WRITE_DOCS'] === '1') {
    writeFileSync(PAGE, renderPage(sections.set(incident.name, section)));
    return;
  }
  const hint = `docs/incidents.md, "${incident.name}", is not what this test saw; after a look, ${REGENERATE}`;
  expect(sections.get(incident.name), hint).toBe(section);
}

/** The lines that a person must have read, in the order in which they were said; all must be among them. */
export function tells(said: Said, ...wanted: readonly string[]): string[] {
  expect(said.lines).toEqual(expect.arrayContaining([...wanted]));
  return said.lines.filter((line) => wanted.includes(line));
}
