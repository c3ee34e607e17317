import type { Replica } from '../replica/replica.ts';

/** Has the next validation judge every date and write every result, whatever it knows of them. */
export async function forgetValidation(replica: Replica): Promise<void> {
  for (const table of ['validated', 'validated_date']) {
    await replica.run(`DELETE FROM hoopduck.${table}`);
  }
}
