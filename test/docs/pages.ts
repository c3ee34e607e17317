import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every page in Markdown of the repository by its path: those at its top, and all of docs/. */
export function readPages(): ReadonlyMap<string, string> {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const docs = (readdirSync(join(ROOT, 'docs'), { recursive: true }) as string[])
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return new Map(
    [...top, ...docs].sort().map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
  );
}

/** A page without its blocks of code and without code in its lines: what is a link there is none. */
export function prose(page: string): string {
  return page.replaceAll(/^ *(```+)[^\n]*\n[\s\S]*?^ *\1 *$/gm, '').replaceAll(/`[^`\n]*`/g, '`');
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  const text = page.replaceAll(/^ *(```+)[^\n]*\n[\s\S]*?^ *\1 *$/gm, '');
  for (const [, heading] of text.matchAll(/^#{1,6} +(.+?) *#* *$/gm)) {
    const words = heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}
