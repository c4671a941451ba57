// Speaks with stage.py: one request at a time, each a promise of its answer.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export class Stage {
  #process;
  #waiting = [];
  #ended;

  /** Resolves with the stage once the server listens. */
  static async open() {
    const stage = new Stage();
    const first = stage.#next();
    stage.#process = spawn('python3', [fileURLToPath(new URL('stage.py', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    stage.#ended = new Promise((resolve) => stage.#process.on('exit', resolve));
    void stage.#ended.then(() => {
      for (const { reject } of stage.#waiting.splice(0)) reject(new Error('the stage ended by itself'));
    });
    createInterface({ input: stage.#process.stdout }).on('line', (line) => {
      const answer = JSON.parse(line);
      const { resolve, reject } = stage.#waiting.shift();
      if (answer.error) reject(new Error(answer.error));
      else resolve(answer);
    });
    Object.assign(stage, await first);
    return stage;
  }

  #next() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  ask(what, more = {}) {
    const answer = this.#next();
    this.#process.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
    return answer;
  }

  async close() {
    this.#process.stdin.end();
    await this.#ended;
  }
}
