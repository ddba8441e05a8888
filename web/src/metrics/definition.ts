import { list, records, text } from '../api/table';
import type { Cell, Table, Text2 } from '../api/types';

export interface Dimension {
  id: string;
  title: Text2;
}

export interface Rival {
  /** Of a metric of the catalogue; empty where the rival lives elsewhere. */
  id: string;
  name: Text2;
  formula: Text2;
  usedBy: string;
}

export interface Definition {
  id: string;
  version: string;
  title: Text2;
  description: Text2;
  department: string;
  formula: Text2;
  unit: string;
  /** Which direction is the better one: `up`, `down`. */
  better: string;
  additivity: string;
  /** Of a share: the metric that counts what it is a share of. */
  base: string;
  timeColumn: string;
  grainTable: string;
  dimensions: Dimension[];
  rivals: Rival[];
  sourceFile: string;
}

/** The rows of `metrics.catalog` by their names. */
export function readDefinitions(table: Table | undefined): Definition[] {
  return records(table).map((row) => ({
    id: text(row['id']),
    version: text(row['version']),
    title: { en: text(row['title_en']), ru: text(row['title_ru']) },
    description: { en: text(row['description_en']), ru: text(row['description_ru']) },
    department: text(row['department']),
    formula: { en: text(row['formula']), ru: text(row['formula_ru']) },
    unit: text(row['unit']),
    better: text(row['better']),
    additivity: text(row['additivity']),
    base: text(row['base']),
    timeColumn: text(row['time_column']),
    grainTable: text(row['grain_table']),
    dimensions: list(row['dimensions']).map(readDimension),
    rivals: list(row['rivals']).map(readRival),
    sourceFile: text(row['source_file']),
  }));
}

function readDimension(value: Cell): Dimension {
  const fields = fieldsOf(value);
  const id = text(fields['id']);
  return { id, title: { en: text(fields['en']) || id, ru: text(fields['ru']) || id } };
}

function readRival(value: Cell): Rival {
  const fields = fieldsOf(value);
  const formula = fieldsOf(fields['formula'] ?? null);
  const name = fieldsOf(fields['name'] ?? null);
  return {
    id: text(fields['id']),
    name: { en: text(name['en']), ru: text(name['ru']) },
    formula: { en: text(formula['en']), ru: text(formula['ru']) },
    usedBy: text(fields['used_by']),
  };
}

function fieldsOf(value: Cell): Record<string, Cell> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}
