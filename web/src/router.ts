import { createRouter, createWebHistory } from 'vue-router';
import { useSession } from './stores/session';

declare module 'vue-router' {
  interface RouteMeta {
    title?: string;
    open?: boolean;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/login',
      name: 'login',
      component: () => import('./views/LoginView.vue'),
      meta: { title: '登录', open: true },
    },
    { path: '/', redirect: '/situation' },
    {
      path: '/situation',
      name: 'situation',
      component: () => import('./views/SituationView.vue'),
      meta: { title: '态势' },
    },
    {
      path: '/review',
      name: 'review',
      component: () => import('./views/ReviewView.vue'),
      meta: { title: '审核台' },
    },
    {
      path: '/cases',
      name: 'cases',
      component: () => import('./views/CasesView.vue'),
      meta: { title: '案件' },
    },
    {
      path: '/cases/:id',
      name: 'case',
      component: () => import('./views/CaseView.vue'),
      props: true,
      meta: { title: '案件详情' },
    },
    {
      path: '/cameras',
      name: 'cameras',
      component: () => import('./views/CamerasView.vue'),
      meta: { title: '摄像头' },
    },
    {
      path: '/cameras/new',
      name: 'new-camera',
      component: () => import('./views/NewCameraView.vue'),
      meta: { title: '添加探头' },
    },
    {
      path: '/cameras/:id',
      name: 'camera',
      component: () => import('./views/CameraView.vue'),
      props: true,
      meta: { title: '探头' },
    },
    {
      path: '/pending',
      name: 'pending',
      component: () => import('./views/PendingView.vue'),
      meta: { title: '待处理' },
    },
    {
      path: '/audit',
      component: () => import('./views/AuditView.vue'),
      children: [
        {
          path: '',
          name: 'access-log',
          component: () => import('./audit/AccessLog.vue'),
          meta: { title: '查阅记录' },
        },
        {
          path: 'deletions',
          name: 'deletions',
          component: () => import('./audit/DeletionLog.vue'),
          meta: { title: '到期删除' },
        },
      ],
    },
    {
      path: '/:rest(.*)*',
      name: 'missing',
      component: () => import('./views/MissingView.vue'),
      meta: { title: '没有这个页面' },
    },
  ],
});

router.beforeEach(async (to) => {
  const user = await useSession().ask();
  if (!to.meta.open && !user) return { name: 'login', query: { back: to.fullPath } };
  if (to.name === 'login' && user) return { path: '/' };
  return true;
});

router.afterEach((to) => {
  document.title = `${to.meta.title ?? '巡街'} · 巡街`;
});
