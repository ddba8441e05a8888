/** An id as the end of an address. A dot becomes a slash: the server takes what has a dot for the name of a file. */
export function idPath(id: string): string {
  return id.split('.').map(encodeURIComponent).join('/');
}

export function idOf(rest: string): string {
  return rest.replaceAll('/', '.');
}
