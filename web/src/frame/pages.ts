import type { Component } from 'svelte';
import type { Messages } from '../i18n/en';

export interface Page {
  /** The name in the side bar and in the search. */
  name: keyof Messages['nav'];
  path: string;
  /** Pressed after `g`. */
  key: string;
  /** Whether its figures follow the filter bar. */
  isFiltered: boolean;
  /** Of the filter bar only the moment and the currency: it speaks of the whole company. */
  isWhole?: boolean;
  /** Its figures are of one moment: the filter bar offers it no period. */
  isOfMoment?: boolean;
  /** Parts of the page, as they stand in its path, whose figures are of one moment. */
  partsOfMoment?: readonly string[];
  /** The page is of use to whoever has one of these rights; without any it is for all. */
  rights?: readonly string[];
  load: () => Promise<{ default: Component<{ rest: string }> }>;
}

/** The pages that exist, in the order of the side bar. A later page is one more line here. */
export const kPages: readonly Page[] = [
  { name: 'pulse', isFiltered: true, path: '/', key: 'p', load: () => import('../pulse/PulsePage.svelte') },
  {
    name: 'questions',
    isFiltered: true,
    path: '/questions',
    key: 'q',
    load: () => import('../questions/QuestionsPage.svelte'),
  },
  {
    name: 'customers',
    isFiltered: true,
    path: '/customers',
    key: 'c',
    load: () => import('../customers/CustomersPage.svelte'),
  },
  {
    name: 'pipeline',
    isFiltered: true,
    partsOfMoment: ['deals', 'coverage', 'velocity', 'pacing'],
    path: '/pipeline',
    key: 'w',
    load: () => import('../pipeline/PipelinePage.svelte'),
  },
  {
    name: 'forecast',
    isFiltered: true,
    isOfMoment: true,
    path: '/forecast',
    key: 'f',
    load: () => import('../forecast/ForecastPage.svelte'),
  },
  {
    name: 'leaks',
    isFiltered: true,
    isOfMoment: true,
    path: '/leaks',
    key: 'l',
    load: () => import('../leaks/LeaksPage.svelte'),
  },
  {
    name: 'health',
    isFiltered: true,
    isOfMoment: true,
    path: '/health',
    key: 'h',
    load: () => import('../health/HealthPage.svelte'),
  },
  {
    name: 'diagnosis',
    isFiltered: true,
    isWhole: true,
    path: '/diagnosis',
    key: 'd',
    load: () => import('../diagnosis/DiagnosisPage.svelte'),
  },
  {
    name: 'metrics',
    isFiltered: true,
    path: '/catalog',
    key: 'm',
    load: () => import('../metrics/MetricsPage.svelte'),
  },
  {
    name: 'registers',
    isFiltered: false,
    path: '/registers',
    key: 'r',
    load: () => import('../registers/RegistersPage.svelte'),
  },
  {
    name: 'sources',
    isFiltered: false,
    rights: ['import'],
    path: '/sources',
    key: 's',
    load: () => import('../sources/SourcesPage.svelte'),
  },
  {
    name: 'explore',
    isFiltered: false,
    rights: ['sql'],
    path: '/explore',
    key: 'e',
    load: () => import('../explore/ExplorePage.svelte'),
  },
  {
    name: 'analyses',
    isFiltered: true,
    path: '/analyses',
    key: 'a',
    load: () => import('../analyses/AnalysesPage.svelte'),
  },
  {
    name: 'setup',
    isFiltered: false,
    rights: ['settings', 'import'],
    path: '/setup',
    key: 'u',
    load: () => import('../setup/SetupPage.svelte'),
  },
  {
    name: 'settings',
    isFiltered: false,
    rights: ['users', 'audit', 'people', 'export'],
    path: '/settings',
    key: 't',
    load: () => import('../settings/SettingsPage.svelte'),
  },
];

export function isFor(page: Page, may: (right: string) => boolean): boolean {
  return !page.rights || page.rights.some(may);
}

/** The page of an address, and what follows its path: `/catalog/win_rate` is Metrics and `win_rate`. */
export function pageOf(path: string): { page: Page; rest: string } | undefined {
  for (const page of kPages) {
    if (path === page.path || (page.path === '/' && path === '/index.html')) return { page, rest: '' };
    if (page.path !== '/' && path.startsWith(`${page.path}/`)) {
      return { page, rest: decodeURIComponent(path.slice(page.path.length + 1)) };
    }
  }
  return undefined;
}
