import { defineStore } from 'pinia';
import { ref } from 'vue';
import { api, must, setCsrf, token } from '@/api/client';
import type { Duty, Session, User } from '@/api/types';

/** Who is signed in. `user` is null when nobody is, `known` false until the server has been asked. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null);
  const known = ref(false);
  const duties = ref<Duty[]>([]);

  function take(session: Session): void {
    user.value = session.user;
    duties.value = session.duties;
    known.value = true;
    setCsrf(session.csrf);
  }
  function forget(): void {
    user.value = null;
    duties.value = [];
    known.value = true;
    setCsrf('');
  }
  /** What the server says this person may do: which entries and links make sense, never more. */
  const may = (duty: Duty) => duties.value.includes(duty);
  /** Asks the server once; a missing session is not an error here. */
  async function ask(): Promise<User | null> {
    if (!known.value) {
      try {
        take(await must(api.GET('/api/v1/session')));
      } catch {
        forget();
      }
    }
    return user.value;
  }
  async function signIn(login: string, password: string): Promise<void> {
    take(await must(api.POST('/api/v1/session', { body: { login, password } })));
  }
  async function signOut(): Promise<void> {
    try {
      await must(api.DELETE('/api/v1/session', { params: token() }));
    } finally {
      forget();
    }
  }
  return { user, known, may, ask, signIn, signOut, forget };
});
