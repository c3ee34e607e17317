import { ERROR_GROUPS } from '../../src/error-catalogue/catalogue.ts';
import type { ErrorEntry } from '../../src/error-catalogue/entry.ts';

const EXIT_MEANS: Readonly<Record<number, string>> = {
  1: 'a gate, a check or a comparison failed',
  2: 'usage or configuration',
  3: 'the warehouse failed; try again',
  4: 'refused, to protect data',
  130: 'stopped',
};

/** The text of docs/errors.md: the whole catalogue, group by group. */
export function errorsPage(): string {
  const groups = Object.entries(ERROR_GROUPS).map(([group, entries]) => {
    const sections = Object.entries<ErrorEntry>(entries).map(([code, entry]) =>
      section(code, entry),
    );
    return `## ${group}\n\n${sections.join('\n\n')}`;
  });
  return `${head()}\n\n${groups.join('\n\n')}\n`;
}

function head(): string {
  const exits = Object.entries(EXIT_MEANS).map(([exit, means]) => `| ${exit} | ${means} |`);
  const contents = Object.keys(ERROR_GROUPS).map((group) => `- [${group}](#${anchor(group)})`);
  return `# Errors

Every error that ends a command has a code, one sentence that names the thing, and the next step:

\`\`\`
error[REPLICA_MISSING]: There is no replica at "/home/me/league/data/replica.duckdb" yet.
next: Run "hoopduck run" or "hoopduck sync" first.
\`\`\`

With \`--json\` the same stand under \`error\`, as \`code\`, \`message\` and \`next\`. Codes do not change between versions; sentences may.
\`hoopduck explain CODE\` prints what is said here, with \`--json\` as \`code\`, \`means\`, \`cause\`, \`next\` and \`exit_codes\`.

| exit code | means |
| --------- | ----- |
${exits.join('\n')}

${contents.join('\n')}

<!-- Written from src/error-catalogue/ by: HOOPDUCK_WRITE_DOCS=1 npx vitest run test/errors -->`;
}

function section(code: string, { means, cause, next, exit }: ErrorEntry): string {
  return `### ${code}

${means}

- **Usual cause:** ${cause}
- **Next step:** ${next}
- **Exit code:** ${exit.map((each) => `${each} (${EXIT_MEANS[each]})`).join(' or ')}`;
}

function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
