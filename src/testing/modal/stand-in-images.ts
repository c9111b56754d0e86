import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyDisk, copyLiveDisk, createDisk } from '@/embedded/sandboxes/disk';

/** As long as Modal's SDK gives it by itself. */
const SNAPSHOT_MS = 55_000;

interface StoredImage {
  /** The folder of its disk; null for one that starts empty. */
  folder: string | null;
  ttlSeconds: number | null;
}

/** Disks by the ids of images, and names that images were published under. */
export class StandInImages {
  readonly #folder: string;
  readonly #images = new Map<string, StoredImage>();
  readonly #names = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** An image with nothing in it but what the wall shows, as a build would make it. */
  add(): string {
    return this.#store(null, null);
  }

  publish(name: string, id: string): void {
    this.#names.set(name, id);
  }

  find(name: string): string | null {
    const id = this.#names.get(name);
    return id !== undefined && this.#images.has(id) ? id : null;
  }

  has(id: string): boolean {
    return this.#images.has(id);
  }

  /** How long an image is kept; null for no end. */
  ttlSecondsOf(id: string): number | null {
    return this.#images.get(id)?.ttlSeconds ?? null;
  }

  delete(id: string): boolean {
    return this.#images.delete(id);
  }

  async copy(disk: string, ttlSeconds: number | null): Promise<string> {
    const folder = await this.#place();
    await copyLiveDisk(disk, folder, SNAPSHOT_MS);
    return this.#store(folder, ttlSeconds);
  }

  async take(disk: string): Promise<string> {
    const folder = await this.#place();
    await rename(disk, folder);
    return this.#store(folder, null);
  }

  async unpack(id: string, disk: string): Promise<void> {
    const folder = this.#images.get(id)?.folder ?? null;
    if (folder === null) return createDisk(disk);
    await mkdir(dirname(disk), { recursive: true });
    await copyDisk(folder, disk);
  }

  async #place(): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    return join(this.#folder, randomUUID());
  }

  #store(folder: string | null, ttlSeconds: number | null): string {
    const id = `im-${randomUUID()}`;
    this.#images.set(id, { folder, ttlSeconds });
    return id;
  }
}
