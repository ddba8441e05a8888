// The documents of /api/v1, as the server writes them.

export type Text2 = { en: string; ru: string };

export type ColumnType =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'money'
  | 'share'
  | 'ratio'
  | 'number'
  | 'date'
  | 'instant'
  | 'boolean'
  | 'json';

/** "count", "days", "hours", "share", a currency code, or nothing. */
export type Unit = string;

export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };

export interface Column {
  name: string;
  type: ColumnType;
  unit: Unit;
  title?: Text2;
}

export interface Table {
  key: string[];
  columns: Column[];
  rows: Cell[][];
  total_rows?: number;
  next_cursor?: string | null;
  /** Rows that a saved list lacks: people who refused to be reached. */
  refused?: number;
}

export interface Warning {
  code: string;
  message: string;
  message_ru?: string;
  params?: Record<string, Cell>;
}

export type History = 'complete' | 'partial' | 'none';

export interface Result {
  analysis: string;
  definition?: { id: string; version: string | number };
  params: Record<string, Cell>;
  scope?: Cell;
  as_of: string | null;
  known_at: string | number | null;
  data_version: number;
  currency: string;
  seed?: number | null;
  history: History;
  warnings: Warning[];
  tables: Record<string, Table>;
}

export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  field?: string;
  hint?: string;
  file?: string;
  line?: number;
  column?: number;
  request_id?: string;
  /** Title, detail and hint in both languages; a problem of the page's own has none. */
  words?: Record<'en' | 'ru', { title: string; detail?: string; hint?: string }>;
}

export type ParameterType = 'text' | 'integer' | 'decimal' | 'boolean' | 'date' | 'enum' | 'list';

export interface Parameter {
  name: string;
  type: ParameterType;
  default: Cell;
  allowed: string[] | null;
  required: boolean;
  help: Text2;
}

export type ChartKind = 'none' | 'line' | 'bar' | 'funnel' | 'waterfall';

export interface ChartHint {
  kind: ChartKind;
  x: string;
  y: string;
  series?: string;
}

export interface CatalogTable {
  name: string;
  titles: Text2;
  key: string[];
  columns: { name: string; type: ColumnType; unit: Unit; titles: Text2 }[];
  chart: ChartHint | null;
}

export interface CatalogEntry {
  id: string;
  kind: 'analysis' | 'action' | 'producer';
  version: string | number;
  titles: Text2;
  help: Text2;
  parameters: Parameter[];
  tables: CatalogTable[];
  right: string;
  /** Whether the rows behind a row can be asked for. */
  explains?: boolean;
  asks: string[];
}

export interface Catalog {
  analyses: CatalogEntry[];
}

export interface Session {
  /** Empty: nobody has signed in, and somebody must. "local": the user of the machine, where there are no accounts. */
  user: string;
  display_name: string;
  role: string;
  rights: string[];
  department: string;
  teams: string[];
  sees_all_rows: boolean;
  sees_personal_data: boolean;
  language: string;
  theme: string;
  has_accounts: boolean;
  csrf: string;
}

export type JobState = 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  id: string;
  title: string;
  state: JobState;
  stage: string | null;
  stage_ru?: string;
  fraction: number | null;
  message: string | null;
  result?: Result | null;
  problem?: Problem | null;
}

export interface Upload {
  upload: string;
  name: string;
  bytes: number;
}

export type Params = Record<string, Cell | undefined>;

/** What every question may be asked with. */
export type At = {
  as_of?: string;
  known_at?: string;
  in_currency?: string;
};

export interface BatchRequest {
  id: string;
  params: Params;
}

export type BatchAnswer = { status: number; result: Result } | { status: number; problem: Problem };

export interface BatchResult {
  data_version: number;
  results: BatchAnswer[];
}
