import type { Catalog, Cell, Job, Params, Problem, Result, Session, Upload } from './types';

const kRoot = '/api/v1';

/** A refusal of the server, or of the way to it, as a problem document. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

/** What an endpoint gave: the document itself, or the job that will have it. */
export type Answer<T> = { kind: 'done'; value: T } | { kind: 'job'; job: string };

let csrf = '';

/** What happens when the server says that nobody is signed in: set by whoever shows the page to sign in with. */
export const access = { lost: (): void => undefined };

export async function openSession(): Promise<Session> {
  const session = await get<Session>('/session');
  csrf = session.csrf;
  return session;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await request(path, { method: 'GET' }, signal)).json() as Promise<T>;
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  return (await request(path, json('POST', body))).json() as Promise<T>;
}

export async function remove(path: string): Promise<void> {
  await request(path, { method: 'DELETE', headers: { 'X-CSRF-Token': csrf } });
}

export async function run(id: string, params: Params, signal?: AbortSignal): Promise<Answer<Result>> {
  const query = toQuery(params);
  return toAnswer(await request(`/${id}${query ? `?${query}` : ''}`, { method: 'GET' }, signal));
}

export async function act(
  id: string,
  params: Params,
  reason = '',
  signal?: AbortSignal,
): Promise<Answer<Result>> {
  return toAnswer(await request(`/${id}`, json('POST', { params: clean(params), reason }), signal));
}

/** Sends a question that has a body of its own. */
export async function send<T>(path: string, body: unknown, signal?: AbortSignal): Promise<Answer<T>> {
  return toAnswer<T>(await request(path, json('POST', body), signal));
}

export const catalog = (): Promise<Catalog> => get<Catalog>('/catalog');
export const job = (id: string, signal?: AbortSignal): Promise<Job> =>
  get<Job>(`/jobs/${encodeURIComponent(id)}`, signal);
export const cancelJob = async (id: string): Promise<void> => {
  await remove(`/jobs/${encodeURIComponent(id)}`);
};

/** Sends one file. XMLHttpRequest, because fetch does not tell how far an upload is. */
export function upload(
  file: File,
  name: string,
  onSent: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${kRoot}/uploads`);
    request.setRequestHeader('X-File-Name', encodeURIComponent(name));
    request.setRequestHeader('X-CSRF-Token', csrf);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Upload);
      else {
        if (request.status === 401) access.lost();
        reject(new ApiError(parseProblem(request.status, request.responseText)));
      }
    };
    request.onerror = () => reject(new ApiError(offline()));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

export function toQuery(params: Params): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null || value === '') continue;
    if (Array.isArray(value)) {
      if (value.length) query.set(name, value.join(','));
    } else {
      query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    }
  }
  return query.toString();
}

export function toProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return {
    title: 'Error',
    status: 0,
    code: 'bug',
    detail: error instanceof Error ? error.message : String(error),
  };
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

async function request(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(kRoot + path, { credentials: 'same-origin', ...init, ...(signal && { signal }) });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(offline());
  }
  if (!response.ok) {
    const problem = parseProblem(response.status, await response.text());
    if (response.status === 401 && path !== '/login') access.lost();
    throw new ApiError(problem);
  }
  return response;
}

async function toAnswer<T = Result>(response: Response): Promise<Answer<T>> {
  if (response.status === 202) return { kind: 'job', job: ((await response.json()) as { job: string }).job };
  return { kind: 'done', value: (await response.json()) as T };
}

function json(method: string, body: unknown): RequestInit {
  return {
    method,
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
  };
}

export function clean(params: Params): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(params).filter(
      (entry): entry is [string, Cell] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

function parseProblem(status: number, body: string): Problem {
  try {
    const problem = JSON.parse(body) as Partial<Problem>;
    if (problem.title || problem.detail) {
      return { ...problem, status, title: problem.title ?? '', code: problem.code ?? 'bug' };
    }
  } catch {
    // Not a problem document: a proxy or a plain server error.
  }
  return { title: `HTTP ${status}`, status, code: 'unavailable', detail: body.slice(0, 300) };
}

/** The way to the server is cut: what the browser says of it helps nobody. */
function offline(): Problem {
  return { title: 'offline', status: 0, code: 'offline' };
}
