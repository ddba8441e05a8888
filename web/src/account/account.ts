import { get, post, remove, toProblem } from '../api/client';
import { company } from '../frame/company.svelte';
import { toasts } from '../ui/toast.svelte';
import { sentenceOf } from '../i18n/problem';

/** One place where somebody is signed in. */
export interface OwnSession {
  id: string;
  created_at: string;
  last_used_at: string;
  address: string;
  agent: string;
  is_this: boolean;
}

export async function signIn(user: string, password: string): Promise<void> {
  await post('/login', { user, password });
  await company.start();
}

export async function signOut(): Promise<void> {
  await post('/logout', {});
  // From the beginning: nothing of one person may stay in view of the next.
  location.assign('/');
}

export const ownSessions = async (): Promise<OwnSession[]> =>
  (await get<{ sessions: OwnSession[] }>('/sessions')).sessions;

export const endSession = (id: string): Promise<void> => remove(`/sessions/${encodeURIComponent(id)}`);

export const changePassword = (present: string, password: string): Promise<unknown> =>
  post('/password', { present, password });

/** Sets somebody's password; without one the server makes it, and tells it this once. */
export const resetPassword = async (user: string, password: string): Promise<string> =>
  (await post<{ password?: string }>('/password', { user, password })).password ?? password;

/** Says that a table is saved, for the audit log: the path of the page and nothing of its query. False: it may not be. */
export async function mayExport(): Promise<boolean> {
  try {
    await post('/exports', { page: location.pathname });
    return true;
  } catch (error) {
    toasts.say(sentenceOf(toProblem(error)), 'failed');
    return false;
  }
}

/** Language and theme go with the account; where there is none, the browser keeps them. */
export function keepPreference(preference: { language?: string; theme?: string }): void {
  if (company.session?.has_accounts) void post('/preferences', preference).catch(() => undefined);
}

const kBrowsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/YaBrowser\//, 'Yandex Browser'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
];
const kSystems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** What a person calls the program that a browser says it is: "Firefox, Linux". */
export function browserName(agent: string): string {
  const nameIn = (names: [RegExp, string][]): string => names.find(([mark]) => mark.test(agent))?.[1] ?? '';
  return [nameIn(kBrowsers), nameIn(kSystems)].filter(Boolean).join(', ') || agent.slice(0, 40);
}
