/** What servers, and accounts with few rights, may lack; each has another way. */
export const ABILITIES = [
  'partitions view',
  'Storage Read',
  'export to GCS',
  'snapshots',
  'copy jobs',
  'CREATE TABLE AS',
] as const;

export type Ability = (typeof ABILITIES)[number];

/** What is known of the server so far: learnt by asking, and remembered while the program runs. */
export class Abilities {
  readonly #found = new Map<Ability, { readonly is: boolean; readonly why: string | null }>();

  note(ability: Ability, is: boolean, why: string | null = null): void {
    this.#found.set(ability, { is, why });
  }

  /** Whether it is known to be missing. */
  lacks(ability: Ability): boolean {
    return this.#found.get(ability)?.is === false;
  }

  /** What was found of it; undefined: nobody asked yet. */
  found(ability: Ability): { readonly is: boolean; readonly why: string | null } | undefined {
    return this.#found.get(ability);
  }
}
