import type { Column, Table } from '../api/types';
import type { Messages } from '../i18n/en';
import type { Lang } from '../i18n/format';
import { sourceName } from '../pulse/pulse';

/** What a code is called, where the column says of what kind it is. */
export function wordOf(column: string, code: string, t: Messages): string | undefined {
  const codes = t.codes;
  const kinds: Record<string, Record<string, string>> = {
    coverage: t.sources.histories,
    history: t.sources.histories,
    entity: t.explain.entities,
    of: t.lifecycle.kinds,
    step: t.lifecycle.steps,
    status: t.customers.statuses,
    department: codes.departments,
    function: codes.functions,
    certainty: codes.certainties,
    state: codes.states,
    origin: codes.origins,
    said_by: codes.origins,
    type: codes.types,
    forecast_category: codes.forecastCategories,
    better: codes.better,
    unit: t.metrics.units,
    additivity: t.metrics.additivities,
    outcome: t.settings.outcomes,
    observed_from: t.sources.observedFrom,
  };
  if (column === 'source') return sourceName(code, t);
  return kinds[column]?.[code] ?? kinds[column.split('_').at(-1) ?? '']?.[code];
}

/** The column with the same text in the other language: x_en and x_ru, or x and x_ru. */
function twinOf(name: string, names: ReadonlySet<string>): string | undefined {
  const twins = name.endsWith('_ru')
    ? [name.slice(0, -3), `${name.slice(0, -2)}en`]
    : [`${name.replace(/_en$/, '')}_ru`];
  return twins.find((one) => names.has(one));
}

/** Of two columns with the same text in both languages the reader sees one, under the title that names no language. */
export function titlesOf(titles: Record<string, string>): Record<string, string> {
  const names = new Set(Object.keys(titles));
  return Object.fromEntries(
    Object.entries(titles).map(([name, title]) => {
      const other = titles[twinOf(name, names) ?? name];
      return [name, other !== undefined && other.length < title.length ? other : title];
    }),
  );
}

/** What the reader needs only to look something up: the other language, and ids and codes that stand beside a name. */
export function asideOf(table: Table, lang: Lang): string[] {
  const names = new Set(table.columns.map((column) => column.name));
  const isNamed = names.has('name') || names.has(`title_${lang}`);
  const isAside = ({ name, type }: Column): boolean => {
    if (twinOf(name, names) !== undefined) return (lang === 'ru') !== name.endsWith('_ru');
    if (name.endsWith(lang === 'ru' ? '_en' : '_ru')) return true;
    if (name.endsWith('_id')) return names.has(name.slice(0, -3)) || (isNamed && table.key.includes(name));
    return isNamed && type === 'text' && (table.key.includes(name) || name === 'rule') && name !== 'name';
  };
  return table.columns.filter(isAside).map((column) => column.name);
}
