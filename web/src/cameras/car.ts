// How a camera sits on a car, in numbers and as a drawing seen from above.
import type { Camera, CameraPut } from '@/api/types';

export type Mounting = NonNullable<CameraPut['mounting']>;
export type CarTrack = NonNullable<CameraPut['track']>;
export interface CarSetup {
  mounting: Mounting;
  track: CarTrack;
}

/** A camera behind the windscreen of a patrol car, looking at the right-hand pavement. */
export function usualSetup(): CarSetup {
  return {
    mounting: { height_m: 1.5, yaw_deg: 45, pitch_deg: 4, hfov_deg: 90, forward_m: 0, right_m: 0 },
    track: { source: '', clock_offset_s: 0.3, gps_error_m: 8, look_every_m: 4 },
  };
}
export function setupOf(camera: Camera): CarSetup {
  const usual = usualSetup();
  return {
    mounting: { ...usual.mounting, ...camera.mounting },
    track: { ...usual.track, ...camera.track },
  };
}

export interface CarField {
  part: 'mounting' | 'track';
  key: Exclude<keyof Mounting | keyof CarTrack, 'source'>;
  words: string;
  unit: string;
  least: number;
  most: number;
  hint?: string;
}
/** The numbers a person enters, with the limits of the API. */
export const carFields: CarField[] = [
  { part: 'mounting', key: 'height_m', words: '镜头离地', unit: '米', least: 0.5, most: 6 },
  {
    part: 'mounting',
    key: 'yaw_deg',
    words: '朝向',
    unit: '度',
    least: -180,
    most: 360,
    hint: '相对车头顺时针，90 为正右',
  },
  { part: 'mounting', key: 'pitch_deg', words: '俯角', unit: '度', least: -20, most: 60 },
  { part: 'mounting', key: 'hfov_deg', words: '水平视角', unit: '度', least: 20, most: 150 },
  {
    part: 'mounting',
    key: 'forward_m',
    words: '在天线前',
    unit: '米',
    least: -10,
    most: 10,
    hint: '镜头在卫星天线后方则为负',
  },
  { part: 'mounting', key: 'right_m', words: '在天线右', unit: '米', least: -3, most: 3 },
  {
    part: 'track',
    key: 'clock_offset_s',
    words: '视频延迟',
    unit: '秒',
    least: -86400,
    most: 86400,
    hint: '画面到达时刻减拍摄时刻',
  },
  { part: 'track', key: 'gps_error_m', words: '定位误差', unit: '米', least: 0.01, most: 50 },
  { part: 'track', key: 'look_every_m', words: '查看间距', unit: '米', least: 1, most: 20 },
];

export function numberOf(setup: CarSetup, field: CarField): number | undefined {
  const part: Partial<Record<CarField['key'], number>> = setup[field.part];
  return part[field.key];
}

/** What is wrong with the number of this field; empty: nothing. */
export function faultOf(field: CarField, value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '请填数字';
  if (value >= field.least && value <= field.most) return '';
  return `${value} 超出范围，应为 ${field.least} 到 ${field.most} ${field.unit}`;
}

/** What is wrong with the address of the receiver; empty: nothing. */
export function sourceFault(source: string): string {
  if (/^tcp:\/\/(\[[0-9a-fA-F:.%]+\]|[\w.-]+):\d{1,5}$/.test(source.trim())) return '';
  return '应为 tcp://主机:端口，不带口令，例如 tcp://10.0.0.8:10110';
}

export function isSound(setup: CarSetup): boolean {
  return (
    !sourceFault(setup.track.source) &&
    carFields.every((field) => !faultOf(field, numberOf(setup, field)))
  );
}

/** The view as a slice of a circle of radius `r` around the lens, the car's nose up; an SVG path. */
export function viewPath(mounting: Mounting, x: number, y: number, r: number): string {
  const at = (deg: number) => {
    const a = (deg * Math.PI) / 180;
    return `${(x + r * Math.sin(a)).toFixed(1)} ${(y - r * Math.cos(a)).toFixed(1)}`;
  };
  const half = mounting.hfov_deg / 2;
  return `M ${x.toFixed(1)} ${y.toFixed(1)} L ${at(mounting.yaw_deg - half)} A ${r} ${r} 0 0 1 ${at(mounting.yaw_deg + half)} Z`;
}
