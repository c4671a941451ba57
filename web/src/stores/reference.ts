import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { api, must } from '@/api/client';
import type { Reference, Team } from '@/api/types';

/** The words of the system and the teams, read once per session. */
export const useReference = defineStore('reference', () => {
  const reference = ref<Reference | null>(null);
  const teams = ref<Team[]>([]);
  let loading: Promise<void> | null = null;

  function load(): Promise<void> {
    loading ??= (async () => {
      const [words, list] = await Promise.all([
        must(api.GET('/api/v1/reference')),
        must(api.GET('/api/v1/teams')).catch(() => ({ items: [] })),
      ]);
      reference.value = words;
      teams.value = list.items;
    })().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  }
  const violations = computed(() => reference.value?.violations ?? []);
  const states = computed(() => reference.value?.states ?? []);
  const subdistricts = computed(() => reference.value?.subdistricts ?? []);
  const departments = computed(() => reference.value?.departments ?? []);
  const violationName = (id: string) => violations.value.find((v) => v.id === id)?.name_zh ?? id;
  const roleName = (id: string) => reference.value?.roles.find((r) => r.id === id)?.name_zh ?? id;
  /** Of a subdistrict or a department. */
  const unitName = (id: string) =>
    [...subdistricts.value, ...departments.value].find((u) => u.id === id)?.name_zh ?? id;
  const stateName = (id: string) => states.value.find((s) => s.id === id)?.name_zh ?? id;
  return {
    load,
    teams,
    violations,
    states,
    subdistricts,
    departments,
    violationName,
    stateName,
    roleName,
    unitName,
  };
});
