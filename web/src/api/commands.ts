// Commands that may be repeated without being done twice.
//
// The client makes the command's id. As long as the server has not answered for good, a second press of
// the same button must send the same id, so that a reply lost on the way is simply given again.
import { api, must, token } from './client';
import { newCommandId } from './command_id';
import { asApiError } from './errors';
import type { CaseDetail, CommandFacts, CommandKind } from './types';

/** Remembers the id of every command whose outcome is not known yet. */
export class Attempts {
  private readonly open = new Map<string, string>();
  constructor(private readonly make: () => string = newCommandId) {}

  idFor(key: string): string {
    const known = this.open.get(key);
    if (known) return known;
    const id = this.make();
    this.open.set(key, id);
    return id;
  }
  settle(key: string): void {
    this.open.delete(key);
  }
  /** Whether an earlier try of this very command went unanswered. */
  unsure(key: string): boolean {
    return this.open.has(key);
  }
}

const attempts = new Attempts();

export function keyOf(
  id: string,
  version: number,
  command: CommandKind,
  facts: CommandFacts,
): string {
  const sorted = Object.fromEntries(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify([id, version, command, sorted]);
}

/** Gives a command to a case; returns the case afterwards. Throws ApiError. */
export async function giveCommand(
  target: { id: string; version: number },
  command: CommandKind,
  facts: CommandFacts = {},
): Promise<CaseDetail> {
  const key = keyOf(target.id, target.version, command, facts);
  const body = { command_id: attempts.idFor(key), version: target.version, command, facts };
  try {
    const reply = await must(
      api.POST('/api/v1/cases/{id}/commands', {
        params: { path: { id: target.id }, ...token() },
        body,
      }),
    );
    attempts.settle(key);
    return reply.case;
  } catch (thrown) {
    const error = asApiError(thrown);
    if (error.definite) attempts.settle(key);
    throw error;
  }
}
