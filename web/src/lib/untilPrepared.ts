// Pictures and clips are shown as copies, and a copy may still be in the making: then the server answers
// 202, the element reports an error, and it has to be asked again.
const PAUSE_MS = 2000;
const TRIES = 45;

/** True once there are bytes under the address, false when there will be none. */
export async function untilPrepared(
  url: string,
  signal: AbortSignal,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): Promise<boolean> {
  for (let asked = 0; asked < TRIES; asked++) {
    let status = 0;
    try {
      const answer = await fetch(url, {
        headers: { Range: 'bytes=0-0' },
        credentials: 'same-origin',
        signal,
      });
      status = answer.status;
      await answer.arrayBuffer();
    } catch {
      return false; // away or no longer wanted
    }
    if (status !== 202) return status === 200 || status === 206;
    await pause(PAUSE_MS);
    if (signal.aborted) return false;
  }
  return false;
}
