import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { kProgram } from './stage.mjs';

/** The program has the page inside; the mock server serves what is built here. Gives back what is to do at the end. */
export default async function prepare(): Promise<() => void> {
  if (!existsSync(kProgram)) {
    await build({ root: fileURLToPath(new URL('..', import.meta.url)), logLevel: 'error' });
  }
  // Companies that several files look at are made once (stage.mjs).
  const companies = mkdtempSync(join(tmpdir(), 'weir-e2e-companies-'));
  process.env.WEIR_E2E_COMPANIES = companies;
  return () => rmSync(companies, { recursive: true, force: true });
}
