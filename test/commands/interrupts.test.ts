import { afterEach, expect, test, vi } from 'vitest';
import { watchInterrupts } from '../../src/commands/interrupts.ts';

afterEach(() => {
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('the first Ctrl-C aborts the signal and says so; the second leaves at once with 130', () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const said: string[] = [];
  const { signal } = watchInterrupts((text) => said.push(text));
  process.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  expect(said).toEqual(['Stopping after the unit at hand; Ctrl-C again stops at once.']);
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
});

test('the second Ctrl-C ends the process after what was registered, the third at once', async () => {
  // The last work's time would end this process seconds later, which goes on with other files.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const { onStop } = watchInterrupts(() => undefined);
  let cancel = () => {};
  const cancelled = new Promise<void>((resolve) => {
    cancel = resolve;
  });
  onStop(() => cancelled);
  const takeBack = onStop(() => Promise.reject(new Error('never called')));
  takeBack();
  process.emit('SIGINT');
  process.emit('SIGINT');
  expect(exit).not.toHaveBeenCalled();
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledTimes(1);
  cancel();
  await vi.waitFor(() => expect(exit).toHaveBeenCalledTimes(2));
  expect(exit).toHaveBeenLastCalledWith(130);
});
