import { escapeXml } from './xml.ts';

/** Markup that may stand in a page as it is; everything else is escaped on its way in. */
export interface Html {
  readonly html: string;
}

/** What a template takes: text is escaped, markup is not, nothing leaves nothing. */
export type HtmlValue = string | number | Html | readonly Html[] | null | undefined | false;

/**
 * Markup with values in it. Text that comes from data cannot become markup, in an element nor in a
 * quoted attribute.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0]!;
  values.forEach((value, i) => {
    text += markup(value) + strings[i + 1]!;
  });
  return { html: text };
}

/** Vouches for markup that was made elsewhere: drawings of this room, never data. */
export function raw(text: string): Html {
  return { html: text };
}

/** Plain data as the content of a `<script type="application/json">`, which nothing in it can end. */
export function jsonBlock(data: unknown): Html {
  return { html: JSON.stringify(data).replaceAll('<', '\\u003c') };
}

function markup(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map((part) => part.html).join('');
}
