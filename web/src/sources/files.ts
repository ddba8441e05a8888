/** A file under the name that the server is told: with its folder, where it came in one. */
export function nameOf(file: File): string {
  return file.webkitRelativePath || file.name;
}

/** The files of a drop. A folder is read one level deep, as the importer does; hidden files are left out. */
export async function filesOf(entries: (FileSystemEntry | null)[], plain: File[]): Promise<File[]> {
  if (!entries.some((entry) => entry?.isDirectory)) return plain.filter(isVisible);
  const found = await Promise.all(entries.map((entry) => (entry ? inEntry(entry) : [])));
  return found.flat().filter(isVisible);
}

export function isVisible(file: File): boolean {
  return !file.name.startsWith('.');
}

async function inEntry(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await fileOf(entry as FileSystemFileEntry)];
  const children = await childrenOf(entry as FileSystemDirectoryEntry);
  const files = children.filter((child): child is FileSystemFileEntry => child.isFile);
  return Promise.all(files.map(fileOf));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // The reader gives a hundred at a time, and an empty list at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!some.length) return all;
    all.push(...some);
  }
}
