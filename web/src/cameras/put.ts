// One change of a camera as its whole, as the API wants it; what is not named stays as it was.
import { api, must, token } from '@/api/client';
import type { Camera, CameraPut, Zone } from '@/api/types';
import type { CarSetup } from './car';

export interface CameraChange {
  zones?: Zone[];
  source?: string;
  car?: CarSetup;
}

/** `from` is the camera as the person saw it: another's change meanwhile is refused. */
export function putCamera(from: Camera, change: CameraChange): Promise<Camera> {
  const { id, version, name, kind, subdistrict, position } = from;
  const zones = change.zones ?? from.zones;
  const body: CameraPut = { id, version, name, kind, subdistrict, position, zones };
  if (change.source !== undefined) body.source = change.source;
  if (change.car) {
    Object.assign(body, change.car);
    // Given with the others or not at all.
    if (from.frontages) body.frontages = from.frontages;
  }
  const params = { path: { id }, ...token() };
  return must(api.PUT('/api/v1/cameras/{id}', { params, body }));
}
