// The words of cameras and zones.
import type { Camera, ZoneKind } from '@/api/types';

export const cameraKinds: Record<Camera['kind'], string> = {
  dome: '布控球',
  fixed: '固定探头',
  vehicle: '车载探头',
};
export const zoneKinds: Record<ZoneKind, string> = {
  shop_front: '门店前',
  pavement: '人行道',
  no_stall: '禁设摊',
  permitted: '外摆位',
  privacy_mask: '隐私遮挡',
};
export const zoneKindList = Object.entries(zoneKinds) as [ZoneKind, string][];
export const broken = (camera: Camera) => !['ok', 'unknown'].includes(camera.state);
