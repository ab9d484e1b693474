/** Schemes of kOps whose stores are S3-compatible ones at `S3_ENDPOINT`. */
export const s3Flavours = ['do', 'linode', 'hos', 'scw'] as const;

/** Schemes that the S3 driver opens. */
export const s3Schemes: ReadonlySet<string> = new Set(['s3', ...s3Flavours]);
