import { VfsError } from '../errors.ts';
import type { Attempt } from './errors.ts';

/** Where the driver keeps what it needs beside objects, at the container's root. */
const ownFolder = '.statesync/';
const swiftFolder = `${ownFolder}swift/`;

/** Beneath which the segments of all large objects lie. */
export const segmentsFolder = `${swiftFolder}segments/`;

/** Where the segments of one upload lie. */
export function segmentsOf(upload: string): string {
  return `${segmentsFolder}${upload}/`;
}

/** The object of one segment. */
export function segmentName(upload: string, number: number): string {
  return `${segmentsOf(upload)}${String(number).padStart(5, '0')}`;
}

/** The number of a segment, by its name; undefined for what is none. */
export function segmentNumber(name: string): number | undefined {
  const digits = /\/(\d{5})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The object that stands for an upload from its beginning to its end. */
export function uploadName(upload: string): string {
  return `${swiftFolder}uploads/${upload}`;
}

/** Whether a listing leaves a name out: what is the project's own, unless it is looked for, and what is the driver's own always. */
export function isHidden(name: string, prefix: string): boolean {
  return name.startsWith(swiftFolder) || (name.startsWith(ownFolder) && !prefix.startsWith(ownFolder));
}

/** Greater than every name in the project's own folder, and smaller than those behind it. */
export const behindOwnFolder = `${ownFolder}\u{10ffff}`;

/** The path of an object below the account. Throws `InvalidArgument` for a name that Swift does not take. */
export function objectPath(container: string, name: string, { operation, target }: Attempt): string {
  if (name.includes('\0')) {
    const reason = 'Swift holds no key with the zero character in it';
    throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
  }
  return `${containerPath(container)}/${name.split('/').map(encodeURIComponent).join('/')}`;
}

/** The path of a container below the account. */
export function containerPath(container: string): string {
  return `/${encodeURIComponent(container)}`;
}
