import { list, records, text } from '../api/table';
import type { Cell, Table, Text2 } from '../api/types';

export interface Definition {
  id: string;
  version: string;
  title: Text2;
  description: Text2;
  department: string;
  formula: string;
  unit: string;
  additivity: string;
  timeColumn: string;
  grainTable: string;
  dimensions: string[];
  rivals: { name: string; formula: string }[];
  sourceFile: string;
}

/** The rows of `metrics.catalog` by their names. */
export function readDefinitions(table: Table | undefined): Definition[] {
  return records(table).map((row) => ({
    id: text(row['id']),
    version: text(row['version']),
    title: { en: text(row['title_en']), ru: text(row['title_ru']) },
    description: { en: text(row['description_en']), ru: text(row['description_ru']) },
    department: text(row['department'] ?? row['owner']),
    formula: text(row['formula']),
    unit: text(row['unit']),
    additivity: text(row['additivity']),
    timeColumn: text(row['time_column']),
    grainTable: text(row['grain_table']),
    dimensions: list(row['dimensions']).map(nameOf).filter(Boolean),
    rivals: list(row['rivals']).map(readRival),
    sourceFile: text(row['source_file']),
  }));
}

function nameOf(value: Cell): string {
  if (value && typeof value === 'object' && !Array.isArray(value)) return text(value['name'] ?? value['id']);
  return text(value);
}

function readRival(value: Cell): { name: string; formula: string } {
  if (value && typeof value === 'object' && !Array.isArray(value)) {
    return { name: text(value['name'] ?? value['id']), formula: text(value['formula']) };
  }
  return { name: text(value), formula: '' };
}
