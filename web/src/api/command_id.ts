// Ids of commands: made by the client, so that a repeated request can be recognised.

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** 24 random letters: works without a secure context, unlike crypto.randomUUID. */
export function newCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `w-${Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('')}`;
}
