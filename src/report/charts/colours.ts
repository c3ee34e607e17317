/** Colours of the page's style sheet, which knows light and dark. */
export const COLOUR = {
  model: 'var(--model)',
  last10: 'var(--other)',
  mix: 'var(--third)',
  good: 'var(--good)',
  short: 'var(--short)',
  red: 'var(--red)',
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  line: 'var(--line)',
  card: 'var(--card)',
} as const;

/** Colours of the stages of a run, in their order. */
export const STAGE_COLOURS: Readonly<Record<string, string>> = {
  sync: 'var(--s1)',
  transform: 'var(--s2)',
  validate: 'var(--s3)',
  train: 'var(--s4)',
  predict: 'var(--s5)',
  push: 'var(--s6)',
};
