import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { expect, type TestContext } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium of this machine; where there is none the test is skipped, with CI=true it fails. */
export async function startChromium(context: TestContext): Promise<Browser> {
  const asked = process.env['HOOPDUCK_CHROMIUM'];
  const executablePath = asked ?? PLACES.find(existsSync);
  if (executablePath === undefined) {
    const text = `no Chromium at ${PLACES.join(', ')}; HOOPDUCK_CHROMIUM may name one`;
    if (process.env['CI'] === 'true') expect.fail(text);
    context.skip(text);
  }
  // Of a container's root: its sandbox needs a user.
  return chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
}
