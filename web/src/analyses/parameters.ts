import { text } from '../api/table';
import type { Cell, Parameter, Params } from '../api/types';

/** Parameters that the filter bar sets on every page. */
export const kFromFilters: readonly string[] = ['from', 'to', 'team', 'segment'];

/** What the form of an analysis asks: the parameters that the filter bar does not have. */
export function ownParameters(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter((one) => !kFromFilters.includes(one.name));
}

/** The parameters of a request: the form's from the address, the filter bar's where they are declared. */
export function requestParams(
  parameters: readonly Parameter[],
  query: URLSearchParams,
  filters: Params,
): Params {
  const params: Params = {};
  for (const one of parameters) {
    const value = kFromFilters.includes(one.name) ? filters[one.name] : (query.get(one.name) ?? undefined);
    if (value !== undefined && value !== '') params[one.name] = value;
  }
  return params;
}

/** Names of the required parameters that have no value. */
export function missing(parameters: readonly Parameter[], params: Params): string[] {
  return parameters.filter((one) => one.required && params[one.name] === undefined).map((one) => one.name);
}

/** The value of a parameter as JSON for an action: numbers, booleans and lists are themselves. */
export function typed(parameter: Parameter, value: string): Cell {
  if (parameter.type === 'list')
    return value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  if (parameter.type === 'boolean') return value === 'true';
  if (parameter.type === 'integer') return Number(value);
  // A decimal stays text: a number of JavaScript would round it.
  return value;
}

export function defaultText(parameter: Parameter): string {
  return Array.isArray(parameter.default) ? parameter.default.join(', ') : text(parameter.default);
}
