import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { kProgram } from './stage.mjs';

/** The program has the page inside; the mock server serves what is built here. */
export default async function prepare(): Promise<void> {
  if (existsSync(kProgram)) return;
  await build({ root: fileURLToPath(new URL('..', import.meta.url)), logLevel: 'error' });
}
