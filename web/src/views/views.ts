import { records, text } from '../api/table';
import type { Table } from '../api/types';

/** A page with its filters that somebody keeps. */
export interface SavedView {
  id: number;
  name: string;
  /** Path and query. */
  place: string;
  owner: string;
  isShared: boolean;
  isChangeable: boolean;
}

export function readViews(table: Table | undefined): SavedView[] {
  return records(table).map((row) => ({
    id: Number(row['id']),
    name: text(row['name']),
    place: text(row['place']),
    owner: text(row['owner']),
    isShared: row['is_shared'] === true,
    isChangeable: row['is_changeable'] === true,
  }));
}

/** Whether an address is that of a view: the order of what its query says does not matter. */
export function isAt(place: string, path: string, search: string): boolean {
  const [viewPath, viewSearch = ''] = [place.split('?', 1)[0], place.slice(place.indexOf('?') + 1)];
  return viewPath === path && sorted(place.includes('?') ? viewSearch : '') === sorted(search);
}

function sorted(search: string): string {
  const query = new URLSearchParams(search);
  query.sort();
  return query.toString();
}
