interface Toast {
  id: number;
  text: string;
  kind: 'done' | 'failed';
}

const kShownMs = 5000;

/** Short messages about what was just done. */
class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  say(text: string, kind: Toast['kind'] = 'done'): void {
    const id = this.#next++;
    this.list = [...this.list, { id, text, kind }];
    setTimeout(() => (this.list = this.list.filter((one) => one.id !== id)), kShownMs);
  }
}

export const toasts = new Toasts();
