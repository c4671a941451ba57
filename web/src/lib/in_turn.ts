/**
 * A read that may be asked for at any time. What is asked while one is under way is one more read after it:
 * answers cannot overtake each other, and the last one began after the last question.
 */
export function inTurn(read: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  async function run() {
    do {
      again = false;
      await read();
    } while (again);
  }
  return () => {
    if (running) again = true;
    else running = run().finally(() => (running = null));
    return running;
  };
}
