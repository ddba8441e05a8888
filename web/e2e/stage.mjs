// Starts what the browser tests look at: the real program on a simulated company where it is built, else the mock.
import { spawn, spawnSync } from 'node:child_process';
import {
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const kProgram = process.env.WEIR_BIN ?? fileURLToPath(new URL('../../build/weir', import.meta.url));
const kMock = fileURLToPath(new URL('./mock-server.mjs', import.meta.url));

// One team of sellers, and two exports, so that there is history.
const kCompany = ['--accounts', '120', '--months', '18'];

/** A server with a company, or with none yet: `{ url, kind: 'weir' | 'mock', folder, stop }`. `company` is what `weir simulate` is told. */
export async function startServer({ empty = false, mock = false, company = kCompany } = {}) {
  const port = await freePort();
  const isReal = !mock && existsSync(kProgram);
  if (!isReal && !mock) console.log(`NOTE: ${kProgram} is not there, so the mock server stands in for it`);
  const started = isReal ? await startWeir(port, empty, company) : startMock(port, empty);
  await answering(`${started.url}/api/v1/session`, started.child);
  return started;
}

function startMock(port, empty) {
  const child = spawn(process.execPath, [kMock, '--port', String(port), ...(empty ? ['--empty'] : [])], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const command = () => {
    throw new Error('the mock server takes no commands');
  };
  return {
    url: `http://127.0.0.1:${port}`,
    kind: 'mock',
    child,
    folder: null,
    command,
    stop: () => stop(child),
  };
}

/** Runs the program to its end. */
function run(home, ...args) {
  const done = spawnSync(kProgram, ['--home', home, ...args], { encoding: 'utf8' });
  if (done.status !== 0)
    throw new Error(`weir ${args.join(' ')} ended with ${done.status}:\n${done.stderr}${done.stdout}`);
}

const exportsIn = (folder) =>
  readdirSync(join(folder, 'exports'))
    .filter((name) => name.startsWith('export-'))
    .sort()
    .map((name) => join(folder, 'exports', name));

function makeCompany(folder, empty, company) {
  const home = join(folder, 'home');
  run(home, 'simulate', join(folder, 'exports'), '--seed', '1', ...company);
  if (empty) run(home, 'init');
  else run(home, 'up', ...exportsIn(folder), '--no-open', '--no-serve');
}

/**
 * Lays a company into the folder. Where a folder for all files is named (prepare.ts), the first that asks for a company
 * makes it there, and everybody gets a copy of their own: to make one takes as long as a test.
 */
async function layCompany(folder, empty, company) {
  const shared = process.env.WEIR_E2E_COMPANIES;
  if (!shared) return makeCompany(folder, empty, company);
  const made = join(shared, [empty ? 'empty' : 'up', ...company].join('_'));
  for (;;) {
    if (existsSync(made)) break;
    if (isFirst(`${made}.lock`)) {
      try {
        makeCompany(`${made}.new`, empty, company);
        renameSync(`${made}.new`, made);
      } finally {
        rmSync(`${made}.new`, { recursive: true, force: true });
        rmSync(`${made}.lock`, { recursive: true });
      }
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  cpSync(made, folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

function isFirst(lock) {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

async function startWeir(port, empty, company) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-e2e-'));
  const home = join(folder, 'home');
  await layCompany(folder, empty, company);
  const folders = exportsIn(folder);
  const child = spawn(kProgram, ['--home', home, 'serve', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part) => (said = (said + part).slice(-4000)));
  const end = async () => {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    kind: 'weir',
    child,
    folder: folders[0] ?? null,
    command: (args, input = '') =>
      spawnSync(kProgram, ['--home', home, ...args], { encoding: 'utf8', input }),
    said: () => said,
    stop: end,
  };
}

/** Debian's Chromium, quiet and alone. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--font-render-hinting=none',
    ],
  });
}

async function answering(url, child) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    try {
      const response = await fetch(url);
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no answer from ${url}`);
}

function stop(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
