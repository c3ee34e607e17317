/** A piece of a line: plain text, text that stands out, or a name from the code. */
export type Inline = string | { readonly strong: string } | { readonly code: string };

/** A line or a cell. A plain string is a line of one piece. */
export type Text = string | readonly Inline[];

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** Parts of a card; each renderer knows how they look in its form. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: Text }
  | { readonly kind: 'warning'; readonly text: Text }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Text[])[];
      /** A share of 1 for each row, drawn as a bar where the form can. */
      readonly bars?: readonly number[];
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A figure that says the most in the least room. */
export interface Headline {
  readonly value: string;
  readonly label: string;
}

/** A model card before it has a form. */
export interface CardDocument {
  readonly title: string;
  readonly lead: Text;
  readonly headlines: readonly Headline[];
  readonly sections: readonly Section[];
}

/** The pieces of a line. */
export function piecesOf(text: Text): readonly Inline[] {
  return typeof text === 'string' ? [text] : text;
}
