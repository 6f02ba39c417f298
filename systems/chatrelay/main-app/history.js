// The conversation, in one file that all instances write (CHR-DAT-02).

import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const STALE_MS = 10_000; // a lock this old was left by an instance that is gone
const RETRY_MS = 50;

/** The last `most` messages. A lock file lets one instance write at a time; readers never see half a file. */
export class History {
  constructor(file, most) {
    this.file = file;
    this.most = most;
  }

  async read() {
    try {
      return JSON.parse(await readFile(this.file, "utf8"));
    } catch (error) {
      if (error.code === "ENOENT") return [];
      throw error;
    }
  }

  async add(...messages) {
    await this.#lock();
    try {
      const kept = [...(await this.read()), ...messages].slice(-this.most);
      const fresh = `${this.file}.${randomUUID()}`;
      await writeFile(fresh, JSON.stringify(kept));
      await rename(fresh, this.file);
    } finally {
      await rm(`${this.file}.lock`, { force: true });
    }
  }

  async #lock() {
    const lock = `${this.file}.lock`;
    for (;;) {
      try {
        await (await open(lock, "wx")).close();
        return;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const age = await stat(lock).then((found) => Date.now() - found.mtimeMs, () => 0);
      if (age > STALE_MS) await rm(lock, { force: true });
      await sleep(RETRY_MS);
    }
  }
}
