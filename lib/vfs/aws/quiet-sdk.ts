/** The SDK's switch for its warning about Node 20; it reads the environment of the process and nothing else. */
const nodeWarning = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
// biome-ignore lint/style/noProcessEnv: see above. Whoever imports this module is quiet; a user who set the switch is left alone.
process.env[nodeWarning] ??= 'true';

const nothing = () => {};

/** A logger for the AWS SDK that says nothing: without one it writes to the console, which belongs to the command's own output. */
export const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
