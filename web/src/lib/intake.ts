// Reads files from a drop or a paste, folders included.

/** Most files taken at once: a list that a person can still look through. */
export const MAX_FILES = 500;

/** A device has memory for larger pictures than the edge: 50 million pixels take about 200 MB while they are searched. */
export const MAX_PIXELS = 50_000_000;

/** Whether a drag carries files, and not text or a link. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/**
 * Returns the files of a drop, including those inside folders, in the order in which a file manager shows them.
 * `incomplete` says that something could not be read.
 */
export async function filesOf(transfer: DataTransfer): Promise<{ files: File[]; incomplete: boolean }> {
  // Entries must be taken before the first await: the transfer is emptied when the event ends.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return { files: [...transfer.files], incomplete: false };
  const plain = [...transfer.files];
  const files: File[] = [];
  let incomplete = false;
  for (const entry of entries) {
    try {
      await collect(entry, files);
    } catch {
      incomplete = true;
    }
  }
  // A file dragged out of another program may have no entry that can be read, and still be a file.
  return files.length === 0 && plain.length > 0 && entries.every((entry) => entry.isFile)
    ? { files: plain, incomplete: false }
    : { files, incomplete };
}

async function collect(root: FileSystemEntry, files: File[]): Promise<void> {
  const pending = [root];
  for (let entry = pending.shift(); entry && files.length <= MAX_FILES; entry = pending.shift()) {
    if (isFile(entry)) {
      files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
    } else if (isFolder(entry)) {
      const children = await readFolder(entry);
      pending.unshift(...children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true })));
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

// A reader gives at most a hundred entries per call and says with an empty answer that it is done.
async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    // Hidden files are the system's (.DS_Store), not the user's pictures.
    all.push(...some.filter((entry) => !entry.name.startsWith('.')));
    if (all.length > MAX_FILES * 4) return all;
  }
}
