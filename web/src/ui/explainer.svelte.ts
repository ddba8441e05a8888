import type { Params } from '../api/types';

export interface ExplainRequest {
  analysis: string;
  params: Params;
  table: string;
  key: string;
  dataVersion: number;
  /** What is explained, in words: "Win rate, North, Q4 2026". */
  title: string;
  value?: string | undefined;
}

/** The one panel that shows the rows behind a figure. Any page opens it. */
class Explainer {
  request = $state.raw<ExplainRequest>();

  open(request: ExplainRequest): void {
    this.request = request;
  }

  close(): void {
    this.request = undefined;
  }
}

export const explainer = new Explainer();
