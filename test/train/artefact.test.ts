import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { artefactIsIntact, writeArtefact } from '../../src/train/artefact.ts';
import { sha256 } from '../../src/train/input-digest.ts';

function workspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-artefact-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('an artefact is one folder with a manifest that knows every file', () => {
  const home = workspace();
  const artefact = writeArtefact(
    home,
    'points-1',
    { 'model.json': '{}', 'model.onnx': Uint8Array.of(1, 2) },
    { seed: 20 },
  );
  expect(artefact).toBe('data/models/points-1');
  expect(readdirSync(join(home, artefact)).sort()).toEqual([
    'manifest.json',
    'model.json',
    'model.onnx',
  ]);
  expect(JSON.parse(readFileSync(join(home, artefact, 'manifest.json'), 'utf8'))).toEqual({
    seed: 20,
    files: { 'model.json': sha256('{}'), 'model.onnx': sha256(Uint8Array.of(1, 2)) },
  });
  expect(artefactIsIntact(home, artefact)).toBe(true);
});

test('a changed, a lost or an absent file is no intact artefact', () => {
  const home = workspace();
  const artefact = writeArtefact(home, 'points-1', { a: 'x', b: 'y' }, {});
  appendFileSync(join(home, artefact, 'a'), 'z');
  expect(artefactIsIntact(home, artefact)).toBe(false);
  writeArtefact(home, 'points-1', { a: 'x', b: 'y' }, {});
  rmSync(join(home, artefact, 'b'));
  expect(artefactIsIntact(home, artefact)).toBe(false);
  expect(artefactIsIntact(home, 'data/models/points-2')).toBe(false);
});

test('a new artefact takes the place of the old one whole and clears what a killed run left', () => {
  const home = workspace();
  writeArtefact(home, 'points-1', { old: 'x' }, {});
  mkdirSync(join(home, 'data/models/.points-1.new'));
  writeArtefact(home, 'points-1', { fresh: 'y' }, {});
  expect(readdirSync(join(home, 'data/models'))).toEqual(['points-1']);
  expect(readdirSync(join(home, 'data/models/points-1')).sort()).toEqual([
    'fresh',
    'manifest.json',
  ]);
});

test('an artefact that a killed run had moved aside is back before another is written', () => {
  const home = workspace();
  const models = join(home, 'data/models');
  writeArtefact(home, 'points-1', { old: 'x' }, {});
  renameSync(join(models, 'points-1'), join(models, '.points-1.old'));
  writeArtefact(home, 'points-2', { fresh: 'y' }, {});
  expect(readdirSync(models).sort()).toEqual(['points-1', 'points-2']);
  expect(artefactIsIntact(home, 'data/models/points-1')).toBe(true);
});
