import { VfsError } from '../errors.ts';
import type { Attempt } from './errors.ts';

/** Which of the addresses in Keystone's catalogue is taken. */
export interface ServiceChoice {
  /** @default object-store */
  readonly serviceType?: string;
  readonly serviceName?: string;
  /** @default the only one that there is */
  readonly region?: string;
  readonly interface: 'public' | 'internal' | 'admin';
}

/** One service of the catalogue (Identity API v3, "Service catalog and endpoints"). */
export interface CatalogueEntry {
  readonly type?: string;
  readonly name?: string;
  readonly endpoints?: readonly CatalogueEndpoint[];
}

interface CatalogueEndpoint {
  readonly interface?: string;
  readonly region?: string;
  readonly region_id?: string;
  readonly url?: string;
}

/** The address of the account. Throws `InvalidArgument` that names the regions that there are, when none or more than one is meant. */
export function storageUrl(
  catalogue: readonly CatalogueEntry[],
  choice: ServiceChoice,
  { operation, target }: Attempt,
): string {
  const offered = endpointsOf(catalogue, choice);
  const { region } = choice;
  const meant = region === undefined ? offered : offered.filter((one) => regionOf(one) === region);
  const urls = [...new Set(meant.flatMap(({ url }) => (url ? [url] : [])))];
  const [only] = urls;
  if (only !== undefined && urls.length === 1) {
    return only;
  }
  const regions = [...new Set(offered.map(regionOf))].sort();
  const reason = urls.length > 1 ? tooMany(choice, regions) : none(choice, regions);
  throw new VfsError({ code: 'InvalidArgument', operation, target, reason });
}

function endpointsOf(catalogue: readonly CatalogueEntry[], choice: ServiceChoice): readonly CatalogueEndpoint[] {
  const services = catalogue.filter(
    ({ type, name }) => type === typeOf(choice) && (!choice.serviceName || name === choice.serviceName),
  );
  return services.flatMap(({ endpoints = [] }) => endpoints).filter((one) => one.interface === choice.interface);
}

function tooMany(choice: ServiceChoice, regions: readonly string[]): string {
  return `Keystone's catalogue has more than one ${describe(choice)}, in ${listOf(regions)}; ${advice}`;
}

function none(choice: ServiceChoice, regions: readonly string[]): string {
  const where = choice.region === undefined ? '' : ` in the region ${JSON.stringify(choice.region)}`;
  const others =
    regions.length === 0
      ? 'the interface may be another one (OS_INTERFACE), and a token without a project has none'
      : `there is one in ${listOf(regions)}; ${advice}`;
  return `Keystone's catalogue has no ${describe(choice)}${where}; ${others}`;
}

const advice = 'say which with OS_REGION_NAME, or "region" of the store';

function describe(choice: ServiceChoice): string {
  const name = choice.serviceName ? ` of ${JSON.stringify(choice.serviceName)}` : '';
  return `${choice.interface} endpoint of ${typeOf(choice)}${name}`;
}

function typeOf({ serviceType }: ServiceChoice): string {
  return serviceType || 'object-store';
}

function listOf(regions: readonly string[]): string {
  return regions.map((region) => JSON.stringify(region)).join(', ');
}

function regionOf({ region, region_id }: CatalogueEndpoint): string {
  return region_id ?? region ?? '';
}
