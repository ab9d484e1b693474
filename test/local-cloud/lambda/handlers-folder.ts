import { fileURLToPath } from 'node:url';

/** The folder of handlers that tests deploy. */
export const handlersFolder = fileURLToPath(new URL('./handlers', import.meta.url));
