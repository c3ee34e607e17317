import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { INCIDENTS, readSections, renderPage } from './support/page.ts';
import { PAGE, REGENERATE } from './support/record.ts';

test('the page of incidents has a section for each of the twenty-five, and nothing that was not generated', () => {
  const page = readFileSync(PAGE, 'utf8');
  const sections = readSections(page);

  expect([...sections.keys()], `generate it: ${REGENERATE}`).toEqual(INCIDENTS);
  expect(INCIDENTS).toHaveLength(25);
  expect(page).toBe(renderPage(sections));
});
