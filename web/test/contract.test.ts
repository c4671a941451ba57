import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';

it('the types are those of api/openapi.yaml (npm run types brings them up to date)', async () => {
  const made = astToString(await openapiTS(new URL('../../api/openapi.yaml', import.meta.url)));
  const kept = readFileSync(new URL('../src/api/schema.d.ts', import.meta.url), 'utf8');
  // The command writes a comment on top; what follows must be the same.
  expect(kept.endsWith(made)).toBe(true);
});
