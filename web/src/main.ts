import './polyfill';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { whenSignedOut } from './api/client';
import { router } from './router';
import { useSession } from './stores/session';
import './ui';
import './styles/base.css';
import './styles/fields.css';
import './styles/zones.css';

const app = createApp(App);
app.use(createPinia());
app.use(router);

whenSignedOut(() => {
  const session = useSession();
  if (!session.user) return;
  session.forget();
  void router.push({ name: 'login', query: { back: router.currentRoute.value.fullPath } });
});

app.mount('#app');
