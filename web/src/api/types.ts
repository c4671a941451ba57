// The shapes of the interface under short names. schema.d.ts is generated from api/openapi.yaml
// (`npm run types`); nothing here describes a shape by hand.
import type { components } from './schema';

type Schemas = components['schemas'];

export type User = Schemas['User'];
export type Session = Schemas['Session'];
export type Duty = Schemas['Duty'];
export type Problem = Schemas['Problem'];
export type CaseState = Schemas['CaseState'];
export type CaseSummary = Schemas['CaseSummary'];
export type CaseDetail = Schemas['CaseDetail'];
export type CasePicture = Schemas['CasePicture'];
export type CaseEvent = Schemas['CaseEvent'];
export type CommandKind = Schemas['CommandKind'];
export type CommandFacts = Schemas['CommandFacts'];
export type AllowedCommand = Schemas['AllowedCommand'];
export type ReviewItem = Schemas['ReviewItem'];
export type Reminder = Schemas['Reminder'];
export type MapPoint = Schemas['MapPoint'];
export type Funnel = Schemas['Funnel'];
export type Camera = Schemas['Camera'];
export type Zone = Schemas['Zone'];
export type ZoneKind = Schemas['ZoneKind'];
export type CameraAct = Schemas['CameraAct'];
export type CameraProbe = Schemas['CameraProbe'];
export type CameraHistory = Schemas['CameraHistory'];
export type CameraActs = Schemas['CameraActs'];
export type CameraPut = Schemas['CameraPut'];
export type DeviceReview = Schemas['DeviceReview'];
export type DeviceReviewPut = Schemas['DeviceReviewPut'];
export type Shop = Schemas['Shop'];
export type Access = Schemas['AccessPage']['items'][number];
export type Deletion = Schemas['DeletionPage']['items'][number];
export type Effect = Schemas['Effect'];
export type Team = Schemas['Team'];
export type Reference = Schemas['Reference'];
export type StreamChange = Schemas['StreamChange'];
export type MerchantNotice = Schemas['MerchantNotice'];
export type PictureRole = Schemas['PictureRole'];
