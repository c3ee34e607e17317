import type { CellState } from '../facts/coverage.ts';

/** How a state is told: its word, its letter in the map, and what it means. */
export interface StateLook {
  readonly state: CellState;
  readonly word: string;
  readonly letter: string;
  readonly meaning: string;
}

/** Every state, the gravest first. */
export const STATES: readonly StateLook[] = [
  { state: 'red', word: 'red', letter: 'R', meaning: 'a gate failed' },
  {
    state: 'missing',
    word: 'missing',
    letter: 'M',
    meaning: 'no partition, though games are final',
  },
  { state: 'short', word: 'short', letter: 'S', meaning: 'fewer rows than the schedule wants' },
  { state: 'warned', word: 'warned', letter: 'W', meaning: 'a gate warns' },
  { state: 'bootstrap', word: 'bootstrap', letter: 'B', meaning: 'too early for its windows' },
  { state: 'complete', word: 'complete', letter: '', meaning: 'every row that the schedule wants' },
  {
    state: 'here',
    word: 'here',
    letter: '',
    meaning: 'rows as the source has them; no count is expected',
  },
  { state: 'none', word: 'none', letter: '', meaning: 'no rows, and none expected' },
  { state: 'coming', word: 'to come', letter: '', meaning: 'no game is final yet' },
];

/** The look of a state. */
export function lookOf(state: CellState): StateLook {
  return STATES.find((look) => look.state === state)!;
}
