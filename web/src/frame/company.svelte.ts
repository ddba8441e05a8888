import { access, catalog, openSession, toProblem } from '../api/client';
import { batch } from '../api/jobs';
import { live } from '../api/live.svelte';
import { readDefinitions, type Definition } from '../metrics/definition';
import { list, number, records, text } from '../api/table';
import type { CatalogEntry, Problem, Result, Session } from '../api/types';
import { i18n } from '../i18n/index.svelte';
import { dayOf } from '../router/period';
import { theme, type ThemeName } from './theme.svelte';

const kListenAgainMs = 3000;

/** What the frame knows of the company: its teams and segments, the span of its data, its currency and calendar. */
class Company {
  ready = $state(false);
  /** Somebody must sign in first; the address stays, so that it leads on afterwards. */
  isSignedOut = $state(false);
  problem = $state.raw<Problem>();
  session = $state.raw<Session>();
  analyses = $state.raw<CatalogEntry[]>([]);
  definitions = $state.raw<Definition[]>([]);
  teams = $state.raw<{ id: string; name: string }[]>([]);
  segments = $state.raw<string[]>([]);
  firstDay = $state('');
  lastDay = $state('');
  lastAt = $state('');
  fiscalStart = $state(1);
  empty = $state(false);
  /** Whether invented data is among what counts. */
  hasDemo = $state(false);
  /** The reporting currency, and the others in which amounts may be shown. */
  currency = $state('XXX');
  currencies = $state.raw<string[]>([]);

  async start(): Promise<void> {
    await this.load();
    if (this.ready) live.open();
  }

  async load(): Promise<void> {
    try {
      this.session = await openSession();
      this.isSignedOut = this.session.has_accounts && !this.session.user;
      if (this.isSignedOut) return;
      await this.#takePreferences(this.session);
      const [entries] = await Promise.all([catalog(), this.refresh()]);
      this.analyses = entries.analyses.filter((one) => this.may(one.right));
      this.problem = undefined;
      this.ready = true;
    } catch (error) {
      this.problem = toProblem(error);
    }
  }

  constructor() {
    access.lost = () => this.#signedOut();
    live.onrefused = () => setTimeout(() => void this.#listenAgain(), kListenAgainMs);
  }

  #signedOut(): void {
    live.close();
    live.isLost = false;
    this.ready = false;
    this.isSignedOut = true;
    void openSession().catch(() => undefined);
  }

  async #listenAgain(): Promise<void> {
    try {
      const session = await openSession();
      if (session.has_accounts && session.user !== this.session?.user) this.#signedOut();
      else live.open();
    } catch {
      live.onrefused();
    }
  }

  /** What somebody chose goes with the account, to whatever machine. */
  async #takePreferences(session: Session): Promise<void> {
    if (session.language === 'en' || session.language === 'ru') await i18n.set(session.language);
    if (session.theme) theme.set(session.theme as ThemeName);
  }

  async refresh(): Promise<void> {
    const ids = ['filters', 'status', 'settings', 'metrics.catalog'] as const;
    const answer = await batch(
      ids.map((id) => ({ id, params: {} })),
      {},
    );
    const [lists, status, settings, metrics] = answer.results.map((one) =>
      'result' in one ? one.result : undefined,
    );
    if (answer.data_version > live.dataVersion) live.dataVersion = answer.data_version;
    this.#takeStatus(status);
    this.#takeSettings(settings);
    this.#takeLists(lists);
    this.definitions = readDefinitions(metrics?.tables['definitions']);
  }

  definition(id: string): Definition | undefined {
    return this.definitions.find((one) => one.id === id);
  }

  /** The title of a metric, else its id as words. */
  metricTitle(id: string): string {
    return i18n.pick(this.definition(id)?.title, words(id));
  }

  entry(id: string): CatalogEntry | undefined {
    return this.analyses.find((one) => one.id === id);
  }

  may = (right: string): boolean => this.session?.rights.includes(right) ?? false;

  #takeStatus(result: Result | undefined): void {
    const status = records(result?.tables['status'])[0];
    if (!status) return;
    i18n.timeZone = text(status['time_zone']) || 'UTC';
    this.currency = text(status['currency']) || 'XXX';
    this.currencies = list(status['currencies']).map(text);
    this.empty = number(status['sources']) === 0;
    this.hasDemo = (number(status['demo_imports']) ?? 0) > 0;
    this.lastAt = this.empty ? '' : text(status['as_of']);
  }

  #takeSettings(result: Result | undefined): void {
    const start = records(result?.tables['settings']).find((one) => text(one['name']).includes('fiscal'));
    const month = number(start?.['value']);
    if (month && month >= 1 && month <= 12) this.fiscalStart = month;
  }

  #takeLists(result: Result | undefined): void {
    const range = records(result?.tables['range'])[0];
    this.teams = records(result?.tables['teams']).map((one) => ({
      id: text(one['id']),
      name: text(one['name']),
    }));
    this.segments = records(result?.tables['segments'])
      .map((one) => text(one['segment']))
      .filter(Boolean);
    this.lastAt = text(range?.['last_at']) || this.lastAt;
    this.firstDay = range?.['first_at'] ? dayOf(text(range['first_at']), i18n.timeZone) : '';
    this.lastDay = this.lastAt ? dayOf(this.lastAt, i18n.timeZone) : '';
  }
}

/** An id as words: `google_ads` is "Google ads". */
export function words(id: string): string {
  const spaced = id.replace(/[._]/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export const company = new Company();
