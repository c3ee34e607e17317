import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, prose, ROOT, readPages } from './pages.ts';

const pages = readPages();

/** The relative links of a page: their targets as paths from the root, and anchors. */
function linksOf(path: string): { written: string; target: string; anchor: string | undefined }[] {
  const found = [
    ...prose(pages.get(path)!).matchAll(/\[(?:[^\]\\]|\\.)*\]\(([^)\s]+)(?: "[^"]*")?\)/g),
  ];
  return found
    .map(([, written]) => written!)
    .filter((written) => !/^[a-z]+:/.test(written))
    .map((written) => {
      const [file, anchor] = written.split('#') as [string, string | undefined];
      const target = file === '' ? path : normalize(join(dirname(path), file));
      return { written, target: target.replace(/\/$/, ''), anchor };
    });
}

test('the anchors of a page are those that GitHub makes of its headings', () => {
  expect(
    anchorsOf(
      '# One `two`, three!\n\n```sh\n# no heading\n```\n## A_b [link](x.md)\n## A_b link\n',
    ),
  ).toEqual(new Set(['one-two-three', 'a_b-link', 'a_b-link-1']));
});

test('every relative link leads to a file that is there, and every anchor to a heading', () => {
  const broken = [...pages.keys()].flatMap((path) =>
    linksOf(path)
      .filter(({ target, anchor }) => {
        if (!existsSync(join(ROOT, target))) return true;
        return (
          anchor !== undefined && !(pages.has(target) && anchorsOf(pages.get(target)!).has(anchor))
        );
      })
      .map(({ written }) => `${path}: ${written}`),
  );

  expect(broken).toEqual([]);
});

test('every page of docs/ can be reached from its index', () => {
  const reached = new Set(['docs/README.md']);
  for (const path of reached) {
    for (const { target } of linksOf(path)) if (pages.has(target)) reached.add(target);
  }

  const lost = [...pages.keys()].filter((path) => path.startsWith('docs/') && !reached.has(path));
  // A page of a decision is found in its folder.
  expect(lost.filter((path) => !path.startsWith('docs/decisions/'))).toEqual([]);
});
