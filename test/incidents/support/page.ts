/** The incidents, in the order of the page; each has one test that records its section. */
export const INCIDENTS = [
  'Two of sixteen team rows',
  'Team rows under the wrong date',
  'Reversed game ids',
  'Duplicated scrapes with different values',
  'A gap of dates, in the middle and at either end',
  'Usage of zero for everybody',
  'Usage over 100',
  'A team table older than its players',
  'A fallback source with one game of eight',
  'Late play-by-play',
  'A live game taken for a final one',
  'Minutes of overtime',
  'A traded player on two teams in a week',
  'Two players with one lookup',
  'Games on neutral sites and of the in-season cup',
  'A schedule that changes',
  'A column that stands at its default',
  'Bootstrap dates reported as missing',
  'A complete player table and an empty team table',
  'A checkpoint that claims more than the table holds',
  'An all-star game',
  'Leading zeros lost in ids',
  'NaN and infinity',
  'Empty files',
  'The right count with the wrong teams',
] as const;

export type IncidentName = (typeof INCIDENTS)[number];

/** What became of an incident: `caught` by a gate, `repaired` without anybody, or `impossible`. */
export type Verdict = 'caught' | 'repaired' | 'impossible';

/** An incident as its section tells it. */
export interface Incident {
  readonly name: IncidentName;
  readonly verdict: Verdict;
  /** What happened on the old platform. */
  readonly before: string;
  /** What hoopduck does with the same defect, by which check or how. */
  readonly now: string;
  /** The lines that a person reads. */
  readonly message: readonly string[];
  /** What `hoopduck validate --explain` suggests first. */
  readonly explained: Explained;
}

/** The first suggestion of an explanation. */
export interface Explained {
  /** As it stands after `--explain`. */
  readonly asked: string;
  readonly text: string;
  readonly command: string | null;
}

const HEAD = `# Incidents

What went wrong on the old platform, planted in a simulated league, and what hoopduck makes of it. This page is generated: each
section comes from one test in \`test/incidents/\`, with the lines that its run printed. *Caught*: a check of the gates names it, and what
is red is neither trained on nor pushed; a warning alone stops nothing. *Repaired*: the tables are right without anybody's doing.
*Impossible*: the defect changes nothing. Lines that begin with red come from \`hoopduck validate\`, which then ends with exit code 1
([a red gate](gates.md) says what to do); where rows of the replica were changed by hand, it was given \`--refresh\`.
`;

/** The section of an incident. */
export function renderSection(incident: Incident): string {
  const { name, verdict, before, now, message, explained } = incident;
  const { asked, command, text } = explained;
  const step = command === null ? text : `\`${command}\`. ${text}`;
  return `## ${name}

**${verdict[0]!.toUpperCase()}${verdict.slice(1)}.**

Then: ${before}

Now: ${now}

\`\`\`text
${message.join('\n')}
\`\`\`

\`hoopduck validate --explain ${asked}\` suggests first: ${step}
`;
}

/** The sections of a page by the names of their incidents, in the order in which they stand there. */
export function readSections(page: string): Map<string, string> {
  const sections = page.split(/^(?=## )/m).slice(1);
  return new Map(
    sections.map((text) => [/^## (.*)/.exec(text)![1]!, `${text.trimEnd()}\n`] as const),
  );
}

/** The page with the sections that there are, in the order of the incidents, under a list of verdicts. */
export function renderPage(sections: ReadonlyMap<string, string>): string {
  const there = INCIDENTS.filter((name) => sections.has(name));
  const verdicts = there.map((name) => {
    const verdict = /^\*\*(\w+)\.\*\*$/m.exec(sections.get(name)!)![1]!.toLowerCase();
    const anchor = name
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-');
    return `| [${name}](#${anchor}) | ${verdict} |`;
  });
  const list = ['| incident | verdict |', '| --- | --- |', ...verdicts].join('\n');
  return [HEAD, `${list}\n`, ...there.map((name) => sections.get(name)!)].join('\n');
}
