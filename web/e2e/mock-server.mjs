// Stands in for the server where the program is not built: `node e2e/mock-server.mjs [--port N] [--empty]`.
// It follows the HTTP contract with a made-up company, and sends the same content policy as the real one.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalog } from './mock-catalog.mjs';
import { answer, decision } from './mock-answers.mjs';
import { kDimensions, kMetrics } from './mock-company.mjs';
import { Refusal, state } from './mock-result.mjs';
import { importResult } from './mock-sources.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const argument = (name) => process.argv.indexOf(name);
const port = argument('--port') > 0 ? Number(process.argv[argument('--port') + 1]) : 7717;
state.isEmpty = argument('--empty') > 0;
state.version = state.isEmpty ? 0 : 12;
const jobs = new Map();
const streams = new Set();

const actions = {
  'sources.import': (params) => ({ job: startImport(params) }),
  'sources.undo': ({ import_id }) => (state.undone.add(Number(import_id)), bump(), decision('sources.undo')),
  'sources.replay': () => (bump(), decision('sources.replay')),
  'settings.set': () => (bump(), decision('settings.set')),
  'decisions.undo': () => (bump(), decision('decisions.undo')),
  'model.build': () => (bump(), decision('model.build')),
};

function startImport({ uploads: ids = [], dry_run: isDryRun }) {
  const id = `job-${jobs.size + 1}`;
  const job = {
    id,
    title: isDryRun ? 'Dry run' : 'Import',
    state: 'running',
    stage: 'deals.csv: read 40 rows',
    stage_ru: 'deals.csv: прочитано строк: 40',
    fraction: 0,
    message: '',
    result: null,
    problem: null,
  };
  jobs.set(id, job);
  const steps = Number(process.env.MOCK_STEPS ?? 4);
  const tick = () => {
    if (job.state !== 'running') return;
    job.fraction = Math.min(1, job.fraction + 1 / steps);
    if (job.fraction >= 0.5) [job.stage, job.stage_ru] = ['deals.csv: commit', 'deals.csv: сохранение'];
    if (job.fraction >= 1) {
      job.state = 'done';
      job.result = importResult(ids, isDryRun);
      if (!isDryRun) {
        state.isEmpty = false;
        bump();
      }
    } else setTimeout(tick, 120);
    tell('job', { ...job, result: undefined });
  };
  setTimeout(tick, 60);
  return id;
}

function bump() {
  state.version += 1;
  tell('data', { data_version: state.version });
}

function tell(event, data) {
  for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

const kTypes = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const kPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

function sendFile(request, response, path) {
  let file = normalize(join(dist, path));
  if (!file.startsWith(dist) || !existsSync(file) || statSync(file).isDirectory())
    file = join(dist, 'index.html');
  const isAsset = file.includes('/assets/');
  const type = kTypes[extname(file)] ?? 'application/octet-stream';
  const encoding = ['br', 'gzip'].find(
    (one) =>
      (request.headers['accept-encoding'] ?? '').includes(one) &&
      existsSync(`${file}.${one === 'br' ? 'br' : 'gz'}`),
  );
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Security-Policy': kPolicy,
    'Cache-Control': isAsset ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(encoding && { 'Content-Encoding': encoding }),
  });
  createReadStream(encoding ? `${file}.${encoding === 'br' ? 'br' : 'gz'}` : file).pipe(response);
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function serveApi(request, response, url) {
  const path = url.pathname.replace('/api/v1', '');
  const params = Object.fromEntries(url.searchParams);
  const send = (status, value) => {
    response.writeHead(status, {
      'Content-Type': status < 400 ? 'application/json' : 'application/problem+json',
    });
    response.end(JSON.stringify(value));
  };
  if (path === '/live') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.write(`event: hello\ndata: ${JSON.stringify({ data_version: state.version })}\n\n`);
    streams.add(response);
    request.on('close', () => streams.delete(response));
    return;
  }
  if (request.method !== 'GET' && request.headers['x-csrf-token'] !== 'mock')
    throw new Refusal(403, 'forbidden', 'Not allowed', 'the CSRF token is missing');
  if (path === '/exports') return send(200, {});
  if (path === '/session')
    return send(200, {
      user: 'local',
      display_name: '',
      role: 'owner',
      rights: ['view', 'export', 'decide', 'import', 'people', 'sql', 'settings', 'audit', 'users'],
      department: '',
      teams: [],
      sees_all_rows: true,
      sees_personal_data: true,
      language: '',
      theme: '',
      has_accounts: false,
      csrf: 'mock',
    });
  if (path === '/catalog') return send(200, catalog(kMetrics, kDimensions));
  if (path === '/uploads') {
    const bytes = await body(request);
    const id = `upload-${state.uploads.size + 1}`;
    state.uploads.set(id, decodeURIComponent(request.headers['x-file-name']));
    return send(201, { upload: id, name: state.uploads.get(id), bytes: bytes.length });
  }
  if (path.startsWith('/jobs/')) {
    const job = jobs.get(path.slice(6));
    if (!job) throw new Refusal(404, 'not_found', 'Not found', 'there is no such job');
    if (request.method === 'DELETE' && job.state === 'running') job.state = 'cancelled';
    return send(200, job);
  }
  if (path === '/batch') {
    const asked = JSON.parse(await body(request));
    const moment = {
      ...(asked.as_of && { as_of: asked.as_of }),
      ...(asked.known_at && { known_at: asked.known_at }),
    };
    const results = asked.requests.map((one) => {
      try {
        return { status: 200, result: answer(one.id, { ...one.params, ...moment }) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { status: error.body.status, problem: error.body };
      }
    });
    return send(200, { data_version: state.version, results });
  }
  const id = path.slice(1);
  if (request.method === 'POST') {
    if (!actions[id]) throw new Refusal(404, 'not_found', 'Not found', `there is no action "${id}"`);
    const done = actions[id](JSON.parse(await body(request)).params ?? {});
    return done.job ? send(202, { job: done.job, status: `/api/v1/jobs/${done.job}` }) : send(200, done);
  }
  send(200, answer(id, params));
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/')) return sendFile(request, response, url.pathname);
  serveApi(request, response, url).catch((error) => {
    const problem =
      error instanceof Refusal
        ? error.body
        : { title: 'A fault', status: 500, detail: String(error.stack), code: 'bug', request_id: 'mock-1' };
    response.writeHead(problem.status, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify(problem));
  });
}).listen(port, '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${this.address().port}/`);
});
