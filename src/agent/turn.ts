/** One at a time, in order of arrival: who may touch the kernel. */

export class Turn {
  private last: Promise<void> = Promise.resolve()
  private end: () => void = () => {}

  /** Resolves when it is the caller's turn, which lasts until release(). */
  async acquire(): Promise<void> {
    const before = this.last
    let end = (): void => {}
    this.last = new Promise((resolve) => {
      end = resolve
    })
    await before
    this.end = end
  }

  release(): void {
    this.end()
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire()
    try {
      return await work()
    } finally {
      this.release()
    }
  }

  /** Lets the others have it while the caller waits for something else. */
  async leave<T>(work: () => Promise<T>): Promise<T> {
    this.release()
    try {
      return await work()
    } finally {
      await this.acquire()
    }
  }
}
