import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, inject, test } from 'vitest';
import { referencePages } from '../../scripts/write-docs.mjs';

const root = new URL('../../', import.meta.url);

test('the generated pages of the reference are what the program says now', async () => {
  const pages = await referencePages(dirname(inject('cli')));

  expect(Object.keys(pages)).toHaveLength(5);
  for (const [path, text] of Object.entries(pages)) {
    const written = readFileSync(new URL(path, root), 'utf8');
    expect(written, `${path} is not up to date: npm run docs`).toBe(text);
  }
});
