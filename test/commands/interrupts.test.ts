import { afterEach, expect, test, vi } from 'vitest';
import { watchInterrupts } from '../../src/commands/interrupts.ts';

afterEach(() => {
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
  vi.restoreAllMocks();
});

test('the first Ctrl-C aborts the signal and says so; the second leaves at once with 130', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const said: string[] = [];
  const signal = watchInterrupts((text) => said.push(text));
  process.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  expect(said).toEqual(['Stopping after the unit at hand; Ctrl-C again stops at once.']);
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
});
