export type ThemeName = 'auto' | 'light' | 'dark';

const kKey = 'weir.theme';

/** Light, dark, or as the system has it. The first paint is set by the script in the head; this follows choices. */
class Theme {
  name = $state<ThemeName>('auto');
  /** Changes whenever colours do, for what is drawn by hand. */
  isDark = $state(false);

  start(): void {
    const chosen = document.documentElement.dataset['theme'] ?? read();
    this.name = chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
    this.#apply();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#apply());
  }

  set(name: ThemeName): void {
    this.name = name;
    try {
      if (name === 'auto') localStorage.removeItem(kKey);
      else localStorage.setItem(kKey, name);
    } catch {
      // Storage may be forbidden; the choice then lasts until the page is closed.
    }
    this.#apply();
  }

  #apply(): void {
    const root = document.documentElement;
    if (this.name === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = this.name;
    this.isDark =
      this.name === 'dark' || (this.name === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(kKey);
  } catch {
    return null;
  }
}

export const theme = new Theme();
