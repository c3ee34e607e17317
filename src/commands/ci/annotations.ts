import { isAbsolute, relative } from 'node:path';

/** What an annotation of GitHub Actions is about. */
export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
}

/** `file:line:column: ` at the beginning of a message, as errors of configuration have it. */
const PLACE = /^(\S.*?):(\d+):(\d+): /;

/**
 * A workflow command that makes an annotation, one line. A place that the message begins with becomes the place
 * of the annotation, its file relative to `checkout`.
 */
export function annotationLine(
  { level, title, message }: Annotation,
  checkout: string | undefined,
): string {
  const place = PLACE.exec(message);
  const properties: [string, string][] = [['title', title]];
  if (place !== null) {
    const [, file, line, column] = place as unknown as [string, string, string, string];
    const within = checkout === undefined ? file : relative(checkout, file);
    const shown = within.startsWith('..') || isAbsolute(within) ? file : within;
    properties.push(['file', shown], ['line', line], ['col', column]);
  }
  const head = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${level} ${head}::${escapeData(message)}`;
}

/** The letters that would end a workflow command. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
