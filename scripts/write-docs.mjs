// Writes the generated pages of docs/reference from the compiled program: `npm run docs`, which builds it first.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checksPage } from './reference/checks.mjs';
import { commandsPage } from './reference/commands.mjs';
import { configurationPage } from './reference/configuration.mjs';
import { withRooms } from './reference/rooms.mjs';
import { tablesPage } from './reference/tables.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const PAGES = {
  'docs/reference/commands.md': commandsPage,
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/tables.md': tablesPage,
  'docs/reference/checks.md': checksPage,
};

/** The generated pages, and the one with a generated picture, by their paths, from the program that was compiled to the folder `dist`. */
export async function referencePages(dist) {
  const base = pathToFileURL(`${dist}/`);
  const program = { dist: base, load: (path) => import(new URL(path, base).href) };
  const pages = {};
  for (const [path, page] of Object.entries(PAGES)) pages[path] = `${await page(program)}\n`;
  const picture = 'docs/architecture.md';
  pages[picture] = withRooms(readFileSync(join(root, picture), 'utf8'), join(root, 'src'));
  return pages;
}

const started = process.argv[1];
if (
  started !== undefined &&
  realpathSync(started) === realpathSync(fileURLToPath(import.meta.url))
) {
  for (const [path, text] of Object.entries(await referencePages(join(root, 'dist')))) {
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}
