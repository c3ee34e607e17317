import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { aliasHistory, currentAliases, setAlias } from '../../src/train/aliases.ts';
import {
  becomeCandidate,
  chooseModel,
  type RegisteredModel,
  registerModel,
} from '../../src/train/registry.ts';

async function replicaInMemory(): Promise<Replica> {
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  return replica;
}

function at(minute: number): Date {
  return new Date(Date.UTC(2022, 2, 1, 12, minute));
}

function model(modelId: string, status: RegisteredModel['status'] = 'evaluated') {
  return {
    ...{ modelId, status, engine: 'wasm', featureSet: 'seed-21', inputDigest: modelId },
    artefact: `data/models/${modelId}`,
    training: {} as RegisteredModel['training'],
  };
}

test('the last training that was not forced gives the candidate, and who had been it stays known', async () => {
  const replica = await replicaInMemory();
  await registerModel(replica, 'run-1', model('points-a'), at(1));
  await registerModel(replica, 'run-2', model('points-b', 'not_evaluated'), at(2));
  await registerModel(replica, 'run-3', model('points-c', 'forced'), at(3));
  expect((await currentAliases(replica)).get('candidate')).toEqual({
    alias: 'candidate',
    step: 2,
    model_id: 'points-b',
    set_at: '2022-03-01T12:02:00Z',
    run_id: 'run-2',
    reason: 'trained: not evaluated',
  });
  expect(await aliasHistory(replica)).toMatchObject([
    { step: 2, model_id: 'points-b' },
    { step: 1, model_id: 'points-a', run_id: 'run-1', reason: 'trained: evaluated' },
  ]);
});

test('a model that has the name already is not named again, and one that had it before is', async () => {
  const replica = await replicaInMemory();
  for (const [minute, name] of ['a', 'a', 'b', 'a'].entries()) {
    await registerModel(replica, `run-${minute}`, model(`points-${name}`), at(minute));
  }
  await becomeCandidate(replica, 'run-9', model('points-a'), at(9));
  const named = (await aliasHistory(replica)).map(({ model_id, run_id }) => [model_id, run_id]);
  expect(named).toEqual([
    ['points-a', 'run-3'],
    ['points-b', 'run-2'],
    ['points-a', 'run-0'],
  ]);
});

test('the order of naming counts, not the clock', async () => {
  const replica = await replicaInMemory();
  const change = { alias: 'champion', runId: 'run-1', reason: 'better' } as const;
  await setAlias(replica, { ...change, modelId: 'points-a', at: at(30) });
  await setAlias(replica, { ...change, modelId: 'points-b', at: at(10) });
  expect((await currentAliases(replica)).get('champion')).toMatchObject({ model_id: 'points-b' });
});

test('without a name or an id the champion is chosen, else the candidate, else the newest', async () => {
  const replica = await replicaInMemory();
  const chosen = async (asked?: string) => {
    const { model: found, as } = await chooseModel(replica, asked);
    return [found.modelId, as];
  };
  await registerModel(replica, 'run-1', model('points-forced-1', 'forced'), at(1));
  await registerModel(replica, 'run-2', model('points-forced-2', 'forced'), at(2));
  expect(await chosen()).toEqual(['points-forced-2', 'newest']);
  await registerModel(replica, 'run-3', model('points-a'), at(3));
  await registerModel(replica, 'run-4', model('points-forced-3', 'forced'), at(4));
  expect(await chosen()).toEqual(['points-a', 'candidate']);
  const promoted = { alias: 'champion', modelId: 'points-forced-1', runId: 'run-5' } as const;
  await setAlias(replica, { ...promoted, reason: 'better', at: at(5) });
  expect(await chosen()).toEqual(['points-forced-1', 'champion']);
  expect(await chosen('candidate')).toEqual(['points-a', 'candidate']);
  expect(await chosen('points-forced-3')).toEqual(['points-forced-3', 'id']);
});

test('an alias that nobody has and an id that is not there are errors that say what there is', async () => {
  const replica = await replicaInMemory();
  await expect(chooseModel(replica, 'champion')).rejects.toMatchObject({ code: 'NO_MODEL' });
  await registerModel(replica, 'run-1', model('points-5af975522488'), at(1));
  await expect(chooseModel(replica, 'champion')).rejects.toMatchObject({
    code: 'ALIAS_UNSET',
    exitCode: 1,
    next: 'Run "hoopduck models promote candidate", or name a model by its id.',
  });
  await expect(chooseModel(replica, 'points-5af975522448')).rejects.toMatchObject({
    code: 'UNKNOWN_MODEL',
    exitCode: 2,
    message:
      'There is no model "points-5af975522448" in this workspace. Did you mean "points-5af975522488"?',
  });
  await expect(chooseModel(replica, 'champoin')).rejects.toMatchObject({
    message: 'There is no model "champoin" in this workspace. Did you mean "champion"?',
  });
});

test('a replica from before aliases has none when it is read, and its newest unforced model once migrated', async () => {
  const replica = await replicaInMemory();
  await registerModel(replica, 'run-1', model('points-a'), at(1));
  await registerModel(replica, 'run-2', model('points-b'), at(2));
  await registerModel(replica, 'run-3', model('points-c', 'forced'), at(3));
  await replica.run('DROP TABLE hoopduck.model_alias');
  expect((await currentAliases(replica)).size).toBe(0);
  expect((await chooseModel(replica, undefined)).as).toBe('newest');

  await replica.run(readFileSync('src/ledger/schema-5.sql', 'utf8'));
  expect(await aliasHistory(replica)).toEqual([
    {
      alias: 'candidate',
      step: 1,
      model_id: 'points-b',
      set_at: '2022-03-01T12:02:00Z',
      run_id: 'run-2',
      reason: 'the newest model when aliases came',
    },
  ]);
});
