import type { Problem } from '../api/types';

/** What `weir report` puts into the file: answers by the last part of their address. */
export interface Kept {
  lang: 'en' | 'ru';
  /** The part of the address after `?` under which the page showed this. */
  query: string;
  /** `status`, `filters`, ... as of one data version. */
  answers: Record<string, unknown>;
}

const kMissing: Problem = {
  title: 'not kept',
  status: 404,
  code: 'not_found',
  detail: 'this report holds Pulse only',
  words: {
    en: { title: 'Not kept', detail: 'this report holds Pulse only' },
    ru: { title: 'Не сохранено', detail: 'в этом отчёте только «Пульс»' },
  },
};

/** Answers like the server, from what was kept: single questions, a batch of them, and the two documents of the start. */
export function keptFetch(kept: Kept): typeof fetch {
  return (input, init) => {
    const path = new URL(String(input), 'http://report/').pathname.replace(/^\/api\/v1\//, '');
    const body =
      path === 'batch'
        ? batchOf(kept, String(init?.body))
        : path === 'session'
          ? kSession
          : kept.answers[path];
    const isKnown = body !== undefined;
    return Promise.resolve(
      new Response(JSON.stringify(isKnown ? body : kMissing), {
        status: isKnown ? 200 : 404,
        headers: { 'Content-Type': isKnown ? 'application/json' : 'application/problem+json' },
      }),
    );
  };
}

const kSession = { user: '', role: 'viewer', rights: [], csrf: '' };

function batchOf(kept: Kept, body: string): unknown {
  const asked = (JSON.parse(body) as { requests: { id: string }[] }).requests;
  const versions = Object.values(kept.answers).map(
    (one) => (one as { data_version?: number }).data_version ?? 0,
  );
  return {
    data_version: Math.max(0, ...versions),
    results: asked.map(({ id }) =>
      kept.answers[id] === undefined
        ? { status: 404, problem: kMissing }
        : { status: 200, result: kept.answers[id] },
    ),
  };
}
