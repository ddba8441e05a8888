/** The address of the page as reactive state. Filters, tabs and choices live in the query, so that a link tells all. */
class Router {
  path = $state('/');
  search = $state('');
  query = $derived(new URLSearchParams(this.search));
  /** A page that was passed on as a file: it leads nowhere. */
  isFixed = false;

  start(): void {
    this.#read();
    addEventListener('popstate', () => this.#read());
    document.addEventListener('click', (event) => this.#follow(event));
  }

  /** Stands at an address for good: a page that is passed on as a file has no other. */
  fix(path: string, search: string): void {
    this.path = path;
    this.search = search;
    this.isFixed = true;
  }

  go(address: string): void {
    if (this.isFixed) return;
    if (address === this.path + this.search) return;
    history.pushState(null, '', address);
    this.#read();
    scrollTo(0, 0);
  }

  /** Changes parts of the query; null or '' takes a part away. */
  set(patch: Record<string, string | null>, how: 'push' | 'replace' = 'push'): void {
    const query = new URLSearchParams(this.search);
    for (const [name, value] of Object.entries(patch)) {
      if (value === null || value === '') query.delete(name);
      else query.set(name, value);
    }
    const search = query.size ? `?${query}` : '';
    if (search === this.search || this.isFixed) return;
    history[how === 'push' ? 'pushState' : 'replaceState'](null, '', this.path + search);
    this.#read();
  }

  #read(): void {
    this.path = location.pathname;
    this.search = location.search;
  }

  #follow(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/')) return;
    if (link.pathname === location.pathname && link.search === location.search && link.hash) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
