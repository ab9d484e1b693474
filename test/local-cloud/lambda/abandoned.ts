// Deploys a function, invokes it, tells the id of its process and exits without closing anything.
import { LambdaFunction } from '../../../lib/local-cloud/lambda/function.ts';
import { handlersFolder } from './handlers-folder.ts';

const echo = new LambdaFunction({ name: 'echo', arn: '', region: '', handler: 'index.echo', root: handlersFolder });
const { payload } = await echo.invoke({});
process.stdout.write(String(JSON.parse(payload).pid), () => process.exit(0));
