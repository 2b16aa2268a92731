/**
 * The few things that are done to a disk where a crash must not cost anything: by the transcript, the ceremony folder
 * and the holders' key files. Reading goes to the file system directly.
 *
 * It is an interface so that a test can hold a ceremony on a disk that forgets whatever was not synced: the content of a
 * file is safe once the file was synced, its name once its folder was (POSIX promises no more). Every method throws
 * Node's own errors, with their `code`.
 */
import { Buffer } from "node:buffer";
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { syncDescriptor } from "./sync.ts";

export interface DiskFile {
  readAll(): Uint8Array;
  /** Whether what is at the path now is this very file, with so many bytes: nobody moved, removed or wrote to it. */
  isStillAt(path: string, sizeBytes: number): boolean;
  /** All of the bytes, from this position on. */
  write(bytes: Uint8Array, position: number): void;
  sync(): void;
  truncate(sizeBytes: number): void;
  close(): void;
}

export interface Disk {
  /** EEXIST where anything of that name is there. */
  createFolder(path: string): void;
  /** A new file; EEXIST where anything of that name is there. */
  createFile(path: string, mode: number): DiskFile;
  /** A file to go on with, made if it is not there; ELOOP where it is a link. */
  openFile(path: string, mode: number): DiskFile;
  /** ENOENT where there is none. */
  removeFile(path: string): void;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): void;
}

export const realDisk: Disk = {
  createFolder: (path) => {
    mkdirSync(path);
  },
  createFile: (path, mode) =>
    new RealFile(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode)),
  openFile: (path, mode) =>
    new RealFile(openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, mode)),
  removeFile: unlinkSync,
  syncFolder: (path) => {
    const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      syncDescriptor(folder);
    } finally {
      closeSync(folder);
    }
  },
};

class RealFile implements DiskFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  readAll(): Uint8Array {
    const bytes = Buffer.alloc(fstatSync(this.#descriptor).size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(this.#descriptor, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  }

  isStillAt(path: string, sizeBytes: number): boolean {
    const own = fstatSync(this.#descriptor);
    const there = lstatSync(path, { throwIfNoEntry: false });
    return own.size === sizeBytes && there?.ino === own.ino && there.dev === own.dev;
  }

  write(bytes: Uint8Array, position: number): void {
    let written = 0;
    while (written < bytes.length)
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, position + written);
  }

  sync(): void {
    syncDescriptor(this.#descriptor);
  }

  truncate(sizeBytes: number): void {
    ftruncateSync(this.#descriptor, sizeBytes);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
