// One file for all tests of the CDK app, since each file that Jest runs loads aws-cdk-lib anew, for seconds.
import './replica-stack.ts';
import './source-stack.ts';
import './validation.ts';
import './app.ts';
