import { describe, expect, it } from 'vitest';
import { carFields, faultOf, isSound, sourceFault, usualSetup, viewPath } from './car';

const field = (key: string) => carFields.find((one) => one.key === key)!;

describe('a camera on a car', () => {
  it('takes the limits of the API and names value and range', () => {
    expect(faultOf(field('height_m'), 1.9)).toBe('');
    expect(faultOf(field('height_m'), 19)).toBe('19 超出范围，应为 0.5 到 6 米');
    expect(faultOf(field('pitch_deg'), Number.NaN)).toBe('请填数字');
    expect(faultOf(field('right_m'), -3)).toBe('');
  });

  it('knows the address of a receiver', () => {
    for (const good of ['tcp://10.0.0.8:10110', 'tcp://car-7.lan:1', ' tcp://[fe80::1]:10110 '])
      expect(sourceFault(good), good).toBe('');
    for (const bad of [
      '',
      '10.0.0.8:10110',
      'udp://a:1',
      'tcp://a',
      'tcp://me:pw@a:1',
      'tcp://a/b:1',
    ])
      expect(sourceFault(bad), bad).toContain('tcp://');
  });

  it('is sound with an address and not without', () => {
    const setup = usualSetup();
    expect(isSound(setup)).toBe(false);
    setup.track.source = 'tcp://10.0.0.8:10110';
    expect(isSound(setup)).toBe(true);
    setup.mounting.hfov_deg = 200;
    expect(isSound(setup)).toBe(false);
  });

  it('draws the view around its direction, the nose up', () => {
    const mounting = { ...usualSetup().mounting, yaw_deg: 90, hfov_deg: 90 };
    expect(viewPath(mounting, 0, 0, 10)).toBe('M 0.0 0.0 L 7.1 -7.1 A 10 10 0 0 1 7.1 7.1 Z');
  });
});
